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
    var parameters = Parameters(seed: description.settings.seed, engine: engine)
    let model: StemModel
    do {
      model = try StemModel(symbols: description.alphabet.count, description.settings, in: &parameters)
    } catch {
      throw directory.unusable(error)
    }
    try parameters.read(from: directory.model)
    self.description = description
    self.model = model
    self.parameters = parameters
  }

  func vectors(_ words: [String]) -> WordVectors {
    WordVectors(words, model, description.alphabet, parameters)
  }
}
