import Sluice
import Testing

@Suite("What is wrong with data")
struct DataDoctorTests {
  private func doctor(_ lines: [String], share: Double = 0.2) throws -> DataDoctor {
    let file = try TemporaryFile(lines.map { $0 + "\n" }.joined())
    defer { withExtendedLifetime(file) {} }
    return try DataDoctor(examining: file.path, validationShare: share)
  }

  private func finding(_ kind: DataFinding.Kind, _ lines: [String]) throws -> DataFinding? {
    try doctor(lines).findings.first { $0.kind == kind }
  }

  /// Texts without a fault: all different, of the same characters.
  private static let sound: [String] = (0..<60).map { i in
    let letters = ["ab", "ba", "aab", "abb", "bab", "bba"]
    let word = (0..<6).map { letters[(i / [1, 2, 3, 6, 12, 24][$0] + $0) % 6] }.joined(separator: " ")
    return "\(i % 2 == 0 ? "x" : "y")\t\(word) \(String(repeating: "a", count: i % 30 + 1))"
  }

  @Test("Sound data have no findings but that of texts which people repeat")
  func soundData() throws {
    let doctor = try doctor(Self.sound)
    #expect(!doctor.hasFault)
    #expect(doctor.findings.allSatisfy { $0.severity == .note }, "\(doctor.text)")
    #expect(doctor.summary == "60 texts with 2 labels")
  }

  @Test("One label only is a fault, and so is a label on a single line, which is named")
  func labels() throws {
    let one = try finding(.singleLabel, ["x\ta", "x\tb"])
    #expect(one?.severity == .fault && one?.count == 2)
    let rare = try finding(.rareLabel, Self.sound + ["", "z\tabab"])
    #expect(rare?.severity == .fault && rare?.line == 62 && rare?.example == "'z'")
    #expect(try doctor(Self.sound + ["z\tabab"]).hasFault)
    let thin = try finding(.thinLabel, Self.sound + ["z\tabab", "z\tbbbb", "z\taaaabb"])
    #expect(thin?.severity == .warning && thin?.line == 61 && thin?.count == 1)
  }

  @Test("Equal texts with different labels are counted, and both lines are named")
  func contradictions() throws {
    let found = try #require(try finding(.contradiction, Self.sound + ["x\tbb bb", "", "y\tbb bb"]))
    #expect(found.count == 2 && found.line == 61)
    #expect(found.example.contains("'bb bb'") && found.example.contains("in line 63"))
    #expect(try finding(.contradiction, Self.sound + ["x\tbb bb", "x\tbb bb"]) == nil)
  }

  @Test("Texts that occur again are counted without their first, and more than a tenth is a warning")
  func duplicates() throws {
    let few = try finding(.duplicate, Self.sound + ["x\tbb", "x\tbb", "x\tbb"])
    #expect(few?.count == 2 && few?.severity == .note && few?.line == 62)
    let many = try finding(.duplicate, Self.sound + Self.sound)
    #expect(many?.count == 60 && many?.severity == .warning)
  }

  @Test("Copies in both parts are leakage")
  func overlap() throws {
    let texts = (0..<120).map {
      "x\tthe number of this text is \(String($0, radix: 2)) and no other one has it".replacing(
        "0", with: "a"
      ).replacing("1", with: "b")
    }
    let other = texts.map { $0.replacing("x\tthe", with: "y\ta") }
    let found = try finding(.overlap, texts + other + texts + other)
    #expect(found?.severity == .warning)
    #expect(found?.line != nil)
  }

  @Test("Empty and very long texts are counted, with the line of one")
  func lengths() throws {
    let empty = try finding(.empty, Self.sound + ["x\t", "y\t  "])
    #expect(empty?.count == 2 && empty?.line == 61)
    let long = try finding(.long, Self.sound + ["x\t" + String(repeating: "ab", count: 400)])
    #expect(long?.count == 1 && long?.line == 61)
    #expect(long?.example.contains("800") == true)
  }

  @Test("Characters of a validation file that training does not have are counted")
  func characters() throws {
    let file = try TemporaryFile(Self.sound.map { $0 + "\n" }.joined())
    let other = try TemporaryFile("x\tabba\ny\tabzz\n")
    defer { withExtendedLifetime((file, other)) {} }
    let doctor = try DataDoctor(examining: file.path, validation: other.path)
    let found = doctor.findings.first { $0.kind == .unseenCharacter }
    #expect(found?.count == 2 && found?.total == 8 && found?.line == 2 && found?.example == "'z'")
    #expect(found?.severity == .warning)
  }

  @Test("A line without a label and a text is refused as in training")
  func unreadable() throws {
    #expect(throws: DataError.self) { try doctor(["no tab"]) }
  }

  @Test("The most serious findings come first, one line each")
  func order() throws {
    let doctor = try doctor(["x\t", "x\ta", "y\tb\u{1B}[2J"])
    #expect(doctor.findings.first?.severity == .fault)
    #expect(doctor.text.split(separator: "\n").count == doctor.findings.count + 1)
  }

  @Test("Stems of one word and words that cannot be predicted are counted")
  func otherJobs() {
    let pairs = (0..<40).map { (word: "w\($0)", stem: $0 < 20 ? "s\($0 / 2)" : "t\($0)") }
    let stems = DataDoctor(WordStems(pairs))
    #expect(stems.findings.first { $0.kind == .loneStem }?.count == 20)
    let corpus = WordCorpus(training: ["a b c", "b c a"], validation: ["a b q q"])
    let words = DataDoctor(corpus)
    let unknown = words.findings.first { $0.kind == .unknownWord }
    #expect(unknown?.count == 2 && unknown?.example == "'q'")
  }
}
