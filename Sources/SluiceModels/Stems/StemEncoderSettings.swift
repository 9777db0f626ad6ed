/// Everything that decides what an encoder of words for their stems is; how it is trained stands elsewhere.
public struct StemEncoderSettings: Codable, Equatable, Sendable {
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

  /// Throws for the first setting that cannot be.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try fields.value(embeddingWidth, SettingLimits.width, "embeddingWidth")
    try fields.value(units, SettingLimits.width, "units")
    try fields.value(width, SettingLimits.width, "width")
    try fields.value(dropout, SettingLimits.dropout, "dropout")
    try fields.value(unknownShare, SettingLimits.dropout, "unknownShare")
    try fields.value(lineLimit, SettingLimits.lineLimit, "lineLimit")
  }
}
