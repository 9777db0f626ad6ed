import Sluice

/// `sluice train language-model`.
enum TrainLanguageModel {
  static let text: Option<String?> = Option(
    "text", .path,
    help:
      "A UTF-8 file of words parted by spaces, CSV or JSON lines, also packed with gzip; - reads standard input. Without it tales of a "
      + "small grammar are generated.")
  static let train: Option<String?> = Option(
    "train", .path, help: "The text to train on; takes --valid with it.")
  static let valid: Option<String?> = Option("valid", .path, help: "The text to validate on.")
  static let test: Option<String?> = Option(
    "test", .path, help: "The text on which the best model is measured after the training, as one stream.")
  static let vocabulary: Option<WordCorpus.VocabularySource?> = Option(
    "vocabulary", .choice,
    help: "Whose words can be predicted: by default those of all files of --train, --valid and --test, as in "
      + "the paper, and those of --text that are trained on. Others are predicted as <unk>.")
  static let vocabularyLimit: Option<Int?> = Option(
    "vocabulary-limit", .limited(by: SettingLimits.vocabularyLimit),
    help: "The most words that can be predicted: the most frequent ones. Others are predicted as <unk>.")
  static let config: Option<LanguageModelConfiguration?> = Option(
    "config", .choice,
    help:
      "The model and its training: the small and large ones of arXiv:1508.06615, one with a transformer, a compact one, which is the default for "
      + "a text, or a tiny one, which is that for the tales.")
  static let tieWeights = Flag(
    "tie-weights",
    help:
      "Predict words by the vectors that they are read as, for a configuration that reads them from a table.")
  static let adaptiveSoftmax: Option<[Int]?> = Option(
    "adaptive-softmax", .risingNumbers,
    help: "Order the vocabulary by frequency and predict in clusters that begin at these words, such as "
      + "2000,6000: the rarer ones cost less.")
  static let out = Option("out", .folder, default: "runs/language-model", help: "The folder of the run.")
  static let epochs: Option<Int?> = Option(
    "epochs", .limited(by: TrainingLimits.epochs),
    help: "Passes over the training part; by default the configuration's.")
  static let validationShare: Option<Double?> = Option(
    "validation-share", .limited(by: TrainingLimits.validationShare),
    help: "The last share of the lines of --text, to validate on.")
  static let streams: Option<Int?> = Option(
    "streams", .limited(by: TrainingLimits.streams), help: "Streams of text that are read side by side.")
  static let steps: Option<Int?> = Option(
    "steps", .limited(by: SettingLimits.steps),
    help: "Words of a stream in a step, through which the gradient goes back.")
  static let lineLimit = Option(
    "line-limit", .limited(by: SettingLimits.textLineLimit), default: LanguageModelSettings().lineLimit,
    help: "The most characters a line of the text may have.")
  static let seed: Option<Int?> = Option(
    "seed", .integer(in: 0...Int.max), help: "What everything random derives from.")

  static let vectors: Option<String?> = Option(
    "vectors", .path,
    help:
      "Vectors that the table of words begins with, in the format of word2vec (text or binary) or fastText (text), "
      + "for a configuration that reads words from a table; --freeze words keeps them as they are.")

  static let command = Command(
    "language-model",
    abstract: "Train a model that predicts the next word from the characters of those before.",
    discussion: """
      Characters, convolutions with their maximum, highway, LSTM layers that go on from batch to batch or a transformer that \
      sees its own batch, a softmax over the vocabulary. Each epoch ends with the perplexity on the validation part; the best model is kept.

      \(Shared.interruption)
      """,
    takes: options + [vectors] + TrainCommand.options
  ) { arguments in
    if arguments[OptimizerOptions.otherOptimizer] == .help { return OptimizerOptions.printHelp() }
    let files = try files(arguments)
    let earlier = try TrainCommand.earlier(arguments, LanguageModelDescription.self)
    let configuration = try configuration(arguments)
    var settings = try settings(arguments, configuration)
    settings.optimizer.frozen = TrainCommand.frozen(arguments)
    if let earlier { settings.model = try model(of: earlier.settings, settings.model, arguments) }
    guard arguments[vectors] == nil || settings.model.reading == .table else {
      throw UsageError("--vectors needs words read from a table: use --config word-small or word-large")
    }
    try TrainCommand.run(
      arguments, out: arguments[out], settings: settings, inputs: files.paths, vectors: arguments[vectors]
    ) {
      try LanguageModelJob(
        reading: files, configuration: configuration, settings: settings, continuing: earlier)
    }
  }

  /// `sluice check language-model`.
  static let checkCommand = Command(
    "language-model", abstract: "Check a language model with the options it is to be trained with.",
    discussion: TrainCommand.checkDiscussion, takes: options + [JSONOutput.flag]
  ) { arguments in
    if arguments[OptimizerOptions.otherOptimizer] == .help { return OptimizerOptions.printHelp() }
    let files = try files(arguments)
    let settings = try settings(arguments)
    try TrainCommand.check(arguments, out: arguments[out], LanguageModelJob.self, inputs: files.paths) {
      try LanguageModelJob(reading: files, configuration: asked(arguments), settings: settings)
    }
  }

  /// What decides how a model is trained; its check takes the same.
  static let options: [any Declaration] =
    [
      text, train, valid, test,
    ] + DataOptions.ofText + [
      vocabulary, vocabularyLimit, config, tieWeights, adaptiveSoftmax, out, epochs, streams, steps,
      validationShare, lineLimit,
      seed, TrainCommand.dataSeed, Shared.shards, Shared.threads, Shared.quiet,
    ] + OptimizerOptions.overrides

  /// - Throws: `UsageError` for texts that do not go together.
  static func files(_ arguments: ParsedArguments) throws -> LanguageModelFiles {
    let files = LanguageModelFiles(
      text: arguments[text], training: arguments[train], validation: arguments[valid], test: arguments[test])
    guard (files.training == nil) == (files.validation == nil), files.text == nil || files.training == nil,
      files.test == nil || files.training != nil
    else { throw UsageError("give --text alone, or --train and --valid and perhaps --test") }
    guard files.training != nil || arguments[vocabulary] != .all else {
      throw UsageError("--vocabulary all takes --train and --valid")
    }
    guard files.training == nil || arguments[validationShare] == nil else {
      throw UsageError("--validation-share is for --text and does not go with --train: leave it out")
    }
    guard files.paths.count(where: TextLines.isStandardInput) <= 1 else {
      throw UsageError("only one of --train, --valid and --test can be standard input")
    }
    return files
  }

  /// The configuration asked for; without one what suits the text.
  private static func asked(_ arguments: ParsedArguments) -> LanguageModelConfiguration {
    arguments[config] ?? (arguments[text] == nil && arguments[train] == nil ? .tiny : .compact)
  }

  /// The configuration asked for, or that of the run which the training begins from.
  private static func configuration(_ arguments: ParsedArguments) throws -> LanguageModelConfiguration {
    guard let path = arguments[TrainCommand.from] else { return asked(arguments) }
    let record = try RunDirectory.open(path).readDescription(EarlierConfiguration.self)
    let earlier = record.settings.configuration ?? .tiny
    try TrainCommand.kept(earlier.rawValue, config, asked(arguments).rawValue, arguments)
    return earlier
  }

  /// What the description of an earlier run says of its configuration.
  private struct EarlierConfiguration: Decodable {
    struct Settings: Decodable { let configuration: LanguageModelConfiguration? }
    let settings: Settings
  }

  /// What the model of an earlier run is, with what was asked for of how it is trained.
  ///
  /// - Throws: `UsageError` for options that ask for another model.
  private static func model(
    of earlier: LanguageModelSettings, _ asked: LanguageModelSettings, _ arguments: ParsedArguments
  ) throws(UsageError) -> LanguageModelSettings {
    try TrainCommand.kept(earlier.tiesWeights, tieWeights, asked.tiesWeights, arguments)
    try TrainCommand.kept(earlier.adaptiveCutoffs, adaptiveSoftmax, asked.adaptiveCutoffs, arguments)
    // A transformer has a position for every word of a step.
    if earlier.body == .transformer { try TrainCommand.kept(earlier.steps, steps, asked.steps, arguments) }
    var model = earlier
    if arguments.gives(steps) { model.steps = asked.steps }
    if arguments.gives(lineLimit) { model.lineLimit = asked.lineLimit }
    return model
  }

  static func settings(
    _ arguments: ParsedArguments, _ configuration: LanguageModelConfiguration? = nil
  ) throws -> LanguageModelJobSettings {
    var settings = (configuration ?? asked(arguments)).settings
    settings.columns = DataOptions.columns(arguments, hasLabels: false)
    settings.vocabularyLimit = arguments[vocabularyLimit]
    if let count = arguments[epochs] { settings.epochs = count }
    if let count = arguments[streams] { settings.streams = count }
    if let count = arguments[steps] { settings.model.steps = count }
    if let share = arguments[validationShare] { settings.validationShare = share }
    if let seed = arguments[seed] { settings.seed = UInt64(seed) }
    settings.dataSeed = arguments[TrainCommand.dataSeed].map { UInt64($0) }
    settings.model.tiesWeights = arguments[tieWeights]
    settings.model.adaptiveCutoffs = arguments[adaptiveSoftmax] ?? []
    if settings.model.tiesWeights,
      settings.model.reading != .table || settings.model.embeddingWidth != settings.model.units
    {
      throw UsageError(
        "--tie-weights needs words read from a table: use --config word-small or word-large")
    }
    if settings.model.tiesWeights, !settings.model.adaptiveCutoffs.isEmpty {
      throw UsageError("--tie-weights and --adaptive-softmax do not go together: give one of them")
    }
    settings.vocabulary = arguments[vocabulary] ?? (arguments[train] == nil ? .training : .all)
    settings.model.lineLimit = arguments[lineLimit]
    settings.shards = Shared.shards(arguments)
    settings.optimizer = try OptimizerOptions.settings(
      arguments, configured: settings.optimizer, usual: LanguageModelJobSettings.usualOptimizer)
    return settings
  }
}
