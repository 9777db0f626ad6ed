/// A stream of random numbers that is a pure function of a seed, a purpose and an index, so that the same
/// split, order or example comes out whatever else was drawn before.
///
/// The generator is SplitMix64 (Steele, Lea, Flood 2014): a counter in steps of an odd constant, put through
/// a bijective mix. It is good enough for shuffling and choosing and is no source of secrets.
struct RandomStream: Sendable {
  /// Keeps apart the streams of one seed.
  enum Purpose: UInt64 {
    case batchOrder = 1
    case split = 2
    case guideOrder = 3
    case guideExample = 4
  }

  private var counter: UInt64

  init(seed: UInt64, purpose: Purpose, index: Int) {
    let purposeKey = RandomStream.mix(seed &+ RandomStream.step &* purpose.rawValue)
    counter = RandomStream.mix(
      purposeKey ^ RandomStream.mix(UInt64(bitPattern: Int64(index)) &+ RandomStream.step))
  }

  /// The next 64 random bits.
  mutating func next() -> UInt64 {
    counter &+= RandomStream.step
    return RandomStream.mix(counter)
  }

  /// A number from 0 to `bound` - 1, by multiplication: off from uniform by less than `bound` / 2⁶⁴.
  ///
  /// - Precondition: `bound` is positive.
  mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "There is no number below \(bound) to draw.")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number of the range.
  mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

  /// True `percent` times in a hundred.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// Brings `items` into a random order (Fisher and Yates), in place and without allocating.
  mutating func shuffle(_ items: inout [Int32]) {
    var i = items.count - 1
    while i > 0 {
      // Not `swapAt`, which allocates twice a call where it is not optimised.
      let j = below(i + 1)
      let item = items[i]
      items[i] = items[j]
      items[j] = item
      i -= 1
    }
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
