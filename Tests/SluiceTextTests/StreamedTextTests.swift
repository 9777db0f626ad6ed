import Testing

@testable import SluiceText

@Suite("A text that stays in its file")
struct StreamedTextTests {
  private static let lines = (0..<3_000).map { i in
    i % 11 == 0
      ? " " : "word\(i % 37)\u{3000}é\(i % 5)  \u{2028}the\t\(i % 3 == 0 ? "<unk>" : "x") end\(i % 7)"
  }

  @Test(
    "Batches are those of the same text in memory, from the first and from any other",
    arguments: ["\n", "\r\n"])
  func batches(end: String) throws {
    let file = try TemporaryFile("\u{FEFF}" + Self.lines.joined(separator: end))
    let held = try WordCorpus(readingFile: file.path, validationShare: 0.2)
    let streamed = try WordCorpus(streaming: file.path, validationShare: 0.2)
    let text = try #require(streamed.streamed)
    #expect(streamed.spellings == held.spellings && streamed.counts == held.counts)
    #expect(streamed.training == held.training && streamed.trainingCount == held.training.count)
    #expect(streamed.validationCount == held.validation.count && text.unknownCount == 0)
    for (tokens, part) in [(held.training, text.training), (held.validation, text.validation)] {
      let one = try WordStreams(tokens, streams: 3, steps: 7, of: "")
      let other = try WordStreams(part, of: text, streams: 3, steps: 7, of: "")
      #expect(one.count == other.count)
      var reader = other.makeReader()
      var (inputs, targets): ([Int32], [Int32]) = ([], [])
      var (expected, following): ([Int32], [Int32]) = ([], [])
      for index in Array(0..<one.count) + [one.count / 2, one.count / 2 + 1, 0] {
        one.batch(index, inputs: &expected, targets: &following)
        #expect(reader.batch(index, inputs: &inputs, targets: &targets))
        #expect(inputs == expected && targets == following)
      }
      var all: [Int32] = []
      other.forEachToken { all.append($0) }
      #expect(all == Array(tokens.prefix(one.tokenCount)))
    }
    withExtendedLifetime(file) {}
  }

  @Test("A reader of some streams has their tokens, and reads nothing of the others")
  func someStreams() throws {
    let file = try TemporaryFile(Self.lines.joined(separator: "\n"))
    let text = try #require(try WordCorpus(streaming: file.path, validationShare: 0.2).streamed)
    let streams = try WordStreams(text.training, of: text, streams: 5, steps: 7, of: "")
    var (inputs, targets): ([Int32], [Int32]) = ([], [])
    var (expected, following): ([Int32], [Int32]) = ([], [])
    for own in [0..<0, 0..<1, 1..<3, 4..<5, 0..<5] {
      var (all, some) = (streams.makeReader(), streams.makeReader())
      some.restrict(to: own)
      #expect(streams.makeCursors(of: own)?.readCount == own.count)
      for index in [0, 1, 2, streams.count - 1, 5, 6] {
        #expect(all.batch(index, inputs: &expected, targets: &following))
        #expect(some.batch(index, inputs: &inputs, targets: &targets))
        for i in 0..<5 * 7 {
          let isOwn = own.contains(i / 7)
          #expect(inputs[i] == (isOwn ? expected[i] : 0) && targets[i] == (isOwn ? following[i] : 0))
        }
      }
    }
    withExtendedLifetime(file) {}
  }

  @Test("A limit keeps the most frequent words; others are read as <unk>")
  func limit() throws {
    let file = try TemporaryFile("a a a b b c\na b d e\na b\na b\na b\n")
    let corpus = try WordCorpus(streaming: file.path, validationShare: 0.4, vocabularyLimit: 4)
    #expect(Array(corpus.vocabulary) == ["a", "b", "\n", "<unk>"])
    #expect(
      corpus.training.map { corpus.spellings[Int($0)] }.joined(separator: " ")
        == "a a a b b <unk> \n a b <unk> <unk> \n a b \n")
    #expect(corpus.streamed?.unknownCount == 3 && corpus.streamed?.distinctCount == 6)
    withExtendedLifetime(file) {}
  }

  @Test("Where there are too many different words the rarest are forgotten, and the frequent ones are not")
  func forgetting() {
    var counts = WordCounts(keeping: [WordCorpus.end], wordLimit: 100)
    counts.add(WordCorpus.end)
    for i in 0..<5_000 {
      counts.add("rare\(i)")
      counts.add("often\(i % 20)")
    }
    #expect(counts.index.count <= 100)
    let words = (0..<counts.index.count).map { counts.index.text(of: $0) }
    #expect((0..<20).allSatisfy { words.contains("often\($0)") } && words.contains(WordCorpus.end))
    #expect(counts.counts.reduce(counts.forgotten, +) == 10_001)
  }

  @Test("A text without lines for both parts, or that is no text, is refused")
  func refused() throws {
    for text in ["", "one line\n", "\n\n"] {
      let file = try TemporaryFile(text)
      #expect(throws: DataError.self) { try WordCorpus(streaming: file.path, validationShare: 0.1) }
      withExtendedLifetime(file) {}
    }
    let file = try TemporaryFile(Array("a\nb\nc\n".utf8) + [0xFF])
    let error = #expect(throws: DataError.self) { try WordCorpus(streaming: file.path, validationShare: 0.3) }
    #expect(error?.line == 4)
    #expect(throws: DataError.self) { try WordCorpus(streaming: "/nowhere/text") }
  }
}
