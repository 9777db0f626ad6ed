import Foundation
import Testing

@testable import SluiceCore
@testable import SluiceStorage
@testable import SluiceText

@Suite("Labeled texts that stay in their file")
struct StreamedTextsTests {
  private typealias Files = StreamedTextFiles

  @Test(
    "Every text is in the validation part or once in each epoch, in every form of a file",
    arguments: StreamedTextFiles.Form.allCases)
  func parts(form: StreamedTextFiles.Form) throws {
    let file = try Files.file(Files.texts(400), form)
    let held = try LabeledTexts(readingFile: file.path, columns: Files.columns(form))
    let streamed = try Files.streamed(file, form)
    #expect(streamed.isPacked == [.packed, .packedCSV].contains(form))
    #expect(streamed.labelNames == held.labelNames)
    #expect(streamed.statistics == TextStatistics(held))
    // The share of each label, as where the texts are held.
    let split = held.split(validationShare: 0.2, seed: 5)
    #expect(streamed.validation.countsByLabel == split.validation.countsByLabel)
    #expect(streamed.trainingCounts == split.training.countsByLabel)
    let validation = Set(Files.all(streamed.validation))
    let training = Files.all(held).filter { !validation.contains($0) }
    #expect(validation.count == streamed.validation.count && training.count == streamed.trainingCount)
    let trained = (0..<Int32(held.count)).filter { i in
      !validation.contains(held.labelName(Int(i)) + "|" + held.text(Int(i)))
    }
    #expect(streamed.alphabet == Alphabet(of: held.subset(trained)))
    let sample = Files.all(streamed.sample)
    #expect(Set(sample).isSubset(of: training) && sample.count > 10 && Set(sample).count == sample.count)

    var batches = streamed.batches(of: 7, shuffledBy: 3, streamed.alphabet)
    var orders: [[String]] = []
    for epoch in 1...2 {
      batches.start(epoch: epoch, cursor: 0)
      let (examples, sizes) = Files.dealt(&batches, streamed.alphabet, streamed)
      #expect(examples.sorted() == training.sorted())
      #expect(sizes.dropLast().allSatisfy { $0 == 7 } && sizes.count == batches.count)
      orders.append(examples)
    }
    #expect(orders[0] != orders[1] && orders[0] != training)
    // From any place on, and after it from another one, in whichever order.
    for cursor in [0, 7, 119, 210, 14, streamed.trainingCount - 1, streamed.trainingCount] {
      batches.start(epoch: 1, cursor: cursor)
      #expect(Files.dealt(&batches, streamed.alphabet, streamed).examples == Array(orders[0][cursor...]))
      #expect(batches.cursor == streamed.trainingCount)
    }
    try streamed.check()
    withExtendedLifetime(file) {}
  }

  @Test("What is wrong with the labels is counted, what is wrong with texts is said of a sample")
  func doctor() throws {
    func doctor(_ texts: [(label: String, text: String)]) throws -> DataDoctor {
      let file = try Files.file(texts, .lines)
      defer { withExtendedLifetime(file) {} }
      return try DataDoctor(
        sampling: file.path, validation: nil, columns: DataColumns(), validationShare: 0.2, seed: 1,
        lineLimit: 10_000, limits: Files.limits)
    }
    let sound = try doctor(Files.texts(400))
    #expect(sound.summary.hasPrefix("400 texts with 3 labels; but for labels, what follows is of "))
    #expect(!sound.hasFault)
    let rare = try doctor(Files.texts(400) + [("once", "text")])
    #expect(rare.hasFault && rare.findings.map(\.line) == [801] && rare.findings[0].kind == .rareLabel)
    #expect(try doctor([("x", "a"), ("x", "b")]).findings.first?.kind == .singleLabel)
    let copies = try doctor(Files.texts(300) + Files.texts(300).map { _ in ("l1", "the same") })
    let found = copies.findings.first { $0.kind == .duplicate }
    #expect(found?.severity == .warning && (found?.line ?? 0) > 600 && (found?.total ?? 600) < 200)
  }

  @Test(
    "The validation part has no more than the limit, but one of each label, and all are trained on without it"
  )
  func validation() throws {
    var texts = Files.texts(500)
    texts += [("rare", "one"), ("rare", "two")]
    let file = try Files.file(texts, .lines)
    var limits = Files.limits
    limits.validationTexts = 30
    let few = try Files.streamed(file, limits: limits)
    #expect((29...33).contains(few.validation.count))
    #expect(few.validation.countsByLabel.allSatisfy { $0 >= 1 } && few.trainingCounts.allSatisfy { $0 >= 1 })
    limits.validationCharacters = 200
    #expect(try Files.streamed(file, limits: limits).validation.count < 20)
    let none = try Files.streamed(file, share: nil)
    #expect(none.validation.count == 0 && none.trainingCount == 502)
    let again = try Files.streamed(file, limits: limits)
    #expect(again.validation == (try Files.streamed(file, limits: limits)).validation)
    withExtendedLifetime(file) {}
  }

  @Test("Labels of an earlier training keep their ids")
  func continuing() throws {
    let file = try Files.file(Files.texts(100), .lines)
    let streamed = try StreamedTexts(
      readingFile: file.path, continuing: ["other", "l2"], seed: 1, limits: Files.limits)
    #expect(streamed.labelNames == ["other", "l2", "l0", "l1"] && streamed.trainingCounts[0] == 0)
    #expect(streamed.trainingCounts.dropFirst().allSatisfy { $0 > 0 })
    withExtendedLifetime(file) {}
  }

  @Test("What cannot be trained on is refused with the line, as where the texts are held")
  func refused() throws {
    let good = Files.texts(100).map { "\($0.label)\t\($0.text)" }
    let bad: [[String]] = [
      good + ["no tab"], good + ["\tno label"], good + ["once\tat the very end"], ["a\tx", "a\ty"], [],
      ["", " "],
      good + ["l1\t" + String(repeating: "x", count: 20_000)],
    ]
    for lines in bad {
      let file = try TemporaryFile(lines.joined(separator: "\n"))
      let held = #expect(throws: DataError.self) { try LabeledTexts(readingFile: file.path) }
      let streamed = #expect(throws: DataError.self) { try Files.streamed(file) }
      #expect(streamed == held)
    }
    let invalid = try TemporaryFile(Array(good.joined(separator: "\n").utf8) + [0x0A, 0x61, 0x09, 0xFF])
    #expect(#expect(throws: DataError.self) { try Files.streamed(invalid) }?.line == 101)
    let whole = Files.packed(good.joined(separator: "\n"))
    for cut in [whole.count - 3, whole.count / 2] {
      let file = try TemporaryFile(Array(whole.prefix(cut)))
      #expect(#expect(throws: DataError.self) { try Files.streamed(file) }?.got.contains("cut off") == true)
    }
    let csv = try TemporaryFile("label,text\n")
    let error = #expect(throws: DataError.self) {
      try StreamedTexts(readingFile: csv.path, columns: DataColumns(format: .csv), seed: 1)
    }
    #expect(error?.expected == "records with a label and a text below the names of the columns")
    #expect(throws: DataError.self) { try StreamedTexts(readingFile: "/nowhere/texts", seed: 1) }
  }

  @Test("Small files are held, large ones and packed ones of a quarter of that are not")
  func size() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
    for (beginning, size, expected) in [
      ("a\tb\n", StreamedTexts.streamedSize - 1, false), ("a\tb\n", StreamedTexts.streamedSize, true),
      ("\u{1F}", StreamedTexts.packedSize, false),
    ] {
      try Data(beginning.utf8).write(to: folder)
      try FileHandle(forWritingTo: folder).truncate(atOffset: UInt64(size))
      #expect(StreamedTexts.isStreamed(folder.path) == expected)
    }
    for size in [StreamedTexts.packedSize - 1, StreamedTexts.packedSize] {
      try Data([0x1F, 0x8B]).write(to: folder)
      try FileHandle(forWritingTo: folder).truncate(atOffset: UInt64(size))
      #expect(StreamedTexts.isStreamed(folder.path) == (size == StreamedTexts.packedSize))
    }
    try FileManager.default.removeItem(at: folder)
    for path in ["-", "/dev/stdin", "/nowhere", "/tmp"] { #expect(!StreamedTexts.isStreamed(path)) }
  }
}
