import KernelInterface

private let epsilon: Float = 1e-5
private let widths = [1, 2, 3, 4, 5, 7, 9, 16, 31, 33, 100, 1000]

private func average(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

/// A normalized row and what its differences were multiplied by.
private func reference(_ x: [Float]) -> (y: [Double], inverse: Double) {
  let values = x.map { Double($0) }
  // Of differences from one element, so that a mean far from zero costs nothing here either.
  let mean = values[0] + average(values.map { $0 - values[0] })
  let variance = average(values.map { ($0 - mean) * ($0 - mean) })
  let inverse = 1 / (variance + Double(epsilon)).squareRoot()
  return (values.map { ($0 - mean) * inverse }, inverse)
}

let normalizationChecks: [Check] = [
  Check("normalization.normalize") { table, verdict in
    for width in widths {
      var numbers = TestNumbers(seed: UInt64(width))
      var rows: [[Float]] = [100.3, -1e30, 3.3e38, 1e-38, -0.0].map { [Float](repeating: $0, count: width) }
      let equal = rows.count
      for (mean, deviation) in [
        (0, 1), (1, 1e-3), (100, 1e-3), (-1e4, 1e-2), (1e6, 10), (0, 1e19), (1e19, 1e15), (0, 1.6e38),
        (0, 1e-20),
      ] as [(Float, Float)] {
        rows.append(numbers.array(width).map { mean + deviation * $0 })
      }
      rows.append(
        (0..<width).map { $0 % 2 == 0 ? Float.greatestFiniteMagnitude : -Float.greatestFiniteMagnitude })
      let memory = KernelMemory()
      let stride = width + 3
      let x = memory.vector(rows.flatMap { $0 + [-7, -7, -7] }, offset: 1)
      let inverses = memory.vector(count: rows.count, offset: 5)
      table.normalization.normalize(x.pointer, stride, inverses.pointer, rows.count, width, epsilon)
      for (i, row) in rows.enumerated() {
        let got = (0..<width).map { x[i * stride + $0] }
        let want = reference(row)
        verdict.compare(got, want.y, within: 2e-6)
        verdict.compare([inverses[i]], [want.inverse], within: 2e-6)
        if i < equal { verdict.expect(got.allSatisfy { $0 == 0 }, "equal elements do not become zero") }
        verdict.expect(x[i * stride + width] == -7, "it writes between the rows")
      }
      verdict.expect(memory.guardsIntact, "it writes beyond its rows")
    }
    for bad in [Float.nan, .infinity, -.infinity] {
      for place in [0, 4, 18] {
        let memory = KernelMemory()
        let x = memory.vector((0..<57).map { Float($0 % 19) })
        x[19 + place] = bad
        let inverses = memory.vector(count: 3)
        table.normalization.normalize(x.pointer, 19, inverses.pointer, 3, 19, epsilon)
        for i in 0..<57 {
          verdict.expect(x[i].isNaN == (i / 19 == 1), "a row is not NaN, or its neighbor is")
        }
      }
    }
  },
  Check("normalization.scale") { table, verdict in
    for width in widths {
      for (hasBias, accumulate) in [(false, false), (true, false), (false, true), (true, true)] {
        var numbers = TestNumbers(seed: UInt64(width))
        let memory = KernelMemory()
        let x = memory.vector(numbers.array(3 * (width + 1)), offset: 1)
        let (gain, bias) = (
          memory.vector(numbers.array(width)), memory.vector(numbers.array(width), offset: 3)
        )
        let y = memory.vector(numbers.array(3 * (width + 2)), offset: 2)
        let before = y.array
        table.normalization.scale(
          x.source, width + 1, gain.source, hasBias ? bias.source : nil, y.pointer, width + 2, 3, width,
          accumulate)
        let want = (0..<3 * (width + 2)).map { i in
          let (row, j) = (i / (width + 2), i % (width + 2))
          if j >= width { return Double(before[i]) }
          return Double(x[row * (width + 1) + j]) * Double(gain[j]) + (hasBias ? Double(bias[j]) : 0)
            + (accumulate ? Double(before[i]) : 0)
        }
        verdict.compare(y.array, want, within: Tolerance.arithmetic)
        verdict.expect(memory.guardsIntact, "it writes beyond its rows")
      }
    }
  },
  Check("normalization.backward") { table, verdict in
    for width in widths {
      for accumulate in [false, true] {
        var numbers = TestNumbers(seed: UInt64(width + 1))
        let memory = KernelMemory()
        let rows = (0..<6).map { _ in numbers.array(width) }
        let n = memory.vector(rows.flatMap { reference($0).y.map { Float($0) } }, offset: 2)
        let inverses = memory.vector(rows.map { Float(reference($0).inverse) })
        let gain = memory.vector(numbers.array(width, 0.5...1.5), offset: 7)
        var gradients = numbers.array(6 * width)
        // One row whose gain · dy is the same everywhere: its way back is 0.
        for j in 0..<width { (gain[j], gradients[3 * width + j]) = accumulate ? (gain[j], 0.3) : (1, 0.3) }
        let dy = memory.vector(gradients, offset: 1)
        let dx = memory.vector([Float](repeating: 0.5, count: 6 * width), offset: 3)
        table.normalization.backward(
          dy.source, width, n.source, width, gain.source, inverses.source, dx.pointer, width, 6, width,
          accumulate)
        for row in 0..<6 {
          let g = (0..<width).map { Double(dy[row * width + $0]) * Double(gain[$0]) }
          let normalized = (0..<width).map { Double(n[row * width + $0]) }
          let inverse = Double(inverses[row])
          let (mean, slope) = (average(g), average(zip(g, normalized).map { $0 * $1 }))
          let size = g.map { abs($0) }.reduce(0) { max($0, $1) } * inverse + (accumulate ? 0.5 : 0)
          for j in 0..<width {
            let want = (g[j] - mean - normalized[j] * slope) * inverse + (accumulate ? 0.5 : 0)
            let error = abs(Double(dx[row * width + j]) - want)
            verdict.add(error / size, of: 3e-6, "of the largest slope")
            if row == 3, !accumulate {
              verdict.expect(dx[row * width + j] == 0, "equal slopes do not become zero")
            }
          }
        }
        verdict.expect(memory.guardsIntact, "it writes beyond its rows")
      }
    }
  },
  Check("normalization.columnDots") { table, verdict in
    for width in widths {
      for rows in [0, 1, 6, 40] {
        for accumulate in [false, true] {
          var numbers = TestNumbers(seed: UInt64(width + rows))
          let memory = KernelMemory()
          let a = memory.vector(numbers.array(rows * (width + 1)), offset: 1)
          let b = memory.vector(numbers.array(rows * (width + 2)), offset: 2)
          let y = memory.vector(numbers.array(width), offset: 3)
          let before = y.array
          table.normalization.columnDots(
            a.source, width + 1, b.source, width + 2, y.pointer, rows, width, accumulate)
          for j in 0..<width {
            var sum = accumulate ? Double(before[j]) : 0
            var size = abs(sum)
            for r in 0..<rows {
              let product = Double(a[r * (width + 1) + j]) * Double(b[r * (width + 2) + j])
              sum += product
              size += abs(product)
            }
            verdict.compare(Double(y[j]), sum, within: Tolerance.sum, of: size)
          }
          verdict.expect(memory.guardsIntact, "it writes beyond its result")
        }
      }
    }
  },
]
