import Foundation
import Testing

@testable import SluiceText

@Suite("Data as people have it")
struct DataRecordsTests {
  private func texts(
    _ text: String, _ columns: DataColumns = DataColumns(format: .csv), lineLimit: Int = 10_000
  ) throws -> LabeledTexts {
    let file = try TemporaryFile(text)
    defer { withExtendedLifetime(file) {} }
    return try LabeledTexts(readingFile: file.path, columns: columns, lineLimit: lineLimit)
  }

  private func problem(
    _ text: String, _ columns: DataColumns = DataColumns(format: .csv), lineLimit: Int = 10_000
  ) -> String {
    let error = #expect(throws: DataError.self) { try texts(text, columns, lineLimit: lineLimit) }
    return error.map { "\($0)" } ?? ""
  }

  private let examples = LabeledTexts([("a", "one"), ("b", "two"), ("a", "three"), ("b", "four")])

  @Test(
    "Commas, semicolons, tabs and bars are found out; a mark, blank lines and line ends of any kind do not matter",
    arguments: [",", ";", "\t", "|"], ["\n", "\r\n", "\r"])
  func separators(separator: String, end: String) throws {
    let rows = [
      ["label", "id", "text"], ["a", "1", "one"], ["b", "2", "two"], ["a", "3", "three"], ["b", "4", "four"],
    ]
    let text = rows.map { $0.joined(separator: separator) }.joined(separator: end + end)
    #expect(try texts("\u{FEFF}" + text) == examples)
  }

  @Test("Fields in quotation marks hold separators, line ends and quotation marks")
  func quoted() throws {
    let found = try texts(
      "text,label\n\"one, \"\"two\"\"\r\nthree\",a\n\"\",b\nmid\"dle,a\n\"x\"\n".replacingOccurrences(
        of: "\"x\"\n", with: "\"x\n\ny\",\"b\"\n"))
    #expect((0..<4).map(found.text) == ["one, \"two\"\nthree", "", "mid\"dle", "x\n\ny"])
  }

  @Test("JSON lines are read by their members; numbers and truth values are labels like others")
  func jsonLines() throws {
    let text = """
      {"id": 1, "label": 1, "text": "one \\u00e9\\n", "more": {"x": [1, 2]}}

      {"text": "two", "label": 2}
      {"text": "three", "label": 1}
      {"text": "four", "label": 2}
      """
    let found = try texts(text, DataColumns(format: .jsonl))
    #expect(found.labelNames == ["1", "2"])
    #expect(found.text(0) == "one é\n")
    #expect(found == (try texts(text, DataColumns(text: "text"))))
  }

  @Test("The name says the format, that before .gz too; else the names of columns or the first line do")
  func formats() {
    #expect(DataColumns().format(of: "a.CSV") == .csv)
    #expect(DataColumns().format(of: "a.jsonl.gz") == .jsonl)
    #expect(DataColumns().format(of: "a.tsv") == .lines)
    #expect(DataColumns(text: "x").format(of: "a.tsv") == nil)
    #expect(DataColumns(format: .lines).format(of: "a.csv") == .lines)
    let run = DataColumns(format: .csv, separator: ";", text: "x")
    #expect(DataColumns().completed(by: run, forFile: "a.jsonl") == DataColumns(text: "x"))
    #expect(DataColumns().completed(by: run, forFile: "a.txt") == run)
  }

  @Test("Columns are found by usual names whatever their letters, and by those that are given")
  func names() throws {
    #expect(try texts("Category,Message\na,one\nb,two\na,three\nb,four\n") == examples)
    #expect(
      try texts("x,text,y\na,0,one\nb,0,two\na,0,three\nb,0,four\n", DataColumns(text: "y", label: "x"))
        == examples)
    #expect(
      try texts("1,text\n7,one\n8,two\n7,x\n8,y\n", DataColumns(format: .csv, label: "1")).labelNames == [
        "7", "8",
      ])
  }

  @Test("A wrong name is answered with the one that was meant, or with all that there are")
  func wrongNames() {
    let text = "label,message\na,one\n"
    #expect(
      problem(text, DataColumns(text: "mesage")).contains(
        "line 1: expected a column “mesage” for the text, got “label”, “message”. Did you mean 'message'?"))
    #expect(problem(text, DataColumns(text: "zzzzzz")).contains("Name one of them with --text-column."))
    #expect(problem("x,message\na,one\n").contains("expected a column for the label, such as “label”"))
    #expect(problem(text, DataColumns(text: "label")).contains("got “label” for both"))
    #expect(
      problem("{\"text\":\"a\"}", DataColumns(format: .jsonl)).contains("expected a column for the label"))
  }

  @Test("Records that are not like the first, or end in the middle, are refused with their line and a remedy")
  func broken() {
    #expect(
      problem("label,text\na,one\na,two, more\n").contains(
        "line 3: expected 2 fields as in the first record, with a comma between them, got 3. Put fields"))
    #expect(problem("label,text\na\n").contains("got 1. Complete the record"))
    #expect(
      problem("label,text\na,one\nb,\"two\nthree\n").contains(
        "line 3: expected a quotation mark that ends the field begun on this line, got the end of the file"))
    #expect(
      problem("label,text\na,\"one\" more\n").contains(
        "line 2: expected a comma or the end of the line after"))
    #expect(
      problem("label,text\na,\"one\n" + String(repeating: "more\n", count: 40), lineLimit: 100).contains(
        "line 2: expected a record of at most 100 characters, got more, with a field in quotation marks since line 2"
      ))
    #expect(problem("label,label\na,b\n").contains("got “label” for columns 1 and 2"))
    #expect(problem("label,text\n").contains("expected"))
    #expect(problem(" \n").contains("got an empty file"))
    #expect(
      problem("label,text\n,one\n").contains("line 2: expected a label before the text, got an empty label"))
  }

  @Test("JSON that is cut, that is no object, or that lacks a member is refused with its line")
  func brokenJSON() {
    let good = "{\"label\":\"a\",\"text\":\"one\"}\n"
    let json = DataColumns(format: .jsonl)
    #expect(
      problem(good + "{\"label\":\"a\",\"te", json).contains(
        "line 2: expected one whole JSON object: '\"' at the end of a string"))
    #expect(
      problem(good + "[1]\n", json).contains(
        "line 2: expected one whole JSON object: an object at byte 1, got '['"))
    #expect(
      problem(good + "{\"label\":\"a\"}\n", json).contains(
        "got an object without it. Every line has to have it"))
    #expect(
      problem(good + "{\"label\":null,\"text\":\"x\"}\n", json).contains("as “label”, the label, got null"))
    #expect(
      problem(good + "{\"label\":\"a\",\"label\":\"b\",\"text\":\"x\"}\n", json).contains("got 'label' twice")
    )
  }

  @Test("Zero bytes are characters like others, and a line that is too long is refused before it is held")
  func extremes() throws {
    #expect(try texts("label,text\na,x\0y\nb,two\na,x\nb,y\n").text(0) == "x\0y")
    let long = "label,text\na," + String(repeating: "x", count: 2_000_000)
    #expect(problem(long, lineLimit: 1_000).contains("line 2: expected a line of at most 1000 characters"))
  }

  @Test("Words with stems and lines of text come from columns too")
  func others() throws {
    let rows = (0..<24).map { "form\($0),stem\($0 / 2),\($0)" }
    let words = try TemporaryFile((["word,lemma,n"] + rows).joined(separator: "\n"))
    let stems = try WordStems(readingFile: words.path, columns: DataColumns(format: .csv))
    #expect(stems.count == 24 && stems.stemNames.count == 12 && stems.areRelated(0, 1))
    let text = try TemporaryFile("id;text\n1;a b\n2;\"c\nd\"\n")
    #expect(try WordCorpus.lines(ofFile: text.path, columns: DataColumns(format: .csv)) == ["a b", "c\nd"])
    withExtendedLifetime((words, text)) {}
  }

  @Test("A packed file is read as what is packed in it; one that is cut or wrong says so")
  func packed() throws {
    let data = "H4sICAAAAAAC/2RhdGEudHN2ACtKTeEsObyyokQhPy+VKymnNJWzpDyfqwgknFGUChVKyy8t4gIAtDmKxSsAAAA="
    let bytes = Array(try #require(Data(base64Encoded: data)))
    let expected = LabeledTexts([("red", "téxt one"), ("blue", "two"), ("red", "three"), ("blue", "four")])
    let file = try TemporaryFile(bytes)
    #expect(try file.read() == expected)
    let cut = try TemporaryFile(Array(bytes.dropLast(9)))
    #expect(#expect(throws: DataError.self) { try cut.read() }?.got.contains("cut off") == true)
    let none = try TemporaryFile([0x1F, 0x8B, 0x20] + [UInt8](repeating: 1, count: 40))
    #expect(
      #expect(throws: DataError.self) { try none.read() }?.got.contains("begins like one of gzip") == true)
  }
}
