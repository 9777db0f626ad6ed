import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("Tuning by command", .serialized)
struct TuneCommandTests {
  private func sluiceRun(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  private func data(_ folder: TestFolder, count: Int = 120) throws -> String {
    let texts = ProgramGuide(seed: 1).texts(count)
    return try folder.write(
      (0..<texts.count).map { "\(texts.labelName($0))\t\(texts.text($0))\n" }.joined(), to: "data.tsv")
  }

  @Test("A tuning leaves an ordinary run, its record and a page that refers to nothing outside itself")
  func tuning() throws {
    let folder = try TestFolder()
    let (data, out) = (try data(folder), folder.file("run"))
    let arguments = ["tune", "classifier", "--data", data, "--out", out, "--trials", "2", "--quiet"]
    #expect(sluiceRun(arguments).status == 0)
    #expect(sluiceRun(["classify", out, "Teil 2 von 4"]).status == 0)
    #expect(sluiceRun(["report", out]).status == 0)
    let page = try String(contentsOfFile: out + "/tune.html", encoding: .utf8)
    #expect(
      !page.contains("<script") && !page.contains("http://") && !page.contains("https://")
        && !page.contains("src="))
    #expect(
      page.contains("--trials 2 --seed 1") && page.contains("All trials") && page.contains("the default"))
    // Complete: it does not begin again by itself.
    let again = sluiceRun(arguments)
    #expect(again.status == 1 && again.error.contains("--overwrite"))
    let resumed = sluiceRun(["tune", "--resume", out])
    #expect(resumed.status == 1 && resumed.error.contains("complete"))
    // One by minutes says why it had no more trials.
    var record = try TuningRecord(readingTuning: out)
    func ending() -> String { TuningTeller.text(of: .finished, record, path: out) }
    #expect(ending() == "--trials 2 --seed 1 gives the same, to the bit.")
    record.asked = .init(minutes: 1.5)
    #expect(ending().hasPrefix("No more trials began") && ending().contains("than the 1.5 minutes."))
    record.asked = .init(minutes: 5)
    #expect(ending().contains("than the 5 minutes."))
    record.asked = .init(minutes: 1)
    #expect(ending().contains("than the minute. --trials 2 --seed 1 gives"))
  }

  @Test("A tuning that stops after some rounds goes on with --resume to the same end")
  func rounds() throws {
    let folder = try TestFolder()
    let (data, parts, whole) = (try data(folder), folder.file("parts"), folder.file("whole"))
    let arguments = ["tune", "classifier", "--data", data, "--trials", "3", "--quiet", "--out"]
    #expect(sluiceRun(arguments + [parts, "--rounds", "2"]).status == 0)
    #expect(try !TuningRecord(readingTuning: parts).isComplete)
    #expect(sluiceRun(["tune", "--resume", parts, "--quiet"]).status == 0)
    #expect(sluiceRun(arguments + [whole]).status == 0)
    let models = try [parts, whole].map {
      try Data(contentsOf: URL(fileURLWithPath: $0 + "/model.safetensors"))
    }
    #expect(models[0] == models[1])
  }

  @Test(
    "What cannot be asked for is refused with status 64 and what to do",
    arguments: [
      (["tune"], "classifier, stems or language-model"),
      (["tune", "classifier", "--minutes", "0"], "a number of minutes above 0"),
      (["tune", "classifier", "--trials", "0"], "a whole number from 1"),
      (["tune", "classifier", "--size", "0"], "a number of bytes above 0"),
      (["tune", "classifier", "--size", "200Q"], "200K (thousands)"),
      (["tune", "classifier", "--metric", "f2"], "f1:LABEL"),
      (["tune", "classifier", "--rounds", "2"], "--trials"),
      (["tune", "stems", "--validation", "file"], "--validation-share"),
      (["tune", "classifier", "--count-column", "n"], "--count-column is for stems"),
      (["tune", "classifier", "--data", "-"], "standard input"),
      (["tune", "language-model", "--label-column", "tag"], "no labels"),
      (["tune", "--resume", "folder", "--seed", "2"], "leave --seed"),
      (["tune", "words"], "one of classifier, stems, language-model"),
    ])
  func refusals(arguments: [String], text: String) throws {
    let (status, error) = sluiceRun(arguments)
    #expect(status == 64, "\(error)")
    #expect(error.contains(text), "\(error)")
  }

  @Test(
    "A size that no model has, and a metric that the data do not have, are refused with those that there are")
  func failures() throws {
    let folder = try TestFolder()
    let begin = ["tune", "classifier", "--data", try data(folder), "--out", folder.file("run"), "--quiet"]
    let small = sluiceRun(begin + ["--size", "1K"])
    #expect(small.status == 1 && small.error.contains("found a limit of 1,000"), "\(small.error)")
    let label = sluiceRun(begin + ["--metric", "f1:nobody"])
    #expect(label.status == 64 && label.error.contains("'news'"), "\(label.error)")
    let other = sluiceRun(begin + ["--metric", "perplexity"])
    #expect(other.status == 64 && other.error.contains("macro-f1"), "\(other.error)")
    let none = sluiceRun(["tune", "--resume", folder.path])
    #expect(none.status == 1 && none.error.contains("no tune.json in it"), "\(none.error)")
  }

  @Test("Data that cannot be trained on are looked at and refused; --data-only trains nothing")
  func doctor() throws {
    let folder = try TestFolder()
    let bad = try folder.write("a\tone\na\ttwo\n", to: "bad.tsv")
    #expect(sluiceRun(["tune", "classifier", "--data", bad, "--out", folder.file("run")]).status == 1)
    let good = try data(folder)
    #expect(
      sluiceRun(["tune", "classifier", "--data", good, "--data-only", "--out", folder.file("run")]).status
        == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.file("run")))
  }

  @Test("The command of a trial makes its settings")
  func commands() throws {
    let folder = try TestFolder()
    let (path, out) = (try data(folder, count: 60), folder.file("run"))
    let arguments = [
      "tune", "classifier", "--data", path, "--out", out, "--trials", "3", "--keep-trials", "--quiet",
    ]
    #expect(sluiceRun(arguments).status == 0)
    for trial in try TuningRecord(readingTuning: out).trials {
      let words = trial.command.split(separator: " ").map(String.init)
      #expect(Array(words.prefix(3)) == ["sluice", "train", "classifier"])
      guard case .run(_, let parsed) = try Parser.parse(Array(words.dropFirst()), for: sluice.root) else {
        Issue.record("\(words) is no command")
        continue
      }
      let run = try RunDirectory.open(out + "/trials/000\(trial.number)")
      let settings = try run.readDescription(RunRecord<ClassifierJob>.self).settings
      #expect(try TrainClassifier.settings(parsed) == settings, "\(words)")
    }
  }

  @Test("A tuning of CSV goes on with the same columns, and the commands of its trials name them")
  func columns() throws {
    let folder = try TestFolder()
    let (texts, out) = (ProgramGuide(seed: 1).texts(60), folder.file("run"))
    let lines = (0..<texts.count).map { i in
      "\(texts.labelName(i));\"\(texts.text(i).replacing("\"", with: "\"\""))\"\n"
    }
    let path = try folder.write("kind;said\n" + lines.joined(), to: "data.txt")
    let columns = ["--format", "csv", "--separator", ";", "--text-column", "said", "--label-column", "kind"]
    let arguments = ["tune", "classifier", "--data", path, "--out", out, "--quiet"] + columns
    #expect(sluiceRun(arguments + ["--trials", "2", "--rounds", "1"]).status == 0)
    #expect(sluiceRun(["tune", "--resume", out, "--quiet"]).status == 0)
    for trial in try TuningRecord(readingTuning: out).trials {
      #expect(
        trial.command.contains("--format csv --separator ';' --text-column said --label-column kind"),
        "\(trial.command)")
    }
  }

  @Test(
    "Sizes are bytes, thousands or millions",
    arguments: [("200K", 200_000), ("1.5M", 1_500_000), ("4096", 4_096), ("2k", 2_000)])
  func sizes(text: String, bytes: Int) { #expect(ArgumentType<Int>.byteCount.parse(text) == bytes) }
}
