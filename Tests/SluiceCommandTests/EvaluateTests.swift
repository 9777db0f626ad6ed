import Foundation
import Sluice
import Testing

@testable import SluiceCommand

/// The command in a process of its own, which standard output belongs to.
@Suite("The command evaluate", .serialized)
struct EvaluateTests {
  /// Runs the program on a run and a file of its kind, and gives what it prints.
  private static func output(
    _ job: any TrainingJob, in folder: String, on data: String
  ) throws -> (text: String, error: String, status: Int32) {
    try train(job, in: folder)
    let (path, printed) = (folder + "-data", folder + "-printed")
    defer { for path in [path, printed] { try? FileManager.default.removeItem(atPath: path) } }
    try data.write(toFile: path, atomically: true, encoding: .utf8)
    let file = unsafe open(printed, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    if file < 0 || dup2(file, 1) != 1 { exit(1) }
    var error = ""
    let status = sluice.run(["evaluate", folder, "--data", path], output: { _ in }, error: { error += $0 })
    return (try String(contentsOfFile: printed, encoding: .utf8), error, status)
  }

  private static func train(_ job: some TrainingJob, in folder: String) throws {
    try Training(job, in: folder, engine: Engine(threads: 1)).run()
  }

  private static func folder() -> String {
    NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
  }

  private static func check(_ holds: Bool, _ text: String) {
    if !holds {
      FileHandle.standardError.write(Data(text.utf8))
      exit(1)
    }
  }

  private static func stems() -> WordStems {
    let stems = "garden sail paint farm teach bak hunt preach sing work talk walk read jump help".split(
      separator: " ")
    return WordStems(
      stems.flatMap { stem in ["er", "ers", "ing"].map { (word: stem + $0, stem: String(stem)) } })
  }

  @Test("A run of stems is measured by how often the nearest word shares a stem, beside spelling alone")
  func stemsRun() async {
    await #expect(processExitsWith: .exitCode(7)) {
      var settings = StemJobSettings()
      settings.epochs = 1
      settings.model.units = 8
      settings.subsetSteps = 2
      let folder = Self.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let words = (0..<12).flatMap { i in ["a", "b"].map { "\(Self.letters(i))\($0)\tstem\(i)" } }
      let (text, error, status) = try Self.output(
        StemJob(Self.stems(), settings: settings), in: folder, on: words.joined(separator: "\n"))
      Self.check(status == 0 && error.isEmpty, error)
      Self.check(text.contains("on 24 of 24 words, whose stems have another word:"), text)
      for name in ["trained ", "longest common prefix ", "character trigrams "] {
        Self.check(text.contains("  \(name)") && text.contains("recall@1"), text)
      }
      exit(7)
    }
  }

  @Test("A run of a classifier is measured label by label")
  func classifierRun() async {
    await #expect(processExitsWith: .exitCode(7)) {
      var settings = ClassifierJobSettings()
      settings.epochs = 1
      settings.model.units = 8
      let texts = LabeledTexts((0..<40).map { $0 % 2 == 0 ? ("up", "ab\($0)") : ("down", "ba\($0)") })
      let folder = Self.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let (text, error, status) = try Self.output(
        ClassifierJob(texts, settings: settings), in: folder, on: "up\tab1\ndown\tba2\nup\tab3")
      Self.check(status == 0 && error.isEmpty, error)
      let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      Self.check(rows.contains { $0.first == "up" && $0.last == "2" }, text)
      Self.check(rows.contains { $0.first == "down" && $0.last == "1" }, text)
      exit(7)
    }
  }

  @Test("A run of a language model is measured by its perplexity")
  func languageModelRun() async {
    await #expect(processExitsWith: .exitCode(7)) {
      var settings = LanguageModelConfiguration.tiny.settings
      settings.epochs = 1
      settings.streams = 2
      settings.model.steps = 5
      settings.model.units = 8
      let folder = Self.folder()
      let text = folder + "-text"
      defer { for path in [folder, text] { try? FileManager.default.removeItem(atPath: path) } }
      try SmallTales(seed: 2).lines(60).joined(separator: "\n").write(
        toFile: text, atomically: true, encoding: .utf8)
      let job = try LanguageModelJob(reading: LanguageModelFiles(text: text), settings: settings)
      let (printed, error, status) = try Self.output(job, in: folder, on: "the xyzzy\nthe")
      Self.check(status == 0 && error.isEmpty, error)
      Self.check(printed.hasPrefix("5 words, ends of sentences included, 1 of them outside"), printed)
      Self.check(printed.contains("perplexity"), printed)
      exit(7)
    }
  }

  @Test(
    "A run of a job that is none of the command's is refused with its name, and the data of another kind with what was expected"
  )
  func refused() async {
    await #expect(processExitsWith: .exitCode(7)) {
      var settings = StemJobSettings()
      settings.epochs = 1
      settings.model.units = 8
      settings.subsetSteps = 2
      let folder = Self.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let (_, error, status) = try Self.output(
        StemJob(Self.stems(), settings: settings), in: folder, on: "no tab here\n")
      Self.check(status == 1 && error.contains("a word, a tab and its stem"), error)
      let path = folder + "/run.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacing("\"job\" : \"stems\"", with: "\"job\" : \"tagger\"")
        .write(toFile: path, atomically: true, encoding: .utf8)
      var errors = ""
      let other = sluice.run(["evaluate", folder, "--data", path], output: { _ in }, error: { errors += $0 })
      Self.check(other == 1 && errors.contains("'tagger'"), errors)
      exit(7)
    }
  }

  /// A spelling for a number.
  private static func letters(_ i: Int) -> String {
    String(repeating: String(UnicodeScalar(UInt8(97 + i))), count: 3 + i % 3)
  }
}
