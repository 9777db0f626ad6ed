import Sluice

/// What the trainings of all jobs have in common on the command line.
enum TrainCommand {
  /// What can be asked for of any training beside what decides the model.
  static let options: [any Declaration] = [
    from, freeze, freshOptimizer,
    Shared.watch, Shared.flowInterval, Shared.tensorBoard, checkpointEvery, keep, onSpike, stopOn, patience,
    precision,
    Shared.overwrite,
  ]

  static let from: Option<String?> = Option(
    "from", .folder,
    help:
      "Begin from the finished model of a run: it keeps its labels, characters and words, those that are new are "
      + "added. What the model is comes from there.")
  static let freeze: Option<[String]> = Option(
    repeated: "freeze", .partName,
    help:
      "Leave a layer or parameter as it is, by its name in the table of parameters; may be given several times."
  )
  static let freshOptimizer = Flag(
    "fresh-optimizer",
    help: "With --from: begin with an optimizer that knows nothing of the earlier training.")

  /// Of jobs whose data are divided, or generated, by a seed.
  static let dataSeed: Option<Int?> = Option(
    "data-seed", .integer(in: 0...Int.max),
    help:
      "What divides the data, or generates them; by default --seed. With it, other seeds train on the same parts."
  )

  static let checkpointEvery = Option(
    "checkpoint-every", .checkpointSchedule, default: .seconds(60),
    help: "How often the folder gets what `sluice resume` goes on from: such as 60s, 500steps, epoch, never.")
  static let keep = Option(
    "keep", .integer(in: 1...1_000), default: 1, help: "How many checkpoints stay while the training runs.")

  static let precision = Option(
    "precision", .choice, default: StoredPrecision.float32,
    help:
      "How the numbers of the model are stored: int8 takes about a quarter of the room of float32, bfloat16 a half. What the training "
      + "goes on from stays exact.")

  static let onSpike = Option(
    "on-spike", .choice, default: SpikePolicy.ignore,
    help:
      "What is done about a step whose loss is a spike or not finite: end, pass over the batch, or go back to the last "
      + "checkpoint and pass over it; `ignore` looks for numbers that are not finite only, and ends.")

  static let patience: Option<Int?> = Option(
    "patience", .integer(in: 1...100_000),
    help:
      "End after so many epochs without a better measure on the validation part; the best model is kept in any case."
  )

  static let stopOn: Option<StopCondition?> = Option(
    "stop-on", .stopCondition,
    help:
      "Stop as Ctrl-C does, with status 1, once something is found to be wrong: any, a warning or a fault, or a finding by its name, "
      + "such as 'rate too high'.")

  /// Takes the folder, reads the data, trains, and tells.
  ///
  /// - Parameters:
  ///   - inputs: the files that `makeJob` reads.
  ///   - makeJob: reads the data, which is done after the folder was found to be free.
  static func run<Job: TrainingJob>(
    _ arguments: ParsedArguments, out: String, settings: Job.Settings, inputs: [String],
    vectors: String? = nil, _ makeJob: () throws -> Job
  ) throws {
    guard arguments[onSpike] != .rollback || arguments[checkpointEvery] != .never else {
      throw UsageError(
        "--on-spike rollback needs checkpoints to go back to: give --checkpoint-every another value than never"
      )
    }
    guard arguments[from] != nil || !arguments[freshOptimizer] else {
      throw UsageError("--fresh-optimizer goes with --from: without it every optimizer is new")
    }
    guard arguments[from] == nil || vectors == nil else {
      throw UsageError("--vectors and --from do not go together: the table comes from the one or the other")
    }
    try ProcessGroup.run { processes in
      try train(
        arguments, processes, out: out, settings: settings, inputs: inputs, vectors: vectors, makeJob)
    }
  }

  /// The same as one of several processes, of which the leader alone takes the folder and tells.
  private static func train<Job: TrainingJob>(
    _ arguments: ParsedArguments, _ processes: Processes, out: String, settings: Job.Settings,
    inputs: [String], vectors: String?, _ makeJob: () throws -> Job
  ) throws {
    var options = TrainingOptions()
    let (job, folder, engine) = try ProcessGroup.together(processes) {
      try ProcessGroup.refuseStandardInput(inputs, processes)
      let engine = try Shared.engine(arguments, processes)
      // What the training begins from is opened first: it may be the folder that is written to.
      if processes.leads {
        options.start = try arguments[from].map {
          try TrainingStart(run: $0, freshOptimizer: arguments[freshOptimizer])
        }
      }
      let folder =
        processes.leads
        ? try RunWriter.begin(
          at: out, job: Job.name, settings: settings, inputs: inputs + [vectors].compactMap { $0 },
          overwrites: arguments[Shared.overwrite])
        : nil
      let job = try makeJob()
      if let problem = try job.frozenProblem(engine) {
        throw UsageError("--freeze: expected \(problem.expected), found \(problem.found)")
      }
      if processes.leads {
        options.vectors = try vectors.map { try PretrainedVectors(readingFile: $0, for: job) }
      }
      return (job, folder, engine)
    }
    options.processes = processes
    options.writesEvents = arguments[Shared.tensorBoard]
    options.flowInterval = arguments[Shared.flowInterval]
    options.overwrites = arguments[Shared.overwrite]
    options.checkpoints = arguments[checkpointEvery]
    options.keepsCheckpoints = arguments[keep]
    options.onSpike = arguments[onSpike]
    options.precision = arguments[precision]
    options.stopOn = arguments[stopOn]
    options.patience = arguments[patience]
    options.isStopRequested = { Interruption.requested }
    let console = console(arguments)
    let training = try Training(job, folder: folder, options: options, engine: engine)
    // Whoever follows goes on until the leader ends: a signal comes to all.
    if !processes.leads { Interruption.listen() }
    ProcessGroup.tell(processes, shards: settings.shards ?? 1, arguments)
    var traffic = ProcessGroup.Traffic()
    let outcome = try training.run { event in
      traffic.note(event, processes)
      // Until the first step there is nothing to save, and a signal ends the program at once.
      if case .began = event { Interruption.listen() }
      console.tell(event, of: job)
      return .goOn
    }
    try ProcessGroup.tell(processes, traffic, arguments)
    if processes.leads { try end(outcome.end) }
  }

  /// The exit status of a training that did not come to its end.
  private static func end(_ end: TrainingEnd) throws {
    switch end {
    case .finished: break
    case .interrupted: throw ExitStatus.interrupted
    case .stopped: throw ExitStatus.failure
    }
  }

  private static func console(_ arguments: ParsedArguments) -> TrainingConsole {
    TrainingConsole(
      output: Terminal.standardOutput.screen, errors: Terminal.standardError.screen,
      isQuiet: arguments[Shared.quiet], watches: arguments[Shared.watch])
  }

  /// What describes the model that the training is to begin from; nil where it begins from nothing.
  ///
  /// - Throws: `StorageError` for a folder without a model of this job.
  static func earlier<Description: ModelDescription>(
    _ arguments: ParsedArguments, _: Description.Type
  ) throws(StorageError) -> Description? {
    guard let path = arguments[from] else { return nil }
    return try RunDirectory.open(path).description(Description.self)
  }

  /// What an option of the model is where the model comes from an earlier run: that of the run.
  ///
  /// - Throws: `UsageError` where the command line asks for another.
  static func kept<Value: Equatable>(
    _ earlier: Value, _ option: any Declaration, _ asked: Value, _ arguments: ParsedArguments
  ) throws(UsageError) {
    guard arguments.gives(option), asked != earlier else { return }
    throw UsageError(
      "--\(option.parameter.name) is what the model of --from is already (\(earlier)) and cannot change: leave it out"
    )
  }

  /// The settings of the optimizer with the parts that are to stay as they are.
  static func frozen(_ arguments: ParsedArguments) -> [String]? {
    arguments[freeze].isEmpty ? nil : arguments[freeze]
  }

  /// Goes on with an unfinished training, and tells.
  static func resume<Job: ResumableJob>(
    _: Job.Type, _ arguments: ParsedArguments, _ path: String, _ processes: Processes
  ) throws {
    var options = TrainingOptions()
    options.processes = processes
    if !processes.leads { Interruption.listen() }
    options.isStopRequested = { Interruption.requested }
    let console = console(arguments)
    var told: Job?
    var traffic = ProcessGroup.Traffic()
    let outcome = try Training<Job>.resume(
      in: path, options: options, engine: try Shared.engine(arguments, processes),
      { record in
        let job = try ProcessGroup.together(processes) {
          try ProcessGroup.refuseStandardInput(paths(of: record.data), processes)
          return try Job(repeating: record)
        }
        ProcessGroup.tell(processes, shards: job.settings.shards ?? 1, arguments)
        told = job
        return job
      },
      { event in
        traffic.note(event, processes)
        if case .began = event { Interruption.listen() }
        if let told { console.tell(event, of: told) }
        return .goOn
      })
    try ProcessGroup.tell(processes, traffic, arguments)
    if processes.leads { try end(outcome.end) }
  }

  /// The files that a run's data came from.
  private static func paths(of source: some Any) -> [String] {
    (source as? LanguageModelFiles)?.paths ?? [source as? String].compactMap { $0 }
  }

  /// Checks a job and tells what was found, after a `note` for people; the exit status is 1 if a check fails.
  static func check<Job: CheckableJob>(
    _ arguments: ParsedArguments, out: String, _: Job.Type, inputs: [String], note: String? = nil,
    _ makeJob: () throws -> Job
  ) throws {
    let engine = try Shared.engine(arguments)
    let directory = try RunDirectory.create(at: out)
    try directory.refuse(inputs: inputs)
    let result = try makeJob().check(engine: engine)
    try JSONFile.write(result, to: directory.file("check.json"))
    if arguments[JSONOutput.flag] {
      try JSONOutput.write(result)
    } else {
      if let note { Terminal.standardOutput.writeLine(note) }
      for text in result.texts { Terminal.standardOutput.writeLine(text) }
    }
    if result.hasFailed { throw ExitStatus.failure }
  }

  /// What all checks say of themselves in their help.
  static let checkDiscussion = """
    Same seed, same result; the loss at the start; overfitting a tiny batch; whether the input matters; whether \
    examples stay apart; which parameters get a gradient and move; training against evaluation; the learning rate. \
    `check.json` in the run's folder holds the result; the exit status is 1 if a check fails.
    """
}
