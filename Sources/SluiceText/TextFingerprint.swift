import SluiceCore

/// What is left of a text when case, punctuation, spaces and the digits of numbers are not looked at, as a few numbers: equal texts have
/// equal ones, and others hardly ever do (64 bits).
public struct TextFingerprint: Sendable, Equatable {
  /// Of all words.
  let whole: UInt64
  /// Of the first half of the words and of the second; nil for a text of fewer than 8 words. A text that was changed in one place shares the
  /// other half.
  let halves: [UInt64]?
  /// The words, and the letters and numbers in them.
  public let words: Int
  public let letters: Int

  /// The fingerprint of a text, given by its Unicode scalar values.
  ///
  /// - Complexity: O(scalars).
  public init(scalars: some Sequence<UInt32>) {
    var words: [FingerprintWord] = []
    var word = FingerprintWord()
    for value in scalars {
      if !word.add(value) {
        if word.letters > 0 { words.append(word) }
        word = FingerprintWord()
      }
    }
    if word.letters > 0 { words.append(word) }
    self.init(words)
  }

  /// The fingerprint of a text by those of its words; those without a letter or digit do not count.
  init(_ words: some Collection<FingerprintWord>) {
    let words = words.filter { $0.letters > 0 }
    self.words = words.count
    letters = words.reduce(0) { $0 + $1.letters }
    whole = Self.hash(words[...])
    let middle = words.count / 2
    // The second half begins from another number, so that it is not taken for a first one.
    halves =
      words.count < 8
      ? nil : [Self.hash(words[..<middle]), Self.hash(words[middle...], from: 0x9E37_79B9_7F4A_7C15)]
  }

  private static func hash(_ words: ArraySlice<FingerprintWord>, from start: UInt64 = 0xCBF2_9CE4_8422_2325)
    -> UInt64
  {
    var hash = start
    for word in words {
      hash = (hash ^ word.hash) &* 0x0000_0100_0000_01B3
      hash ^= hash >> 29
    }
    return hash
  }
}

/// A word on its way into a fingerprint (FNV-1a over what counts of its characters).
struct FingerprintWord: Sendable {
  private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var letters = 0
  private var isInNumber = false

  init() {}

  init(_ text: String) {
    for scalar in text.unicodeScalars { _ = add(scalar.value) }
  }

  /// Takes a letter in small, or one 0 for all digits in a row; false for anything else, which ends a word.
  mutating func add(_ value: UInt32) -> Bool {
    switch value {
    case 0x30...0x39:
      if !isInNumber { take(0x30) }
      isInNumber = true
      return true
    case 0x41...0x5A: take(value + 0x20)
    case 0x61...0x7A: take(value)
    case 0..<0x80: return false
    default:
      guard let properties = Unicode.Scalar(value)?.properties, properties.isAlphabetic else { return false }
      for scalar in properties.lowercaseMapping.unicodeScalars { take(scalar.value) }
    }
    isInNumber = false
    return true
  }

  private mutating func take(_ value: UInt32) {
    letters += 1
    hash = (hash ^ UInt64(value)) &* 0x0000_0100_0000_01B3
  }
}
