import KernelInterface

private let widths = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 1000]
private let ignored: Int32 = -100

/// Logits of some rows, their softmax and the logarithm of their sum in double precision.
private struct Rows {
  let x: Floats
  let width: Int
  var probabilities: [Double] = []
  var logSums: [Double] = []

  init(_ rows: Int, _ width: Int, _ memory: KernelMemory, offset: Int) {
    var numbers = TestNumbers(seed: UInt64(width))
    x = memory.vector(numbers.array(rows * width, -9...9), offset: offset)
    self.width = width
    for row in 0..<rows {
      let values = (0..<width).map { Double(x[row * width + $0]) }
      let largest = values.reduce(-Double.infinity) { max($0, $1) }
      let sum = values.reduce(0) { $0 + libmExp($1 - largest) }
      for value in values { probabilities.append(libmExp(value - largest) / sum) }
      logSums.append(largest + libmLog(sum))
    }
  }
}

/// Five rows with huge and infinite logits.
private func extremes(_ memory: KernelMemory, _ width: Int) -> Floats {
  let x = memory.vector([Float](repeating: -.infinity, count: 5 * width))
  for (row, value) in [(0, 3e38 as Float), (1, -3e38), (2, .infinity), (3, .nan)] {
    x[row * width + 1] = value
  }
  x[2] = 3e38
  return x
}

let softmaxChecks: [Check] = [
  Check("softmax.softmax") { table, verdict in
    for width in widths {
      for offset in trickyOffsets {
        let memory = KernelMemory()
        let rows = Rows(5, width, memory, offset: offset)
        let y = memory.vector(count: rows.x.count, offset: 3)
        table.softmax.softmax(rows.x.source, y.pointer, 5, width)
        verdict.compare(y.array, rows.probabilities, within: Tolerance.softmax)
        table.softmax.softmax(rows.x.source, rows.x.pointer, 5, width)
        verdict.same(rows.x.array, y.array, "in place it has other bits")
        verdict.expect(memory.guardsIntact, "it writes beyond its result")
      }
    }
    for width in [3, 4, 16, 41] {
      let memory = KernelMemory()
      let x = extremes(memory, width)
      table.softmax.softmax(x.source, x.pointer, 5, width)
      var want = [Float](repeating: 0, count: 5 * width)
      (want[1], want[2], want[width + 1]) = (0.5, 0.5, 1)
      for i in 2 * width..<5 * width { want[i] = .nan }
      verdict.same(x.array, want, "a huge or infinite logit is not as it should be")
    }
  },
  Check("softmax.softmaxGradient") { table, verdict in
    for width in widths {
      var numbers = TestNumbers(seed: 8)
      let memory = KernelMemory()
      let y = memory.vector(Rows(3, width, memory, offset: 1).probabilities.map { Float($0) })
      let dy = memory.vector(numbers.array(y.count), offset: 5)
      let before = numbers.array(y.count)
      let dx = memory.vector(before, offset: 2)
      let want = (0..<y.count).map { i in
        let row = i / width * width..<(i / width + 1) * width
        let mean = row.reduce(0.0) { $0 + Double(y[$1]) * Double(dy[$1]) }
        return Double(y[i]) * (Double(dy[i]) - mean)
      }
      table.softmax.softmaxGradient(y.source, dy.source, dx.pointer, 3, width, true)
      verdict.compare(dx.array, zip(before, want).map { Double($0) + $1 }, within: Tolerance.softmax)
      table.softmax.softmaxGradient(y.source, dy.source, dx.pointer, 3, width, false)
      // Slopes of one row cancel, so that the size of an error is that of dy.
      for i in 0..<y.count {
        verdict.compare(Double(dx[i]), want[i], within: Tolerance.softmax, of: 2, "of the largest gradient")
      }
      table.softmax.softmaxGradient(y.source, dy.source, dy.pointer, 3, width, false)
      verdict.same(dy.array, dx.array, "in place it has other bits")
      verdict.expect(memory.guardsIntact, "it writes beyond its result")
    }
  },
  Check("softmax.logSumExp") { table, verdict in
    for width in widths {
      let memory = KernelMemory()
      let rows = Rows(5, width, memory, offset: 1)
      let y = memory.vector(count: 5, offset: 3)
      table.softmax.logSumExp(rows.x.source, y.pointer, 5, width)
      verdict.compare(y.array, rows.logSums, within: Tolerance.softmax)
      verdict.expect(memory.guardsIntact, "it writes beyond its result")
    }
    for width in [3, 4, 16, 41] {
      let memory = KernelMemory()
      let y = memory.vector(count: 5)
      table.softmax.logSumExp(extremes(memory, width).source, y.pointer, 5, width)
      verdict.same(
        y.array, [3e38, -3e38, .infinity, .nan, -.infinity], "a huge or infinite logit is not as it should be"
      )
    }
  },
  Check("softmax.crossEntropy") { table, verdict in
    for width in widths {
      let memory = KernelMemory()
      let rows = Rows(6, width, memory, offset: 1)
      let ids: [Int32] = [0, Int32(width - 1), Int32(width / 2), ignored, 0, ignored]
      let labels = memory.labels(ids)
      let p = memory.vector(count: rows.x.count, offset: 3)
      let losses = memory.vector(count: 6)
      table.softmax.crossEntropy(rows.x.source, labels.source, ignored, p.pointer, losses.pointer, 6, width)
      verdict.compare(p.array, rows.probabilities, within: Tolerance.softmax)
      for row in 0..<6 {
        let isIgnored = ids[row] == ignored
        let want = isIgnored ? 0 : rows.logSums[row] - Double(rows.x[row * width + Int(ids[row])])
        // A loss is a difference of the logarithm and a logit.
        verdict.compare(Double(losses[row]), want, within: Tolerance.softmax, of: 10, "of the largest logit")
      }
      verdict.expect(memory.guardsIntact, "it writes beyond its result")
    }
  },
  Check("softmax.crossEntropyGradient") { table, verdict in
    for width in widths {
      for accumulate in [false, true] {
        var numbers = TestNumbers(seed: 9)
        let memory = KernelMemory()
        let p = memory.vector(Rows(6, width, memory, offset: 1).probabilities.map { Float($0) })
        let ids: [Int32] = [0, Int32(width - 1), Int32(width / 2), ignored, 0, ignored]
        let before = numbers.array(p.count)
        let dx = memory.vector(before, offset: 3)
        table.softmax.crossEntropyGradient(
          p.source, memory.labels(ids).source, ignored, 0.25, dx.pointer, 6, width, accumulate)
        let want = (0..<p.count).map { i in
          let label = ids[i / width]
          let slope = label == ignored ? 0 : 0.25 * (Double(p[i]) - (Int(label) == i % width ? 1 : 0))
          return slope + (accumulate ? Double(before[i]) : 0)
        }
        verdict.compare(dx.array, want, within: Tolerance.softmax)
        verdict.expect(memory.guardsIntact, "it writes beyond its result")
      }
    }
  },
]
