import KernelInterface

/// Points [points, depth] as packed columns, or as packed rows where `byRow`, and the floats from panel to panel.
private func packed(
  _ table: KernelTable, _ values: Floats, _ points: Int, _ depth: Int, byRow: Bool, _ memory: KernelMemory
) -> (panels: Floats, stride: Int) {
  let width = table.product.panelWidth
  let (rows, columns) = byRow ? (points, depth) : (depth, points)
  let panels = (columns + width - 1) / width
  let target = memory.vector(count: panels * rows * width)
  table.product.pack(
    PackTask(
      source: values.source, rowStride: byRow ? depth : 1, columnStride: byRow ? 1 : depth, rows: rows,
      columns: columns, step: width, width: width, target: target.pointer, panelStride: rows * width))
  return (target, rows * width)
}

private func squareMatrix(
  _ kernel: (Target, Int, Int, Int) -> Void, _ verdict: inout Verdict,
  _ element: ([Float], Int, Int, Int) -> Float
) {
  for count in [1, 2, 3, 4, 5, 15, 16, 17, 33, 67] {
    for part in [count, 16, 13] {
      var numbers = TestNumbers(seed: UInt64(count))
      let memory = KernelMemory()
      let x = memory.vector(numbers.array(count * count), offset: 3)
      let before = x.array
      for first in stride(from: 0, to: count, by: part) {
        kernel(x.pointer, count, first, min(first + part, count))
      }
      verdict.same(
        x.array, (0..<count * count).map { element(before, count, $0 / count, $0 % count) },
        "an element is wrong")
      verdict.expect(memory.guardsIntact, "it writes beyond its matrix")
    }
  }
}

let lossChecks: [Check] = [
  Check("loss.broadcast") { table, verdict in
    for arithmetic in [BroadcastArithmetic.add, .subtract, .multiply, .divide] {
      for width in [1, 3, 4, 5, 17, 64] {
        for (aRow, aStep, bRow, bStep) in [
          (width, 1, width, 1), (width, 1, 0, 1), (0, 1, width, 1), (width, 1, 1, 0), (1, 0, width, 1),
          (width, 1, 0, 0), (0, 0, width, 1), (1, 0, 1, 0),
        ] {
          var numbers = TestNumbers(seed: UInt64(width))
          let memory = KernelMemory()
          let a = memory.vector(numbers.array(4 * width + 4), offset: 1)
          let b = memory.vector(numbers.array(4 * width + 4, 0.5...2), offset: 3)
          let y = memory.vector(count: 4 * width, offset: 2)
          table.loss.broadcast(
            arithmetic, a.source, aRow, aStep, b.source, bRow, bStep, y.pointer, 4, width)
          let want = (0..<4 * width).map { i in
            let p = Double(a[i / width * aRow + i % width * aStep])
            let q = Double(b[i / width * bRow + i % width * bStep])
            switch arithmetic {
            case .add: return p + q
            case .subtract: return p - q
            case .multiply: return p * q
            case .divide: return p / q
            }
          }
          verdict.compare(y.array, want, within: Tolerance.arithmetic)
          verdict.expect(memory.guardsIntact, "it writes beyond its result")
        }
      }
    }
    let memory = KernelMemory()
    let (a, b) = (memory.vector([1, -1, 0, .infinity, 1]), memory.vector([0, 0, 0, .infinity, .nan]))
    table.loss.broadcast(.divide, a.source, 5, 1, b.source, 5, 1, a.pointer, 1, 5)
    verdict.same(a.array, [.infinity, -.infinity, .nan, .nan, .nan], "a special value is wrong")
  },
  Check("loss.rowSums") { table, verdict in
    for width in trickyCounts {
      var numbers = TestNumbers(seed: UInt64(width))
      let memory = KernelMemory()
      let x = memory.vector(numbers.array(3 * width), offset: 1)
      let y = memory.vector(count: 3, offset: 2)
      table.loss.rowSums(x.source, y.pointer, 3, width)
      for row in 0..<3 {
        let values = (0..<width).map { Double(x[row * width + $0]) }
        verdict.compare(
          Double(y[row]), values.reduce(0, +), within: Tolerance.sum, of: values.reduce(0) { $0 + abs($1) })
      }
      verdict.expect(memory.guardsIntact, "it writes beyond its result")
    }
  },
  Check("loss.rowDots") { table, verdict in
    for width in trickyCounts {
      var numbers = TestNumbers(seed: UInt64(width))
      let memory = KernelMemory()
      let a = memory.vector(numbers.array(3 * width), offset: 1)
      let b = memory.vector(numbers.array(3 * width), offset: 3)
      let y = memory.vector(count: 3, offset: 2)
      table.loss.rowDots(a.source, b.source, y.pointer, 3, width)
      for row in 0..<3 {
        let values = (0..<width).map { Double(a[row * width + $0]) * Double(b[row * width + $0]) }
        verdict.compare(
          Double(y[row]), values.reduce(0, +), within: Tolerance.sum, of: values.reduce(0) { $0 + abs($1) })
      }
      verdict.expect(memory.guardsIntact, "it writes beyond its result")
    }
  },
  Check("loss.squaredDistances") { table, verdict in
    for (rows, points, depth) in [(1, 1, 1), (3, 4, 5), (5, 7, 17), (9, 19, 33), (6, 40, 128)] {
      // Far from the origin the points are as near to each other.
      for offset: Float in [0, 1000] {
        var numbers = TestNumbers(seed: UInt64(rows))
        let memory = KernelMemory()
        let a = memory.vector(numbers.array(rows * depth).map { $0 + offset }, offset: 1)
        let p = memory.vector(numbers.array(points * depth).map { $0 + offset }, offset: 2)
        let (panels, stride) = packed(table, p, points, depth, byRow: false, memory)
        let y = memory.vector(count: rows * (points + 3), offset: 3)
        table.loss.squaredDistances(
          a.source, rows, panels.source, stride, points, depth, y.pointer, points + 3)
        for r in 0..<rows {
          for j in 0..<points {
            let want = (0..<depth).reduce(0.0) { sum, k in
              let d = Double(a[r * depth + k]) - Double(p[j * depth + k])
              return sum + d * d
            }
            // A sum of as many squares as there are coordinates, one after the other.
            let bound = (Double(depth) + 3) * 0x1p-24
            verdict.compare(Double(y[r * (points + 3) + j]), want, within: bound, of: want, "of the distance")
          }
          verdict.expect(y[r * (points + 3) + points] == 7, "it writes between the rows")
        }
        verdict.expect(memory.guardsIntact, "it writes beyond its result")
      }
    }
  },
  Check("loss.weightedDifferences") { table, verdict in
    for (rows, points, width) in [(1, 1, 1), (3, 4, 5), (5, 400, 9), (9, 19, 33)] {
      for isTransposed in [false, true] {
        var numbers = TestNumbers(seed: UInt64(rows))
        let memory = KernelMemory()
        let weights = memory.vector(numbers.array(rows * points), offset: 1)
        let x = memory.vector(numbers.array(rows * width), offset: 2)
        let p = memory.vector(numbers.array(points * width), offset: 3)
        let (panels, stride) = packed(table, p, points, width, byRow: true, memory)
        let y = memory.vector(numbers.array(rows * width), offset: 5)
        let before = y.array
        table.loss.weightedDifferences(
          weights.source, isTransposed ? 1 : points, isTransposed ? rows : 1, x.source, rows, panels.source,
          stride,
          points, width, 0.5, y.pointer)
        for i in 0..<rows * width {
          var (sum, size) = (Double(before[i]), abs(Double(before[i])))
          for j in 0..<points {
            let w = Double(weights[isTransposed ? j * rows + i / width : i / width * points + j])
            let term = 0.5 * w * (Double(x[i]) - Double(p[j * width + i % width]))
            sum += term
            size += abs(term)
          }
          verdict.compare(Double(y[i]), sum, within: (384 + Double(points) / 384) * 0x1p-24, of: size)
        }
        verdict.expect(memory.guardsIntact, "it writes beyond its result")
      }
    }
  },
  Check("loss.neighbors") { table, verdict in
    for count in [2, 3, 5, 16, 17, 40] {
      // Classes: all alike; two halves; the first point alone.
      for cut in [count, count / 2, 1] {
        var numbers = TestNumbers(seed: UInt64(count))
        let memory = KernelMemory()
        let distances = memory.vector(numbers.array(count * count, 0.1...9), offset: 1)
        let before = distances.array
        let starts = memory.labels((0..<count).map { Int32($0 < cut ? 0 : cut) })
        let ends = memory.labels((0..<count).map { Int32($0 < cut ? cut : count) })
        let reports = memory.vector(count: 6 * count, offset: 3)
        table.loss.neighbors(
          distances.pointer, count, count, 0, starts.source, ends.source, 0.7, reports.pointer)
        for row in 0..<count {
          let own = Int(starts.pointer[row])..<Int(ends.pointer[row])
          let d = (0..<count).map { Double(before[row * count + $0]) }
          judge(
            (0..<count).map { distances[row * count + $0] }, (0..<6).map { reports[row * 6 + $0] }, d, row,
            own,
            Double(Float(0.7)), &verdict)
        }
        verdict.expect(memory.guardsIntact, "it writes beyond its rows")
      }
    }
  },
  Check("loss.mirror") { table, verdict in
    squareMatrix({ table.loss.mirror($0, $1, $2, $3) }, &verdict) { x, count, i, j in
      x[min(i, j) * count + max(i, j)]
    }
  },
  Check("loss.symmetrize") { table, verdict in
    squareMatrix({ table.loss.symmetrize($0, $1, $2, $3) }, &verdict) { x, count, i, j in
      x[i * count + j] + x[j * count + i]
    }
  },
]

/// One row of the soft nearest neighbor loss, as its formula reads: slopes by distance over the temperature, and the report.
private func judge(
  _ slopes: [Float], _ report: [Float], _ d: [Double], _ row: Int, _ own: Range<Int>, _ c: Double,
  _ verdict: inout Verdict
) {
  let others = d.indices.filter { !own.contains($0) }
  let same = own.filter { $0 != row }
  guard !same.isEmpty, !others.isEmpty else {
    verdict.compare(slopes, d.map { _ in 0 }, within: Tolerance.softmax)
    return
  }
  func sums(_ points: [Int]) -> (least: Double, sum: Double, mean: Double) {
    let least = points.reduce(Double.infinity) { min($0, d[$1]) }
    let sum = points.reduce(0) { $0 + libmExp(-c * (d[$1] - least)) }
    return (least, sum, points.reduce(0) { $0 + libmExp(-c * (d[$1] - least)) * (d[$1] - least) } / sum)
  }
  let (inside, outside) = (sums(same), sums(others))
  let total = inside.sum * libmExp(-c * inside.least)
  let foreign = outside.sum * libmExp(-c * outside.least)
  let sigma = foreign / (total + foreign)
  let want = d.indices.map { j -> Double in
    if j == row { return 0 }
    let weight = libmExp(-c * d[j])
    return own.contains(j) ? sigma * weight / total : -sigma * weight / foreign
  }
  // The argument of an exponential is as exact as a distance of some units is.
  verdict.compare(slopes, want, within: 5e-6)
  verdict.compare(
    report, [inside.least, outside.least, inside.sum, outside.sum, inside.mean, outside.mean], within: 5e-6)
}
