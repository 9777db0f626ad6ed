import CLibrary
import SluiceCore

/// How much of the part to validate on is in the part to train on already: what a model gets right there it may have learned by heart.
///
/// Texts count as equal that differ in case, punctuation, spaces or the digits of numbers only, and as nearly equal that share the first or
/// the second half of at least 8 words. Two things are leakage:
///
/// - More texts of the validation part are in the training part than texts of the training part are in it again. What people say over and
///   over, such as "ok", is in both alike, however the data are divided.
/// - Texts were copied before the data were divided: the numbers of their copies are more alike than chance makes them (their variance is below 0.6
///   times that of a zero-truncated Poisson distribution of the same mean). Again only what people say over and over is
///   more uneven than chance.
public struct SplitOverlap: Sendable, Equatable {
  /// The texts of the validation part, and those of them that are in the training part too, equal or nearly so.
  public let count: Int
  public let sharedCount: Int
  /// The share of the texts of the training part that are in it again.
  public let repeatedShare: Double
  /// Whether texts seem to have been copied before the data were divided.
  public let isCopied: Bool
  /// One of the shared texts, if there is any.
  public let example: String?

  /// The share of the validation part that is in the training part too.
  public var sharedShare: Double { Double(sharedCount) / Double(max(count, 1)) }

  /// Whether the validation says more of the model than is true.
  public var isLeakage: Bool {
    let share = sharedShare
    guard sharedCount >= 5 else { return false }
    let doubt = 3 * (share * (1 - share) / Double(max(count, 1))).squareRoot()
    return share > repeatedShare + 0.02 + doubt || isCopied && share >= 0.1
  }

  /// Compares two parts.
  ///
  /// - Parameter text: gives a text of the validation part by its place.
  /// - Complexity: O(texts), with a table of the training part's.
  public init(training: [TextFingerprint], validation: [TextFingerprint], text: (Int) -> String) {
    var wholes: [UInt64: Int] = [:]
    var halves: [UInt64: Int] = [:]
    for print in training {
      wholes[print.whole, default: 0] += 1
      for half in print.halves ?? [] { halves[half, default: 0] += 1 }
    }
    func copies(of print: TextFingerprint) -> Int {
      max(wholes[print.whole] ?? 0, (print.halves ?? []).map { halves[$0] ?? 0 }.max() ?? 0)
    }
    var (shared, longest): (Int, Int?) = (0, nil)
    for (i, print) in validation.enumerated() where print.words > 0 && copies(of: print) > 0 {
      shared += 1
      // The longest proves the most.
      if longest.map({ validation[$0].letters < print.letters }) ?? true { longest = i }
    }
    count = validation.count
    sharedCount = shared
    let repeated = training.count { $0.words > 0 && copies(of: $0) > 1 }
    repeatedShare = Double(repeated) / Double(max(training.count, 1))
    example = longest.map(text)
    isCopied = Self.isCopied(training, validation)
  }

  /// Whether the numbers of copies of texts that are long enough to be told apart are more alike than chance makes them.
  private static func isCopied(_ training: [TextFingerprint], _ validation: [TextFingerprint]) -> Bool {
    var counts: [UInt64: Int] = [:]
    for part in [training, validation] {
      for print in part where print.letters >= 12 && print.words >= 3 { counts[print.whole, default: 0] += 1 }
    }
    guard counts.count >= 50 else { return false }
    let n = Double(counts.count)
    // Whole numbers: their sums do not depend on the order.
    let (sum, squares) = counts.values.reduce((0, 0)) { ($0.0 + $1, $0.1 + $1 * $1) }
    let mean = Double(sum) / n
    guard mean >= 1.1 else { return false }
    let variance = Double(squares) / n - mean * mean
    // λ of the zero-truncated Poisson distribution with this mean: λ / (1 − e^−λ) = mean.
    var rate = mean
    for _ in 0..<60 { rate = mean * (1 - exp(-rate)) }
    return variance < 0.6 * mean * (1 + rate - mean)
  }
}

extension SplitOverlap {
  /// The overlap of two parts of labeled texts, by the characters that an alphabet knows.
  public init(training: LabeledSequences, validation: LabeledSequences, alphabet: Alphabet) {
    func prints(_ part: LabeledSequences) -> [TextFingerprint] {
      (0..<part.count).map {
        TextFingerprint(scalars: part.symbols[$0].lazy.map { alphabet.scalarValue(of: $0) })
      }
    }
    self.init(training: prints(training), validation: prints(validation)) { i in
      var text = String.UnicodeScalarView()
      for id in validation.symbols[i] {
        text.append(Unicode.Scalar(alphabet.scalarValue(of: id)) ?? "\u{FFFD}")
      }
      return String(text)
    }
  }

  /// The overlap of the sentences to train on and to validate on.
  public init(_ corpus: WordCorpus) {
    let words = corpus.spellings.map { FingerprintWord($0) }
    func sentences(_ part: [Int32]) -> [ArraySlice<Int32>] {
      part.split(separator: corpus.endForm, omittingEmptySubsequences: true)
    }
    func prints(_ sentences: [ArraySlice<Int32>]) -> [TextFingerprint] {
      sentences.map { TextFingerprint($0.map { words[Int($0)] }) }
    }
    let validation = sentences(corpus.validation)
    self.init(training: prints(sentences(corpus.training)), validation: prints(validation)) { i in
      validation[i].map { corpus.spellings[Int($0)] }.joined(separator: " ")
    }
  }
}

extension Alphabet {
  /// The Unicode scalar value of an id; that of the replacement character for the unknown one.
  func scalarValue(of id: Int32) -> UInt32 {
    id > 0 && Int(id) <= scalars.count ? scalars[Int(id) - 1] : 0xFFFD
  }
}
