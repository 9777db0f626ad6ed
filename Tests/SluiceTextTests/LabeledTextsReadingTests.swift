import Foundation
import Testing

@testable import SluiceText

@Suite("Reading labeled texts")
struct LabeledTextsReadingTests {
  private static let good = "ham\tHello\nspam\tBuy now\nham\tBye\nspam\tWin a prize\n"

  /// The error of reading `file`, recorded as an issue if there is none.
  private func failure(
    _ file: TemporaryFile, labels: [String]? = nil, lineLimit: Int = TextLines.defaultLineLimit
  ) -> String {
    do throws(DataError) {
      _ = try file.read(labels: labels, lineLimit: lineLimit)
      Issue.record("The file was accepted.")
      return ""
    } catch {
      let message = error.description
      #expect(message.hasPrefix(file.path))
      #expect(!message.contains("\n"))
      return String(message.dropFirst(file.path.count))
    }
  }

  @Test("Labels are sorted, texts and labels keep the order of the lines")
  func plain() throws {
    let texts = try TemporaryFile(Self.good).read()
    #expect(texts.labelNames == ["ham", "spam"])
    #expect(texts.labels == [0, 1, 0, 1])
    #expect((0..<texts.count).map { texts.text($0) } == ["Hello", "Buy now", "Bye", "Win a prize"])
    #expect(texts.labelName(3) == "spam")
    #expect(texts.length(1) == 7)
    #expect(texts.countsByLabel == [2, 2])
  }

  @Test(
    "Line ends, byte order mark, blank lines and a missing last end change nothing",
    arguments: [
      "ham\tHello\r\nspam\tBuy now\r\nham\tBye\r\nspam\tWin a prize\r\n",
      "ham\tHello\r\nspam\tBuy now\r\nham\tBye\r\nspam\tWin a prize\r",
      "ham\tHello\rspam\tBuy now\r\r\nham\tBye\rspam\tWin a prize",
      "\u{FEFF}ham\tHello\nspam\tBuy now\nham\tBye\nspam\tWin a prize",
      "\n  \nham\tHello\n\n\r\n   \r\nspam\tBuy now\nham\tBye\nspam\tWin a prize\n\n\n",
      " ham \tHello\nspam\tBuy now\nham\tBye\nspam\tWin a prize\n",
    ])
  func sameExamples(content: String) throws {
    let texts = try TemporaryFile(content).read()
    #expect(try texts == TemporaryFile(Self.good).read())
  }

  @Test("A text may be empty, hold tabs, spaces and any script")
  func unusualTexts() throws {
    let file = try TemporaryFile("a\t\nb\tx\ty \nb\t日本 😀 e\u{301}\na\t \n")
    let texts = try file.read()
    #expect((0..<4).map { texts.text($0) } == ["", "x\ty ", "日本 😀 e\u{301}", " "])
    #expect((0..<4).map { texts.length($0) } == [0, 4, 7, 1])
  }

  @Test("Files larger than the read buffer are joined without a seam")
  func manyLines() throws {
    let lines = (0..<9000).map { "\($0 % 3)\tZeile ä\($0) " + String(repeating: "ü", count: $0 % 40) }
    let texts = try TemporaryFile(lines.joined(separator: "\n")).read()
    #expect(texts.count == 9000)
    #expect((0..<9000).allSatisfy { "\(texts.labelName($0))\t\(texts.text($0))" == lines[$0] })
  }

  @Test("A missing file and a directory are named as such")
  func noFile() throws {
    let missing = #expect(throws: DataError.self) {
      try LabeledTexts(readingFile: "/no/such/place.tsv")
    }
    #expect(
      missing?.description
        == "/no/such/place.tsv: expected a readable text file, got no such file. Check the spelling.")
    let folder = FileManager.default.temporaryDirectory.path
    let directory = #expect(throws: DataError.self) { try LabeledTexts(readingFile: folder) }
    #expect(
      directory?.description
        == "\(folder): expected a readable text file, got a directory. Give the path of a file.")
    #expect(throws: DataError.self) { try LabeledTexts(readingFile: "a\u{0}b") }
  }

  @Test("A file without examples is refused", arguments: ["", "\n\n", "\u{FEFF}", "  \r\n"])
  func empty(content: String) throws {
    let message = try failure(TemporaryFile(content))
    #expect(message == ": expected lines with a label, a tab and a text, got a file without any.")
  }

  @Test("Mistakes of the form are refused with their line")
  func malformedLines() throws {
    #expect(
      try failure(TemporaryFile("a\tx\n\nno tab here\n"))
        == ", line 3: expected a label, a tab and a text, got “no tab here” without a tab.")
    #expect(
      try failure(TemporaryFile("a\tx\nb\ty\n  \tz\n"))
        == ", line 3: expected a label before the text, got an empty label.")
    #expect(
      try failure(TemporaryFile("a \u{1B}[31m\u{2028}" + String(repeating: "x", count: 100)))
        .contains(", line 1: expected a label, a tab and a text, got “a \\u{1B}[31m\\u{2028}xxx"))
  }

  @Test("Ill-formed UTF-8 is refused with its line, byte and place")
  func invalidUTF8() throws {
    let bytes = Array("a\tx\nb\ty\na\täö".utf8) + [0xE9] + Array("\n".utf8)
    #expect(
      try failure(TemporaryFile(bytes))
        == ", line 3: expected UTF-8, got the byte 0xE9 after 4 characters. Convert the file to UTF-8.")
    #expect(try failure(TemporaryFile(Array("a\tx".utf8) + [0xC3])).hasPrefix(", line 1: expected UTF-8"))
  }

  @Test(
    "A line that is too long is refused with its line and the limit", arguments: [10_001, 100_000, 1_000_000])
  func longLine(length: Int) throws {
    let line = "a\t" + String(repeating: "x", count: length - 2)
    let message = try failure(TemporaryFile("b\ty\n" + line + "\n"))
    #expect(message.hasPrefix(", line 2: expected a line of at most 10000 characters, got "))
    #expect(message.hasSuffix(". Shorten the line or raise the limit (--line-limit)."))
  }

  @Test("The limit counts characters, not bytes, and is the caller's")
  func lineLimit() throws {
    let exact = "a\t" + String(repeating: "😀", count: 9_998) + "\r\nb\ty\na\tz\nb\ty\n"
    #expect(try TemporaryFile(exact).read().length(0) == 9_998)
    #expect(try TemporaryFile(exact).read(lineLimit: 10_000).count == 4)
    let message = try failure(TemporaryFile(exact), lineLimit: 9_999)
    #expect(message.hasPrefix(", line 1: expected a line of at most 9999 characters, got 10000."))
  }

  @Test("Training data with one label, or with a label seen once, is refused")
  func tooFewLabels() throws {
    #expect(
      try failure(TemporaryFile("ham\tx\nham\ty\n"))
        == ": expected at least two different labels, got “ham” on every line.")
    #expect(
      try failure(TemporaryFile("ham\tx\nspam\ty\n\nrare\tz\nham\tx\nspam\ty\n"))
        == ", line 4: expected every label at least twice, once to train and once to validate, "
        + "got the label “rare” on this line only. Add examples of it or remove the line.")
  }

  @Test("With the labels given, their order stays, few examples will do and others are refused")
  func knownLabels() throws {
    let one = try TemporaryFile("spam\tx\n")
    let texts = try one.read(labels: ["spam", "ham"])
    #expect(texts.labelNames == ["spam", "ham"])
    #expect(texts.labels == [0])
    #expect(
      try failure(TemporaryFile("ham\tx\nSpam\ty\n"), labels: ["spam", "ham"])
        == ", line 2: expected one of the labels “spam”, “ham”, got “Spam”.")
    #expect(try failure(TemporaryFile(""), labels: ["spam"]).hasPrefix(": expected lines with a label"))
  }

  @Test("Damaged bytes end in examples or in an error of one line", arguments: 0..<150)
  func damagedBytes(index: Int) throws {
    var random = RandomStream(seed: 11, purpose: .split, index: index)
    var bytes = Array((Self.good + "\u{FEFF}spam\t日本 😀\r\n").utf8)
    for _ in 0...random.below(4) {
      let place = random.below(bytes.count)
      switch random.below(3) {
      case 0: bytes[place] = UInt8(random.below(256))
      case 1: bytes.remove(at: place)
      default: bytes.insert([0x00, 0x09, 0x0A, 0x0D, 0xC3][random.below(5)], at: place)
      }
    }
    let file = try TemporaryFile(bytes)
    do throws(DataError) {
      let texts = try file.read()
      #expect(texts.countsByLabel.count >= 2 && texts.countsByLabel.allSatisfy { $0 >= 2 })
    } catch {
      #expect(error.path == file.path && !error.description.contains { $0.isNewline })
    }
  }

  @Test("Two spellings of one letter are two labels, in a file to train on and in one to measure")
  func spellings() throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    let text = "\(composed)\tx\n\(decomposed)\ty\n\(composed)\tz\n\(decomposed)\ty\n"
    let texts = try TemporaryFile(text).read()
    #expect(texts.labelNames.map { Array($0.utf8) } == [decomposed, composed].map { Array($0.utf8) })
    #expect(texts.labels == [1, 0, 1, 0])
    #expect(try TemporaryFile(text).read(labels: [composed, decomposed]).labels == [0, 1, 0, 1])
    #expect(
      failure(try TemporaryFile(text), labels: [composed]).contains("line 2: expected one of the labels"))
    let made = LabeledTexts([(composed, "x"), (decomposed, "y")])
    #expect(made.labels == [1, 0] && made.labelNames.count == 2)
  }
}
