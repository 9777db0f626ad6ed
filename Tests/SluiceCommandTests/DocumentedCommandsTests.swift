import Foundation
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("The command lines that the documents show")
struct DocumentedCommandsTests {
  @Test("The program understands each of them")
  func commands() throws {
    let lines = try Self.lines()
    #expect(lines.count > 40)
    // What the program writes from its own description is asked for by options of the program itself, before its commands are read.
    for line in lines where !line.contains("--generate-") {
      #expect(throws: Never.self, "\(line)") {
        _ = try Parser.parse(Self.arguments(of: line), for: sluice.root)
      }
    }
  }

  @Test("A command line with an option that is not there would be noticed")
  func wrong() throws {
    for line in ["sluice train classifier --no-such-option", "sluice no-such-command"] {
      #expect(throws: (any Error).self) { _ = try Parser.parse(Self.arguments(of: line), for: sluice.root) }
    }
  }

  /// All lines of the documents' shell code that run the program, without those that only show how one looks.
  private static func lines() throws -> [String] {
    let root = try DocumentExample.folder()
    var files = ["README.md"]
    for name in try FileManager.default.subpathsOfDirectory(atPath: root + "/Documentation") {
      if name.hasSuffix(".md") || name.hasSuffix(".sh") { files.append("Documentation/" + name) }
    }
    var found: [String] = []
    for file in files.sorted() {
      var isShell = file.hasSuffix(".sh")
      for line in try DocumentExample.document(file).components(separatedBy: "\n") {
        if line.hasPrefix("```") { isShell = line == "```sh" }
        guard isShell else { continue }
        for start in ["swift run -c release sluice ", "sluice "] where line.hasPrefix(start) {
          found.append(String(line.dropFirst(start.count - "sluice ".count)))
        }
      }
    }
    return found
  }

  /// The words of a command line, as a shell takes them apart, without the name of the program.
  private static func arguments(of line: String) -> [String] {
    var (words, word): ([String], String?) = ([], nil)
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
        word = word ?? ""
      } else if character == "#", word == nil, !isQuoted {
        break
      } else if character == " ", !isQuoted {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return Array(words.dropFirst())
  }
}
