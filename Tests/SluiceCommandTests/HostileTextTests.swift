import Foundation
import Sluice
import Testing

@testable import SluiceCommand

/// Files whose names and texts hold what a screen would obey: nothing of it may come out as it is.
@Suite("Hostile text in what the commands say", .serialized)
final class HostileTextTests {
  /// Colors, a bell, a mark of direction, something nobody sees, a line end of Unicode.
  static let hostile = "\u{1B}[31mred\u{7}\u{202E}\u{200B}\u{2028}\u{9B}"

  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Whether a screen would show all of `text` and obey none of it.
  private func isHarmless(_ text: String) -> Bool {
    text.split(separator: "\n", omittingEmptySubsequences: false).allSatisfy { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).allSatisfy {
        ScreenText.escaped(String($0)) == String($0)
      }
    }
  }

  private func write(_ text: String, to name: String) throws -> String {
    let path = folder + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func said(_ arguments: [String]) async throws -> String {
    try await CommandOutput.said(arguments, to: folder + "/said")
  }

  private static let small = ["--units", "4", "--embedding", "4", "--epochs", "1", "--threads", "1"]

  @Test("Labels and texts of a classifier are shown and not obeyed in tables and answers, and cut in tables")
  func classifier() async throws {
    let long = String(repeating: "l", count: 9_000)
    let data = try write(
      (0..<20).map { "\(Self.hostile)\tred \($0)\nblue\tsky \($0)\n\(long)\tlong \($0)\n" }.joined(),
      to: "data")
    let out = folder + "/run"
    let training = try await said(["train", "classifier", "--data", data, "--out", out] + Self.small)
    #expect(isHarmless(training) && training.contains(#"\u{1B}[31mred"#))
    #expect(training.split(separator: "\n").allSatisfy { $0.count < 200 })
    let answer = try await said(["classify", out, "sky \(Self.hostile)\tx"])
    #expect(isHarmless(answer) && answer.contains(#"sky \u{1B}[31mred\u{07}\u{202E}\u{200B} \u{009B} x"#))
    #expect(answer.split(separator: "\t").count == 3)
    let measured = try await said(["evaluate", out, "--data", data])
    #expect(isHarmless(measured) && measured.split(separator: "\n").allSatisfy { $0.count < 200 })
  }

  @Test(
    "Words of an embedding and of a language model are shown and not obeyed among near words, in samples and notes"
  )
  func words() async throws {
    let lines = (0..<30).flatMap { k in ["", "s", "ed"].map { "\u{1B}[3\(k)m\u{202E}st\(k)\($0)\tst\(k)" } }
    let data = try write(lines.joined(separator: "\n"), to: "words")
    let stems = folder + "/stems"
    #expect(
      isHarmless(
        try await said(
          ["train", "stems", "--data", data, "--out", stems, "--batch", "60", "--width", "4"] + Self.small)))
    let near = try await said(["nearest", stems, "\u{1B}[2Jst"])
    #expect(isHarmless(near) && near.contains(#"\u{1B}[2Jst"#))

    let text = try write(
      String(repeating: "the \u{1B}[31mcat\u{202E} saw a \u{200B}mat\u{7}\n", count: 60), to: "text")
    let model = folder + "/model"
    let training = try await said([
      "train", "language-model", "--config", "word-small", "--text", text, "--out", model, "--epochs", "1",
      "--streams", "2",
      "--steps", "4", "--threads", "1",
    ])
    #expect(isHarmless(training))
    let sample = try await said(["sample", model, "--prompt", "new\u{1B}[2J\u{202E} the", "--words", "8"])
    #expect(isHarmless(sample) && sample.contains(#"'new\u{1B}[2J\u{202E}'"#))
  }

  @Test("What an edited run.json and a path hold is shown in messages and not obeyed")
  func descriptions() throws {
    var error = ""
    let directory = try RunDirectory.create(at: folder + "/r")
    try JSONFile.write(["format": "sluice run 1", "job": Self.hostile], to: directory.configuration)
    try SafetensorsFile.write([], to: directory.model)
    #expect(sluice.run(["classify", folder + "/r", "x"], output: { _ in }, error: { error += $0 }) == 1)
    #expect(isHarmless(error) && error.contains(#"one of '\u{1B}[31mred"#))
    error = ""
    #expect(
      sluice.run(["classify", "no\u{1B}[31m\u{202E}such", "x"], output: { _ in }, error: { error += $0 }) == 1
    )
    #expect(isHarmless(error) && error.contains(#"no\u{1B}[31m\u{202E}such"#))
  }

  @Test("Examples and names of classes are shown in the lines of a check and not obeyed")
  func check() throws {
    let data = try write(
      (0..<20).map { "\(Self.hostile)\t\(Self.hostile)\($0)\nblue\tsky \($0)\n" }.joined(), to: "data")
    var settings = ClassifierJobSettings()
    (settings.model.units, settings.model.embeddingWidth) = (4, 4)
    var recipe = Recipe()
    (recipe.overfitSteps, recipe.shortSteps) = (4, 4)
    let job = try ClassifierJob(readingFile: data, settings: settings)
    let said = try job.check(engine: Engine(threads: 1), recipe: recipe).texts.joined(separator: "\n")
    #expect(isHarmless(said) && said.contains(#"labeled '"#) && said.contains(#"\u{1B}[31mred"#))
  }

  @Test("Names of a log are shown in the report's page and not obeyed")
  func report() throws {
    let run = folder + "/log\u{202E}"
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    let name = #"\u001b[31m\u202ename\u200b\u2028"#
    let finding =
      #"{"kind":"finding","step":1,"first_step":1,"name":"\#(name)","place":"\#(name)","evidence":"\#(name)","hint":"\#(name)"}"#
    try (#"{"kind":"step","step":1,"loss":1}"# + "\n" + finding + "\n").write(
      toFile: run + "/metrics.jsonl", atomically: true, encoding: .utf8)
    let page = try RunReport(ofRuns: [run]).html
    #expect(isHarmless(page) && page.contains(#"\u{1B}[31m\u{202E}name\u{200B}\u{2028}"#))
  }

  @Test(
    "A text is as long as a line may be, as an argument and on standard input, and the option says how long")
  func lengths() throws {
    let data = try write((0..<20).map { "red\tr \($0)\nblue\tb \($0)\n" }.joined(), to: "data")
    let out = folder + "/run"
    func run(_ arguments: [String]) -> (status: Int32, error: String) {
      var error = ""
      let status = sluice.run(arguments, output: { _ in }, error: { error += $0 })
      return (status, error)
    }
    #expect(
      run(
        ["train", "classifier", "--data", data, "--out", out, "--quiet", "--line-limit", "50"] + Self.small
      ).status == 0)
    let long = String(repeating: "r ", count: 30)
    let refused = run(["classify", out, "r", long])
    #expect(refused.status == 1)
    #expect(
      refused.error
        == "error: text 2: expected a line of at most 50 characters, got 60. Shorten the line or raise the limit (--line-limit)."
    )
    #expect(run(["classify", out, long, "--line-limit", "60"]).status == 0)
    let lines = try write("red\t\(long)\n", to: "long")
    #expect(run(["evaluate", out, "--data", lines]).error.contains("raise the limit (--line-limit)"))
    #expect(run(["evaluate", out, "--data", lines, "--line-limit", "100"]).status == 0)
  }
}
