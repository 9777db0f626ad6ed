import KernelInterface
import SluiceCore
import Testing

@Suite("Reductions")
struct ReductionTests {
  static let counts = trickyCounts + [4095, 4096, 4097, 20_000]

  @Test(
    "Sum, dot product and maximum agree with double precision at every count and alignment",
    arguments: KernelTable.available, counts)
  func agreement(table: KernelTable, count: Int) {
    for offset in trickyOffsets {
      var numbers = TestNumbers(seed: UInt64(count))
      var memory = KernelMemory()
      let a = memory.vector(numbers.array(count), offset: offset)
      let b = memory.vector(numbers.array(count), offset: (offset + 5) % 16)
      var (sum, size, dot, dotSize, largest) = (0.0, 0.0, 0.0, 0.0, -Float.infinity)
      for i in 0..<count {
        sum += Double(a[i])
        size += abs(Double(a[i]))
        dot += Double(a[i]) * Double(b[i])
        dotSize += abs(Double(a[i]) * Double(b[i]))
        largest = max(largest, a[i])
      }
      let gotSum = unsafe table.reduction.sum(a.source, count)
      let gotDot = unsafe table.reduction.dot(a.source, b.source, count)
      #expect(abs(gotSum - sum) <= Tolerance.sum * size)
      #expect(abs(gotDot - dot) <= Tolerance.sum * dotSize)
      #expect(unsafe table.reduction.maximum(a.source, count) == largest)
      // The same bits wherever the vector lies.
      let aligned = memory.vector(a.array)
      #expect(unsafe table.reduction.sum(aligned.source, count) == gotSum)
    }
  }

  @Test("A sum of many equal numbers does not drift", arguments: KernelTable.available)
  func drift(table: KernelTable) {
    let count = 1 << 18
    let arena = Arena<Float>(capacity: count, named: "test")
    let x = arena[arena.allocate(count)]
    x.fill(0.1)
    let want = Double(Float(0.1)) * Double(count)
    #expect(abs(unsafe table.reduction.sum(x.source, count) - want) <= Tolerance.sum * want)
    // A loop with one accumulator fails this check by far.
    let naive = Double(x.array.reduce(0, +))
    #expect(abs(naive - want) > Tolerance.sum * want)
    withExtendedLifetime(arena) {}
  }

  @Test("The maximum leaves NaN out", arguments: KernelTable.available, trickyCounts)
  func maximumOfNaN(table: KernelTable, count: Int) {
    var memory = KernelMemory()
    let x = memory.vector([Float](repeating: .nan, count: count))
    #expect(unsafe table.reduction.maximum(x.source, count) == -.infinity)
    guard count > 0 else { return }
    x[count / 2] = -3
    #expect(unsafe table.reduction.maximum(x.source, count) == -3)
  }

  @Test(
    "Statistics agree with double precision at every count and alignment",
    arguments: KernelTable.available, counts)
  func statistics(table: KernelTable, count: Int) {
    for offset in trickyOffsets {
      var numbers = TestNumbers(seed: UInt64(count + 1))
      var memory = KernelMemory()
      let x = memory.vector(numbers.array(count), offset: offset)
      for i in stride(from: 3, to: count, by: 11) { x[i] = i % 2 == 0 ? 0 : -0.0 }
      check(unsafe table.reduction.statistics(x.source, count), x)
    }
  }

  @Test(
    "Statistics count what is not finite and leave it out", arguments: KernelTable.available, trickyCounts)
  func nonFinite(table: KernelTable, count: Int) {
    var numbers = TestNumbers(seed: 9)
    var memory = KernelMemory()
    let x = memory.vector(numbers.array(count), offset: 1)
    for i in stride(from: 0, to: count, by: 5) { x[i] = [.nan, .infinity, -.infinity, 0][i / 5 % 4] }
    check(unsafe table.reduction.statistics(x.source, count), x)
  }

  @Test(
    "Squares of very large and very small numbers neither overflow nor vanish",
    arguments: KernelTable.available, [0x1p-145, 1e-30, 1e-19, 1e19, 1e38] as [Float])
  func range(table: KernelTable, size: Float) {
    var numbers = TestNumbers(seed: 4)
    var memory = KernelMemory()
    let x = memory.vector(numbers.array(5000, -1...1).map { $0 * size })
    check(unsafe table.reduction.statistics(x.source, x.count), x)
  }

  @Test(
    "The squares alone are those of the statistics, bit for bit, of numbers of every size",
    arguments: KernelTable.available,
    [1, 0x1p-149, 1e-30, 1e-19, 0x1p-50, 0x1p50, 1e19, 1e38, 0] as [Float])
  func squares(table: KernelTable, size: Float) {
    for count in trickyCounts + [5000, 9001] {
      var numbers = TestNumbers(seed: UInt64(count + 3))
      var memory = KernelMemory()
      let x = memory.vector(numbers.array(count, -1...1).map { $0 * size }, offset: 1)
      for isSpoiled in [false, true] {
        if isSpoiled, count > 0 {
          x[count / 2] = .nan
          x[count - 1] = -.infinity
        }
        let (all, squares) = unsafe (
          table.reduction.statistics(x.source, count), table.reduction.squares(x.source, count)
        )
        #expect(squares.sumOfSquares.bitPattern == all.sumOfSquares.bitPattern)
        #expect(squares.nonFinite == all.nonFinite)
      }
    }
  }

  @Test("The check of statistics fails for a miscount and for a sum off by a part in 100,000")
  func checkFails() {
    var memory = KernelMemory()
    let x = memory.vector([1, -2, 0, .nan, 4])
    var right = Statistics()
    right.count = 5
    right.sumOfMagnitudes = 7
    right.sumOfSquares = 21
    right.largestMagnitude = 4
    right.zeros = 1
    right.nonFinite = 1
    #expect(agree(right, x))
    for change in [
      { (s: inout Statistics) in s.zeros = 2 }, { $0.nonFinite = 0 }, { $0.largestMagnitude = 3 },
      { $0.sumOfMagnitudes *= 1.00001 }, { $0.sumOfSquares *= 1.00001 }, { $0.count = 4 },
    ] {
      var wrong = right
      change(&wrong)
      #expect(!agree(wrong, x))
    }
  }

  private func check(_ got: Statistics, _ x: Floats) {
    #expect(agree(got, x), "\(got)")
  }

  private func agree(_ got: Statistics, _ x: Floats) -> Bool {
    let all = x.array
    let finite = all.filter(\.isFinite)
    let magnitudes = finite.reduce(0.0) { $0 + abs(Double($1)) }
    let squares = finite.reduce(0.0) { $0 + Double($1) * Double($1) }
    return got.count == all.count && got.nonFinite == all.count - finite.count
      && got.zeros == all.filter { $0 == 0 }.count
      && got.largestMagnitude == finite.map(\.magnitude).max() ?? 0
      && abs(got.sumOfMagnitudes - magnitudes) <= Tolerance.sum * magnitudes
      && abs(got.sumOfSquares - squares) <= Tolerance.sum * squares
  }
}
