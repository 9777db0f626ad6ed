import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("Stems by command: n-grams and counts", .serialized)
struct StemCommandTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private static let small = [
    "--epochs", "1", "--units", "8", "--embedding", "4", "--width", "8", "--ngram-rows", "256", "--threads",
    "1",
    "--quiet",
  ]

  private func run(_ arguments: [String]) -> (status: Int32, output: [String], error: String) {
    var (lines, errors): ([String], [String]) = ([], [])
    let status = sluice.run(arguments, output: { lines.append($0) }, error: { errors.append($0) })
    return (status, lines, errors.joined(separator: "\n"))
  }

  private func words(_ name: String, counts: Bool) throws -> String {
    let rows = (0..<30).flatMap { i in
      ["", "s", "ed"].map { "wo\(i)rd\($0)\tst\(i)" + (counts ? "\t\(1_000 / (i + 1))" : "") }
    }
    return try folder.write(rows.joined(separator: "\n"), to: name)
  }

  @Test(
    "What was trained on n-grams is searched, measured, exported, stored smaller and gone on from",
    arguments: ["ngrams", "both"])
  func reader(reader: String) throws {
    let data = try words("words.tsv", counts: false)
    let out = folder.file("run")
    let trained = run(["train", "stems", "--data", data, "--reader", reader, "--out", out] + Self.small)
    #expect(trained.status == 0 && trained.error.isEmpty, "\(trained.error)")
    let near = run(["nearest", out, "wo7rding", "--count", "3"])
    #expect(near.status == 0)
    #expect(run(["evaluate", out, "--data", data]).status == 0)
    for (option, name) in [
      ("--onnx", "m.onnx"), ("--pytorch", "m.s"), ("--npz", "m.npz"), ("--vectors", "m.txt"),
    ] {
      let result = run(["export", out, option, folder.file(name)])
      #expect(result.status == 0, "\(result.error)")
    }
    let state = try SafetensorsFile(path: folder.file("m.s"))
    #expect(state["ngrams.weight"]?.shape == [256, 8])
    #expect((state["rnn.weight_ih_l0"] == nil) == (reader == "ngrams"))
    #expect(run(["export", out, "--precision", "int8", "--to", folder.file("small")]).status == 0)
    #expect(run(["nearest", folder.file("small"), "wo7rding"]).status == 0)
    let more = run(
      [
        "train", "stems", "--data", data, "--from", out, "--out", folder.file("more"), "--epochs", "1",
        "--quiet",
        "--threads", "1",
      ])
    #expect(more.status == 0, "\(more.error)")
    let shapes = try SafetensorsFile(path: folder.file("more/model.safetensors"))["ngrams.weight"]?.shape
    #expect(shapes == [256, 8])
    let other = run(
      ["train", "stems", "--data", data, "--from", out, "--out", folder.file("other"), "--ngram-rows", "512"])
    #expect(other.status == 64 && other.error.contains("already (256)"), "\(other.error)")
    let wrong = run(["train", "stems", "--ngram-rows", "1000"])
    #expect(wrong.status == 64 && wrong.error.contains("a power of two"), "\(wrong.error)")
  }

  @Test("Counts decide what is dealt out, and are no part of what is measured")
  func counts() throws {
    let (counted, plain) = (try words("counted.tsv", counts: true), try words("plain.tsv", counts: false))
    let train = ["train", "stems"] + Self.small
    #expect(run(train + ["--data", plain, "--out", folder.file("plain")]).status == 0)
    #expect(run(train + ["--data", counted, "--out", folder.file("counted")]).status == 0)
    #expect(
      run(train + ["--data", counted, "--out", folder.file("alike"), "--count-exponent", "0"]).status == 0)
    func weights(_ name: String) throws -> [Float] {
      try SafetensorsFile(path: folder.file(name) + "/model.safetensors").floats("gru.weight_hh")
    }
    #expect(try weights("plain") == weights("alike"))
    #expect(try weights("plain") != weights("counted"))
    for data in [counted, plain] {
      let measured = run(["evaluate", folder.file("counted"), "--data", data])
      #expect(measured.status == 0, "\(measured.error)")
    }
    let csv = try folder.write(
      (["n,word,stem"]
        + (0..<30).flatMap { i in ["", "s", "ed"].map { "\(1_000 / (i + 1)),wo\(i)rd\($0),st\(i)" } })
        .joined(separator: "\n"), to: "words.csv")
    #expect(
      run(train + ["--data", csv, "--out", folder.file("csv"), "--count-column", "n"]).status == 0)
    #expect(try weights("csv") == weights("counted"))
    #expect(run(["evaluate", folder.file("csv"), "--data", plain]).status == 0)
    let exponent = run(train + ["--data", counted, "--count-exponent", "2"])
    #expect(exponent.status == 64 && exponent.error.contains("0.0 to 1.0"), "\(exponent.error)")
  }
}
