import Sluice

/// `sluice train classifier`.
enum TrainClassifier {
  private static let defaults = ClassifierJobSettings()

  static let data: Option<String?> = Option(
    "data", .path,
    help:
      "A UTF-8 file of lines `label<TAB>text`, CSV or JSON lines, also packed with gzip; - reads standard input. Without it an embedded "
      + "program guide is generated.")
  static let multilabel = Flag(
    "multilabel",
    help:
      "A text has any number of labels, with commas between them before the tab, in JSON also an array: each label has a probability of its own, "
      + "and is given from a threshold on that suits the validation part.")
  static let multilabelNeedsData =
    "--multilabel needs texts with any number of labels, which the embedded data are not: give --data"
  static let out = Option("out", .folder, default: "runs/classifier", help: "The folder of the run.")
  static let epochs = Option(
    "epochs", .limited(by: TrainingLimits.epochs), default: defaults.epochs,
    help: "Passes over the training part.")
  static let batch = Option(
    "batch", .limited(by: TrainingLimits.texts), default: defaults.batch, help: "Texts in a step.")
  static let units = Option(
    "units", .limited(by: SettingLimits.width), default: defaults.model.units,
    help: "Units of each recurrent layer.")
  static let reader = Option(
    "reader", .choice, default: TextReader.both,
    help:
      "What of a text is read: its characters one after the other by a recurrent net, its n-grams by a linear classifier, or both."
  )
  static let cell = Option("cell", .choice, default: defaults.model.cell, help: "The recurrent cell.")
  static let layers = Option(
    "layers", .limited(by: SettingLimits.layers), default: defaults.model.layers,
    help: "Recurrent layers, one above the other.")
  static let pool = Option(
    "pool", .choice, default: defaults.model.pooling ?? .last,
    help: "How the states after all characters become one: the last, or each unit's largest or mean.")
  static let embedding = Option(
    "embedding", .limited(by: SettingLimits.width), default: defaults.model.embeddingWidth,
    help: "Elements of a character's vector.")
  static let dropout = Option(
    "dropout", .limited(by: SettingLimits.dropout), default: defaults.model.dropout,
    help: "The share that is dropped in training: of the characters' vectors, and between layers.")
  static let recurrentDropout = Option(
    "recurrent-dropout", .limited(by: SettingLimits.dropout), default: defaults.model.recurrentDropout,
    help: "The share of the state that the recurrent weights do not see, one choice for each text.")
  static let bidirectional = Flag("bidirectional", help: "Read each text in both directions.")
  static let rightToLeft = Flag("right-to-left", help: "Read each text from its end to its beginning.")
  static let softNearestNeighbor: Option<Float?> = Option(
    "soft-nearest-neighbor", .real.named("factor"),
    help: "Add the soft nearest neighbor loss of the texts' states times a factor: "
      + "above 0 parts the labels, below 0 entangles them.")
  static let unknownShare = Option(
    "unknown-share", .limited(by: SettingLimits.dropout), default: defaults.model.unknownShare ?? 0,
    help:
      "The share of the characters that training reads as unknown ones, so that these come to mean something."
  )
  static let validationShare = Option(
    "validation-share", .limited(by: TrainingLimits.validationShare), default: defaults.validationShare,
    help: "The share of the texts to validate on.")
  static let validation: Option<String?> = Option(
    "validation", .path,
    help: "A file of texts to validate on, as --data; then all texts of --data are trained on.")
  static let noRefit = Flag(
    "no-refit",
    help:
      "Leave the texts to validate on out of the saved model, too: else its table of n-grams is solved for once more on all texts of --data, with "
      + "what was chosen without them."
  )
  static let test: Option<String?> = Option(
    "test", .path, help: "A file of texts, as --data, that the saved model is measured on in the end.")
  static let metric: Option<ClassifierMetric?> = Option(
    "metric", .classifierMetric,
    help:
      "The figure of the validation part that decides which epoch is the best: accuracy, micro-f1, macro-f1 or f1:LABEL; macro-f1 without it. With "
      + "--multilabel and micro-f1 all labels share one threshold."
  )
  static let classWeights = Option(
    "class-weights", .choice, default: defaults.classWeights ?? ClassWeights.none,
    help:
      "What examples count in the loss: all the same, or those of a rare label as much more as they are fewer."
  )
  static let lineLimit = Option(
    "line-limit", .limited(by: SettingLimits.lineLimit), default: defaults.model.lineLimit,
    help: "The most characters a line of the data may have.")
  static let examples = Option(
    "examples", .limited(by: TrainingLimits.examples), default: defaults.embeddedExamples,
    help: "How many texts of the embedded data are generated.")
  static let seed = Option(
    "seed", .integer(in: 0...Int.max), default: Int(defaults.seed),
    help: "What everything random derives from: the same seed gives the same model, bit for bit.")

  static let command = Command(
    "classifier", abstract: "Train a classifier of short texts, character by character.",
    discussion: """
      A recurrent net reads the characters: embedding, dropout, recurrent layers, one state for the text, a linear layer. A linear classifier of n-grams \
      stands beside it; how much it says is found on the validation part. The run's folder gets the model, the figures of every step and a picture of the gradient's flow.

      \(Shared.interruption)
      """,
    takes: options + TrainCommand.options
  ) { arguments in
    if arguments[OptimizerOptions.optimizer] == .help { return OptimizerOptions.printHelp() }
    let earlier = try TrainCommand.earlier(arguments, ClassifierDescription.self)
    var settings = try settings(arguments, cell: earlier?.settings.cell)
    settings.optimizer.frozen = TrainCommand.frozen(arguments)
    if let earlier { settings.model = try model(of: earlier.settings, settings.model, arguments) }
    try TrainCommand.run(
      arguments, out: arguments[out], settings: settings,
      inputs: [arguments[data], arguments[validation], arguments[test]].compactMap { $0 }
    ) {
      try ClassifierJob(readingFile: arguments[data], settings: settings, continuing: earlier)
    }
  }

  /// `sluice check classifier`.
  static let checkCommand = Command(
    "classifier", abstract: "Check a classifier with the options it is to be trained with.",
    discussion: TrainCommand.checkDiscussion
      + " Where n-grams are read beside the characters, the net over the characters is what is checked: the table of n-grams is "
      + "solved for and not trained.",
    takes: options + [JSONOutput.flag]
  ) { arguments in
    if arguments[OptimizerOptions.optimizer] == .help { return OptimizerOptions.printHelp() }
    let settings = try settings(arguments)
    let isOfCharacters = settings.model.reader == .both
    try TrainCommand.check(
      arguments, out: arguments[out], ClassifierJob.self, inputs: [arguments[data]].compactMap { $0 },
      note: isOfCharacters
        ? "checked is the net over the characters; the table of n-grams is solved for and not trained" : nil
    ) {
      try ClassifierJob(readingFile: arguments[data], settings: settings)
    }
  }

  /// What decides how a classifier is trained; its check takes the same.
  static let options: [any Declaration] =
    [
      data
    ] + DataOptions.all + [
      multilabel, out, epochs, batch, reader, cell, units, layers, bidirectional, rightToLeft, pool,
      embedding,
      dropout, recurrentDropout, unknownShare, softNearestNeighbor, validationShare,
      validation, noRefit, test, metric, classWeights, lineLimit, examples,
      seed, TrainCommand.dataSeed,
      Shared.shards, Shared.threads, Shared.quiet,
    ] + OptimizerOptions.all

  /// What the model of an earlier run is, with what was asked for of how it is trained.
  ///
  /// - Throws: `UsageError` for options that ask for another model.
  private static func model(
    of earlier: ClassifierSettings, _ asked: ClassifierSettings, _ arguments: ParsedArguments
  ) throws(UsageError) -> ClassifierSettings {
    try TrainCommand.kept(earlier.units, units, asked.units, arguments)
    try TrainCommand.kept(
      earlier.reader ?? .characters, reader, asked.reader ?? .characters, arguments)
    guard earlier.isMultilabel == asked.isMultilabel else {
      throw UsageError(
        earlier.isMultilabel
          ? "the model of --from gives a text any number of labels: give --multilabel, and data for it"
          : "the model of --from gives each text one label: --multilabel needs a new model")
    }
    try TrainCommand.kept(earlier.cell, cell, asked.cell, arguments)
    try TrainCommand.kept(earlier.layers, layers, asked.layers, arguments)
    try TrainCommand.kept(earlier.embeddingWidth, embedding, asked.embeddingWidth, arguments)
    try TrainCommand.kept(earlier.pooling ?? .last, pool, asked.pooling ?? .last, arguments)
    try TrainCommand.kept(earlier.direction, bidirectional, asked.direction, arguments)
    try TrainCommand.kept(earlier.direction, rightToLeft, asked.direction, arguments)
    var model = earlier
    if arguments.gives(dropout) { model.dropout = asked.dropout }
    if arguments.gives(recurrentDropout) { model.recurrentDropout = asked.recurrentDropout }
    if arguments.gives(unknownShare) { model.unknownShare = asked.unknownShare }
    if arguments.gives(lineLimit) { model.lineLimit = asked.lineLimit }
    return model
  }

  /// - Throws: `UsageError` for options that do not go together.
  ///
  /// - Parameter earlierCell: the cell of the model that the training begins from.
  static func settings(
    _ arguments: ParsedArguments, cell earlierCell: CellName? = nil
  ) throws -> ClassifierJobSettings {
    guard !arguments[rightToLeft] || !arguments[bidirectional] else {
      throw UsageError("--bidirectional and --right-to-left do not go together: give one of them")
    }
    guard arguments[reader] != .ngrams || arguments[softNearestNeighbor] == nil else {
      throw UsageError(
        "--soft-nearest-neighbor is of the states of the recurrent net, which --reader ngrams has none of: leave one of them out"
      )
    }
    guard !arguments[multilabel] || arguments[softNearestNeighbor] == nil else {
      throw UsageError(
        "--soft-nearest-neighbor parts classes, of which a text with any number of labels has not one: leave it or --multilabel out"
      )
    }
    guard !arguments[multilabel] || arguments[data] != nil else { throw UsageError(multilabelNeedsData) }
    guard arguments[validation] == nil || !arguments.gives(validationShare) else {
      throw UsageError(
        "--validation-share is of --data, of which --validation takes none: give one of them")
    }
    guard arguments[data] == nil || !arguments.gives(examples) else {
      throw UsageError("--examples is for the embedded data and does not go with --data: give one of them")
    }
    var settings = defaults
    settings.columns = DataOptions.columns(arguments)
    settings.seed = UInt64(arguments[seed])
    settings.dataSeed = arguments[TrainCommand.dataSeed].map { UInt64($0) }
    settings.epochs = arguments[epochs]
    settings.batch = arguments[batch]
    settings.model.units = arguments[units]
    settings.model.embeddingWidth = arguments[embedding]
    settings.model.dropout = arguments[dropout]
    settings.model.reader = arguments[reader]
    if arguments[multilabel] { settings.model.multilabel = true }
    settings.model.cell = arguments[cell]
    settings.model.layers = arguments[layers]
    settings.model.pooling = arguments[pool]
    settings.model.recurrentDropout = arguments[recurrentDropout]
    if arguments[rightToLeft] { settings.model.direction = .rightToLeft }
    if arguments[bidirectional] { settings.model.direction = .bidirectional }
    settings.optimizer = try OptimizerOptions.settings(
      arguments,
      usual: {
        ClassifierJobSettings.usualOptimizer(
          $0, for: earlierCell ?? settings.model.cell, reader: settings.model.reader)
      })
    settings.softNearestNeighbor = arguments[softNearestNeighbor]
    settings.model.unknownShare = arguments[unknownShare]
    settings.validationShare = arguments[validationShare]
    settings.validationFile = arguments[validation]
    if arguments[noRefit] { settings.refit = false }
    settings.testFile = arguments[test]
    settings.metric = arguments[metric]
    settings.classWeights = arguments[classWeights] == .none ? nil : arguments[classWeights]
    settings.model.lineLimit = arguments[lineLimit]
    settings.embeddedExamples = arguments[examples]
    settings.shards = Shared.shards(arguments)
    return settings
  }
}
