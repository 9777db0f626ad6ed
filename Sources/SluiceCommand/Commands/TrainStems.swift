import Sluice

/// `sluice train stems`.
enum TrainStems {
  private static let defaults = StemJobSettings()

  static let data: Option<String?> = Option(
    "data", .path,
    help:
      "A UTF-8 file of lines `word<TAB>stem` or `word<TAB>stem<TAB>count`, CSV or JSON lines, also packed with gzip; - reads standard input. Without it an embedded "
      + "vocabulary is inflected.")
  static let countExponent = Option(
    "count-exponent", .limited(by: TrainingLimits.countExponent), default: defaults.countExponent ?? 0,
    help:
      "The power of the counts by which stems are dealt out, where the data have counts: 1 as often as they occur, 0 all alike."
  )
  static let out = Option("out", .folder, default: "runs/stems", help: "The folder of the run.")
  static let epochs = Option(
    "epochs", .limited(by: TrainingLimits.epochs), default: defaults.epochs,
    help: "Passes over the training part.")
  static let batch = Option(
    "batch", .limited(by: TrainingLimits.words), default: defaults.batch,
    help: "About how many words a step takes.")
  static let reader = Option(
    "reader", .choice, default: defaults.model.reader ?? .characters,
    help:
      "What of a word is read: its characters one after the other by a GRU, which n-grams occur in it, whose vectors are added up, or both."
  )
  static let ngramRows = Option(
    "ngram-rows", .limited(by: SettingLimits.gramTableRows), default: defaults.model.ngramRows ?? 1 << 10,
    help: "The rows of the table of n-grams, which these share by their hashes: a power of two.")
  static let ngramHashes = Option(
    "ngram-hashes", .limited(by: SettingLimits.gramHashes), default: defaults.model.ngramHashes ?? 1,
    help: "The rows that each n-gram falls on: more tell them apart in a table that is small.")
  static let units = Option(
    "units", .limited(by: SettingLimits.width), default: defaults.model.units, help: "Units of the GRU.")
  static let embedding = Option(
    "embedding", .limited(by: SettingLimits.width), default: defaults.model.embeddingWidth,
    help: "Elements of a character's vector.")
  static let width = Option(
    "width", .limited(by: SettingLimits.width), default: defaults.model.width,
    help: "Elements of a word's vector.")
  static let dropout = Option(
    "dropout", .limited(by: SettingLimits.dropout), default: defaults.model.dropout,
    help: "The share of the characters' vectors that is dropped in training.")
  static let margin = Option(
    "margin", .limited(by: TrainingLimits.margin), default: defaults.margin,
    help: "How much nearer, as a cosine, words of one stem have to be than others.")
  static let sampling = Option(
    "sampling", .choice, default: defaults.sampling, help: "Which word of another stem a triplet gets.")
  static let unknownShare = Option(
    "unknown-share", .limited(by: SettingLimits.dropout), default: defaults.model.unknownShare ?? 0,
    help:
      "The share of the characters that training reads as unknown ones, so that these come to mean something."
  )
  static let validationShare = Option(
    "validation-share", .limited(by: TrainingLimits.validationShare), default: defaults.validationShare,
    help: "The share of the stems to validate on.")
  static let validation: Option<String?> = Option(
    "validation", .path,
    help: "A file of words to validate on, as --data; then all words of --data are trained on.")
  static let test: Option<String?> = Option(
    "test", .path, help: "A file of words, as --data, that the saved model is measured on in the end.")
  static let lineLimit = Option(
    "line-limit", .limited(by: SettingLimits.lineLimit), default: defaults.model.lineLimit,
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
    takes: options + TrainCommand.options
  ) { arguments in
    if arguments[OptimizerOptions.optimizer] == .help { return OptimizerOptions.printHelp() }
    let earlier = try TrainCommand.earlier(arguments, StemDescription.self)
    var settings = try settings(arguments)
    settings.optimizer.frozen = TrainCommand.frozen(arguments)
    if let earlier { settings.model = try model(of: earlier.settings, settings.model, arguments) }
    try TrainCommand.run(
      arguments, out: arguments[out], settings: settings,
      inputs: [arguments[data], arguments[validation], arguments[test]].compactMap { $0 }
    ) {
      try StemJob(readingFile: arguments[data], settings: settings, continuing: earlier)
    }
  }

  /// `sluice check stems`.
  static let checkCommand = Command(
    "stems", abstract: "Check an embedding of words with the options it is to be trained with.",
    discussion: TrainCommand.checkDiscussion, takes: options + [JSONOutput.flag]
  ) { arguments in
    if arguments[OptimizerOptions.optimizer] == .help { return OptimizerOptions.printHelp() }
    let settings = try settings(arguments)
    try TrainCommand.check(
      arguments, out: arguments[out], StemJob.self, inputs: [arguments[data]].compactMap { $0 }
    ) {
      try StemJob(readingFile: arguments[data], settings: settings)
    }
  }

  /// What decides how an embedding is trained; its check takes the same.
  static let options: [any Declaration] =
    [
      data
    ] + DataOptions.all + [
      DataOptions.countColumn, countExponent, out, epochs, batch, reader, ngramRows, ngramHashes, units,
      embedding, width, dropout, unknownShare, margin, sampling,
      validationShare, validation, test, lineLimit, seed, TrainCommand.dataSeed,
      Shared.shards, Shared.threads, Shared.quiet,
    ] + OptimizerOptions.all

  /// What the model of an earlier run is, with what was asked for of how it is trained.
  ///
  /// - Throws: `UsageError` for options that ask for another model.
  private static func model(
    of earlier: StemEncoderSettings, _ asked: StemEncoderSettings, _ arguments: ParsedArguments
  ) throws(UsageError) -> StemEncoderSettings {
    try TrainCommand.kept(
      earlier.reader ?? .characters, reader, asked.reader ?? .characters, arguments)
    if let grams = earlier.grams {
      try TrainCommand.kept(grams.hashes, ngramHashes, asked.ngramHashes ?? grams.hashes, arguments)
      try TrainCommand.kept(grams.rows, ngramRows, asked.ngramRows ?? grams.rows, arguments)
    }
    try TrainCommand.kept(earlier.units, units, asked.units, arguments)
    try TrainCommand.kept(earlier.embeddingWidth, embedding, asked.embeddingWidth, arguments)
    try TrainCommand.kept(earlier.width, width, asked.width, arguments)
    var model = earlier
    if arguments.gives(dropout) { model.dropout = asked.dropout }
    if arguments.gives(unknownShare) { model.unknownShare = asked.unknownShare }
    if arguments.gives(lineLimit) { model.lineLimit = asked.lineLimit }
    return model
  }

  static func settings(_ arguments: ParsedArguments) throws -> StemJobSettings {
    guard arguments[validation] == nil || !arguments.gives(validationShare) else {
      throw UsageError(
        "--validation-share is of --data, of which --validation takes none: give one of them")
    }
    var settings = defaults
    settings.columns = DataOptions.columns(arguments, hasCounts: true)
    settings.seed = UInt64(arguments[seed])
    settings.dataSeed = arguments[TrainCommand.dataSeed].map { UInt64($0) }
    settings.countExponent = arguments[countExponent]
    settings.epochs = arguments[epochs]
    settings.batch = arguments[batch]
    settings.model.reader = arguments[reader]
    settings.model.ngramRows = arguments[ngramRows]
    settings.model.ngramHashes = arguments[ngramHashes]
    settings.model.units = arguments[units]
    settings.model.embeddingWidth = arguments[embedding]
    settings.model.width = arguments[width]
    settings.model.dropout = arguments[dropout]
    settings.margin = arguments[margin]
    settings.sampling = arguments[sampling]
    settings.optimizer = try OptimizerOptions.settings(arguments, usual: StemJobSettings.usualOptimizer)
    settings.model.unknownShare = arguments[unknownShare]
    settings.validationShare = arguments[validationShare]
    settings.validationFile = arguments[validation]
    settings.testFile = arguments[test]
    settings.model.lineLimit = arguments[lineLimit]
    settings.shards = Shared.shards(arguments)
    return settings
  }
}
