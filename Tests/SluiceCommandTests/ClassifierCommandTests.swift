import Foundation
import Sluice
import Testing

@testable import SluiceCommand

@Suite("Training, evaluating and using a classifier by command", .serialized)
final class ClassifierTrainingTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static let small = [
    "--examples", "240", "--epochs", "2", "--units", "16", "--embedding", "8", "--validation-share", "0.2",
    "--quiet",
  ]

  /// The status and what was said on standard error.
  private func sluiceRun(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  private func write(_ name: String, _ bytes: [UInt8]) -> String {
    let path = folder + "/" + name
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    return path
  }

  @Test("A run holds a model, its description, the figures of every step and a chart")
  func run() throws {
    let out = folder + "/run"
    #expect(sluiceRun(["train", "classifier", "--out", out] + Self.small).status == 0)
    let lines = try MetricsReader.lines(of: out + "/metrics.jsonl")
    #expect(lines.filter { $0.kind == "step" }.count == 6)
    #expect(lines.filter { $0.kind == "epoch" }.count == 2)
    let summary = try #require(lines.last)
    #expect(summary.kind == "summary")
    #expect(summary.double("accuracy") != nil && summary.double("macro_f1") != nil)
    #expect(try String(contentsOfFile: out + "/flow.svg", encoding: .utf8).contains("gru_hh"))
    let file = try SafetensorsFile(path: out + "/model.safetensors")
    #expect(try file.entry("gru.weight_hh").shape == [48, 16])
    let left = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(
      left == [
        "examination.json", "flow.svg", "metrics.jsonl", "model.safetensors", "optimizer.safetensors",
        "run.json",
      ])
    #expect(sluiceRun(["classify", out, "Teil 2 von 4", ""]).status == 0)
    let data = write("data.tsv", Array("part\tTeil 1 von 3\nlive\tLive aus Wien\n".utf8))
    #expect(sluiceRun(["evaluate", out, "--data", data]).status == 0)
  }

  @Test("With --tensorboard the figures are written a second time, and none of them changes")
  func tensorBoard() throws {
    let (plain, mirrored) = (folder + "/plain", folder + "/mirrored")
    #expect(sluiceRun(["train", "classifier", "--out", plain] + Self.small).status == 0)
    #expect(!FileManager.default.fileExists(atPath: plain + "/events.out.tfevents.sluice"))
    for _ in 0..<2 {
      // The second run takes the folder of the first, and writes over its events.
      let arguments = ["train", "classifier", "--out", mirrored, "--tensorboard"] + Self.small
      #expect(sluiceRun(arguments).status == 0)
    }
    let events = try Data(contentsOf: URL(fileURLWithPath: mirrored + "/events.out.tfevents.sluice"))
    func count(_ text: String) -> Int {
      var (count, rest) = (0, events[...])
      while let found = rest.range(of: Data(text.utf8)) {
        count += 1
        rest = rest[found.upperBound...]
      }
      return count
    }
    #expect(count("brain.Event:2") == 1 && count("step/gradient_norm") == 6)
    #expect(count("epoch/validation_macro_f1") == 2 && count("summary/labels/news/f1") == 1)
    // Histograms of the first step of both epochs.
    #expect(count("weights/gru.weight_hh") == 2 && count("gradients/gru.weight_hh") == 2)
    let models = try [plain, mirrored].map {
      try Data(contentsOf: URL(fileURLWithPath: $0 + "/model.safetensors"))
    }
    #expect(models[0] == models[1])
  }

  @Test("Figures and weights are the same for any number of threads")
  func sameFigures() throws {
    var figures: [[String]] = []
    var models: [Data] = []
    for threads in ["1", "2", "3", "2"] {
      let out = folder + "/threads\(figures.count)"
      #expect(
        sluiceRun(["train", "classifier", "--out", out, "--threads", threads] + Self.small).status == 0)
      figures.append(
        try MetricsReader.lines(of: out + "/metrics.jsonl").map { line in
          line.values.members.filter { !["seconds", "examples_per_second"].contains($0.key) }
            .map { "\($0)" }.joined()
        })
      models.append(try Data(contentsOf: URL(fileURLWithPath: out + "/model.safetensors")))
    }
    for i in 1..<figures.count {
      #expect(figures[i] == figures[0])
      #expect(models[i] == models[0])
    }
  }

  @Test(
    "Bad data end in one line that says what was expected, and leave no model",
    arguments: [
      ("", "got a file without any"), ("a\tx\nno tab\n", "line 2"), ("a\tx\nb\ty\na\tz\n", "“b”"),
      ("a\tx\na\ty\n", "two different labels"),
      ("a\tx\nb\t" + String(repeating: "y", count: 100_000) + "\n", "line 2"),
    ])
  func badData(text: String, message: String) {
    let out = folder + "/bad"
    let data = write("bad.tsv", Array(text.utf8))
    let result = sluiceRun(["train", "classifier", "--data", data, "--out", out])
    #expect(result.status == 1)
    #expect(result.error.contains(message) && !result.error.contains("\n"))
    #expect(!FileManager.default.fileExists(atPath: out + "/model.safetensors"))
  }

  @Test("Files to validate and to test on, the figure of the best epoch and patience decide what they say")
  func partsOfTheirOwn() throws {
    func lines(_ seed: UInt64, _ count: Int) -> [UInt8] {
      let texts = ProgramGuide(seed: seed).texts(count)
      return Array((0..<count).map { "\(texts.labelName($0))\t\(texts.text($0))\n" }.joined().utf8)
    }
    let (data, validation, test) = (
      write("data.tsv", lines(1, 200)), write("validation.tsv", lines(2, 100)),
      write("test.tsv", lines(3, 60))
    )
    let out = folder + "/parts"
    let small = ["--units", "4", "--embedding", "4", "--quiet", "--out", out]
    let result = sluiceRun(
      [
        "train", "classifier", "--data", data, "--validation", validation, "--test", test, "--metric",
        "f1:news", "--class-weights", "balanced", "--patience", "1", "--epochs", "40", "--learning-rate",
        "1e-9",
      ] + small)
    #expect(result.status == 0, "\(result.error)")
    let log = try MetricsReader.lines(of: out + "/metrics.jsonl")
    #expect(log.count { $0.kind == "epoch" } < 40)
    let summary = try #require(log.last)
    #expect(summary.double("test_accuracy") != nil && summary.double("ngrams_accuracy") != nil)
    let report = try SavedClassifier(run: out).description
    #expect(report.settings.reader == .both)
    let unknown = sluiceRun(
      ["train", "classifier", "--data", data, "--metric", "f1:mews"] + small + ["--overwrite"])
    #expect(unknown.status == 1 && unknown.error.contains("did you mean 'news'"))
    let strange = write("strange.tsv", Array("nowhere\tx\n".utf8))
    let other = sluiceRun(
      ["train", "classifier", "--data", data, "--test", strange] + small + ["--overwrite"])
    #expect(
      other.status == 1 && other.error.contains("nowhere") && other.error.contains("strange.tsv, line 1"))
    let empty = write("empty.tsv", [])
    let none = sluiceRun(
      ["train", "classifier", "--data", data, "--validation", empty] + small + ["--overwrite"])
    #expect(none.status == 1 && none.error.contains("got a file without any"))
  }

  @Test(
    "The header and the summary say of which texts the saved table is, and --no-refit leaves out what is validated on"
  )
  func refit() async throws {
    let out = folder + "/refit"
    let small = ["train", "classifier", "--examples", "200", "--epochs", "1", "--units", "4", "--out", out]
    let all = try await CommandOutput.said(small, to: folder + "/all.txt")
    let told = "the saved table of n-grams is made of all 200 texts"
    #expect(all.components(separatedBy: told).count == 3, "\(all)")
    #expect(try RunDirectory.open(out).description(ClassifierDescription.self).ngramTexts == 200)
    let other = try await CommandOutput.said(
      small + ["--no-refit", "--overwrite"], to: folder + "/other.txt")
    #expect(!other.contains("the saved table"))
    #expect(try RunDirectory.open(out).description(ClassifierDescription.self).ngramTexts ?? 200 < 200)
    let log = try MetricsReader.lines(of: out + "/metrics.jsonl")
    #expect(log.last?.double("ngram_texts") ?? 200 < 200)
    let stems = sluiceRun(["tune", "stems", "--no-refit", "--out", folder + "/stems"])
    #expect(stems.status == 64 && stems.error.contains("--no-refit is for a classifier"))
  }

  @Test("Bytes that are no UTF-8, and files that are not there, are named")
  func badFiles() {
    let data = write("bytes.tsv", Array("a\tx\nb\t".utf8) + [0xFF, 0xFE, 0x0A])
    let broken = sluiceRun(["train", "classifier", "--data", data, "--out", folder + "/x"])
    #expect(broken.status == 1 && broken.error.contains("line 2") && broken.error.contains("0xFF"))
    let missing = sluiceRun(["train", "classifier", "--data", folder + "/none", "--out", folder + "/x"])
    #expect(missing.status == 1 && missing.error.contains("none"))
    let run = sluiceRun(["classify", folder, "text"])
    #expect(run.status == 1 && run.error.contains("no model.safetensors"))
  }

  @Test("A damaged model or description is refused")
  func damaged() throws {
    let out = folder + "/damaged"
    #expect(sluiceRun(["train", "classifier", "--out", out] + Self.small).status == 0)
    let model = try Data(contentsOf: URL(fileURLWithPath: out + "/model.safetensors"))
    try model.prefix(model.count / 2).write(to: URL(fileURLWithPath: out + "/model.safetensors"))
    #expect(sluiceRun(["classify", out, "text"]).status == 1)
    try model.write(to: URL(fileURLWithPath: out + "/model.safetensors"))
    #expect(sluiceRun(["classify", out, "text"]).status == 0)
    for text in ["", "[1]", "{"] {
      _ = write("damaged/run.json", Array(text.utf8))
      #expect(sluiceRun(["classify", out, "text"]).status == 1)
    }
    // One that does not name this model is passed over: the model's own description counts.
    for text in ["{}", "{\"format\": \"other\"}"] {
      _ = write("damaged/run.json", Array(text.utf8))
      #expect(sluiceRun(["classify", out, "text"]).status == 0)
    }
  }

  @Test("A loss that is no number ends the training, is traced, and untrained weights are not saved")
  func nonFinite() throws {
    let out = folder + "/diverged"
    let result = sluiceRun(
      ["train", "classifier", "--out", out, "--optimizer", "sgd", "--learning-rate", "3e38"] + Self.small)
    #expect(result.status == 1)
    // The loss after the first update is that of logits near the largest float, and finite.
    #expect(result.error.contains("the loss is not a finite number at step 3"))
    #expect(result.error.contains("operation '") || result.error.contains("parameter '"))
    #expect(result.error.contains("keeps no model, for nothing was learned yet"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["metrics.jsonl"])
  }

  @Test("A training that fails in the folder of another leaves that as it was, and its own log beside it")
  func failedBeside() throws {
    let out = folder + "/run"
    #expect(sluiceRun(["train", "classifier", "--out", out] + Self.small).status == 0)
    func contents() throws -> [String: Data] {
      Dictionary(
        uniqueKeysWithValues: try [
          "examination.json", "flow.svg", "metrics.jsonl", "model.safetensors", "optimizer.safetensors",
          "run.json",
        ].map {
          ($0, try Data(contentsOf: URL(fileURLWithPath: out + "/" + $0)))
        })
    }
    let before = try contents()
    let other =
      ["train", "classifier", "--out", out, "--optimizer", "sgd", "--learning-rate", "3e38"] + Self.small
    let refused = sluiceRun(other)
    #expect(refused.status == 1 && refused.error.contains("a run with other settings"))
    #expect(refused.error.contains("--overwrite"))
    #expect(try contents() == before)
    let failed = sluiceRun(other + ["--overwrite"])
    #expect(failed.status == 1 && failed.error.contains("keeps the model of the earlier training"))
    #expect(try contents() == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out).sorted()
        == [
          "examination.json", "flow.svg", "metrics.failed.jsonl", "metrics.jsonl", "model.safetensors",
          "optimizer.safetensors", "run.json",
        ])
    let log = try MetricsReader.lines(of: out + "/metrics.failed.jsonl")
    #expect(log.first?.kind == "run" && log.contains { $0.kind == "finding" })
  }

  @Test(
    "Wrong usage ends with status 64 and makes no folder",
    arguments: [
      ["--threads", "0"], ["--nonsense"], ["--epochs", "x"], ["--bidirectional", "--right-to-left"],
      ["--data", "x.tsv", "--examples", "200"], ["--metric", "f2"], ["--metric", "f1:"],
      ["--reader", "ngrams", "--soft-nearest-neighbor", "1"],
      ["--validation", "x.tsv", "--validation-share", "0.3"],
    ])
  func usage(arguments: [String]) {
    for command in ["train", "check"] {
      #expect(sluiceRun([command, "classifier", "--out", folder + "/usage"] + arguments).status == 64)
      #expect(!FileManager.default.fileExists(atPath: folder + "/usage"))
    }
  }
}
