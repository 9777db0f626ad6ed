import Foundation
import SluiceCore
import Testing

@testable import SluiceText

@Suite("Texts with any number of labels")
struct LabelSetsTests {
  private static let lines = "b,a\tone\na\ttwo\n\tthree\n a , b \tfour\nc\tfive\n"

  private func read(
    _ text: String, labels: [String]? = nil, _ columns: DataColumns = DataColumns()
  ) throws -> LabeledTexts {
    let file = try TemporaryFile(text)
    defer { withExtendedLifetime(file) {} }
    return try LabeledTexts(readingFile: file.path, columns: columns, labels: labels, multilabel: true)
  }

  private func labels(_ texts: LabeledTexts) -> [[String]] {
    (0..<texts.count).map { texts.labelIDs($0).map { texts.labelNames[Int($0)] } }
  }

  @Test("Labels are parted at commas, spaces around them are dropped, and none are allowed")
  func reading() throws {
    let texts = try read(Self.lines)
    #expect(texts.labelNames == ["a", "b", "c"])
    #expect(labels(texts) == [["a", "b"], ["a"], [], ["a", "b"], ["c"]])
    // Equal sets have one number.
    #expect(texts.labels[0] == texts.labels[3] && texts.sets?.count == 4)
    #expect(texts.countsByLabel == [3, 2, 1])
    #expect(texts.labelName(0) == "a, b" && texts.labelName(2) == LabelSets.none)
    #expect(try labels(read("c,a\tx\n\ty\n", labels: ["c", "b", "a"])) == [["c", "a"], []])
  }

  @Test("Without being asked for, commas belong to the label")
  func commasStay() throws {
    let texts = try TemporaryFile("a,b\tx\na,b\ty\nc\tx\nc\ty\n").read()
    #expect(texts.labelNames == ["a,b", "c"] && texts.sets == nil)
  }

  @Test("CSV and JSON lines have them too, JSON as arrays, numbers or null")
  func records() throws {
    let csv = try read("tags,text\n\"x,y\",one\n,two\nx,three\n", DataColumns(format: .csv))
    #expect(labels(csv) == [["x", "y"], [], ["x"]])
    let json = """
      {"text": "one", "labels": ["x", "y"]}
      {"text": "two", "labels": []}
      {"text": "three", "labels": null}
      {"labels": "y, x", "text": "four"}
      {"labels": [1], "text": "five"}
      """
    let texts = try read(json, DataColumns(format: .jsonl))
    #expect(labels(texts) == [["x", "y"], [], [], ["x", "y"], ["1"]])
  }

  @Test(
    "What cannot be read is refused with its line",
    arguments: [
      ("a,a\tx\nb\ty\n", ", line 1: expected every label of a text once, got “a” twice"),
      ("a\tx\na,,b\ty\n", ", line 2: expected labels with a comma between two of them"),
      ("a\tx\nb,\ty\n", ", line 2: expected labels with a comma between two of them"),
      ("a,b\tx\nb,a\ty\n", "expected at least two texts with different labels, got “a, b” on every line"),
      ("\tx\n\ty\n", "expected labels before the texts, got no label on any line"),
      ("a\tx\nwithout\n", ", line 2: expected a label, a tab and a text"),
    ])
  func refused(text: String, wanted: String) throws {
    let error = #expect(throws: DataError.self) { try read(text) }
    #expect(error?.description.contains(wanted) == true, "\(error?.description ?? "")")
  }

  @Test("So are arrays of something else, labels with commas in an array, and unknown labels")
  func refusedRecords() throws {
    for value in [#"[["a"]]"#, #"{"a": 1}"#, #"[null]"#, #"["a,b"]"#, #"["a", ""]"#, #"[" "]"#] {
      #expect(throws: DataError.self) {
        try read(
          #"{"text": "x", "label": "a"}"# + "\n" + #"{"text": "y", "label": \#(value)}"#,
          DataColumns(format: .jsonl))
      }
    }
    let unknown = #expect(throws: DataError.self) { try read("a\tx\na,z\ty\n", labels: ["a", "b"]) }
    #expect(unknown?.description.contains("line 2") == true && unknown?.description.contains("“z”") == true)
    // A list is still no label where a text has one.
    let file = try TemporaryFile(#"{"text": "x", "label": ["a"]}"#)
    #expect(throws: DataError.self) {
      _ = try LabeledTexts(readingFile: file.path, columns: DataColumns(format: .jsonl))
    }
  }

  @Test("A single label that some texts lack is enough, and a label on one line alone is kept")
  func fewLabels() throws {
    #expect(try labels(read("a\tx\n\ty\n")) == [["a"], []])
    #expect(try read(Self.lines).countsByLabel[2] == 1)
  }

  @Test(
    "A split keeps the share of every label, and every text is in one part", arguments: [UInt64(1), 2, 3])
  func split(seed: UInt64) throws {
    let random = CounterRandom(seed: 5)
    let names = ["a", "b", "c", "d", "e"]
    let examples = (0..<600).map { i in
      (
        labels: names.indices.filter { random.uniform(UInt64(i * 5 + $0)) < 0.25 }.map { names[$0] },
        text: "text \(i)"
      )
    }
    let texts = LabeledTexts(multilabel: examples)
    let (training, validation) = texts.split(validationShare: 0.2, seed: seed)
    #expect(training.count + validation.count == 600)
    let all =
      (0..<training.count).map { training.text($0) } + (0..<validation.count).map { validation.text($0) }
    #expect(Set(all).count == 600)
    for (whole, part) in zip(texts.countsByLabel, validation.countsByLabel) {
      #expect(abs(Double(part) - 0.2 * Double(whole)) <= 3, "\(part) of \(whole)")
    }
    #expect(abs(validation.count - 120) <= 12)
    #expect(texts.split(validationShare: 0.2, seed: seed).validation == validation)
  }

  @Test("A label of two texts is in both parts where no other label decides")
  func pairs() {
    let texts = LabeledTexts(multilabel: (0..<40).map { (labels: ["\($0 / 2)"], text: "text \($0)") })
    let (training, validation) = texts.split(validationShare: 0.5, seed: 1)
    #expect(training.countsByLabel.allSatisfy { $0 == 1 } && validation.countsByLabel.allSatisfy { $0 == 1 })
  }

  @Test("Earlier labels keep their ids, and texts with one label get sets of one")
  func numbers() {
    let texts = LabeledTexts(multilabel: [(["b", "c"], "x"), ([], "y"), (["c"], "z")])
    let continued = texts.continuing(labels: ["c", "a"])
    #expect(continued.labelNames == ["c", "a", "b"])
    #expect(labels(continued) == [["c", "b"], [], ["c"]])
    var sets = LabelSets()
    let single = LabeledTexts([("q", "x"), ("p", "y")]).numbered(by: &sets)
    #expect(labels(single) == [["q"], ["p"]] && sets.count == 2)
  }

  @Test("The figures of sets are those that are counted by hand")
  func report() throws {
    var report = ClassificationReport(labelNames: ["a", "b", "c"], ofSets: true)
    let cases: [([Int32], [Int32])] = [([0, 1], [0]), ([1], [1]), ([], []), ([2], [0, 2]), ([0], [])]
    for (expected, predicted) in cases { report.add(expected: expected[...], predicted: predicted[...]) }
    // a: 1 right of 2 given and 2 that have it; b: 1 of 1 and 2; c: 1 of 1 and 1.
    #expect(report.labels.map(\.f1) == [0.5, 2.0 / 3, 1])
    #expect(report.microF1 == 6.0 / 9 && report.accuracy == 0.4 && report.count == 5)
    #expect(abs(report.macroF1 - (0.5 + 2.0 / 3 + 1) / 3) < 1e-12)
    #expect(report.table.contains("micro F1 0.667") && report.table.contains("subset accuracy 40.00 %"))
    var writer = StateWriter()
    report.write(to: &writer)
    var other = ClassificationReport(labelNames: ["a", "b", "c"], ofSets: true)
    var reader = StateReader(writer.bytes)
    try other.restore(from: &reader)
    #expect(other == report && reader.isAtEnd)
  }

  @Test("The doctor says of such data what is true of them")
  func doctor() throws {
    let file = try TemporaryFile("a,b\tsame text\na\tsame text\nb,a\tother\na,b\tother\n\tthird\nc\tfourth\n")
    let doctor = try DataDoctor(examining: file.path, multilabel: true)
    let kinds = doctor.findings.map(\.kind)
    #expect(!doctor.hasFault && kinds.contains(.rareLabel) && !kinds.contains(.singleLabel))
    let torn = try #require(doctor.findings.first { $0.kind == .contradiction })
    // Labels in another order are the same labels.
    #expect(
      torn.count == 2 && torn.line == 1 && torn.text.contains("a, b") && torn.text.contains("same labels"))
    let same = try TemporaryFile("a,b\tx\nb,a\ty\n")
    #expect(try DataDoctor(examining: same.path, multilabel: true).findings.first?.kind == .singleSet)
  }

  @Test("Where every label occurs once, a share of the texts is validated on all the same")
  func onlyOnce() {
    let texts = LabeledTexts(multilabel: (0..<40).map { (labels: ["\($0)"], text: "text \($0)") })
    let (training, validation) = texts.split(validationShare: 0.2, seed: 1)
    #expect(training.count == 32 && validation.count == 8)
  }
}
