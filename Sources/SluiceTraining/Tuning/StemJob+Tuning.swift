import SluiceCore
import SluiceLayers
import SluiceModels

extension StemJob: TunableJob {
  public static let dimensions: [TuningDimension<StemJobSettings>] = [
    TuningDimension(
      "reader",
      choices: [TextReader.characters, .ngrams, .both].map { reader in { $0.model.reader = reader } },
      text: { ($0.model.reader ?? .characters).rawValue }),
    TuningDimension(
      "ngram-rows",
      choices: [1_024, 4_096, 8_192, 16_384, 65_536].map { rows in { $0.model.ngramRows = rows } },
      text: { "\($0.model.ngramRows ?? 0)" }, matters: { $0.model.readsGrams }),
    .choice("units", \.model.units, [32, 64, 128, 192, 256], matters: { $0.model.readsCharacters }),
    .choice("embedding", \.model.embeddingWidth, [16, 32, 64], matters: { $0.model.readsCharacters }),
    .choice("width", \.model.width, [16, 32, 64, 128]),
    .choice(
      "dropout", \.model.dropout, [0, 0.05, 0.1, 0.2, 0.3], matters: { $0.model.readsCharacters }),
    .choice("margin", \.margin, [0.2, 0.3, 0.45, 0.6]),
    .choice("sampling", \.sampling, of: [.hard, .semiHard]),
    .choice("batch", \.batch, [128, 256, 512]),
    .choice("epochs", \.epochs, [18, 27, 36]),
    .factor("learning-rate", \.optimizer.learningRate, [0.35, 0.5, 0.7, 1.4, 2, 2.8]),
  ]

  public static let metrics: [TuningMetric] = [.recall]

  public init(reading source: String?, settings: StemJobSettings) throws {
    try self.init(readingFile: source, settings: settings)
  }

  public func figure(_ metric: TuningMetric, of measure: StemMeasure) -> Double? {
    metric == .recall ? measure.recall.at1 : nil
  }

  /// The products of the GRU for a character, and what its n-grams take as if it were such, times the epochs: with the default model a
  /// thirteenth.
  public static func work(of settings: StemJobSettings) -> Double {
    let model = settings.model
    let (units, embedding) = (Double(model.units), Double(model.embeddingWidth))
    var work = model.readsCharacters ? 3 * units * (embedding + units + 24) : 0
    if let grams = model.grams { work += 85 * Double(grams.hashes) * Double(model.width) }
    return Double(settings.epochs) * work
  }

  public static func repeating(_ settings: StemJobSettings, seed: UInt64) -> StemJobSettings {
    var other = settings
    other.dataSeed = settings.dataSeed ?? settings.seed
    other.seed = seed
    return other
  }

  public var dataArguments: [String] {
    let usual = StemJobSettings()
    var arguments = source.map { ["--data", $0] } ?? []
    arguments += settings.columns?.arguments ?? []
    if let file = settings.validationFile { arguments += ["--validation", file] }
    if let file = settings.testFile { arguments += ["--test", file] }
    if settings.validationShare != usual.validationShare {
      arguments += ["--validation-share", "\(settings.validationShare)"]
    }
    if settings.model.lineLimit != usual.model.lineLimit {
      arguments += ["--line-limit", "\(settings.model.lineLimit)"]
    }
    return arguments
  }
}
