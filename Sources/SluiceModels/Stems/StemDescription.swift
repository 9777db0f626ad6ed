import SluiceStorage
import SluiceText

/// What it takes to build an encoder of words again, and the words to look among.
public struct StemDescription: ModelDescription {
  public static let jobName = "stems"

  /// What the model is.
  public var settings: StemEncoderSettings
  /// The characters by their ids, from 1; id 0 stands for any other.
  public var alphabet: Alphabet
  /// The words to look among, those of the training part first.
  public var words: [String]

  /// A description by its parts.
  public init(settings: StemEncoderSettings, alphabet: Alphabet, words: [String]) {
    self.settings = settings
    self.alphabet = alphabet
    self.words = words
  }

  private enum CodingKeys: String, CodingKey { case settings, alphabet, words, packedWords }

  /// The words stand there as a list or packed.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    settings = try values.decode(StemEncoderSettings.self, forKey: .settings)
    alphabet = try values.decode(Alphabet.self, forKey: .alphabet)
    guard let packed = try values.decodeIfPresent(String.self, forKey: .packedWords) else {
      words = try values.decode([String].self, forKey: .words)
      return
    }
    guard let words = PackedWords.words(of: packed) else {
      throw DecodingError.dataCorruptedError(
        forKey: .packedWords, in: values, debugDescription: "a list of words, packed")
    }
    self.words = words
  }

  /// Beside numbers of a byte the words are packed, as they would be most of a small model.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(settings, forKey: .settings)
    try values.encode(alphabet, forKey: .alphabet)
    if StoredPrecision.beside(encoder) == .int8 {
      try values.encode(PackedWords.text(of: words), forKey: .packedWords)
    } else {
      try values.encode(words, forKey: .words)
    }
  }

  /// Throws for the first setting or member that cannot be.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try settings.check(fields.inside("settings"))
    try fields.count(words.count, atLeast: 2 * WordStems.leastStems, "words")
    try fields.each(words, "words", expected: "a word") { !$0.isEmpty }
  }
}

extension StemEncoderSettings {
  /// Reads the n-grams of words; nil where none are read.
  package func gramReader(_ alphabet: Alphabet) -> GramReader? {
    grams.map { GramReader(alphabet, rows: $0.rows, hashes: $0.hashes) }
  }
}
