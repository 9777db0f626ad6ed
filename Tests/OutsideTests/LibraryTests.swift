import Foundation
import Sluice
import TestSupport
import Testing

@Suite("What a package of others does with the library", .serialized)
struct LibraryTests {
  @Test("It trains a classifier on a file, stops it by its own callback, and labels a text in four lines")
  func classifier() throws {
    let temporary = try TemporaryRun()
    let prizes = ["you have won a prize, call", "free entry, text now to", "urgent, claim your reward at"]
    let friends = ["see you at lunch", "can you call me later", "i am on the bus home"]
    let lines = (0..<60).flatMap { i in
      [
        "spam\t\(prizes[i % 3]) 0800\(1_000 + i * 37)",
        "ham\t\(friends[i % 3]), \(["ok", "mum", "love", "tom"][i % 4])",
      ]
    }
    try lines.joined(separator: "\n").write(
      toFile: temporary.path("messages.tsv"), atomically: true, encoding: .utf8)
    try trainMessages(in: temporary.folder)
    try FileManager.default.moveItem(atPath: temporary.path("runs/mine"), toPath: temporary.path("runs/sms"))
    let answer = try useClassifier(in: temporary.folder)
    #expect(answer.label == "spam" && answer.probability > 0.5)
    let log = try MetricsReader.lines(of: temporary.path("runs/sms/metrics.jsonl"))
    let epochs = log.filter { $0.kind == "epoch" }
    #expect(epochs.count < ClassifierJobSettings().epochs)
    #expect((epochs.last?.double("validation_accuracy") ?? 0) > 0.97)
    #expect(epochs.dropLast().allSatisfy { ($0.double("validation_accuracy") ?? 1) <= 0.97 })
    let source = try DocumentExample.source("use classifier", file: Self.program)
    #expect(source.split(separator: "\n").count + 1 <= 6, "with the import")
  }

  @Test("It loads a language model and samples, and loads stems and finds the words nearest to one")
  func others() throws {
    let temporary = try TemporaryRun()
    let tales = try trainTales(in: temporary.folder)
    let stems = try trainStems(in: temporary.folder)
    #expect(tales.end == .finished && stems.end == .finished)
    let (text, near) = try useOthers(in: temporary.folder)
    #expect(text.hasPrefix("the sailor") && text.split { $0.isWhitespace }.count == 22)
    #expect(near.count == 3 && !near.contains { $0.word == "watching" })
    #expect(near.allSatisfy { $0.cosine <= 1.001 } && near[0].cosine >= near[2].cosine)
  }

  @Test("A language model on lines in memory is that on a file of them, and too few lines are refused")
  func lines() throws {
    let temporary = try TemporaryRun()
    let lines = SmallTales(seed: 3).lines(120)
    try lines.joined(separator: "\n").write(toFile: temporary.path("text"), atomically: true, encoding: .utf8)
    var settings = LanguageModelConfiguration.wordSmall.settings
    settings.streams = 2
    settings.model.steps = 5
    let one = try LanguageModelJob(lines, settings: settings)
    let other = try LanguageModelJob(
      reading: LanguageModelFiles(text: temporary.path("text")), settings: settings)
    #expect(one.dataFingerprint == other.dataFingerprint && one.description == other.description)
    #expect(one.settings.configuration == .wordSmall && other.settings.configuration == .wordSmall)
    let error = #expect(throws: DataError.self) { _ = try LanguageModelJob(["too few"]) }
    #expect(error.map { "\($0)".contains("the lines") } == true)
  }

  @Test("The README shows these programs")
  func readme() throws {
    let readme = try DocumentExample.document("README.md")
    for name in ["train classifier", "use classifier", "use language model", "use stems"] {
      let source = try DocumentExample.source(name, file: Self.program)
        .replacing("folder + \"/", with: "\"")
      let isShown = readme.contains("\n" + source + "\n")
      #expect(isShown, "\(name)")
    }
  }

  @Test("The programs import Sluice alone, say nothing unsafe, and see what is public alone")
  func imports() throws {
    for file in ["LibraryProgram.swift", "TaggerProgram.swift", "TaggerJob.swift"] {
      let text = try String(contentsOfFile: Self.folder + file, encoding: .utf8)
      let lines = text.components(separatedBy: "\n")
      #expect(lines.filter { $0.contains("import ") } == ["import Sluice"], "\(file)")
      #expect(!text.contains("unsafe"), "\(file)")
    }
    // Compiled without a package's name, a target cannot see what is `package`.
    let manifest = try DocumentExample.document("Package.swift")
    let target = try #require(manifest.range(of: "name: \"OutsideTests\"")).upperBound
    let declaration = manifest[target...].prefix { $0 != ")" }
    #expect(declaration.contains("packageAccess: false") && declaration.contains("swiftSettings: safe"))
  }

  private static var folder: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/"
  }
  private static var program: String { folder + "LibraryProgram.swift" }
}
