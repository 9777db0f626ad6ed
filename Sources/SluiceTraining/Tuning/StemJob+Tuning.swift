import SluiceCore
import SluiceLayers
import SluiceModels

extension StemJob: TunableJob {
  public static let dimensions: [TuningDimension<StemJobSettings>] = [
    .choice("units", \.model.units, [32, 64, 128, 192, 256]),
    .choice("embedding", \.model.embeddingWidth, [16, 32, 64]),
    .choice("width", \.model.width, [16, 32, 64, 128]),
    .choice("dropout", \.model.dropout, [0, 0.05, 0.1, 0.2, 0.3]),
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

  /// The products of the GRU for a character, times the epochs.
  public static func work(of settings: StemJobSettings) -> Double {
    let (units, embedding) = (Double(settings.model.units), Double(settings.model.embeddingWidth))
    return Double(settings.epochs) * 3 * units * (embedding + units + 24)
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
