/// A command line that cannot be understood. Commands throw it too, for arguments that do not go together.
struct UsageError: Error, Equatable, CustomStringConvertible {
  /// What is wrong: one line, without a full stop at its end unless that is a question.
  let description: String

  init(_ description: String) { self.description = description }
}

/// Ends the program with a status and without a message, for a command that has said why.
struct ExitStatus: Error, Equatable {
  let code: Int32

  /// The work was done.
  static let success = ExitStatus(code: 0)
  /// The work failed.
  static let failure = ExitStatus(code: 1)
  /// The command line was wrong (`EX_USAGE` of sysexits).
  static let usage = ExitStatus(code: 64)
  /// What was found is serious: `sluice doctor` says so by its status.
  static let fault = ExitStatus(code: 2)
  /// What was to be read cannot be (`EX_NOINPUT` of sysexits), where 1 says something else.
  static let unreadable = ExitStatus(code: 66)
  /// A signal ended the work, which was saved: 128 and the signal's number, as shells have it.
  static var interrupted: ExitStatus { ExitStatus(code: Interruption.status) }
}
