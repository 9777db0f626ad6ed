import Foundation
import Testing

@testable import SluiceCommand

/// What commands print, which goes to the streams of the process.
enum CommandOutput {
  /// What a command that succeeds says on both streams, in a process of its own. The streams go to a file, as the test's own words
  /// would stand among those of the command.
  static func said(_ arguments: [String], to path: String) async throws -> String {
    await #expect(processExitsWith: .exitCode(0)) {
      [arguments = arguments as [String], path = path as String] in
      let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      guard dup2(file, STDOUT_FILENO) >= 0, dup2(file, STDERR_FILENO) >= 0 else { exit(9) }
      exit(
        sluice.run(
          arguments, output: Terminal.standardOutput.writeLine, error: Terminal.standardError.writeLine))
    }
    return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }
}
