import Sluice

/// What the `run.json` of a classifier holds.
struct ClassifierDescription: RunDescription {
  static let jobName = "classifier"

  /// The version of this description's form.
  var format = RunHeader.currentFormat
  var job = Self.jobName
  var sluice = SluiceVersion.current
  /// The file the texts came from, or nil for the embedded programme guide.
  var data: String?
  var settings: ClassifierSettings
  /// The names of the labels by their ids.
  var labels: [String]
  /// The characters by their ids, from 1; id 0 stands for any other.
  var alphabet: Alphabet
  var machine: MachineDescription
  /// The saved model's figures on the validation part, or nil before the first epoch has ended.
  var result: ClassifierResult?

  var suspects: Suspects { Suspects(optimizer: settings.optimizer, lossFactor: settings.softNearestNeighbor) }

  func check(_ fields: FieldCheck) throws(StorageError) {
    try settings.check(fields)
    try fields.count(labels.count, atLeast: 2, "labels")
    try fields.each(labels, "labels", expected: "a name") { !$0.isEmpty }
    try fields.distinct(labels, "labels")
  }
}

extension ClassifierSettings {
  fileprivate func check(_ fields: FieldCheck) throws(StorageError) {
    try fields.value(epochs, SettingTypes.epochs, "settings.epochs")
    try fields.value(batch, SettingTypes.texts, "settings.batch")
    try fields.value(embeddingWidth, SettingTypes.width, "settings.embeddingWidth")
    try fields.value(units, SettingTypes.width, "settings.units")
    try fields.value(layers, SettingTypes.layers, "settings.layers")
    try fields.value(dropout, SettingTypes.dropout, "settings.dropout")
    try fields.value(recurrentDropout, SettingTypes.dropout, "settings.recurrentDropout")
    try fields.optimizer(optimizer)
    try fields.value(validationShare, SettingTypes.validationShare, "settings.validationShare")
    try fields.value(lineLimit, SettingTypes.lineLimit, "settings.lineLimit")
    try fields.value(embeddedExamples, SettingTypes.examples, "settings.embeddedExamples")
  }
}

/// How good a saved classifier is on its validation part.
struct ClassifierResult: Codable, Equatable, Sendable {
  var epoch: Int
  var loss: Double
  var accuracy: Double
  var macroF1: Double
}
