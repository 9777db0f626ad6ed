import Sluice
import Testing

@Suite("Running text")
struct WordCorpusTests {
  @Test("Words get ids by first sight, lines with a word an end, and unseen words the target <unk>")
  func ids() {
    let corpus = WordCorpus(training: ["a b a", "", " \t ", "c"], validation: ["b d", "d"])
    #expect(Array(corpus.vocabulary) == ["a", "b", "\n", "c", "<unk>"])
    #expect(corpus.counts == [2, 1, 2, 1, 0])
    #expect(corpus.training == [0, 1, 0, 2, 3, 2])
    #expect(corpus.validation == [1, 5, 2, 5, 2])
    #expect(corpus.spellings.last == "d" && corpus.target(of: 5) == 4 && corpus.target(of: 1) == 1)
    #expect(corpus.sentenceCount == 4 && corpus.sentenceCounts == (2, 2, 0))
  }

  @Test("A vocabulary of all parts has their words in the order of first sight")
  func allParts() {
    let corpus = WordCorpus(training: ["a b"], validation: ["c a"], test: ["d c"], vocabulary: .all)
    #expect(Array(corpus.vocabulary) == ["a", "b", "\n", "c", "d", "<unk>"])
    #expect(corpus.counts == [2, 1, 3, 2, 1, 0])
    #expect(corpus.test == [4, 3, 2] && corpus.sentenceCounts == (1, 1, 1))
  }

  @Test("A limited vocabulary keeps the most frequent words, of equal ones the first")
  func limit() {
    let corpus = WordCorpus(training: ["x y z y", "z w"], vocabularyLimit: 4)
    #expect(Array(corpus.vocabulary) == ["y", "z", "\n", "<unk>"])
    #expect(corpus.training.map { corpus.target(of: $0) } == [3, 0, 1, 0, 2, 1, 3, 2])
  }

  @Test("An order by frequency puts the frequent words first, <unk> as often as the words left out")
  func frequency() {
    let lines = ["x y z y", "z w z", "v"]
    let all = WordCorpus(training: lines, order: .frequency)
    #expect(Array(all.vocabulary) == ["z", "\n", "y", "x", "w", "v", "<unk>"])
    #expect(all.counts == [3, 3, 2, 1, 1, 1, 0])
    let limited = WordCorpus(training: lines, order: .frequency, vocabularyLimit: 4)
    #expect(Array(limited.vocabulary) == ["z", "\n", "<unk>", "y"])
    #expect(limited.training.map { limited.target(of: $0) } == [2, 3, 0, 3, 1, 0, 2, 0, 1, 2, 1])
  }

  @Test("The last share of the lines is to validate on, lines without a word left out")
  func split() {
    let parts = WordCorpus.split(["1", "", "2", "3", "4", "  "], validationShare: 0.25)
    #expect(parts.training == ["1", "2", "3"] && parts.validation == ["4"])
  }

  @Test("Streams go on from batch to batch, and the last target is the first word")
  func streams() throws {
    let streams = try WordStreams((0..<13).map(Int32.init), streams: 2, steps: 3, of: "text")
    #expect(streams.count == 2 && streams.tokenCount == 12)
    var (inputs, targets): ([Int32], [Int32]) = ([], [])
    streams.batch(0, inputs: &inputs, targets: &targets)
    #expect(inputs == [0, 1, 2, 6, 7, 8] && targets == [1, 2, 3, 7, 8, 9])
    streams.batch(1, inputs: &inputs, targets: &targets)
    #expect(inputs == [3, 4, 5, 9, 10, 11] && targets == [4, 5, 6, 10, 11, 0])
  }

  @Test("A text without a single full batch is refused with the count that is needed")
  func tooShort() {
    let error = #expect(throws: DataError.self) {
      try WordStreams([1, 2, 3], streams: 20, steps: 35, of: "short.txt")
    }
    #expect(error?.description.contains("700 words") == true)
  }

  @Test("Distinct ids come once, in order, again and again")
  func distinct() {
    var distinct = DistinctIds(below: 10)
    distinct.find(in: [7, 2, 7, 9, 2])
    #expect(distinct.ids == [7, 2, 9] && distinct.places == [0, 1, 0, 2, 1])
    distinct.find(in: [2, 7])
    #expect(distinct.ids == [2, 7] && distinct.places == [0, 1])
  }

  @Test("Words are spelled between marks, cut where too long, and <unk> is one unknown character")
  func spelling() throws {
    let spelling = Spelling(alphabet: try Alphabet(scalars: [97, 98]), longest: 5)
    #expect(spelling.count == 5)
    #expect(spelling.encode("ab") == [3, 1, 2, 4])
    #expect(spelling.encode("bxbaaa") == [3, 2, 0, 2, 4])
    #expect(spelling.encode("<unk>") == [3, 0, 4])
    #expect(spelling.encode("") == [3, 4])
    #expect(spelling.encode(String(repeating: "a", count: 10_000)).count == 5)
  }

  @Test("A file that is not UTF-8, or has no word, is refused")
  func badFiles() throws {
    for bytes in [[0x61, 0xFF, 0x0A], [0x0A, 0x20, 0x0A], []] as [[UInt8]] {
      let file = try TemporaryFile(bytes)
      #expect(throws: DataError.self) { try WordCorpus(readingFile: file.path, validationShare: 0.1) }
    }
  }

  @Test("Words are parted by scalars, whatever combines with them")
  func parting() {
    #expect(WordCorpus.words(of: "a \u{301}b c\u{301}") == ["a", "\u{301}b", "c\u{301}"])
    #expect(WordCorpus.words(of: " a\t\u{3000}b\r\n\u{85}c\u{2028}") == ["a", "b", "c"])
    #expect(WordCorpus.words(of: "a\u{A0}b") == ["a\u{A0}b"])
    #expect(WordCorpus.words(of: " \t").isEmpty)
  }

  @Test("A word is a word, whatever sign it is: the end of a sentence is spelled as none can be")
  func signs() {
    let corpus = WordCorpus(training: ["3 + 4", "{ | } \u{0} <unk> |"], validation: ["+ +"])
    #expect(corpus.form(of: "+") == 1 && corpus.endForm == 3)
    #expect(corpus.training == [0, 1, 2, 3, 4, 5, 6, 7, 8, 5, 3])
    #expect(corpus.validation == [1, 1, 3] && corpus.sentenceCount == 3)
    #expect(corpus.counts == [1, 1, 1, 2, 1, 2, 1, 1, 1])
    #expect(corpus.unknownForm == 8 && WordCorpus.shown(WordCorpus.end) == "<eos>")
    #expect(WordCorpus.words(of: "a\(WordCorpus.end)b") == ["a", "b"])
    let spelling = Spelling(alphabet: Alphabet(of: ["+", WordCorpus.end]))
    #expect(spelling.encode("+") != spelling.encode(WordCorpus.end))
  }

  @Test("Two spellings of one letter are two words, in the vocabulary, outside it and when looked up")
  func spellings() {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    let corpus = WordCorpus(
      training: ["\(composed) \(decomposed) \(composed)"], validation: ["\u{212B} \u{C5}"])
    #expect(corpus.vocabularyCount == 4 && corpus.counts == [2, 1, 1, 0])
    #expect(corpus.training == [0, 1, 0, 2] && corpus.validation == [4, 5, 2])
    #expect(corpus.form(of: composed) == 0 && corpus.form(of: decomposed) == 1)
    let limited = WordCorpus(training: ["\(composed) \(decomposed) \(composed)"], vocabularyLimit: 3)
    #expect(limited.training.map { limited.target(of: $0) } == [0, 2, 0, 1])
    let tested = WordCorpus(vocabulary: [decomposed, composed], test: [composed])
    #expect(tested.test.first == 1)
  }

  @Test("A line of a space and a combining mark has a word and is no blank one")
  func combiningSpace() {
    let parts = WordCorpus.split(["a", " \u{301}", "\u{A0}", "b"], validationShare: 0.25)
    #expect(parts.training.count == 3 && parts.validation == ["b"])
  }
}
