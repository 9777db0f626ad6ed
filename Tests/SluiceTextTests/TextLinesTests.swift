import Foundation
import SluiceText
import Testing

@Suite("The lines of a text")
struct TextLinesTests {
  private func lines(_ text: String) throws -> [String] {
    let file = try TemporaryFile(text)
    defer { withExtendedLifetime(file) {} }
    return try WordCorpus.lines(ofFile: file.path)
  }

  @Test(
    "Line feed, carriage return and both end a line, in any mixture; the last may lack its end",
    arguments: [
      ("a\nb\n", ["a", "b"]), ("a\rb\r", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("a\rb", ["a", "b"]),
      ("a\r\rb", ["a", "", "b"]), ("a\n\rb", ["a", "", "b"]), ("a\r\n\nb", ["a", "", "b"]),
      ("\r", [""]), ("\r\n", [""]), ("", []), ("\u{FEFF}a\rb", ["a", "b"]), ("a\r\r\nb", ["a", "", "b"]),
    ])
  func ends(text: String, expected: [String]) throws {
    #expect(try lines(text) == expected)
  }

  @Test("Characters that only part words end no line")
  func separators() throws {
    for separator in ["\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}", "\u{1C}"] {
      #expect(try lines("a\(separator)b\n") == ["a\(separator)b"])
    }
    #expect(WordCorpus.words(of: "a\u{B}b\u{C}c\u{85}d\u{2028}e\u{2029}f") == ["a", "b", "c", "d", "e", "f"])
  }

  @Test("The halves of one end may lie in two blocks of the file", arguments: [65_534, 65_535, 65_536])
  func borders(length: Int) throws {
    let long = String(repeating: "x", count: 9_000)
    var parts = Array(repeating: long, count: length / 9_001)
    let rest = length - parts.count * 9_001
    parts.append(String(repeating: "y", count: rest))
    // After the rest come a carriage return and a line feed, at the border of the first block or near it.
    #expect(try lines(parts.joined(separator: "\n") + "\r\nend") == parts + ["end"])
    #expect(try lines(parts.joined(separator: "\n") + "\rend") == parts + ["end"])
  }

  @Test("An error in a text of carriage returns names the line")
  func errorLine() throws {
    let file = try TemporaryFile(Array("a\rb\r".utf8) + [0xFF, 0x0D])
    let error = #expect(throws: DataError.self) { try WordCorpus.lines(ofFile: file.path) }
    #expect(error?.line == 3)
  }

  @Test("A line that has been read already is known before it is asked for")
  func held() throws {
    let file = try TemporaryFile("a\r\nb\rc\nd")
    var lines = try TextLines(path: file.path)
    var scalars: [UInt32] = []
    var held = [lines.holdsLine]
    while try lines.next(into: &scalars) { held.append(lines.holdsLine) }
    // The last has no end yet: the system may still have more of it.
    #expect(held == [false, true, true, false, false])
  }
}
