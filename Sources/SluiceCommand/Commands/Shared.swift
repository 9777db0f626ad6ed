import Sluice

/// What several commands take.
enum Shared {
  static let threads = Option(
    "threads", .integer(in: 1...1_024), default: Workers.processorCount,
    help: "Threads that compute. They change the speed, not the result.")
  static let quiet = Flag("quiet", help: "Print the result only.")

  /// The engine asked for.
  static func engine(_ arguments: ParsedArguments) throws -> Engine {
    if let problem = KernelTable.selectionProblem { throw UsageError(problem) }
    return Engine(threads: arguments[threads])
  }
}
