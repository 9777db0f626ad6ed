import KernelInterface
import SluiceCore
import Testing

@Suite("Arithmetic of vectors")
struct ArithmeticTests {
  @Test(
    "Every operation agrees with double precision at every count and alignment, and touches nothing else",
    arguments: KernelTable.available, trickyCounts)
  func agreement(table: KernelTable, count: Int) {
    for operation in ArithmeticCase.all {
      for offset in trickyOffsets {
        var numbers = TestNumbers(seed: UInt64(count + 7))
        var memory = KernelMemory()
        let a = memory.vector(numbers.array(count), offset: offset)
        let b = memory.vector(numbers.array(count), offset: (offset + 3) % 16)
        let before = numbers.array(count)
        let y = memory.vector(before, offset: (offset * 7) % 16)
        operation.run(table, a, b, y)
        let want = (0..<count).map { operation.reference(Double(a[$0]), Double(b[$0]), Double(before[$0])) }
        #expect(relativeError(y.array, want) <= Tolerance.arithmetic, "\(operation.kernel), offset \(offset)")
        #expect(memory.guardsIntact, "\(operation.kernel), offset \(offset)")
      }
    }
  }

  @Test("Results may be written over either argument", arguments: KernelTable.available, [5, 64, 77])
  func aliasing(table: KernelTable, count: Int) {
    for operation in ArithmeticCase.all where !operation.accumulates {
      var numbers = TestNumbers(seed: 5)
      var memory = KernelMemory()
      let a = memory.vector(numbers.array(count))
      let b = memory.vector(numbers.array(count))
      let (first, second) = (memory.vector(a.array), memory.vector(b.array))
      let y = memory.vector(count: count)
      operation.run(table, a, b, y)
      operation.run(table, first, b, first)
      #expect(bits(first) == bits(y), "\(operation.kernel) over the first")
      operation.run(table, a, second, second)
      #expect(bits(second) == bits(y), "\(operation.kernel) over the second")
    }
  }

  @Test("The check of relative errors fails for a result off by one part in a million")
  func checkFails() {
    let want = [1.0, -2, 3]
    #expect(relativeError([1, -2, 3], want) == 0)
    #expect(relativeError([1, -2, 3 * (1 + 1e-6)], want) > Tolerance.arithmetic)
    #expect(relativeError([1, -2, .nan], want) == .infinity)
    #expect(relativeError([1, -2], want) == .infinity)
  }

  @Test("A bias is added to every row", arguments: KernelTable.available, [1, 5, 16, 33, 100])
  func bias(table: KernelTable, width: Int) {
    var numbers = TestNumbers(seed: 2)
    var memory = KernelMemory()
    let rows = 7
    let x = memory.vector(numbers.array(rows * width), offset: 1)
    let bias = memory.vector(numbers.array(width), offset: 3)
    let y = memory.vector(count: rows * width)
    let want = (0..<x.count).map { Double(x[$0]) + Double(bias[$0 % width]) }
    unsafe table.vector.addBias(x.source, bias.source, y.pointer, rows, width)
    #expect(relativeError(y.array, want) <= Tolerance.arithmetic)
    unsafe table.vector.addBias(x.source, bias.source, x.pointer, rows, width)
    #expect(bits(x) == bits(y))
    #expect(memory.guardsIntact)
  }

  @Test(
    "Column sums agree with double precision, and with any columns on their own to the bit",
    arguments: KernelTable.available, [0, 1, 7, 8, 9, 16, 61])
  func columnSums(table: KernelTable, rows: Int) {
    for width in [1, 5, 16, 33, 100] {
      var numbers = TestNumbers(seed: UInt64(rows))
      var memory = KernelMemory()
      let x = memory.vector(numbers.array(rows * width), offset: 1)
      let y = memory.vector(numbers.array(width), offset: 5)
      let before = y.array
      var sums = [Double](repeating: 0, count: width)
      for i in 0..<rows * width { sums[i % width] += Double(x[i]) }
      unsafe table.vector.columnSums(x.source, y.pointer, rows, width, width, true)
      let want = zip(sums, before).map { $0 + Double($1) }
      #expect(relativeError(y.array, want) <= Tolerance.sum)
      unsafe table.vector.columnSums(x.source, y.pointer, rows, width, width, false)
      #expect(rows == 0 ? y.array.allSatisfy { $0 == 0 } : relativeError(y.array, sums) <= Tolerance.sum)
      // The last columns alone.
      let first = width / 3
      let part = memory.vector(count: width - first)
      unsafe table.vector.columnSums(x.source + first, part.pointer, rows, width - first, width, false)
      #expect(bits(part) == Array(bits(y)[first...]))
      #expect(memory.guardsIntact)
    }
  }
}
