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

  /// Throws for the first setting or member that cannot be.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try settings.check(fields.inside("settings"))
    try fields.count(words.count, atLeast: 2 * WordStems.leastStems, "words")
    try fields.each(words, "words", expected: "a word") { !$0.isEmpty }
  }
}
