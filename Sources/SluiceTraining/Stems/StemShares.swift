import CLibrary
import SluiceCore
import SluiceText

/// How often each stem is dealt out in an epoch, where it is known how often its words occur.
///
/// A word weighs count^exponent, and a stem as much as the mean of its words (Mikolov et al. 2013 draw negatives by counts to the power of
/// 0.75). An epoch has as many words as without counts, but for those that the bounds leave out: a stem comes as often as its weight is larger than the mean,
/// at most once in each batch. What is left of a whole number is evened out over the epochs: each epoch adds the shares up from a number of its own, and a stem comes
/// at each whole number that is passed.
struct StemShares: Sendable {
  /// Where the shares of the stems before each one end: one more than there are stems.
  private let sums: [Double]

  /// - Parameters:
  ///   - weights: count^exponent of each word.
  ///   - starts: where the words of each stem, or of a part of one, begin in `places`, and the end of the last.
  ///   - most: the most that a stem can come in an epoch.
  /// - Returns: nil where no word weighs anything.
  init?(_ weights: [Double], starts: [Int32], places: [Int32], most: Int) {
    let total = places.reduce(0) { $0 + weights[Int($1)] }
    guard total > 0 else { return nil }
    let scale = Double(places.count) / total
    var sums: [Double] = [0]
    sums.reserveCapacity(starts.count)
    for (first, end) in zip(starts, starts.dropFirst()) {
      let sum = places[Int(first)..<Int(end)].reduce(0) { $0 + weights[Int($1)] }
      sums.append(sums[sums.count - 1] + min(scale * sum / Double(end - first), Double(max(most, 1))))
    }
    self.sums = sums
  }

  /// The weights of words by their counts.
  static func weights(_ counts: [Double], exponent: Float) -> [Double] {
    counts.map { pow($0, Double(exponent)) }
  }

  /// The stems.
  var count: Int { sums.count - 1 }

  /// The most stems that an epoch deals out, each as often as it comes.
  var most: Int { Int(sums[count]) + 1 }

  /// How often a stem comes on average.
  func share(_ stem: Int) -> Double { sums[stem + 1] - sums[stem] }

  /// How often a stem comes in an epoch, which adds up from `start`, between 0 and 1.
  func copies(_ stem: Int, from start: Double) -> Int {
    Int(sums[stem + 1] + start) - Int(sums[stem] + start)
  }
}
