/// Everything that decides what an encoder of words for their stems is; how it is trained stands elsewhere.
public struct StemEncoderSettings: Codable, Equatable, Sendable {
  /// What of a word is read. Runs of before the choice have nil: its characters.
  public var reader: TextReader? = .characters
  /// The rows of the table of n-grams, a power of two; of use where n-grams are read. Runs of before the choice have nil.
  public var ngramRows: Int? = 8_192
  /// The rows that each n-gram falls on. Runs of before the choice have nil.
  public var ngramHashes: Int? = 1
  /// Elements of a character's vector.
  public var embeddingWidth = 32
  /// Units of the GRU.
  public var units = 128
  /// The elements of a word's vector.
  public var width = 64
  /// The share of the characters' vectors that is dropped in training.
  public var dropout: Float = 0.1
  /// The share of the characters that training reads as unknown ones, so that these come to mean something. Runs of before the
  /// choice have nil: none.
  public var unknownShare: Float? = 0.01
  /// Whether words are read from their end: what a stem and its forms have in common is read last then.
  public var readsRightToLeft = true
  /// The most characters of a line that is read.
  public var lineLimit = 1_000

  /// The default model.
  public init() {}

  /// Whether a recurrent net reads the characters.
  public var readsCharacters: Bool { reader != .ngrams }
  /// The rows of the table of n-grams, and those that each falls on; nil where none are read.
  public var grams: (rows: Int, hashes: Int)? {
    guard readsGrams, let ngramRows, let ngramHashes else { return nil }
    return (ngramRows, ngramHashes)
  }
  /// Whether n-grams are read.
  public var readsGrams: Bool { reader ?? .characters != .characters }

  /// Throws for the first setting that cannot be.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    if readsGrams {
      let needed = [("ngramRows", ngramRows), ("ngramHashes", ngramHashes)]
      if let missing = needed.first(where: { $0.1 == nil }) {
        throw fields.problem(missing.0, expected: "a number, as n-grams are read", found: "none")
      }
    }
    try fields.value(ngramRows, SettingLimits.gramTableRows, "ngramRows")
    try fields.value(ngramHashes, SettingLimits.gramHashes, "ngramHashes")
    try fields.value(embeddingWidth, SettingLimits.width, "embeddingWidth")
    try fields.value(units, SettingLimits.width, "units")
    try fields.value(width, SettingLimits.width, "width")
    try fields.value(dropout, SettingLimits.dropout, "dropout")
    try fields.value(unknownShare, SettingLimits.dropout, "unknownShare")
    try fields.value(lineLimit, SettingLimits.lineLimit, "lineLimit")
  }
}
