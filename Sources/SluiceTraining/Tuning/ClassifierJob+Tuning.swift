import SluiceCore
import SluiceLayers
import SluiceModels

extension ClassifierJob: TunableJob {
  /// Reader and cell come with the optimizer that suits them, so they stand before the rate.
  public static let dimensions: [TuningDimension<ClassifierJobSettings>] = [
    TuningDimension(
      "reader",
      choices: [TextReader.both, .both, .characters, .ngrams].map { reader in
        { change(&$0) { $0.model.reader = reader } }
      },
      text: { ($0.model.reader ?? .characters).rawValue }),
    TuningDimension(
      "class-weights",
      choices: [ClassWeights.none, .balanced].map { weights in
        { $0.classWeights = weights == .none ? nil : weights }
      }, text: { ($0.classWeights ?? ClassWeights.none).rawValue }),
    TuningDimension(
      "cell",
      choices: [CellName.gru, .lstm, .normalizedGRU].map { cell in
        { change(&$0) { $0.model.cell = cell } }
      }, text: { $0.model.cell.rawValue }, matters: readsCharacters),
    .choice("units", \.model.units, [32, 64, 96, 128, 192, 256], matters: readsCharacters),
    .choice("layers", \.model.layers, [1, 2], matters: readsCharacters),
    TuningDimension(
      "direction",
      choices: [ReadingDirection.leftToRight, .rightToLeft, .bidirectional].map { direction in
        { $0.model.direction = direction }
      }, text: { $0.model.direction.rawValue },
      arguments: {
        switch $0.model.direction {
        case .leftToRight: []
        case .rightToLeft: ["--right-to-left"]
        case .bidirectional: ["--bidirectional"]
        }
      }, matters: readsCharacters),
    TuningDimension(
      "pool", choices: Pooling.allCases.map { pooling in { $0.model.pooling = pooling } },
      text: { ($0.model.pooling ?? .last).rawValue }, matters: readsCharacters),
    .choice("embedding", \.model.embeddingWidth, [8, 16, 32, 64], matters: readsCharacters),
    .choice("dropout", \.model.dropout, [0, 0.1, 0.2, 0.3, 0.5], matters: readsCharacters),
    .choice("recurrent-dropout", \.model.recurrentDropout, [0, 0.1, 0.25], matters: readsCharacters),
    .choice("batch", \.batch, [32, 64, 128], matters: readsCharacters),
    .choice("epochs", \.epochs, [9, 15, 27], matters: readsCharacters),
    .factor(
      "learning-rate", \.optimizer.learningRate, [0.25, 0.35, 0.5, 0.7, 1.4, 2, 2.8, 4],
      matters: readsCharacters),
  ]

  /// A change of the model, and with it that of the optimizer, unless another one than the usual was asked for.
  private static func change(
    _ settings: inout ClassifierJobSettings, by change: (inout ClassifierJobSettings) -> Void
  ) {
    func usual() -> OptimizerSettings {
      ClassifierJobSettings.usualOptimizer(
        settings.optimizer.name, for: settings.model.cell, reader: settings.model.reader)
    }
    let isUsual = settings.optimizer == usual()
    change(&settings)
    if isUsual { settings.optimizer = usual() }
  }

  /// Of n-grams alone a linear classifier is solved for, and two numbers are learned beside it.
  private static let readsCharacters: @Sendable (ClassifierJobSettings) -> Bool = {
    $0.model.reader != .ngrams
  }

  public static let metrics: [TuningMetric] = [.macroF1, .microF1, .accuracy]

  public static func deciding(
    _ settings: ClassifierJobSettings, by metric: TuningMetric
  ) -> ClassifierJobSettings {
    var other = settings
    other.metric = metric == .macroF1 ? nil : ClassifierMetric(metric.text)
    return other
  }

  public init(reading source: String?, settings: ClassifierJobSettings) throws {
    try self.init(readingFile: source, settings: settings)
  }

  public func figure(_ metric: TuningMetric, of measure: ClassifierMeasure) -> Double? {
    switch metric {
    case .accuracy: measure.accuracy
    case .macroF1: measure.macroF1
    case .microF1: measure.microF1 ?? measure.accuracy
    case .f1(let name):
      measure.report.map { report in
        report.labels.first { $0.name.hasSameCodePoints(as: name) }?.f1 ?? 0
      } ?? measure.score
    case .recall, .perplexity: nil
    }
  }

  public func problem(with metric: TuningMetric) -> String? {
    switch metric {
    case .accuracy, .microF1, .macroF1: return nil
    case .f1(let name):
      guard !labelNames.contains(where: { $0.hasSameCodePoints(as: name) }) else { return nil }
      let known = labelNames.prefix(12).map { ScreenText.quoted($0) }.joined(separator: ", ")
      return
        "expected the F1 of one of the labels \(known)\(labelNames.count > 12 ? " and others" : ""), found "
        + ScreenText.quoted(name)
    case .recall, .perplexity:
      return "expected one of the metrics accuracy, micro-f1, macro-f1, f1:LABEL for a classifier, found "
        + ScreenText.quoted(metric.text)
    }
  }

  /// The products of the recurrent layers for a character, times the epochs. What comes on top of them is about as much as 24 units.
  public static func work(of settings: ClassifierJobSettings) -> Double {
    let model = settings.model
    // To solve for the n-grams takes as long as some epochs of a small net, once for all trials of a reader.
    guard model.reader != .ngrams else { return Double(settings.epochs) * 500 }
    let gates: Double =
      switch model.cell {
      case .elman, .normalizedElman: 1
      case .gru, .normalizedGRU: 3
      case .lstm, .normalizedLSTM: 4
      }
    let directions: Double = model.direction == .bidirectional ? 2 : 1
    let units = Double(model.units)
    let first = Double(model.embeddingWidth) + units + 24
    let further = Double(model.layers - 1) * (directions * units + units + 24)
    return Double(settings.epochs) * directions * gates * units * (first + further)
  }

  public static func repeating(_ settings: ClassifierJobSettings, seed: UInt64) -> ClassifierJobSettings {
    var other = settings
    other.dataSeed = settings.dataSeed ?? settings.seed
    other.seed = seed
    return other
  }

  public var dataArguments: [String] {
    let usual = ClassifierJobSettings()
    var arguments = source.map { ["--data", $0] } ?? []
    if source == nil, settings.embeddedExamples != usual.embeddedExamples {
      arguments += ["--examples", "\(settings.embeddedExamples)"]
    }
    arguments += settings.columns?.arguments ?? []
    if let file = settings.validationFile { arguments += ["--validation", file] }
    if let file = settings.testFile { arguments += ["--test", file] }
    if settings.refit != true { arguments += ["--no-refit"] }
    if settings.model.isMultilabel { arguments += ["--multilabel"] }
    if let metric = settings.metric { arguments += ["--metric", metric.text] }
    if settings.validationShare != usual.validationShare {
      arguments += ["--validation-share", "\(settings.validationShare)"]
    }
    if settings.model.lineLimit != usual.model.lineLimit {
      arguments += ["--line-limit", "\(settings.model.lineLimit)"]
    }
    return arguments
  }
}
