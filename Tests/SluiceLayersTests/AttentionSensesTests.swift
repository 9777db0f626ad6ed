import Foundation
import Sluice
import TestSupport
import Testing

@Suite("What is told of attention")
struct AttentionSensesTests {
  /// What an attention of one column a head tells, for rows of query, key and value of each head.
  private static func concentration(
    _ x: [Float], heads: Int = 1, lengths: [Int], isCausal: Bool, mode: Tape.Mode = .training
  ) -> (entropy: Float, largest: Float)? {
    let parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 20, mode: mode)
    let rows = tape.input(x, Shape(x.count / (3 * heads), 3 * heads), requiresGradient: true)
    _ = attention(ragged(rows, lengths, &tape), heads: heads, isCausal: isCausal, &tape)
    guard case .attention(let entropy, let largest) = tape.senses(0).first else { return nil }
    return (entropy, largest)
  }

  @Test("Weights of a quarter and three quarters have an entropy of 0.8113 of the possible")
  func twoRows() throws {
    let third = Float(log(3.0))
    let told = try #require(
      Self.concentration([1, 0, 5, 1, third, 7], lengths: [2], isCausal: false))
    let entropy = -(0.25 * log(0.25) + 0.75 * log(0.75)) / log(2)
    expectClose([told.entropy, told.largest], [entropy, 0.75], "two rows")
    // With a mask only the second row sees two, at the same weights.
    let masked = try #require(
      Self.concentration([1, 0, 5, 1, third, 7], lengths: [0, 2], isCausal: true))
    expectClose([masked.entropy, masked.largest], [entropy, 0.75], "masked")
  }

  @Test("Equal weights have all the entropy there is; rows that see themselves alone do not count")
  func equal() throws {
    // Rows that see 2 and 3 of a sequence of three.
    let told = try #require(
      Self.concentration([Float](repeating: 0, count: 12), lengths: [3, 1], isCausal: true))
    expectClose([told.entropy, told.largest], [1, (1.0 / 2 + 1.0 / 3) / 2], "equal")
    #expect(Self.concentration([0, 0, 0, 0, 0, 0], lengths: [1, 1], isCausal: false) == nil)
    #expect(Self.concentration([], lengths: [0], isCausal: true) == nil)
    // In use no weights are kept.
    #expect(Self.concentration([0, 0, 0, 0, 0, 0], lengths: [2], isCausal: true, mode: .evaluation) == nil)
  }

  @Test("Of many rows, 64 of all sequences and heads stand for them, each read from its own block")
  func sampled() throws {
    // Of the first head each row looks at itself alone, the last that it sees; of the second at all alike.
    var x: [Float] = []
    for length in [130, 70] {
      for row in 0..<length { x += [1, 0, Float(50 * row), 0, 0, 0] }
    }
    let told = try #require(Self.concentration(x, heads: 2, lengths: [130, 70], isCausal: true))
    #expect(abs(told.entropy - 0.5) < 0.02 && told.largest > 0.5 && told.largest < 0.56)
    // Without a mask each row of the first head looks at the last.
    let open = try #require(Self.concentration(x, heads: 2, lengths: [130, 70], isCausal: false))
    #expect(abs(open.entropy - 0.5) < 0.02 && open.largest > 0.5 && open.largest < 0.52)
  }

  @Test("A weight that is not a number makes both figures so")
  func notANumber() throws {
    let told = try #require(Self.concentration([.nan, 0, 5, 1, 1, 7], lengths: [2], isCausal: false))
    #expect(told.entropy.isNaN && told.largest.isNaN)
  }
}
