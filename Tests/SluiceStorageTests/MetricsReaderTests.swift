import Testing

@testable import SluiceStorage

@Suite("Reading the log of a training's figures")
struct MetricsReaderTests {
  @Test("Lines are read in chunks of any size", arguments: [1, 2, 7, 64, 1 << 16])
  func chunks(size: Int) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "{\"kind\":\"a\",\"x\":1}\n\n  \r\n{\"kind\":\"b\"}\r\n{\"x\":2,\"kind\":\"c\"}", to: "m")
    var reader = try MetricsReader(path: folder.file("m"), chunkSize: size)
    var lines: [MetricsLine] = []
    while let line = try reader.next() { lines.append(line) }
    #expect(lines.map(\.kind) == ["a", "b", "c"])
    #expect(lines.map(\.number) == [1, 4, 5])
    #expect(lines.map { $0.integer("x") } == [1, nil, 2])
    #expect(!reader.lastLineWasCutOff)
    #expect(try reader.next() == nil)
  }

  @Test("An empty file has no lines")
  func empty() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "m")
    #expect(try MetricsReader.lines(of: folder.file("m")).isEmpty)
    #expect(try storageError { _ = try MetricsReader.lines(of: folder.file("none")) }.reason == .missing)
  }

  @Test("A log cut at any byte gives its whole lines and tells of the rest")
  func truncation() throws {
    let folder = try TemporaryFolder()
    let first = "{\"kind\":\"a\",\"x\":\"ü\"}\n"
    let whole = Array((first + "{\"kind\":\"b\",\"y\":[1,2]}\n").utf8)
    for length in 0...whole.count {
      try folder.write(Array(whole[..<length]), to: "m")
      var reader = try MetricsReader(path: folder.file("m"))
      var kinds: [String] = []
      while let line = try reader.next() { kinds.append(line.kind) }
      let expected = (length >= first.utf8.count - 1 ? 1 : 0) + (length >= whole.count - 1 ? 1 : 0)
      #expect(kinds == ["a", "b"].prefix(expected).map { $0 })
      let onBorder = [0, first.utf8.count - 1, first.utf8.count, whole.count - 1, whole.count].contains(
        length)
      #expect(reader.lastLineWasCutOff == !onBorder)
    }
  }

  @Test(
    "A damaged line in the middle is an error with its number",
    arguments: [
      ("{\"kind\":\"b\"", "',' or '}' in an object at byte 11, found the end of the text"),
      ("[1]", "an object with a text \"kind\""), ("{\"x\":1}", "an object with a text \"kind\""),
      ("{\"kind\":1}", "an object with a text \"kind\""),
      ("{\"kind\":\"b\",\"x\":NaN}", "expected JSON: a value"),
      ("\u{0}", "expected JSON"),
    ])
  func damaged(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"kind\":\"a\"}\n\(text)\n{\"kind\":\"c\"}\n", to: "m")
    let error = try storageError { _ = try MetricsReader.lines(of: folder.file("m")) }
    #expect(error.reason == .damaged)
    #expect(error.line == 2)
    #expect(error.description.hasPrefix(folder.file("m") + ":2: expected "))
    #expect(error.description.contains(message), "\(error)")
  }

  @Test("A line without end is refused before it fills the memory")
  func longLine() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"kind\":\"a\"}\n" + String(repeating: " ", count: 3000), to: "m")
    var reader = try MetricsReader(path: folder.file("m"), chunkSize: 100, limit: 2000)
    #expect(try reader.next()?.kind == "a")
    let error = try storageError { _ = try reader.next() }
    #expect(error.line == 2)
    #expect(error.found == "a longer one")
  }
}
