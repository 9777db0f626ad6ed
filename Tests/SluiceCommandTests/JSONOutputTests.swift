import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("What commands print for other programs", .serialized)
struct JSONOutputTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// The objects in the lines that a command prints.
  private func objects(_ arguments: [String]) async throws -> [[String: Any]] {
    let said = try await CommandOutput.said(arguments, to: folder.file("said"))
    return try said.split(separator: "\n").filter { !$0.hasPrefix("note: ") }.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test("classify prints an object for each text, with the text as it was")
  func classify() async throws {
    try SavedExample.classifier.save(in: folder.file("run"))
    let texts = ["abc", "a\"b\\c\tx\u{1B}", "🚢", " "]
    let lines = try await objects(["classify", folder.file("run"), "--json", "--"] + texts)
    #expect(lines.map { $0["text"] as? String } == texts)
    #expect(lines.map { $0["characters"] as? String } == ["all", "some", "none", "empty"])
    for line in lines {
      #expect(["a", "b"].contains(line["label"] as? String))
      let probability = try #require(line["probability"] as? Double)
      #expect(probability >= 0.5 && probability <= 1)
    }
  }

  @Test("evaluate, nearest and inspect print what they have found")
  func others() async throws {
    for example in [SavedExample.classifier, .stems, .lstm] {
      try example.save(in: folder.file(example.rawValue))
    }
    let labeled = try folder.write("a\tabc\nb\tcba\na\tab\n", to: "labeled.tsv")
    let report = try await objects(["evaluate", folder.file("classifier"), "--data", labeled, "--json"])
    #expect(report.count == 1 && report[0]["examples"] as? Int == 3)
    #expect((report[0]["labels"] as? [[String: Any]])?.map { $0["label"] as? String } == ["a", "b"])
    let text = try folder.write("ab ba\nba ab ab\n", to: "text.txt")
    let figures = try await objects(["evaluate", folder.file("lstm"), "--data", text, "--json"])
    #expect(figures[0]["words"] as? Int == 7 && (figures[0]["perplexity"] as? Double ?? 0) > 1)
    let near = try await objects(["nearest", folder.file("stems"), "a", "aab", "--count", "2", "--json"])
    #expect(near.map { $0["word"] as? String } == ["a", "aab"])
    #expect((near[0]["nearest"] as? [[String: Any]])?.count == 2)
    let contents = try await objects(["inspect", folder.file("classifier"), "--json"])
    let tensors = try #require(contents[0]["tensors"] as? [[String: Any]])
    #expect(tensors.contains { $0["name"] as? String == "output.bias" && $0["shape"] as? [Int] == [2] })
    #expect(contents[0]["metadata"] as? [String: String] != nil)
    try SavedClassifier(run: folder.file("classifier")).export(.npz, to: folder.file("w.npz"))
    var errors = ""
    let other = sluice.run(
      ["inspect", folder.file("w.npz"), "--json"], output: { _ in }, error: { errors += $0 })
    #expect(other == 1 && errors.contains("Leave out --json"), "\(errors)")
  }

  @Test(
    "A training stores its model as bytes, and a run is copied as any precision, with what that saves and costs told"
  )
  func precision() async throws {
    let run = folder.file("run")
    let small = ["--examples", "200", "--epochs", "1", "--units", "16", "--threads", "1"]
    let said = try await CommandOutput.said(
      ["train", "classifier", "--out", run, "--precision", "int8"] + small, to: folder.file("said"))
    #expect(said.contains("stored as int8 its numbers have"))
    #expect(try SafetensorsFile(path: run + "/model.safetensors")["gru.weight_hh"]?.type == .int8)
    let copied = try await CommandOutput.said(
      [
        "export", run, "--precision", "bfloat16", "--to", folder.file("copy"), "--npz", folder.file("w.npz"),
        "--threads", "1",
      ], to: folder.file("said"))
    #expect(copied.hasSuffix("The model is in \(folder.file("w.npz")).\n"))
    #expect(try NPZFile(path: folder.file("w.npz")).entries.contains { $0.name == "gru.weight_hh" })
    #expect(copied.contains("the model's file has") && copied.contains("as bfloat16: accuracy"))
    #expect(
      try SafetensorsFile(path: folder.file("copy/model.safetensors"))["gru.weight_hh"]?.type == .bfloat16)
    // The copy is a run, which is not written over and from which a training can begin.
    var errors = ""
    let again = sluice.run(
      ["export", run, "--to", folder.file("copy")], output: { _ in }, error: { errors += $0 })
    #expect(again == 1 && errors.contains("an empty folder"))
    let begun = try await CommandOutput.said(
      [
        "train", "classifier", "--from", run, "--out", folder.file("more"), "--examples", "200", "--epochs",
        "1",
      ],
      to: folder.file("said"))
    #expect(begun.contains("taken over") && !begun.contains("dropped"))
    let missing = sluice.run(
      ["export", folder.file("nothing"), "--to", folder.file("other")], output: { _ in },
      error: { errors += $0 })
    #expect(missing == 1)
  }
}
