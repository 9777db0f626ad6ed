import SluiceText

/// What it takes to build a text classifier again.
public struct ClassifierDescription: ModelDescription {
  public static let jobName = "classifier"

  /// What the model is, as it was asked for.
  public var settings: ClassifierSettings
  /// The names of the labels by their ids.
  public var labels: [String]
  /// The characters by their ids, from 1; id 0 stands for any other.
  public var alphabet: Alphabet
  /// The rows of the table of n-grams; nil where none are read: by the settings, or because there are too few texts for both readers.
  public var ngramRows: Int?

  /// The texts that the table of n-grams was solved for on, which is told and changes nothing; nil where none are read, and in runs of before it was told.
  public var ngramTexts: Int?

  /// A description by its parts.
  public init(
    settings: ClassifierSettings, labels: [String], alphabet: Alphabet, ngramRows: Int? = nil
  ) {
    self.ngramRows = ngramRows
    self.settings = settings
    self.labels = labels
    self.alphabet = alphabet
  }

  /// Throws for the first setting or member that cannot be.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try settings.check(fields.inside("settings"))
    try fields.count(labels.count, atLeast: settings.isMultilabel ? 1 : 2, "labels")
    try fields.each(labels, "labels", expected: "a name") { !$0.isEmpty }
    try fields.distinct(labels, "labels")
    guard let rows = ngramRows else {
      guard settings.reader == .ngrams else { return }
      throw fields.problem("ngramRows", expected: "the rows of the table of n-grams", found: "none")
    }
    try fields.value(rows, SettingLimits.gramRows, "ngramRows")
    guard rows & (rows - 1) == 0 else {
      throw fields.problem("ngramRows", expected: "a power of two", found: "\(rows)")
    }
  }

  /// What the model is: settings that ask for both readers have that of the characters where there is no table of n-grams.
  package var modelSettings: ClassifierSettings {
    var model = settings
    if ngramRows == nil, model.reader == .both { model.reader = .characters }
    return model
  }

  /// Reads the n-grams of texts; nil where none are read.
  package var gramReader: GramReader? {
    settings.reader ?? .characters == .characters
      ? nil : ngramRows.map { GramReader(alphabet, rows: $0) }
  }
}
