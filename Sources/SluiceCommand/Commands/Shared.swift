import Sluice

/// What several commands take.
enum Shared {
  static let threads = Option(
    "threads", .integer(in: 1...1_024), default: Workers.processorCount,
    help: "Threads that compute. They change the speed, not the result.")
  static let quiet = Flag("quiet", help: "Print the result only.")
  static let flowInterval: Option<Int?> = Option(
    "flow-interval", .integer(in: 1...1_000_000),
    help: "Every how many steps all statistics of the flow are taken; 10 without it.")
  static let watch = Flag(
    "watch", help: "Show the flow of the gradient and what is wrong with it while the training runs.")
  static let tensorBoard = Flag(
    "tensorboard",
    help: "Write the figures of the log and histograms of weights and gradients for TensorBoard.")

  /// The engine asked for.
  static func engine(_ arguments: ParsedArguments) throws -> Engine {
    if let problem = KernelTable.selectionProblem { throw UsageError(problem) }
    return Engine(threads: arguments[threads])
  }

  /// What the model in a run's folder was trained for.
  static func job(ofRun path: String) throws -> String {
    try RunDirectory.open(path).header().job
  }
}
