import SluiceCore

/// A stream of random numbers that is a pure function of a seed, a purpose and an index, so that the same
/// split, order or example comes out whatever else was drawn before: the numbers of a `CounterRandom`, one
/// after the other.
package struct RandomStream: Sendable {
  /// Keeps apart the streams of one seed.
  package enum Purpose: UInt64 {
    case batchOrder = 1
    case split = 2
    case guideOrder = 3
    case guideExample = 4
    case smallTales = 5
    case gramSample = 6
    case gramOrder = 7
    case textSample = 8
    case blockOrder = 9
    case windowOrder = 10
  }

  private let random: CounterRandom
  private var counter: UInt64 = 0

  package init(seed: UInt64, purpose: Purpose, index: Int) {
    random = CounterRandom(seed: seed).stream(purpose.rawValue).stream(UInt64(bitPattern: Int64(index)))
  }

  /// The next 64 random bits.
  mutating func next() -> UInt64 {
    counter += 1
    return random.bits(counter - 1)
  }

  /// A number from 0 to `bound` - 1, by multiplication: off from uniform by less than `bound` / 2⁶⁴.
  ///
  /// - Precondition: `bound` is positive.
  mutating func below(_ bound: Int) -> Int {
    counter += 1
    return random.below(bound, counter - 1)
  }

  /// A number of the range.
  mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

  /// True `percent` times in a hundred.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// `count` of the numbers below `bound`, each choice as likely as any other, in rising order (Floyd's algorithm).
  ///
  /// - Complexity: O(count · log count) time and O(count) memory, however large the bound is.
  mutating func choose(_ count: Int, below bound: Int) -> [Int] {
    var chosen: Set<Int> = []
    for last in max(bound - count, 0)..<max(bound, 0) {
      let number = below(last + 1)
      if !chosen.insert(number).inserted { chosen.insert(last) }
    }
    return chosen.sorted()
  }

  /// Brings `items` into a random order (Fisher and Yates), in place and without allocating.
  package mutating func shuffle(_ items: inout [Int32]) {
    var i = items.count - 1
    while i > 0 {
      // Not `swapAt`, which allocates twice a call where it is not optimized.
      let j = below(i + 1)
      let item = items[i]
      items[i] = items[j]
      items[j] = item
      i -= 1
    }
  }
}
