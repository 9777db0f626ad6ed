import Sluice

/// What the `run.json` of an embedding of words holds.
struct StemDescription: RunDescription {
  static let jobName = "stems"

  var format = RunHeader.currentFormat
  var job = Self.jobName
  var sluice = SluiceVersion.current
  /// The file the words came from, or nil for the embedded vocabulary.
  var data: String?
  var settings: StemSettings
  var alphabet: Alphabet
  /// The words to look among, those of the training part first.
  var words: [String]
  var machine: MachineDescription
  /// The saved model's figures on stems it never saw, or nil before the first epoch has ended.
  var result: StemResult?

  var suspects: Suspects { Suspects(optimizer: settings.optimizer) }

  func check(_ fields: FieldCheck) throws(StorageError) {
    try settings.check(fields)
    try fields.count(words.count, atLeast: 2 * WordStems.leastStems, "words")
    try fields.each(words, "words", expected: "a word") { !$0.isEmpty }
  }
}

extension StemSettings {
  fileprivate func check(_ fields: FieldCheck) throws(StorageError) {
    try fields.value(epochs, SettingTypes.epochs, "settings.epochs")
    try fields.value(batch, SettingTypes.words, "settings.batch")
    try fields.value(embeddingWidth, SettingTypes.width, "settings.embeddingWidth")
    try fields.value(units, SettingTypes.width, "settings.units")
    try fields.value(width, SettingTypes.width, "settings.width")
    try fields.value(dropout, SettingTypes.dropout, "settings.dropout")
    try fields.value(margin, SettingTypes.margin, "settings.margin")
    try fields.optimizer(optimizer)
    try fields.value(validationShare, SettingTypes.validationShare, "settings.validationShare")
    try fields.value(lineLimit, SettingTypes.lineLimit, "settings.lineLimit")
    try fields.value(subsetStems, SettingTypes.subset, "settings.subsetStems")
    try fields.value(subsetSteps, SettingTypes.subset, "settings.subsetSteps")
  }
}

/// How good a saved embedding is on stems it never saw.
struct StemResult: Codable, Equatable, Sendable {
  var epoch: Int
  var recall: Recall
  var prefixBaseline: Recall
  var trigramBaseline: Recall
}

/// An embedding of words loaded from its run's folder.
struct SavedStems: ~Copyable {
  let description: StemDescription
  private let model: StemModel
  private let parameters: Parameters

  /// - Throws: `StorageError` if the folder, `run.json` or the model cannot be read or do not fit each other.
  init(readingRun path: String, engine: Engine) throws {
    let directory = try RunDirectory.open(path)
    let description = try directory.description(StemDescription.self)
    let saved = try SavedModel(directory, seed: description.settings.seed, engine: engine) {
      (parameters: inout Parameters) throws(ModelError) in
      try StemModel(symbols: description.alphabet.count, description.settings, in: &parameters)
    }
    self.description = description
    model = saved.model
    parameters = saved.parameters
  }

  func vectors(_ words: [String]) -> WordVectors {
    WordVectors(words, model, description.alphabet, parameters)
  }
}
