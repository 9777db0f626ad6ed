import Foundation
import Sluice
import Testing

@testable import SluiceCommand

@Suite("Going on from a finished model by command", .serialized)
final class GoingOnCommandTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func run(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  private func train(_ out: String, _ arguments: [String]) -> (status: Int32, error: String) {
    run(
      ["train", "classifier", "--examples", "200", "--epochs", "1", "--quiet", "--out", folder + "/" + out]
        + arguments)
  }

  @Test(
    "The model's settings come from the run, wrong usage ends with 64, bad runs with 1, and nothing is written"
  )
  func usage() throws {
    let small = ["--units", "6", "--embedding", "4"]
    let old = folder + "/old"
    #expect(train("old", small + ["--reader", "characters"]).status == 0)
    let cases: [(arguments: [String], status: Int32, text: String)] = [
      (["--from", old, "--units", "8"], 64, "--units"), (["--from", old, "--cell", "lstm"], 64, "--cell"),
      (["--from", old, "--bidirectional"], 64, "--bidirectional"),
      (["--from", old, "--freeze", "nothing"], 64, "embedding"),
      (
        ["--from", old, "--freeze", "embedding", "--freeze", "gru", "--freeze", "output"], 64, "left to train"
      ),
      (["--fresh-optimizer"], 64, "--from"), (["--from", folder], 1, "the folder of a run"),
      (["--from", folder + "/none"], 1, "nothing at this path"),
    ]
    for (arguments, status, text) in cases {
      let result = train("new", arguments)
      #expect(result.status == status && result.error.contains(text), "\(arguments): \(result)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/new"), "\(arguments)")
    }
    let stems = run(["train", "stems", "--from", old, "--out", folder + "/new"])
    #expect(stems.status == 1 && stems.error.contains("'classifier'") && !stems.error.contains("\n"))
    #expect(train("new", ["--from", old, "--units", "6", "--freeze", "embedding"]).status == 0)
    #expect(
      try SafetensorsFile(path: folder + "/new/model.safetensors").entry("gru.weight_hh").shape == [18, 6])
    #expect(!FileManager.default.fileExists(atPath: folder + "/old/metrics.next.jsonl"))
  }

  @Test("Vectors need a table of words, and a bad file ends in one line and status 1")
  func vectors() throws {
    let path = folder + "/v.txt"
    func train(_ config: String) -> (status: Int32, error: String) {
      run([
        "train", "language-model", "--config", config, "--vectors", path, "--quiet", "--epochs", "1", "--out",
        folder + "/run",
      ])
    }
    try Data("sea 1 2 3\nsea 1 2 3\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(train("tiny").status == 64)
    let result = train("word-small")
    #expect(
      result.status == 1 && result.error.contains("vectors of 200 elements") && !result.error.contains("\n"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
  }
}
