import SluiceCore

/// A model of text that only counts: the modified Kneser-Ney trigram, interpolated (Chen and Goodman 1999, "An empirical study of
/// smoothing techniques for language modeling", Harvard TR-10-98, section 3.1). What a language model has to beat.
///
/// The text is one stream in which an end of a sentence is a word like others. With c a count, in the lower orders the number of
/// different words before, and D one of three discounts by whether c is 1, 2 or more:
///
///     p(w | u v) = (c(u v w) − D) / Σ c(u v ·) + γ(u v) · p(w | v)
///     p(w | v)   = (c(v w) − D) / Σ c(v ·) + γ(v) · p(w)
///     p(w)       = (c(w) − D) / Σ c + γ / vocabulary
///
/// where γ is what the discounts have left. D comes from how many n-grams occur once to four times; where one of these numbers is 0
/// or a discount would be below 0, as in a short text, they are ½, 1 and 1½.
public struct KneserNeyTrigram: Sendable {
  /// The most words that can be counted: their numbers have 21 bits.
  public static let wordLimit = 2_000_000

  /// The words that can be predicted.
  public let vocabulary: Int
  /// The discounts of the single words, the pairs and the triples.
  public var discounts: [[Double]] {
    [words.discounts.values, pairs.discounts.values, triples.discounts.values]
  }

  /// The number in the keys of each id; −1 for one that was not counted.
  private let numbers: [Int32]
  private let words: NGrams
  private let pairs: NGrams
  private let triples: NGrams

  /// Counts a text.
  ///
  /// - Parameters:
  ///   - text: the ids of its words.
  ///   - vocabulary: ids are below it; each has a probability, counted or not.
  /// - Precondition: at most `wordLimit` words, at least one word in the vocabulary.
  /// - Complexity: O(words · log words) time, about 70 bytes a word.
  public init(_ text: some Collection<Int32>, vocabulary: Int) {
    require(text.count <= Self.wordLimit, "A trigram is counted on at most \(Self.wordLimit) words.")
    require(vocabulary > 0, "A vocabulary has at least one word.")
    self.vocabulary = vocabulary
    var numbers = [Int32](repeating: -1, count: vocabulary)
    var next: Int32 = 0
    var keys: [UInt64] = []
    keys.reserveCapacity(text.count)
    var key: UInt64 = 0
    for (i, id) in text.enumerated() {
      if numbers[Int(id)] < 0 {
        numbers[Int(id)] = next
        next += 1
      }
      key = (key << NGrams.wordBits | UInt64(numbers[Int(id)])) & NGrams.allBits
      if i >= 2 { keys.append(key) }
    }
    self.numbers = numbers
    triples = NGrams(keys)
    pairs = NGrams(triples.keys.map { $0 & NGrams.pairBits })
    words = NGrams(pairs.keys.map { $0 & NGrams.lastBits })
  }

  /// The probability of a word after two others, of which the first or both may be unknown.
  ///
  /// - Complexity: O(log words).
  public func probability(of word: Int32, after first: Int32?, _ second: Int32?) -> Double {
    let last = numbers[Int(word)]
    var result = words.probability(of: last, after: 0, lower: 1 / Double(vocabulary))
    guard let second, numbers[Int(second)] >= 0 else { return result }
    var context = UInt64(numbers[Int(second)])
    result = pairs.probability(of: last, after: context, lower: result)
    guard let first, numbers[Int(first)] >= 0 else { return result }
    context |= UInt64(numbers[Int(first)]) << NGrams.wordBits
    return triples.probability(of: last, after: context, lower: result)
  }

  /// The mean loss of the words of a text, in nats, each predicted from the two before it.
  ///
  /// - Parameter context: the words before the text.
  public func loss(of text: some Collection<Int32>, after context: some Collection<Int32>) -> Double {
    var (first, second): (Int32?, Int32?) = (nil, nil)
    for id in context.suffix(2) { (first, second) = (second, id) }
    var sum = 0.0
    for id in text {
      sum -= naturalLogarithm(probability(of: id, after: first, second))
      (first, second) = (second, id)
    }
    return sum / Double(max(text.count, 1))
  }
}

/// N-grams of one order: the words' numbers side by side in a key, the last one lowest.
private struct NGrams: Sendable {
  static let wordBits: UInt64 = 21
  static let lastBits: UInt64 = 1 << 21 - 1
  static let pairBits: UInt64 = 1 << 42 - 1
  static let allBits: UInt64 = 1 << 63 - 1

  /// Every n-gram once, rising.
  let keys: [UInt64]
  private let counts: [Int32]
  let discounts: Discounts
  /// What comes before the last word, each once, rising, with the count of all that follows and what the discounts take of it.
  private var contexts: [UInt64] = []
  private var totals: [Double] = []
  private var taken: [Double] = []

  init(_ occurrences: [UInt64]) {
    var keys = occurrences
    keys.sort()
    var counts: [Int32] = []
    var count = 0
    for (i, key) in keys.enumerated() {
      if i > 0, keys[count - 1] == key {
        counts[count - 1] += 1
      } else {
        keys[count] = key
        counts.append(1)
        count += 1
      }
    }
    keys.removeLast(keys.count - count)
    self.keys = keys
    self.counts = counts
    discounts = Discounts(counts)
    for (key, count) in zip(keys, counts) {
      let context = key >> Self.wordBits
      if contexts.last != context {
        contexts.append(context)
        totals.append(0)
        taken.append(0)
      }
      totals[totals.count - 1] += Double(count)
      taken[taken.count - 1] += discounts[count]
    }
  }

  /// - Parameters:
  ///   - word: the number of the last word; negative for one that was not counted.
  ///   - lower: its probability by the order below.
  func probability(of word: Int32, after context: UInt64, lower: Double) -> Double {
    guard let place = Self.place(of: context, in: contexts) else { return lower }
    var count: Int32 = 0
    if word >= 0, let found = Self.place(of: context << Self.wordBits | UInt64(word), in: keys) {
      count = counts[found]
    }
    return (Double(count) - discounts[count] + taken[place] * lower) / totals[place]
  }

  private static func place(of key: UInt64, in keys: [UInt64]) -> Int? {
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key ? low : nil
  }
}

/// What is taken off the counts of n-grams that were seen, for those that were not.
private struct Discounts: Sendable {
  /// Of counts of 1, 2 and more.
  let values: [Double]

  init(_ counts: [Int32]) {
    var n = [Double](repeating: 0, count: 5)
    for count in counts where count < 5 { n[Int(count)] += 1 }
    guard n[1] > 0, n[2] > 0, n[3] > 0, n[4] > 0 else {
      values = [0.5, 1, 1.5]
      return
    }
    let y = n[1] / (n[1] + 2 * n[2])
    let estimated = (1...3).map { Double($0) - Double($0 + 1) * y * n[$0 + 1] / n[$0] }
    let isSound = estimated.enumerated().allSatisfy { 0...Double($0 + 1) ~= $1 }
    values = isSound ? estimated : [0.5, 1, 1.5]
  }

  subscript(count: Int32) -> Double { count < 1 ? 0 : values[Int(min(count, 3)) - 1] }
}
