import KernelInterface

private let counts = trickyCounts + [4095, 4096, 4097, 20_000]

/// Two vectors of every length and start.
private func forEachPair(_ body: (Floats, Floats) -> Void) {
  for count in counts {
    for offset in trickyOffsets {
      var numbers = TestNumbers(seed: UInt64(count))
      let memory = KernelMemory()
      body(
        memory.vector(numbers.array(count), offset: offset),
        memory.vector(numbers.array(count), offset: (offset + 5) % 16))
    }
  }
}

private func checkStatistics(_ table: KernelTable, _ values: [Float], _ offset: Int, _ verdict: inout Verdict)
{
  let memory = KernelMemory()
  let x = memory.vector(values, offset: offset)
  let got = table.reduction.statistics(x.source, x.count)
  var (magnitudes, squares, largest, zeros, nonFinite) = (0.0, 0.0, Float(0), 0, 0)
  for value in values {
    if value == 0 { zeros += 1 }
    guard value.isFinite else {
      nonFinite += 1
      continue
    }
    magnitudes += abs(Double(value))
    squares += Double(value) * Double(value)
    largest = max(largest, abs(value))
  }
  verdict.compare(got.sumOfMagnitudes, magnitudes, within: Tolerance.sum, of: magnitudes)
  verdict.compare(got.sumOfSquares, squares, within: Tolerance.sum, of: squares)
  verdict.expect(
    got.count == values.count && got.zeros == zeros && got.nonFinite == nonFinite
      && got.largestMagnitude == largest,
    "a count or the largest magnitude is wrong")
}

let reductionChecks: [Check] = [
  Check("reduction.sum") { table, verdict in
    forEachPair { a, _ in
      let (sum, size) = a.array.reduce((0.0, 0.0)) { ($0.0 + Double($1), $0.1 + abs(Double($1))) }
      verdict.compare(table.reduction.sum(a.source, a.count), sum, within: Tolerance.sum, of: size)
    }
    let memory = KernelMemory()
    let tenths = memory.vector([Float](repeating: 0.1, count: 1 << 18))
    let want = Double(Float(0.1)) * Double(tenths.count)
    verdict.compare(table.reduction.sum(tenths.source, tenths.count), want, within: Tolerance.sum, of: want)
  },
  Check("reduction.dot") { table, verdict in
    forEachPair { a, b in
      var (sum, size) = (0.0, 0.0)
      for i in 0..<a.count {
        sum += Double(a[i]) * Double(b[i])
        size += abs(Double(a[i]) * Double(b[i]))
      }
      verdict.compare(table.reduction.dot(a.source, b.source, a.count), sum, within: Tolerance.sum, of: size)
    }
  },
  Check("reduction.maximum") { table, verdict in
    forEachPair { a, _ in
      let want = a.array.reduce(-Float.infinity) { max($0, $1) }
      verdict.same([table.reduction.maximum(a.source, a.count)], [want], "it is not the largest")
      for i in 0..<a.count { a[i] = .nan }
      if a.count > 0 { a[a.count / 2] = -3 }
      verdict.same(
        [table.reduction.maximum(a.source, a.count)], [a.count > 0 ? -3 : -.infinity], "NaN is not left out")
    }
  },
  Check("reduction.squares") { table, verdict in
    for count in counts {
      for size: Float in [1, 0x1p-145, 1e-30, 1e19, 1e38] {
        var numbers = TestNumbers(seed: UInt64(count + 1))
        var values = numbers.array(count).map { $0 / 16 * size }
        if count > 2 { values[count / 2] = .nan }
        let memory = KernelMemory()
        let x = memory.vector(values, offset: 1)
        let (all, squares) = (
          table.reduction.statistics(x.source, x.count), table.reduction.squares(x.source, x.count)
        )
        verdict.expect(
          squares.sumOfSquares == all.sumOfSquares && squares.nonFinite == all.nonFinite,
          "the squares are not those of the statistics")
      }
    }
  },
  Check("reduction.statistics") { table, verdict in
    for count in counts {
      for offset in trickyOffsets {
        var numbers = TestNumbers(seed: UInt64(count + 1))
        var values = numbers.array(count)
        for i in stride(from: 3, to: count, by: 11) { values[i] = i % 2 == 0 ? 0 : -0.0 }
        checkStatistics(table, values, offset, &verdict)
        for i in stride(from: 0, to: count, by: 5) {
          values[i] = [.nan, .infinity, -.infinity, 0][i / 5 % 4]
        }
        checkStatistics(table, values, offset, &verdict)
      }
    }
    for size: Float in [0x1p-145, 1e-30, 1e-19, 1e19, 1e38] {
      var numbers = TestNumbers(seed: 4)
      checkStatistics(table, numbers.array(5000, -1...1).map { $0 * size }, 0, &verdict)
    }
  },
]
