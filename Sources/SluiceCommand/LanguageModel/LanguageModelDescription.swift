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
