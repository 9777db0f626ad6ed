import SluiceText

/// What it takes to build a text classifier again.
public struct ClassifierDescription: ModelDescription {
  public static let jobName = "classifier"

  /// What the model is.
  public var settings: ClassifierSettings
  /// The names of the labels by their ids.
  public var labels: [String]
  /// The characters by their ids, from 1; id 0 stands for any other.
  public var alphabet: Alphabet

  /// A description by its parts.
  public init(settings: ClassifierSettings, labels: [String], alphabet: Alphabet) {
    self.settings = settings
    self.labels = labels
    self.alphabet = alphabet
  }

  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try settings.check(fields.inside("settings"))
    try fields.count(labels.count, atLeast: 2, "labels")
    try fields.each(labels, "labels", expected: "a name") { !$0.isEmpty }
    try fields.distinct(labels, "labels")
  }
}
