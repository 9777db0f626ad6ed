import Testing

@testable import SluiceText

@Suite("Files that are no text in UTF-8")
struct FileSignatureTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let got: String
    var testDescription: String { got }
    init(_ bytes: [UInt8], _ got: String) { (self.bytes, self.got) = (bytes, got) }
  }

  @Test(
    "They are called what they are",
    arguments: [
      Sample([0x1F, 0x9D, 8, 0], "a file packed with compress. Unpack it first, such as with 'gzip -dk'."),
      Sample(
        Array("PK\u{3}\u{4}".utf8) + [20, 0], "an archive of zip. Unpack it first, such as with 'unzip'; a"),
      Sample(
        [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0], "a file packed with xz. Unpack it first, such as with 'xz -dk'."
      ),
      Sample([0x28, 0xB5, 0x2F, 0xFD, 4], "a file packed with zstd. Unpack"),
      Sample(Array("BZh91AY&SY".utf8), "a file packed with bzip2. Unpack"),
      Sample(
        [0xFF, 0xFE, 0x61, 0, 0x0A, 0],
        "text in UTF-16. Convert it to UTF-8, such as with 'iconv -f UTF-16 -t UTF-8'."),
      Sample([0xFE, 0xFF, 0, 0x61], "text in UTF-16. Convert"),
      Sample([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], "text in UTF-32. Convert"),
      Sample(Array("red\tapple\n".utf8).flatMap { [$0, 0] }, "text in UTF-16LE. Convert"),
      Sample(Array("red\tapple\n".utf8).flatMap { [0, $0] }, "text in UTF-16BE. Convert"),
      Sample(Array("%PDF-1.7\n".utf8), "a PDF document. Save"),
      Sample(
        Array("data.tsv".utf8) + [UInt8](repeating: 0, count: 249) + Array("ustar".utf8) + [0],
        "an archive of tar. Unpack"),
    ])
  func foreign(sample: Sample) throws {
    let file = try TemporaryFile(sample.bytes)
    let error = #expect(throws: DataError.self) { try file.read() }
    #expect(
      error?.description.contains(": expected text in UTF-8, got \(sample.got)") == true,
      "\(error?.description ?? "")")
    #expect(throws: DataError.self) { try WordCorpus.lines(ofFile: file.path) }
    #expect(throws: DataError.self) { try WordStems(readingFile: file.path) }
  }

  @Test(
    "Text is none of them",
    arguments: ["", "a", "BZhou is a name", "PK", "\u{FEFF}a\tb", "日本", "P\0K\0", "%PD"])
  func text(text: String) {
    #expect(FileSignature.kind(of: text.utf8) == nil)
  }

  @Test("A text that is one line is called that: the line has to be broken up, a longer one would not help")
  func oneLine() throws {
    let file = try TemporaryFile(String(repeating: "word ", count: 50))
    let single = #expect(throws: DataError.self) {
      try WordCorpus(readingFile: file.path, validationShare: 0.2)
    }
    #expect(
      single?.description.contains("got one line with words. Whole lines go to the one or the other: break")
        == true)
    let long = #expect(throws: DataError.self) { try WordCorpus.lines(ofFile: file.path, lineLimit: 100) }
    #expect(
      long?.description.contains(
        "If all of the text is one line, break it up, such as with 'fold -s -w 1000'") == true)
  }
}
