import Foundation
import Testing

@testable import SluiceCore
@testable import SluiceStorage
@testable import SluiceText

@Suite("Labeled texts that stay in their file")
struct StreamedTextsTests {
  /// Small blocks and windows, so that a short file has many of each.
  private static var limits: StreamLimits {
    var limits = StreamLimits()
    (limits.blockSize, limits.windowSize, limits.windowBlocks) = (200, 1_000, 2)
    (limits.sampleCharacters, limits.sampleTexts) = (2_000, 60)
    return limits
  }

  /// Different texts, of which those of a label stand together or not.
  private static func texts(_ count: Int, isSorted: Bool = false) -> [(label: String, text: String)] {
    (0..<count).map { i in
      let label = isSorted ? "l\(i * 3 / count)" : "l\(i * i % 7 % 3)"
      return (label, "é\(i) \(String(repeating: "ab\u{10348} ", count: i % 9))\(i % 13 == 0 ? "\t" : "")x")
    }
  }

  enum Form: String, CaseIterable {
    case lines, returns, marked, csv, jsonl, packed, packedCSV
  }

  /// The texts as a file of a form.
  private static func file(_ texts: [(label: String, text: String)], _ form: Form) throws -> TemporaryFile {
    let lines = texts.map { " \($0.label) \t\($0.text)" }
    let csv =
      "id,label,text\n"
      + texts.enumerated().map { i, t in
        "\(i),\(t.label),\"a \"\"quote\"\"\n\(t.text)\"\n\(i % 10 == 0 ? "\n" : "")"
      }.joined()
    switch form {
    case .lines: return try TemporaryFile(lines.joined(separator: "\n\n"))
    case .returns: return try TemporaryFile(lines.joined(separator: "\r\n") + "\r\n")
    case .marked: return try TemporaryFile("\u{FEFF}" + lines.joined(separator: "\r"))
    case .csv: return try TemporaryFile(csv)
    case .jsonl:
      return try TemporaryFile(
        texts.map { t in
          "{\"n\": [1], \"text\": \"\(t.text.replacingOccurrences(of: "\t", with: "\\t"))\", \"label\": \"\(t.label)\"}"
        }.joined(separator: "\n"))
    case .packed: return try TemporaryFile(packed(lines.joined(separator: "\n")))
    case .packedCSV: return try TemporaryFile(packed(csv))
    }
  }

  private static func columns(_ form: Form) -> DataColumns {
    switch form {
    case .lines, .returns, .marked, .packed: DataColumns()
    case .csv, .packedCSV: DataColumns(format: .csv)
    case .jsonl: DataColumns(format: .jsonl)
    }
  }

  /// A member of gzip whose blocks are stored as they are.
  private static func packed(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
      let end = min(start + 3_000, bytes.count)
      let count = UInt16(end - start)
      packed.append(end == bytes.count ? 1 : 0)
      for value in [count, ~count] { packed += [UInt8(value & 0xFF), UInt8(value >> 8)] }
      packed += bytes[start..<end]
      start = end
    } while start < bytes.count
    var check = CRC32()
    check.update(bytes)
    for value in [check.value, UInt32(bytes.count)] {
      for i in 0..<4 { packed.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * i))) }
    }
    return packed
  }

  private static func streamed(
    _ file: TemporaryFile, _ form: Form = .lines, share: Double? = 0.2, limits: StreamLimits = limits
  ) throws(DataError) -> StreamedTexts {
    try StreamedTexts(
      readingFile: file.path, columns: columns(form), validationShare: share, seed: 5, limits: limits)
  }

  /// Labels and texts of an epoch in the order in which they are dealt out, and the sizes of its batches.
  private static func dealt(
    _ batches: inout StreamedBatches, _ alphabet: Alphabet, _ texts: StreamedTexts
  ) -> (examples: [String], sizes: [Int]) {
    let start = batches.cursor
    var batch = LabeledBatch()
    var (examples, sizes): ([String], [Int]) = ([], [])
    while batches.next(into: &batch) {
      sizes.append(batch.count)
      for i in 0..<batch.count {
        let text = alphabet.decode(batch.symbols[i])
        examples.append(texts.labelNames[Int(batch.labels[i])] + "|" + text)
        // Those of the sample come in turn.
        #expect(Int(batch.indices[i]) == (examples.count - 1 + start) % texts.sample.count)
      }
    }
    return (examples, sizes)
  }

  private static func all(_ texts: LabeledTexts) -> [String] {
    (0..<texts.count).map { texts.labelName($0) + "|" + texts.text($0) }
  }

  @Test(
    "Every text is in the validation part or once in each epoch, in every form of a file",
    arguments: Form.allCases)
  func parts(form: Form) throws {
    let file = try Self.file(Self.texts(400), form)
    let held = try LabeledTexts(readingFile: file.path, columns: Self.columns(form))
    let streamed = try Self.streamed(file, form)
    #expect(streamed.isPacked == [.packed, .packedCSV].contains(form))
    #expect(streamed.labelNames == held.labelNames)
    #expect(streamed.statistics == TextStatistics(held))
    // The share of each label, as where the texts are held.
    let split = held.split(validationShare: 0.2, seed: 5)
    #expect(streamed.validation.countsByLabel == split.validation.countsByLabel)
    #expect(streamed.trainingCounts == split.training.countsByLabel)
    let validation = Set(Self.all(streamed.validation))
    let training = Self.all(held).filter { !validation.contains($0) }
    #expect(validation.count == streamed.validation.count && training.count == streamed.trainingCount)
    let trained = (0..<Int32(held.count)).filter { i in
      !validation.contains(held.labelName(Int(i)) + "|" + held.text(Int(i)))
    }
    #expect(streamed.alphabet == Alphabet(of: held.subset(trained)))
    let sample = Self.all(streamed.sample)
    #expect(Set(sample).isSubset(of: training) && sample.count > 10 && Set(sample).count == sample.count)

    var batches = streamed.batches(of: 7, shuffledBy: 3, streamed.alphabet)
    var orders: [[String]] = []
    for epoch in 1...2 {
      batches.start(epoch: epoch, cursor: 0)
      let (examples, sizes) = Self.dealt(&batches, streamed.alphabet, streamed)
      #expect(examples.sorted() == training.sorted())
      #expect(sizes.dropLast().allSatisfy { $0 == 7 } && sizes.count == batches.count)
      orders.append(examples)
    }
    #expect(orders[0] != orders[1] && orders[0] != training)
    // From any place on, and after it from another one, in whichever order.
    for cursor in [0, 7, 119, 210, 14, streamed.trainingCount - 1, streamed.trainingCount] {
      batches.start(epoch: 1, cursor: cursor)
      #expect(Self.dealt(&batches, streamed.alphabet, streamed).examples == Array(orders[0][cursor...]))
      #expect(batches.cursor == streamed.trainingCount)
    }
    try streamed.check()
    withExtendedLifetime(file) {}
  }

  @Test("What is wrong with the labels is counted, what is wrong with texts is said of a sample")
  func doctor() throws {
    func doctor(_ texts: [(label: String, text: String)]) throws -> DataDoctor {
      let file = try Self.file(texts, .lines)
      defer { withExtendedLifetime(file) {} }
      return try DataDoctor(
        sampling: file.path, validation: nil, columns: DataColumns(), validationShare: 0.2, seed: 1,
        lineLimit: 10_000, limits: Self.limits)
    }
    let sound = try doctor(Self.texts(400))
    #expect(sound.summary.hasPrefix("400 texts with 3 labels; but for labels, what follows is of "))
    #expect(!sound.hasFault)
    let rare = try doctor(Self.texts(400) + [("once", "text")])
    #expect(rare.hasFault && rare.findings.map(\.line) == [801] && rare.findings[0].kind == .rareLabel)
    #expect(try doctor([("x", "a"), ("x", "b")]).findings.first?.kind == .singleLabel)
    let copies = try doctor(Self.texts(300) + Self.texts(300).map { _ in ("l1", "the same") })
    let found = copies.findings.first { $0.kind == .duplicate }
    #expect(found?.severity == .warning && (found?.line ?? 0) > 600 && (found?.total ?? 600) < 200)
  }

  @Test("A copy deals out the same beside the first, and each the order of its own seed")
  func copies() throws {
    for form in [Form.lines, .packed] {
      let file = try Self.file(Self.texts(300), form)
      let streamed = try Self.streamed(file, form)
      var one = streamed.batches(of: 9, shuffledBy: 3, streamed.alphabet)
      one.start(epoch: 1, cursor: 0)
      var (two, other) = (one, streamed.batches(of: 9, shuffledBy: 4, streamed.alphabet))
      other.start(epoch: 1, cursor: 0)
      var (a, b, c) = (LabeledBatch(), LabeledBatch(), LabeledBatch())
      var differ = false
      while true {
        let isThere = [one.next(into: &a), other.next(into: &c), two.next(into: &b)]
        #expect(Set(isThere).count == 1 && a == b)
        if a != c { differ = true }
        guard isThere[0] else { break }
      }
      #expect(differ)
      withExtendedLifetime(file) {}
    }
  }

  @Test("Of a sorted file a window has texts of all labels, of a packed one it has not, and both are noticed")
  func sorted() throws {
    var limits = Self.limits
    limits.windowBlocks = 12
    for form in [Form.lines, .packed] {
      let file = try Self.file(Self.texts(1_500, isSorted: true), form)
      let streamed = try Self.streamed(file, form, limits: limits)
      #expect(streamed.isSorted)
      var batches = streamed.batches(of: 64, shuffledBy: 3, streamed.alphabet)
      batches.start(epoch: 1, cursor: 0)
      var batch = LabeledBatch()
      let isThere = batches.next(into: &batch)
      #expect(isThere && Set(batch.labels).count == (form == .packed ? 1 : 3))
      withExtendedLifetime(file) {}
    }
    let mixed = try Self.file(Self.texts(300), .lines)
    #expect(try !Self.streamed(mixed).isSorted)
    withExtendedLifetime(mixed) {}
  }

  @Test(
    "The validation part has no more than the limit, but one of each label, and all are trained on without it"
  )
  func validation() throws {
    var texts = Self.texts(500)
    texts += [("rare", "one"), ("rare", "two")]
    let file = try Self.file(texts, .lines)
    var limits = Self.limits
    limits.validationTexts = 30
    let few = try Self.streamed(file, limits: limits)
    #expect((29...33).contains(few.validation.count))
    #expect(few.validation.countsByLabel.allSatisfy { $0 >= 1 } && few.trainingCounts.allSatisfy { $0 >= 1 })
    limits.validationCharacters = 200
    #expect(try Self.streamed(file, limits: limits).validation.count < 20)
    let none = try Self.streamed(file, share: nil)
    #expect(none.validation.count == 0 && none.trainingCount == 502)
    let again = try Self.streamed(file, limits: limits)
    #expect(again.validation == (try Self.streamed(file, limits: limits)).validation)
    withExtendedLifetime(file) {}
  }

  @Test("However many blocks a file would have, no more are kept, and no text is lost")
  func blocks() throws {
    let file = try Self.file(Self.texts(900), .lines)
    var limits = Self.limits
    (limits.blockCount, limits.windowSize) = (5, 1)
    let streamed = try Self.streamed(file, limits: limits)
    var batches = streamed.batches(of: 10, shuffledBy: 1, streamed.alphabet)
    batches.start(epoch: 1, cursor: 0)
    let examples = Self.dealt(&batches, streamed.alphabet, streamed).examples
    #expect(examples.count == streamed.trainingCount && Set(examples).count == examples.count)
    withExtendedLifetime(file) {}
  }

  @Test("Labels of an earlier training keep their ids")
  func continuing() throws {
    let file = try Self.file(Self.texts(100), .lines)
    let streamed = try StreamedTexts(
      readingFile: file.path, continuing: ["other", "l2"], seed: 1, limits: Self.limits)
    #expect(streamed.labelNames == ["other", "l2", "l0", "l1"] && streamed.trainingCounts[0] == 0)
    #expect(streamed.trainingCounts.dropFirst().allSatisfy { $0 > 0 })
    withExtendedLifetime(file) {}
  }

  @Test("What cannot be trained on is refused with the line, as where the texts are held")
  func refused() throws {
    let good = Self.texts(100).map { "\($0.label)\t\($0.text)" }
    let bad: [[String]] = [
      good + ["no tab"], good + ["\tno label"], good + ["once\tat the very end"], ["a\tx", "a\ty"], [],
      ["", " "],
      good + ["l1\t" + String(repeating: "x", count: 20_000)],
    ]
    for lines in bad {
      let file = try TemporaryFile(lines.joined(separator: "\n"))
      let held = #expect(throws: DataError.self) { try LabeledTexts(readingFile: file.path) }
      let streamed = #expect(throws: DataError.self) { try Self.streamed(file) }
      #expect(streamed == held)
    }
    let invalid = try TemporaryFile(Array(good.joined(separator: "\n").utf8) + [0x0A, 0x61, 0x09, 0xFF])
    #expect(#expect(throws: DataError.self) { try Self.streamed(invalid) }?.line == 101)
    let whole = Self.packed(good.joined(separator: "\n"))
    for cut in [whole.count - 3, whole.count / 2] {
      let file = try TemporaryFile(Array(whole.prefix(cut)))
      #expect(#expect(throws: DataError.self) { try Self.streamed(file) }?.got.contains("cut off") == true)
    }
    let csv = try TemporaryFile("label,text\n")
    let error = #expect(throws: DataError.self) {
      try StreamedTexts(readingFile: csv.path, columns: DataColumns(format: .csv), seed: 1)
    }
    #expect(error?.expected == "records with a label and a text below the names of the columns")
    #expect(throws: DataError.self) { try StreamedTexts(readingFile: "/nowhere/texts", seed: 1) }
  }

  @Test(
    "A file that is cut, goes on or is written over ends the epoch, and the check says so",
    arguments: ["cut", "more", "over"])
  func changed(how: String) throws {
    let file = try Self.file(Self.texts(400), .lines)
    let streamed = try Self.streamed(file)
    var batches = streamed.batches(of: 10, shuffledBy: 1, streamed.alphabet)
    batches.start(epoch: 1, cursor: 0)
    var batch = LabeledBatch()
    var isThere = batches.next(into: &batch)
    #expect(isThere)
    try streamed.check()
    let handle = try #require(FileHandle(forWritingAtPath: file.path))
    switch how {
    case "cut": try handle.truncate(atOffset: 50)
    case "more":
      _ = try handle.seekToEnd()
      try handle.write(contentsOf: Data("\nl0\tmore".utf8))
    default: try handle.write(contentsOf: Data(repeating: 0x78, count: 4_000))
    }
    for _ in 0..<100 where isThere { isThere = batches.next(into: &batch) }
    let error = #expect(throws: DataError.self) { try streamed.check() }
    #expect(error?.path == file.path && error?.got == "one that was written to since")
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

  @Test("Lengths that are counted have the figures of lengths that are held")
  func lengths() {
    var random = RandomStream(seed: 1, purpose: .split, index: 0)
    for count in [0, 1, 2, 9, 10, 500] {
      let lengths = (0..<count).map { _ in random.below(2) == 0 ? random.below(40) : random.below(9_000) }
      var counts = LengthCounts()
      for length in lengths { counts.add(length) }
      #expect(counts.statistics == TextStatistics.Lengths(lengths))
      #expect(counts.longest(7) == Array(lengths.sorted(by: >).prefix(7)))
    }
  }

  @Test("Numbers that are chosen are different, in order, and each as likely as any other")
  func choosing() {
    var random = RandomStream(seed: 2, purpose: .textSample, index: 0)
    var seen = [Int](repeating: 0, count: 10)
    for _ in 0..<4_000 {
      let chosen = random.choose(3, below: 10)
      #expect(chosen.count == 3 && chosen == chosen.sorted() && Set(chosen).count == 3)
      for number in chosen { seen[number] += 1 }
    }
    // 1,200 each, with a standard deviation of 29.
    #expect(seen.allSatisfy { abs($0 - 1_200) < 150 }, "\(seen)")
    #expect(random.choose(4, below: 4) == [0, 1, 2, 3] && random.choose(0, below: 4).isEmpty)
  }
}
