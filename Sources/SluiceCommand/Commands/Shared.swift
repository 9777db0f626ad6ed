import Sluice

/// What several commands take.
enum Shared {
  static let threads = Option(
    "threads", .integer(in: 1...1_024), default: Workers.processorCount,
    help: "The most threads that compute. They change the speed, not the result.")
  static let shards = Option(
    "shards", .limited(by: TrainingLimits.shards), default: 1,
    help:
      "Cut each batch into so many parts, which take the memory of one and can be shared by as many processes (mpiexec -n 4 sluice "
      + "train … --shards 8): the result depends on the parts, not on the processes.")
  static let quiet = Flag("quiet", help: "Print the result only.")
  static let flowInterval: Option<Int?> = Option(
    "flow-interval", .integer(in: 1...1_000_000),
    help: "Every how many steps all statistics of the flow are taken; 10 without it.")
  static let watch = Flag(
    "watch", help: "Show the flow of the gradient and what is wrong with it while the training runs.")
  static let tensorBoard = Flag(
    "tensorboard",
    help: "Write the figures of the log and histograms of weights and gradients for TensorBoard.")

  static let overwrite = Flag(
    "overwrite",
    help: "Train even where the folder holds a finished run of another job, or with other settings or data.")

  /// What the help of a training says about signals.
  static let interruption = """
    Ctrl-C, SIGTERM and SIGHUP end the training after the current step and save; the exit status is then 130, 143 or 129. A \
    second signal ends it at once.
    """

  /// For a command that reads lines for a model: by default those of the length it was trained on.
  static let lineLimit: Option<Int?> = Option(
    "line-limit", .limited(by: SettingLimits.textLineLimit),
    help: "The most characters a line may have; by default as many as in training.")

  /// Says on standard error what an answer rests on.
  static func note(_ notes: [String]) {
    for note in notes { Terminal.standardError.writeLine("note: \(note)") }
  }

  /// The engine asked for.
  ///
  /// - Parameter processes: those that train together. Where nothing was said they share the processors of their machine.
  static func engine(_ arguments: ParsedArguments, _ processes: Processes = .alone) throws -> Engine {
    if let problem = KernelTable.selectionProblem { throw UsageError(problem) }
    guard !arguments.gives(threads) else { return Engine(threads: arguments[threads]) }
    return Engine(threads: max(arguments[threads] / processes.countHere, 1))
  }

  /// The setting of the parts of a batch: one is none.
  static func shards(_ arguments: ParsedArguments) -> Int? {
    arguments[shards] == 1 ? nil : arguments[shards]
  }

  /// What the model in a run's folder was trained for.
  static func job(ofRun path: String) throws -> String {
    try RunDirectory.open(path).header().job
  }
}
