import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

/// The command in a process of its own, which standard input and output belong to.
@Suite("The command classify", .serialized)
struct ClassifyTests {
  /// A classifier with the characters a, b and c, never trained, in a new folder.
  private static func folder() throws -> String {
    let folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try SavedExample.classifier.save(in: folder)
    return folder
  }

  /// What the command writes to both outputs for what stands on its input, and its error messages.
  private static func outputs(
    _ arguments: [String] = [], input: [UInt8] = []
  ) throws -> (lines: [String], notes: String, error: String, status: Int32) {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let paths = ["in", "out", "err"].map { folder + "/" + $0 }
    try Data(input).write(to: URL(fileURLWithPath: paths[0]))
    for (stream, path) in paths.enumerated() { redirect(Int32(stream), to: path) }
    var error = ""
    let status = sluice.run(["classify", folder] + arguments, output: { _ in }, error: { error += $0 })
    let lines = try String(contentsOfFile: paths[1], encoding: .utf8).split(separator: "\n").map(String.init)
    return (lines, try String(contentsOfFile: paths[2], encoding: .utf8), error, status)
  }

  /// Lets a file stand in for a standard stream, for the rest of the process.
  private static func redirect(_ stream: Int32, to path: String) {
    let file = unsafe open(path, stream == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    check(file >= 0 && dup2(file, stream) == stream)
  }

  private static func check(_ holds: Bool) { if !holds { exit(1) } }

  @Test("A line from a pipe is answered before the next one is waited for, whatever ends it")
  func pipe() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let folder = try Self.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      var (input, output): ([Int32], [Int32]) = ([0, 0], [0, 0])
      Self.check(unsafe Foundation.pipe(&input) == 0 && Foundation.pipe(&output) == 0)
      Self.check(dup2(input[0], 0) == 0 && dup2(output[1], 1) == 1)
      let thread = Thread { _ = sluice.run(["classify", folder], output: { _ in }, error: { _ in }) }
      thread.start()
      for (text, answers) in [("abc\n", 1), ("cba\rb\r\nunfinished", 2), ("\n", 1)] {
        let bytes = Array(text.utf8)
        Self.check(unsafe write(input[1], bytes, bytes.count) == bytes.count)
        var left = answers
        while left > 0 {
          var wait = pollfd(fd: output[0], events: Int16(POLLIN), revents: 0)
          Self.check(unsafe poll(&wait, 1, 10_000) == 1)
          var buffer = [UInt8](repeating: 0, count: 4_096)
          let count = unsafe read(output[0], &buffer, buffer.count)
          left -= buffer.prefix(count).count { $0 == 0x0A }
        }
        Self.check(left == 0)
      }
      exit(7)
    }
  }

  @Test(
    "Every line before a bad one is answered, then the error names its line",
    arguments: [0, 1, 255, 256, 299])
  func badLine(good: Int) async {
    await #expect(processExitsWith: .exitCode(7)) { [good] in
      let input = Array(String(repeating: "abc\n", count: good).utf8) + [0xFF, 0x0A] + Array("abc\n".utf8)
      let result = try Self.outputs(input: input)
      Self.check(
        result.lines.count == good && result.status == 1 && result.error.contains("line \(good + 1)"))
      exit(7)
    }
  }

  @Test("Texts of which nothing is known are answered, marked, and counted once on standard error")
  func unknown() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let input = Array("abc\nxyz\n\n \u{416}\u{429} \u{424}\nabx\n \t\nb\n".utf8)
      let result = try Self.outputs(input: input)
      let marks = result.lines.map {
        $0.split(separator: "\t", omittingEmptySubsequences: false).dropFirst(3)
      }
      Self.check(marks.map { $0.joined() } == ["", "unknown", "empty", "unknown", "", "empty", ""])
      Self.check(
        result.notes
          == "note: of 7 texts 2 marked 'unknown' have no character that was met in training, 2 marked "
          + "'empty' have none at all, 1 have some that were not met in training; what is said of the marked ones "
          + "means nothing\n")
      exit(7)
    }
    await #expect(processExitsWith: .exitCode(7)) {
      let result = try Self.outputs(["abc", "cab"])
      Self.check(result.lines.count == 2 && result.notes.isEmpty && result.status == 0)
      exit(7)
    }
  }

  @Test("A word of which no character is known has neighbors, and a note that they mean nothing")
  func nearest() async {
    await #expect(processExitsWith: .exitCode(7)) {
      for job in [SavedExample.stems, .lstm] {
        let folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
        try job.save(in: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/err"
        Self.redirect(1, to: folder + "/out")
        Self.redirect(2, to: path)
        Self.check(
          sluice.run(["nearest", folder, "xyz", "abx", "abc"], output: { _ in }, error: { _ in }) == 0)
        Self.check(
          try String(contentsOfFile: path, encoding: .utf8)
            == "note: no character of 'xyz' was met in training: what the model says of it means nothing\n"
            + "note: 'abx' has characters that were not met in training, which the model takes all for the same\n"
        )
      }
      exit(7)
    }
  }
}
