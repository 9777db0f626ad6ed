import KernelInterface
import SluiceCore
import Testing

@Suite("Elementary functions")
struct ElementaryTests {
  @Test(
    "Errors stay within the stated bounds over all floats, by a stride",
    arguments: KernelTable.available, Elementary.allCases)
  func accuracy(table: KernelTable, function: Elementary) {
    var memory = KernelMemory()
    // A prime stride visits all exponents and all low bits.
    let patterns = stride(from: UInt32(0), to: UInt32.max - 40_009, by: 40_009)
    let x = memory.vector(patterns.map { Float(bitPattern: $0) })
    let y = memory.vector(count: x.count)
    unsafe function.kernel(table)(x.source, y.pointer, x.count)
    let worst = function.worst(x, y)
    #expect(worst.share <= 1, "\(worst.share) of the bound at \(worst.at)")
  }

  @Test(
    "Errors stay within the stated bounds where arguments are usual and where branches would be",
    arguments: KernelTable.available, Elementary.allCases)
  func accuracyNearThresholds(table: KernelTable, function: Elementary) {
    var memory = KernelMemory()
    var inputs: [Float] = []
    for center in Elementary.turningPoints {
      for step in -150...150 {
        let x = Float(bitPattern: UInt32(Int(center.bitPattern) + step * 37))
        inputs += [x, -x]
      }
    }
    let x = memory.vector(inputs)
    let y = memory.vector(count: x.count)
    unsafe function.kernel(table)(x.source, y.pointer, x.count)
    let worst = function.worst(x, y)
    #expect(worst.share <= 1, "\(worst.share) of the bound at \(worst.at)")
  }

  @Test("The check of errors fails for results beyond the bound", arguments: Elementary.allCases)
  func checkFails(function: Elementary) {
    var memory = KernelMemory()
    let x = memory.vector([0.25, 0.5, 0.75, 1.25, 3])
    let exact = x.array.map { Float(function.reference(Double($0))) }
    #expect(function.worst(x, memory.vector(exact)).share <= 1)
    let wrong = exact.map { Float(bitPattern: $0.bitPattern + 6) }
    #expect(function.worst(x, memory.vector(wrong)).share > 1)
    #expect(function.share(1, .nan) > 1)
    #expect(function.share(.nan, 1) > 1)
  }

  @Test("Special values are exact", arguments: KernelTable.available)
  func specialValues(table: KernelTable) {
    let infinity = Float.infinity
    let least = Float.leastNonzeroMagnitude
    #expect(
      values(table, .exp, [0, -0.0, infinity, -infinity, least, 200, -200]) == [
        1, 1, infinity, 0, 1, infinity, 0,
      ])
    #expect(values(table, .log, [1, 0, -0.0, infinity]) == [0, -infinity, -infinity, infinity])
    #expect(values(table, .log, [-1, -infinity, -least]).allSatisfy { $0.isNaN })
    #expect(
      values(table, .tanh, [infinity, -infinity, 9.02, -20, least, -least, 1e-30])
        == [1, -1, 1, -1, least, -least, 1e-30])
    #expect(values(table, .tanh, [0, -0.0]).map(\.sign) == [.plus, .minus])
    #expect(values(table, .sigmoid, [0, -0.0, infinity, -infinity, least]) == [0.5, 0.5, 1, 0, 0.5])
    #expect(
      values(table, .softplus, [infinity, -infinity, 200, -200, least]) == [infinity, 0, 200, 0, 0.6931472])
    #expect(values(table, .sine, [least, -least, 1e-30]) == [least, -least, 1e-30])
    #expect(values(table, .sine, [0, -0.0]).map(\.sign) == [.plus, .minus])
    #expect(values(table, .cosine, [0, -0.0, least]) == [1, 1, 1])
    for function in [Elementary.sine, .cosine] {
      #expect(values(table, function, [infinity, -infinity]).allSatisfy { $0.isNaN })
      // Large ones among others, at the end of a vector too, get what they get alone.
      let mixed: [Float] = [1, 1e6, .infinity, -3e38, .nan, 0.5, 8193]
      let alone = mixed.flatMap { values(table, function, [$0]) }
      #expect(alone.map(\.bitPattern) == values(table, function, mixed).map(\.bitPattern))
    }
    for function in Elementary.allCases {
      #expect(values(table, function, [.nan, -.nan, .signalingNaN]).allSatisfy { $0.isNaN })
    }
    #expect(values(table, .relu, [-1, 2, infinity, -infinity, 0]) == [0, 2, infinity, 0, 0])
  }

  @Test("Exp, tanh and sigmoid do not fall where the argument is clamped", arguments: KernelTable.available)
  func monotoneAtClamps(table: KernelTable) {
    for (function, around) in [
      (Elementary.exp, [-105, 88.7, 90] as [Float]), (.tanh, [-10, -9.5, 9.5, 10]),
      (.sigmoid, [-88.7, -88.37, 17, 87]),
    ] {
      for centre in around {
        // Steps large enough that the true values differ by more than the errors.
        let inputs = (-40...40).map { centre + Float($0) * 0.01 }
        let results = values(table, function, inputs)
        #expect(zip(results, results.dropFirst()).allSatisfy { $0 <= $1 }, "\(function) at \(centre)")
      }
    }
    let large = values(table, .tanh, stride(from: 8.5, to: 10.5, by: 0.0001).map { Float($0) })
    #expect(large.allSatisfy { $0 <= 1 })
  }

  @Test("Tanh is odd to the bit", arguments: KernelTable.available)
  func oddTanh(table: KernelTable) {
    var numbers = TestNumbers(seed: 3)
    let x = numbers.array(500, -12...12)
    #expect(values(table, .tanh, x) == values(table, .tanh, x.map { -$0 }).map { -$0 })
  }

  @Test(
    "Every count and alignment gives the bits of a long vector, also in place, and touches nothing else",
    arguments: KernelTable.available)
  func tails(table: KernelTable) {
    var numbers = TestNumbers(seed: 1)
    let input = numbers.array(1024, -20...20)
    for function in Elementary.allCases {
      let kernel = unsafe function.kernel(table)
      let whole = values(table, function, input).map(\.bitPattern)
      for count in trickyCounts {
        for offset in trickyOffsets {
          var memory = KernelMemory()
          let x = memory.vector(Array(input[..<count]), offset: offset)
          let y = memory.vector(count: count, offset: (offset * 3) % 16)
          unsafe kernel(x.source, y.pointer, count)
          #expect(bits(y) == Array(whole[..<count]), "count \(count), offset \(offset)")
          unsafe kernel(x.source, x.pointer, count)
          #expect(bits(x) == Array(whole[..<count]), "in place, count \(count), offset \(offset)")
          #expect(memory.guardsIntact)
        }
      }
    }
  }

  private func values(_ table: KernelTable, _ function: Elementary, _ x: [Float]) -> [Float] {
    var memory = KernelMemory()
    let y = memory.vector(x)
    unsafe function.kernel(table)(y.source, y.pointer, y.count)
    return y.array
  }
}
