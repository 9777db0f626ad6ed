import Sluice

/// `sluice tune`: the best model of some data, found by itself.
enum TuneCommand {
  static let job: Positional<String?> = Positional(
    "job",
    ArgumentType<String>.choice(of: [ClassifierJob.name, StemJob.name, LanguageModelJob.name]).optional,
    default: .some(nil), help: "What is trained: classifier, stems or language-model.")
  static let data: Option<String?> = Option(
    "data", .path,
    help:
      "The file of the data, as `sluice train` takes it: lines `label<TAB>text`, lines `word<TAB>stem`, or text. Without it the embedded data."
  )
  static let out: Option<String?> = Option(
    "out", .folder, help: "The folder, which becomes an ordinary run; by default `runs/tune-` and the job.")
  static let minutes: Option<Double?> = Option(
    "minutes", .minutes, help: "About how long it takes; 5 without it and without --trials.")
  static let trials: Option<Int?> = Option(
    "trials", .integer(in: 1...100_000),
    help:
      "How many trials begin: the same number gives the same winner, to the bit. Without --minutes it takes as long as it takes."
  )
  static let rounds: Option<Int?> = Option(
    "rounds", .integer(in: 1...100_000),
    help: "Stop after so many rounds: with --trials it repeats a tuning that ran out of time.")
  static let size: Option<Int?> = Option(
    "size", .byteCount,
    help:
      "The most bytes of the model's file, such as 200K; models are stored in less precision where that helps."
  )
  static let precision: Option<StoredPrecision?> = Option(
    "precision", .choice, help: "How models are stored; by default float32, and with --size whatever is best."
  )
  static let metric: Option<TuningMetric?> = Option(
    "metric", .tuningMetric,
    help:
      "The figure of the validation part that decides: macro-f1 (the default of a classifier), micro-f1, accuracy, f1:LABEL, recall (stems), perplexity "
      + "(language models).")
  static let validationShare: Option<Double?> = Option(
    "validation-share", .limited(by: TrainingLimits.validationShare),
    help: "The share of the data to validate on.")
  static let validation: Option<String?> = Option(
    "validation", .path,
    help:
      "Of a classifier: a file of texts to validate on, as --data; then all texts of --data are trained on.")
  static let seed: Option<Int?> = Option(
    "seed", .integer(in: 0...Int.max), help: "What the trials and everything random derive from.")
  static let resume: Option<String?> = Option(
    "resume", .folder,
    help: "Go on with the unfinished tuning in this folder; --minutes count from its beginning.")
  static let dataOnly = Flag("data-only", help: "Only look at the data, and say what is wrong with them.")
  static let keepTrials = Flag("keep-trials", help: "Leave the folders of all trials, in `trials`.")
  static let overwrite = Flag(
    "overwrite", help: "Begin anew even where the folder holds a run or another tuning.")

  static let command = Command(
    "tune", abstract: "Find the best small model of some data by itself.",
    discussion: """
      Looks at the data first. Then many trials are begun, the first with the default settings; a third of them goes on after a ninth of its \
      epochs, and a third of these after a third, from where they stand. The winner is trained with two more seeds, and the best model is \
      kept as an ordinary run. `tune.html` in its folder shows all trials, `tune.json` holds them.

      The same data, --seed and --trials give the same model to the bit. --minutes decide only how many trials begin; the page says \
      the number. Ctrl-C saves; the same command, or --resume, goes on.
      """,
    takes: [job, data] + DataOptions.all + [
      DataOptions.countColumn, TrainClassifier.multilabel, TrainClassifier.noRefit, out, minutes, trials,
      rounds, size, precision, metric, validationShare, validation, seed, resume, dataOnly, keepTrials,
      overwrite, Shared.threads, Shared.quiet,
    ]
  ) { arguments in
    if let path = arguments[resume] { return try goOn(in: path, arguments) }
    guard let name = arguments[job] else {
      throw UsageError(
        "give what is to be trained: classifier, stems or language-model; or --resume with the folder of an unfinished tuning"
      )
    }
    let path = arguments[data]
    guard arguments[validation] == nil || name == ClassifierJob.name else {
      throw UsageError("--validation is for a classifier: use --validation-share")
    }
    guard arguments[validation] == nil || (path != nil && arguments[validationShare] == nil) else {
      throw UsageError("--validation goes with --data and without --validation-share")
    }
    guard name != LanguageModelJob.name || !arguments.gives(DataOptions.labelColumn) else {
      throw UsageError("--label-column is for a classifier or stems: a text has no labels")
    }
    guard name == StemJob.name || arguments[DataOptions.countColumn] == nil else {
      throw UsageError("--count-column is for stems: leave it out")
    }
    guard !arguments[TrainClassifier.multilabel] || name == ClassifierJob.name else {
      throw UsageError("--multilabel is for a classifier: leave it out")
    }
    guard !arguments[TrainClassifier.noRefit] || name == ClassifierJob.name else {
      throw UsageError("--no-refit is for a classifier: leave it out")
    }
    guard !arguments[TrainClassifier.multilabel] || path != nil else {
      throw UsageError(TrainClassifier.multilabelNeedsData)
    }
    // The doctor reads a classifier's data before the job does.
    let files = [path, arguments[validation]].compactMap { $0 }
    if name == ClassifierJob.name, !arguments[dataOnly], files.contains(where: TextLines.isStandardInput) {
      throw UsageError(
        "a classifier's data are read twice, which standard input cannot be: write them to a file")
    }
    switch name {
    case StemJob.name:
      var settings = StemJobSettings()
      settings.columns = DataOptions.columns(arguments, hasCounts: true)
      if let seed = arguments[seed] { settings.seed = UInt64(seed) }
      if let share = arguments[validationShare] { settings.validationShare = share }
      try tune(arguments) { () throws -> (job: StemJob?, doctor: DataDoctor?) in
        let job = try StemJob(readingFile: path, settings: settings)
        return (job, DataDoctor(job.all, validationShare: settings.validationShare, seed: settings.seed))
      }
    case LanguageModelJob.name:
      // As `sluice train language-model` has it.
      var settings = (path == nil ? LanguageModelConfiguration.tiny : .compact).settings
      settings.columns = DataOptions.columns(arguments, hasLabels: false)
      if let seed = arguments[seed] { settings.seed = UInt64(seed) }
      if let share = arguments[validationShare] { settings.validationShare = share }
      try tune(arguments) { () throws -> (job: LanguageModelJob?, doctor: DataDoctor?) in
        let job = try LanguageModelJob(reading: LanguageModelFiles(text: path), settings: settings)
        return (job, DataDoctor(job.corpus))
      }
    default:
      var settings = ClassifierJobSettings()
      // As `sluice train classifier` has it.
      settings.model.reader = .both
      settings.validationFile = arguments[validation]
      if arguments[TrainClassifier.multilabel] { settings.model.multilabel = true }
      if arguments[TrainClassifier.noRefit] { settings.refit = false }
      settings.columns = DataOptions.columns(arguments)
      if let seed = arguments[seed] { settings.seed = UInt64(seed) }
      if let share = arguments[validationShare] { settings.validationShare = share }
      try tune(arguments) { () throws -> (job: ClassifierJob?, doctor: DataDoctor?) in
        // Data that cannot be trained on are looked at, too.
        let doctor = try path.map {
          try DataDoctor(
            examining: $0, validation: settings.validationFile, columns: settings.columns ?? DataColumns(),
            validationShare: settings.validationShare,
            seed: settings.seed, lineLimit: settings.model.lineLimit,
            multilabel: settings.model.isMultilabel)
        }
        if let doctor, doctor.hasFault || arguments[dataOnly] { return (nil, doctor) }
        return (try ClassifierJob(readingFile: path, settings: settings), doctor)
      }
    }
  }

  /// Looks at the data, and tunes on them.
  ///
  /// - Parameter read: gives the job, where one can be made, and what is to be said of its data.
  private static func tune<Job: TunableJob>(
    _ arguments: ParsedArguments, _ read: () throws -> (job: Job?, doctor: DataDoctor?)
  ) throws {
    guard !arguments.gives(rounds) || arguments.gives(trials) else {
      throw UsageError("--rounds goes with --trials: the page of a tuning says both")
    }
    let options = try options(arguments)
    let (job, doctor) = try read()
    if let doctor, arguments[dataOnly] || doctor.hasFault || !arguments[Shared.quiet] {
      for line in doctor.text.split(separator: "\n") {
        Terminal.standardOutput.writeLine(ScreenText.line(String(line)))
      }
    }
    if doctor?.hasFault == true { throw ExitStatus.failure }
    guard !arguments[dataOnly] else { return }
    guard let job else { throw ExitStatus.failure }
    if let metric = options.metric, let problem = job.problem(with: metric) {
      throw UsageError("--metric: " + problem)
    }
    let path = arguments[out] ?? "runs/tune-\(Job.name)"
    try run(Tuning(of: job, in: path, options: options), path, arguments)
  }

  /// Goes on with the tuning in a folder.
  private static func goOn(in path: String, _ arguments: ParsedArguments) throws {
    let others: [any Declaration] =
      [job, data] + DataOptions.all + [
        DataOptions.countColumn, TrainClassifier.multilabel, TrainClassifier.noRefit, out, size, precision,
        metric, validationShare, validation, seed, dataOnly, overwrite,
      ]
    if let other = others.first(where: { arguments.gives($0) }) {
      throw UsageError(
        "--resume goes on with the tuning as it was begun: leave \(other.parameter.title) out")
    }
    var options = try options(arguments)
    if !arguments.gives(minutes), !arguments.gives(trials) { options.minutes = nil }
    let job = try TuningRecord(readingTuning: path).job
    switch job {
    case ClassifierJob.name:
      try run(Tuning<ClassifierJob>.resume(in: path, options: options), path, arguments)
    case StemJob.name: try run(Tuning<StemJob>.resume(in: path, options: options), path, arguments)
    case LanguageModelJob.name:
      try run(Tuning<LanguageModelJob>.resume(in: path, options: options), path, arguments)
    default:
      throw StorageError(
        .unsupported, path: path, expected: "a tuning of a job that this program knows",
        found: "one of \(ScreenText.quoted(job))", advice: "Go on with the program that began it.")
    }
  }

  private static func options(_ arguments: ParsedArguments) throws -> TuningOptions {
    if let problem = KernelTable.selectionProblem { throw UsageError(problem) }
    var options = TuningOptions()
    options.trials = arguments[trials]
    options.minutes = arguments[minutes] ?? (options.trials == nil ? 5 : nil)
    options.rounds = arguments[rounds]
    options.sizeLimit = arguments[size]
    options.precision = arguments[precision]
    options.metric = arguments[metric]
    options.threads = arguments[Shared.threads]
    options.keepsTrials = arguments[keepTrials]
    options.overwrites = arguments[overwrite]
    options.isStopRequested = { Interruption.requested }
    return options
  }

  private static func run<Job: TunableJob>(
    _ tuning: consuming Tuning<Job>, _ path: String, _ arguments: ParsedArguments
  ) throws {
    let teller = TuningTeller(isQuiet: arguments[Shared.quiet])
    Interruption.listen()
    let outcome = try tuning.run { teller.tell($0) }
    let report = try TuningReport(ofTuning: path)
    try report.write()
    teller.conclude(outcome, page: report.page)
    switch outcome.end {
    case .finished: break
    case .interrupted: throw ExitStatus.interrupted
    case .outOfTime: if !arguments.gives(rounds) { throw ExitStatus.failure }
    }
  }
}

extension ArgumentType where Value == Double {
  /// Minutes of a search.
  static var minutes: Self {
    Self(
      placeholder: "minutes",
      expectation: "a number of minutes above 0, such as 5 or 0.5; for a single training use `sluice train`",
      parse: { text in Double(text).flatMap { $0 > 0 && $0 <= 1e6 ? $0 : nil } }, text: { "\($0)" })
  }
}

extension ArgumentType where Value == Int {
  /// A number of bytes, with K for thousands and M for millions.
  static var byteCount: Self {
    Self(
      placeholder: "bytes",
      expectation: "a number of bytes above 0, such as 200000, 200K (thousands) or 1.5M (millions)",
      parse: { text in
        let factor: Double =
          switch text.last {
          case "k", "K": 1e3
          case "m", "M": 1e6
          default: 1
          }
        let digits = factor == 1 ? Substring(text) : text.dropLast()
        guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), let number = Double(digits)
        else { return nil }
        let bytes = (number * factor).rounded(.down)
        return bytes >= 1 && bytes <= 1e15 ? Int(bytes) : nil
      }, text: { "\($0)" })
  }
}

extension ArgumentType where Value == TuningMetric {
  /// A figure of the validation part.
  static var tuningMetric: Self {
    Self(
      placeholder: "metric", expectation: "one of accuracy, micro-f1, macro-f1, f1:LABEL, recall, perplexity",
      completion: .words(["accuracy", "micro-f1", "macro-f1", "f1:", "recall", "perplexity"]),
      parse: { TuningMetric($0) }, text: { $0.text })
  }
}
