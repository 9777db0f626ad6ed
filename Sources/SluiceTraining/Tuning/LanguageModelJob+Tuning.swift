import SluiceCore
import SluiceModels

/// What varies leaves the streams and steps alone, in which the text is divided, and the vocabulary.
extension LanguageModelJob: TunableJob {
  public static let dimensions: [TuningDimension<LanguageModelJobSettings>] = [
    TuningDimension(
      "optimizer",
      choices: [OptimizerName.sgd, .adam].map { name in
        { $0.optimizer = LanguageModelJobSettings.usualOptimizer(name) }
      }, text: { $0.optimizer.name.rawValue }),
    TuningDimension(
      "schedule",
      choices: [ScheduleSetting.halving, .linear(steps: nil), .cosine(steps: nil)].map { schedule in
        { $0.optimizer.schedule = schedule }
      }, text: { $0.optimizer.schedule.text }),
    .factor("learning-rate", \.optimizer.learningRate, [0.35, 0.5, 0.7, 1.4, 2]),
    TuningDimension(
      "clip-norm", choices: [Float(1), 2.5, 5, 10].map { norm in { $0.optimizer.clipNorm = norm } },
      text: { $0.optimizer.clipNorm.map { "\($0)" } ?? "none" }),
    .choice("epochs", \.epochs, [6, 9, 15, 24]),
    .choice("units", \.model.units, [32, 64, 128, 200, 300], hasOption: false, matters: canResize),
    .choice("layers", \.model.layers, [1, 2], hasOption: false, matters: canResize),
    .choice("dropout", \.model.dropout, [0.1, 0.2, 0.35, 0.5], hasOption: false),
    .choice(
      "highways", \.model.highways, [0, 1], hasOption: false, matters: { $0.model.reading == .characters }),
  ]

  /// Tied weights and heads of attention fix the width of the states.
  private static let canResize: @Sendable (LanguageModelJobSettings) -> Bool = {
    $0.model.body == .lstm && !$0.model.tiesWeights
  }

  public static let metrics: [TuningMetric] = [.perplexity]

  public init(reading source: LanguageModelFiles, settings: LanguageModelJobSettings) throws {
    try self.init(reading: source, configuration: settings.configuration, settings: settings)
  }

  public func figure(_ metric: TuningMetric, of measure: LanguageModelMeasure) -> Double? {
    metric == .perplexity ? measure.figures.perplexity : nil
  }

  /// The products for a word, times the epochs: filters over about 8 characters, layers, and a softmax over some thousand words.
  public static func work(of settings: LanguageModelJobSettings) -> Double {
    let model = settings.model
    let (units, embedding) = (Double(model.units), Double(model.embeddingWidth))
    var width = embedding
    var products = 0.0
    if model.reading == .characters {
      width = model.filters.reduce(0) { $0 + Double($1.maps) }
      products += model.filters.reduce(0) { $0 + 8 * Double($1.width * $1.maps) * embedding }
    }
    products += Double(model.highways) * 2 * width * width
    products += 4 * units * (width + units) + Double(model.layers - 1) * 8 * units * units + 2_000 * units
    return Double(settings.epochs) * products
  }

  public static func repeating(
    _ settings: LanguageModelJobSettings, seed: UInt64
  ) -> LanguageModelJobSettings {
    var other = settings
    other.dataSeed = settings.dataSeed ?? settings.seed
    other.seed = seed
    return other
  }

  public var dataArguments: [String] {
    var arguments: [String] = []
    for (name, path) in [
      ("--text", source.text), ("--train", source.training), ("--valid", source.validation),
      ("--test", source.test),
    ] {
      if let path { arguments += [name, path] }
    }
    arguments += settings.columns?.arguments ?? []
    if settings.model.lineLimit != LanguageModelSettings().lineLimit {
      arguments += ["--line-limit", "\(settings.model.lineLimit)"]
    }
    // Without it the command takes what suits the text.
    arguments += ["--config", settings.configuration.rawValue]
    if source.training == nil, settings.validationShare != LanguageModelJobSettings().validationShare {
      arguments += ["--validation-share", "\(settings.validationShare)"]
    }
    return arguments
  }
}
