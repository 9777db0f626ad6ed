import Foundation
import SluiceText
import Testing

@Suite("Words and their stems")
struct WordStemsTests {
  private func read(_ text: String, _ columns: DataColumns = DataColumns()) throws -> WordStems {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("stems-\(UUID().uuidString).tsv")
      .path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try WordStems(readingFile: path, columns: columns)
  }

  private let enough = (0..<10).map { "a\($0)\ts\($0)\nb\($0)\ts\($0)\n" }.joined()

  @Test("Pairs are read, spaces and repetitions dropped; a stem with one word is allowed")
  func reading() throws {
    let words = try read(enough + "\n a0 \t s0 \nlonely\tone\n")
    #expect(words.count == 21)
    #expect(words.stemNames.count == 11)
    #expect(words.countsByStem.count { $0 == 1 } == 1)
  }

  @Test(
    "What is no pair is refused with its line",
    arguments: [("word\n", "without a tab"), ("a\tb\tc\n", "3 columns"), ("\tstem\n", "an empty column")])
  func damage(line: String, message: String) throws {
    let error = #expect(throws: DataError.self) { try read(enough + line) }
    #expect(error?.line == 21)
    #expect(error?.description.contains(message) == true)
  }

  @Test("Too few stems of several words are refused")
  func few() {
    let error = #expect(throws: DataError.self) { try read("a\tx\nb\tx\nc\ty\n") }
    #expect(error?.description.contains("at least 10 stems") == true)
  }

  private let counted = (0..<10).map { "a\($0)\ts\($0)\t\($0 * 100)\nb\($0)\ts\($0)\t2.5\n" }.joined()

  @Test("Counts in a third column go with their words, through readings, parts and repetitions")
  func counts() throws {
    let words = try read(counted + " a3 \t s3 \t 1e3 \na0\ts0\t7\n")
    let counts = try #require(words.counts)
    #expect(words.count == 20 && counts.count == 20)
    func count(_ word: String, in words: WordStems) -> Double? {
      words.words.firstIndex(of: word).flatMap { words.counts?[$0] }
    }
    #expect(count("a3", in: words) == 1_300 && count("a0", in: words) == 7 && count("b9", in: words) == 2.5)
    let (training, validation) = words.split(validationShare: 0.3, seed: 1)
    for part in [training, validation] {
      for word in part.words { #expect(count(word, in: part) == count(word, in: words), "\(word)") }
    }
    #expect(try read(enough).counts == nil)
    #expect(try read(enough) != read(enough.replacing("\n", with: "\t1\n")))
  }

  @Test("The column of counts is named, in CSV and JSON lines")
  func countColumn() throws {
    let csv = "n,stem,word\n" + (0..<10).map { "\($0),s\($0),a\($0)\n3,s\($0),b\($0)\n" }.joined()
    #expect(try read(csv, DataColumns(format: .csv)).counts == nil)
    let counts = try read(csv, DataColumns(format: .csv, count: "n")).counts
    #expect(counts == (0..<10).flatMap { [Double($0), 3] })
    let json = (0..<10).map {
      #"{"word":"a\#($0)","stem":"s\#($0)","n":\#($0)}"# + "\n"
        + #"{"word":"b\#($0)","stem":"s\#($0)","n":"3"}"# + "\n"
    }.joined()
    #expect(try read(json, DataColumns(format: .jsonl, count: "n")).counts == counts)
    let error = #expect(throws: DataError.self) { try read(csv, DataColumns(format: .csv, count: "m")) }
    #expect(error?.description.contains("for the count") == true)
    #expect(DataColumns().completed(by: DataColumns(count: "n"), forFile: "x").count == nil)
  }

  @Test(
    "A count that is none is refused with its line and what to do",
    arguments: [
      ("c\ts1\tmany", "expected a count from 0 to 1e15, got “many”"), ("c\ts1\t-1", "got “-1”"),
      ("c\ts1\tnan", "got “nan”"), ("c\ts1\tinf", "got “inf”"), ("c\ts1\t0x10", "got “0x10”"),
      ("c\ts1\t1e300", "got “1e300”"), ("c\ts1\t1e999", "got “1e999”"), ("c\ts1\t", "got an empty one"),
      ("c\ts1\t1,234", "Write digits alone"),
      ("c\ts1", "its count, with tabs between them, as on line 1, got 2 columns"),
      ("c\ts1\t1\t2", "got 4 columns"), ("c", "without a tab"),
    ])
  func badCounts(line: String, message: String) throws {
    let error = #expect(throws: DataError.self) { try read(counted + line + "\n") }
    #expect(error?.line == 21)
    #expect(error?.description.contains(message) == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test("Counts that are all 0 are refused, and one in a file without counts is named")
  func uselessCounts() throws {
    let zeros = #expect(throws: DataError.self) { try read(enough.replacing("\n", with: "\t0\n")) }
    #expect(zeros?.description.contains("expected a count above 0, got 0 for all 20 words") == true)
    let late = #expect(throws: DataError.self) { try read(enough + "c\ts1\t5\n") }
    #expect(late?.description.contains("as on line 1, got 3 columns. A third column is how often") == true)
  }

  @Test("A split keeps stems whole and is a function of the seed")
  func split() {
    let all = Inflections.wordStems
    let (training, validation) = all.split(validationShare: 0.25, seed: 3)
    #expect(Set(training.stems.values).isDisjoint(with: Set(validation.stems.values)))
    #expect(training.count + validation.count == all.count)
    #expect(all.split(validationShare: 0.25, seed: 3).validation == validation)
    #expect(all.split(validationShare: 0.25, seed: 4).validation != validation)
  }

  @Test("Inflections are spelled as in English")
  func spelling() {
    let words = Set(Inflections.wordStems.words)
    for word in [
      "walking", "carries", "carrying", "making", "stopped", "stopping", "happiness", "watches", "bigger",
    ] {
      #expect(words.contains(word), "\(word)")
    }
    for word in ["makeing", "carryed", "stoping", "watchs"] { #expect(!words.contains(word), "\(word)") }
  }

  @Test("A word with two stems is one word that is related to the words of both")
  func severalStems() throws {
    let words = WordStems([("saw", "see"), ("saws", "saw"), ("sees", "see"), ("saw", "saw"), ("saw", "see")])
    #expect(words.words == ["saw", "saws", "sees"] && words.stemNames == ["saw", "see"])
    #expect(Array(words.stems[0]) == [0, 1] && Array(words.stems[1]) == [0] && Array(words.stems[2]) == [1])
    #expect(words.countsByStem == [2, 2])
    #expect(words.areRelated(0, 1) && words.areRelated(0, 2) && !words.areRelated(1, 2))
    #expect(words.subset { $0 == 0 }.words == ["saw", "saws"])
    #expect(try read(enough + "c\tt\nd\tt\na0\ts1\n").count == 22)
  }

  @Test("A split keeps stems that have words in common on one side, so no word is on both", arguments: 1...6)
  func groups(seed: Int) {
    var pairs: [(word: String, stem: String)] = []
    for i in 0..<40 {
      pairs += [("w\(i)", "s\(i)"), ("x\(i)", "s\(i)")]
      // Chains of one, two, three and four stems.
      if ![0, 1, 3, 6].contains(i % 10) { pairs.append(("w\(i - 1)", "s\(i)")) }
    }
    let all = WordStems(pairs)
    let (training, validation) = all.split(validationShare: 0.25, seed: UInt64(seed))
    #expect(Set(training.words).isDisjoint(with: Set(validation.words)))
    #expect(Set(training.stems.values).isDisjoint(with: Set(validation.stems.values)))
    #expect(training.count + validation.count == all.count && training.count > 0)
    #expect((7...10).contains(Set(validation.stems.values).count))
  }

  @Test("Stems that are all tied to each other cannot be divided, and are refused")
  func oneGroup() {
    let tied = (0..<20).map { "a\($0)\ts\($0)\na\($0)\ts\($0 + 1)\n" }.joined()
    let error = #expect(throws: DataError.self) { try read(tied) }
    #expect(
      error?.description.contains("at least 10 stems of two or more words that have no word in common")
        == true)
    #expect(error?.got == "1")
  }

  @Test("Two spellings of one letter are two words and two stems")
  func spellings() {
    let words = WordStems([("caf\u{E9}", "\u{E9}"), ("cafe\u{301}", "e\u{301}")])
    #expect(words.count == 2 && words.stemNames.count == 2 && !words.areRelated(0, 1))
  }

  @Test("No word of the embedded vocabulary has two stems")
  func embedded() {
    let words = Inflections.wordStems
    #expect((0..<words.count).allSatisfy { words.stems.length($0) == 1 })
  }
}
