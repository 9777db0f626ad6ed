import Sluice

/// `sluice train stems`.
enum TrainStems {
  private static let defaults = StemSettings()

  static let data: Option<String?> = Option(
    "data", .path,
    help: "A UTF-8 file of lines `word<TAB>stem`. Without it an embedded vocabulary is inflected.")
  static let out = Option("out", .path, default: "runs/stems", help: "The folder of the run.")
  static let epochs = Option(
    "epochs", SettingTypes.epochs, default: defaults.epochs, help: "Passes over the training part.")
  static let batch = Option(
    "batch", SettingTypes.words, default: defaults.batch, help: "About how many words a step takes.")
  static let units = Option(
    "units", SettingTypes.width, default: defaults.units, help: "Units of the GRU.")
  static let embedding = Option(
    "embedding", SettingTypes.width, default: defaults.embeddingWidth,
    help: "Elements of a character's vector.")
  static let width = Option(
    "width", SettingTypes.width, default: defaults.width, help: "Elements of a word's vector.")
  static let dropout = Option(
    "dropout", SettingTypes.dropout, default: defaults.dropout,
    help: "The share of the characters' vectors that is dropped in training.")
  static let margin = Option(
    "margin", SettingTypes.margin, default: defaults.margin,
    help: "How much nearer, as a cosine, words of one stem have to be than others.")
  static let sampling = Option(
    "sampling", .choice, default: defaults.sampling, help: "Which word of another stem a triplet gets.")
  static let validationShare = Option(
    "validation-share", SettingTypes.validationShare, default: defaults.validationShare,
    help: "The share of the stems to validate on.")
  static let lineLimit = Option(
    "line-limit", SettingTypes.lineLimit, default: defaults.lineLimit,
    help: "The most characters a line of the data may have.")
  static let seed = Option(
    "seed", .integer(in: 0...Int.max), default: Int(defaults.seed),
    help: "What everything random derives from: the same seed gives the same model, bit for bit.")

  static let command = Command(
    "stems", abstract: "Train an embedding of words that brings those of one stem together.",
    discussion: """
      Characters, embedding, dropout, a GRU that reads from right to left, a linear layer, and cosine triplets. \
      First a small set is learned by heart. Validation has only stems that training never saw; two baselines \
      stand beside its figures.

      \(Shared.interruption)
      """,
    takes: options + TrainingOutput.options
  ) { arguments in
    if arguments[OptimizerOptions.optimizer] == .help { return OptimizerOptions.printHelp() }
    let engine = try Shared.engine(arguments)
    let settings = try settings(arguments)
    let directory = try RunDirectory.create(at: arguments[out])
    let training = StemTraining(
      settings: settings, dataPath: arguments[data], directory: directory, engine: engine,
      output: TrainingOutput(arguments))
    Interruption.listen()
    if try training.run() == .interrupted { throw ExitStatus.interrupted }
  }

  /// What decides how an embedding is trained; its check takes the same.
  static let options: [any Declaration] =
    [
      data, out, epochs, batch, units, embedding, width, dropout, margin, sampling, validationShare,
      lineLimit, seed,
      Shared.threads, Shared.quiet,
    ] + OptimizerOptions.all

  static func settings(_ arguments: ParsedArguments) throws -> StemSettings {
    var settings = defaults
    settings.seed = UInt64(arguments[seed])
    settings.epochs = arguments[epochs]
    settings.batch = arguments[batch]
    settings.units = arguments[units]
    settings.embeddingWidth = arguments[embedding]
    settings.width = arguments[width]
    settings.dropout = arguments[dropout]
    settings.margin = arguments[margin]
    settings.sampling = arguments[sampling]
    settings.optimizer = try OptimizerOptions.settings(arguments, usual: StemSettings.usualOptimizer)
    settings.validationShare = arguments[validationShare]
    settings.lineLimit = arguments[lineLimit]
    return settings
  }
}
