import Sluice

/// What the `run.json` of a language model holds.
struct LanguageModelDescription: RunDescription {
  static let jobName = "language-model"

  var format = RunHeader.currentFormat
  var job = Self.jobName
  var sluice = SluiceVersion.current
  /// The name of the configuration that the settings began with.
  var configuration: LanguageModelConfiguration
  /// The files of the text, or none for the embedded tales.
  var data: LanguageModelFiles
  var settings: LanguageModelSettings
  /// The words that can be predicted, by their ids.
  var vocabulary: [String]
  /// How words are spelled.
  var spelling: Spelling
  var machine: MachineDescription
  /// The saved model's figures on the validation part, or nil before the first epoch has ended.
  var result: LanguageModelResult?
  /// Its figures on the test part, if there is one and the training has ended.
  var testResult: LanguageModelResult?

  var suspects: Suspects { Suspects(optimizer: settings.optimizer) }

  func check(_ fields: FieldCheck) throws(StorageError) {
    try settings.check(fields)
    guard spelling.longest == settings.longestWord else {
      throw fields.error(
        "spelling.longest", expected: "the \(settings.longestWord) of 'settings.longestWord'",
        found: "\(spelling.longest)")
    }
    try fields.each(vocabulary, "vocabulary", expected: "a word without spaces") {
      WordCorpus.words(of: $0) == [$0]
    }
    try fields.distinct(vocabulary, "vocabulary")
    for word in [WordCorpus.end, WordCorpus.unknown] where !vocabulary.contains(word) {
      throw fields.error("vocabulary", expected: "a list with '\(word)'", found: "none")
    }
    if let last = settings.adaptiveCutoffs.last, last >= vocabulary.count {
      throw fields.error(
        "settings.adaptiveCutoffs", expected: "numbers below the \(vocabulary.count) words of the vocabulary",
        found: "\(last)")
    }
  }
}

extension LanguageModelSettings {
  fileprivate func check(_ fields: FieldCheck) throws(StorageError) {
    try fields.value(epochs, SettingTypes.epochs, "settings.epochs")
    try fields.value(streams, SettingTypes.streams, "settings.streams")
    try fields.value(steps, SettingTypes.steps, "settings.steps")
    try fields.value(embeddingWidth, SettingTypes.width, "settings.embeddingWidth")
    for (i, filter) in filters.enumerated() {
      try fields.value(filter.width, SettingTypes.filterWidth, "settings.filters[\(i)].width")
      try fields.value(filter.maps, SettingTypes.width, "settings.filters[\(i)].maps")
    }
    try fields.value(longestWord, SettingTypes.longestWord, "settings.longestWord")
    try fields.value(highways, SettingTypes.highways, "settings.highways")
    try fields.value(units, SettingTypes.width, "settings.units")
    try fields.value(layers, SettingTypes.layers, "settings.layers")
    try fields.value(heads, SettingTypes.width, "settings.heads")
    try fields.value(dropout, SettingTypes.dropout, "settings.dropout")
    try fields.value(initialRange, SettingTypes.initialRange, "settings.initialRange")
    if !adaptiveCutoffs.isEmpty {
      try fields.value(adaptiveCutoffs, SettingTypes.cutoffs, "settings.adaptiveCutoffs")
    }
    try fields.optimizer(optimizer)
    try fields.value(firstComparedEpoch, SettingTypes.epochs, "settings.firstComparedEpoch")
    try fields.value(vocabularyLimit, SettingTypes.vocabularyLimit, "settings.vocabularyLimit")
    try fields.value(validationShare, SettingTypes.validationShare, "settings.validationShare")
    try fields.value(lineLimit, SettingTypes.textLineLimit, "settings.lineLimit")
  }
}

/// Where a text comes from: one file that is divided, or one for each part.
struct LanguageModelFiles: Codable, Equatable, Sendable {
  var text: String?
  var training: String?
  var validation: String?
  var test: String?
}

/// How good a saved language model is on a part of the text.
struct LanguageModelResult: Codable, Equatable, Sendable {
  var epoch: Int
  /// Nats of a word, the ends of sentences counted as words.
  var loss: Double
  var perplexity: Double
  var bitsPerCharacter: Double

  /// - Parameters:
  ///   - epoch: the one after which the model was measured.
  ///   - charactersPerWord: the mean number of characters of a word, with the space after it.
  init(epoch: Int, loss: Double, charactersPerWord: Double) {
    self.epoch = epoch
    self.loss = loss
    perplexity = exponential(loss)
    bitsPerCharacter = loss / 0.693_147_180_559_945_3 / charactersPerWord
  }

  var text: String {
    "perplexity \(fixed(perplexity, 2)), bits per character \(fixed(bitsPerCharacter, 3))"
  }
}
