import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("Data with named columns by command", .serialized)
struct DataCommandTests {
  private static let small = [
    "--epochs", "1", "--units", "8", "--embedding", "4", "--threads", "1", "--quiet",
  ]

  /// The status and what was said on standard error.
  private func sluiceRun(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  private static let rows = (0..<40).map { i in
    (label: i % 2 == 0 ? "up" : "down", text: "\(i % 2 == 0 ? "ab" : "ba")\(i)")
  }

  @Test("A classifier on CSV is the one on lines, and its columns are known to those who measure it")
  func classifier() throws {
    let folder = try TestFolder()
    let csv = try folder.write(
      (["id;what;said"] + Self.rows.map { "1;\($0.label);\"\($0.text)\"" }).joined(separator: "\n"),
      to: "data.csv")
    let lines = try folder.write(
      Self.rows.map { "\($0.label)\t\($0.text)" }.joined(separator: "\n"), to: "data.tsv")
    let json = try folder.write(
      Self.rows.map { "{\"what\":\"\($0.label)\",\"said\":\"\($0.text)\"}" }.joined(separator: "\n"),
      to: "other.jsonl")
    let columns = ["--text-column", "said", "--label-column", "what"]
    let train = ["train", "classifier"] + Self.small
    #expect(sluiceRun(train + ["--data", csv, "--out", folder.file("csv")] + columns) == (0, ""))
    #expect(sluiceRun(train + ["--data", lines, "--out", folder.file("lines")]) == (0, ""))
    let weights = try ["csv", "lines"].map {
      let file = try SafetensorsFile(path: folder.file($0) + "/model.safetensors")
      return try file.floats("gru.weight_hh")
    }
    #expect(weights[0] == weights[1])
    #expect(sluiceRun(["evaluate", folder.file("csv"), "--data", csv]).status == 0)
    #expect(sluiceRun(["evaluate", folder.file("csv"), "--data", json]).status == 0)
    let wrong = sluiceRun([
      "evaluate", folder.file("lines"), "--data", csv, "--text-column", "sad", "--label-column", "what",
    ])
    #expect(wrong.status == 1 && wrong.error.contains("Did you mean 'said'?"), "\(wrong)")
  }

  @Test("Options that cannot be are refused as such")
  func usage() {
    #expect(sluiceRun(["train", "classifier", "--separator", "ab"]).status == 64)
    #expect(sluiceRun(["train", "classifier", "--format", "xml"]).status == 64)
    #expect(sluiceRun(["train", "language-model", "--label-column", "x"]).status == 64)
    let twice = sluiceRun(["train", "language-model", "--train", "-", "--valid", "-"])
    #expect(twice.status == 64 && twice.error.contains("standard input"))
  }
}
