import Sluice

/// A small untrained model as a run's folder holds it, for tests of what is done with saved models.
public enum SavedExample: String, CaseIterable, Sendable {
  case classifier, stems, gramStems, lstm, table, transformer

  /// The characters that the models know: a, b and c.
  private static let alphabet = Alphabet(of: ["abc"])

  /// Writes the model and its description into a folder, which is made if it is not there.
  public func save(in folder: String, precision: StoredPrecision = .float32) throws {
    switch self {
    case .classifier:
      var settings = ClassifierSettings()
      settings.units = 4
      try Self.save(settings, in: folder, precision: precision)
    case .stems, .gramStems:
      var settings = StemJobSettings()
      settings.model.reader = self == .stems ? .characters : .both
      settings.model.ngramRows = 64
      settings.model.ngramHashes = 2
      settings.model.units = 4
      var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
      _ = try StemEncoder(symbols: Self.alphabet.count, settings.model, in: &parameters)
      let words = (0..<20).map { String(repeating: "a", count: $0 + 1) }
      try Self.save(
        parameters, StemDescription(settings: settings.model, alphabet: Self.alphabet, words: words),
        settings, precision,
        in: folder)
    case .lstm, .table, .transformer:
      var settings = LanguageModelConfiguration.tiny.settings
      settings.model.units = 8
      if self == .table {
        settings.model.reading = .table
        settings.model.filters = []
        settings.model.adaptiveCutoffs = [2]
      }
      if self == .transformer {
        settings.model.body = .transformer
        settings.model.padsWords = true
      }
      try Self.save(settings, in: folder, precision: precision)
    }
  }

  /// Writes an untrained classifier with settings, labels and characters of one's own.
  public static func save(
    _ model: ClassifierSettings, labels: [String] = ["a", "b"], characters: String = "abc", in folder: String,
    precision: StoredPrecision = .float32
  ) throws {
    var settings = ClassifierJobSettings()
    settings.model = model
    let alphabet = Alphabet(of: [characters])
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let rows = model.reader ?? .characters == .characters ? nil : 1 << 10
    _ = try TextClassifier(
      symbols: alphabet.count, labels: labels.count, gramRows: rows, model, in: &parameters)
    try save(
      parameters,
      ClassifierDescription(settings: model, labels: labels, alphabet: alphabet, ngramRows: rows), settings,
      precision, in: folder)
  }

  /// Writes an untrained language model of the words `ab` and `ba`.
  public static func save(
    _ settings: LanguageModelJobSettings, in folder: String, precision: StoredPrecision = .float32
  ) throws {
    let spelling = Spelling(alphabet: alphabet, longest: settings.model.longestWord)
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    _ = try LanguageModel(characters: spelling.count, vocabulary: 4, settings.model, in: &parameters)
    try save(
      parameters,
      LanguageModelDescription(
        settings: settings.model, vocabulary: ["ab", WordCorpus.end, "ba", WordCorpus.unknown],
        spelling: spelling), settings, precision, in: folder)
  }

  private static func save<Description: ModelDescription>(
    _ parameters: borrowing Parameters, _ description: Description, _ settings: some JobSettings,
    _ precision: StoredPrecision, in folder: String
  ) throws {
    try RunDirectory.create(at: folder).save(
      parameters.namedTensors, description: Saved(description: description, settings: settings),
      precision: precision)
  }

  /// What a training writes of the model: its description, with all settings in place of the model's own.
  private struct Saved<Description: ModelDescription, Settings: JobSettings>: Encodable {
    let description: Description
    let settings: Settings

    private enum CodingKeys: String, CodingKey { case settings }

    func encode(to encoder: any Encoder) throws {
      try RunHeader(job: Description.jobName).encode(to: encoder)
      try description.encode(to: encoder)
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(settings, forKey: .settings)
    }
  }
}
