import Synchronization

import CLibrary
import ProgramArguments

/// The arguments, the open files and the signals that a process is born with.
enum StandardStreams {
  private static let failure = Atomic<Int32>(0)

  /// Readies the process: no file opened later can be taken for a standard stream, and a limit on the size of
  /// files shows as an error of the write that meets it instead of ending the program.
  static func prepare() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is taken. Opened the wrong way round, each use fails as that of a closed
      // stream does.
      unsafe _ = CLibrary.open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  /// What the program was asked for, its own name left out.
  static var arguments: [String] {
    let count = sluice_argument_count()
    guard count > 0 else { return Array(CommandLine.arguments.dropFirst()) }
    return (1..<max(count, 1)).map { i in unsafe sluice_argument(i).map { unsafe String(cString: $0) } ?? "" }
  }

  /// The place of the first argument, the program's name being number 0, that is no UTF-8. Swift repairs such a text, and
  /// a path would then name another file.
  static var firstInvalidArgument: Int? {
    (0..<Int(sluice_argument_count())).first { i in
      guard let text = unsafe sluice_argument(Int32(i)) else { return false }
      return unsafe String(validatingCString: text) == nil
    }
  }

  /// Notes that a write to standard output failed, by the system's error number.
  static func noteFailure(_ code: Int32) {
    _ = failure.compareExchange(expected: 0, desired: code, ordering: .relaxed)
  }

  /// Why the first write to standard output that failed did so, or nil if all was written.
  static var failureOfOutput: String? {
    let code = failure.load(ordering: .relaxed)
    guard code != 0 else { return nil }
    return unsafe String(cString: strerror(code))
  }
}
