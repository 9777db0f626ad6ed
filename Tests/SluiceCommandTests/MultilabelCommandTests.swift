import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("Any number of labels by command", .serialized)
struct MultilabelCommandTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func run(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  private func data(_ name: String = "data.tsv") throws -> String {
    let lines = (0..<40).flatMap { i in
      ["news\tnews at \(i)", "film\ta film \(i)", "film,news\tnews of a film \(i)", "\tpart \(i)"]
    }
    return try folder.write(lines.joined(separator: "\n"), to: name)
  }

  private static let small = ["--epochs", "2", "--units", "8", "--embedding", "4", "--quiet"]

  @Test("A run is trained, used, measured, exported, reported and taken up again")
  func whole() throws {
    let (data, out) = (try data(), folder.file("run"))
    let train = ["train", "classifier", "--multilabel", "--data", data, "--test", data, "--out", out]
    #expect(run(train + ["--metric", "micro-f1"] + Self.small).status == 0)
    let summary = try #require(try MetricsReader.lines(of: out + "/metrics.jsonl").last)
    for key in ["micro_f1", "macro_f1", "subset_accuracy", "test_micro_f1", "ngrams_micro_f1"] {
      #expect(summary.double(key) != nil, "\(key)")
    }
    #expect(summary.double("accuracy") == nil)
    #expect(run(["classify", out, "news of a film", ""]).status == 0)
    #expect(run(["classify", out, "--json", "news of a film"]).status == 0)
    #expect(run(["evaluate", out, "--data", data, "--json"]).status == 0)
    #expect(run(["inspect", out]).status == 0)
    #expect(run(["report", out]).status == 0)
    let page = try String(contentsOfFile: out + "/report.html", encoding: .utf8)
    #expect(!page.contains("which is taken for which") && page.contains("subset accuracy"))
    for format in ["onnx", "npz", "pytorch"] {
      let result = run(["export", out, "--" + format, folder.file("model." + format)])
      #expect(result.status == 0, "\(format): \(result.error)")
    }
    let copy = run(["export", out, "--precision", "int8", "--to", folder.file("small")])
    #expect(copy.status == 0, "\(copy.error)")
    #expect(run(["resume", out]).status != 64)
    let more = run(train + ["--from", out, "--overwrite"] + Self.small)
    #expect(more.status == 0, "\(more.error)")
  }

  @Test("It is checked and tuned")
  func tuned() throws {
    let data = try data()
    let check = run([
      "check", "classifier", "--multilabel", "--data", data, "--units", "16", "--out", folder.file("check"),
    ])
    #expect(check.status == 0, "\(check.error)")
    let out = folder.file("tuned")
    let tune = run([
      "tune", "classifier", "--multilabel", "--data", data, "--trials", "2", "--metric", "micro-f1", "--out",
      out,
      "--quiet",
    ])
    #expect(tune.status == 0, "\(tune.error)")
    #expect(try SavedClassifier(run: out).isMultilabel)
    let only = run(["tune", "classifier", "--multilabel", "--data", data, "--data-only"])
    #expect(only.status == 0, "\(only.error)")
  }

  @Test("What does not go together is wrong usage, and what cannot be read fails with its line")
  func refused() throws {
    let data = try data()
    let train = ["train", "classifier", "--out", folder.file("none")]
    for more in [
      ["--multilabel"], ["--multilabel", "--data", data, "--soft-nearest-neighbor", "1"],
      ["--multilabel", "--data", data, "--metric", "f2"],
    ] {
      #expect(run(train + more).status == 64, "\(more)")
    }
    #expect(run(["tune", "stems", "--multilabel"]).status == 64)
    #expect(run(["tune", "classifier", "--multilabel"]).status == 64)
    let twice = try folder.write("a\tx\nb,b\ty\n", to: "twice.tsv")
    let result = run(train + ["--multilabel", "--data", twice])
    #expect(result.status == 1 && result.error.contains("line 2"), "\(result.error)")
    let unknown = run(train + ["--multilabel", "--data", data, "--metric", "f1:nwes"])
    #expect(unknown.status == 1 && unknown.error.contains("news"), "\(unknown.error)")
  }

  @Test("A model of one kind does not go on as the other, and says what is wrong with data of the other")
  func otherKind() throws {
    let data = try data()
    let single = try folder.write(
      (0..<30).map { "news\tnews \($0)\nfilm\tfilm \($0)" }.joined(separator: "\n"), to: "single.tsv")
    let (one, many) = (folder.file("one"), folder.file("many"))
    #expect(run(["train", "classifier", "--data", single, "--out", one] + Self.small).status == 0)
    #expect(
      run(["train", "classifier", "--multilabel", "--data", data, "--out", many] + Self.small).status == 0)
    let base = ["train", "classifier", "--out", folder.file("next")] + Self.small
    #expect(run(base + ["--multilabel", "--data", data, "--from", one]).status == 64)
    #expect(run(base + ["--data", single, "--from", many]).status == 64)
    // One label is a set of one; a set is no label.
    #expect(run(["evaluate", many, "--data", single]).status == 0)
    let sets = try folder.write("film,news\tx\n", to: "sets.tsv")
    let wrong = run(["evaluate", one, "--data", sets])
    #expect(wrong.status == 1 && wrong.error.contains("one label"), "\(wrong.error)")
  }
}
