import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("The command export")
struct ExportCommandTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func run(_ arguments: [String]) -> (status: Int32, error: String) {
    var error = ""
    let status = sluice.run(["export"] + arguments, output: { _ in }, error: { error += $0 })
    return (status, error)
  }

  @Test("All formats are written at once, and inspect knows each")
  func all() async throws {
    try SavedExample.lstm.save(in: folder.file("run"))
    let files = ["m.onnx", "w.npz", "s.safetensors", "v.bin"].map(folder.file)
    let said = try await CommandOutput.said(
      [
        "export", folder.file("run"), "--onnx", files[0], "--npz", files[1], "--pytorch", files[2],
        "--vectors", files[3],
        "--binary", "--threads", "1",
      ], to: folder.file("said"))
    #expect(said == files.map { "The model is in \($0).\n" }.joined())
    let beginnings = [
      "ONNX of sluice", "characters.embedding  ", "alphabet: ",
      "vectors of words: 4, elements of each: 100, binary",
    ]
    for (file, beginning) in zip(files, beginnings) {
      let listing = try await CommandOutput.said(["inspect", file], to: folder.file("said"))
      #expect(listing.hasPrefix(beginning), "\(listing.prefix(200))")
    }
  }

  @Test("Nothing to write, and one file for two formats, are wrong usage")
  func usage() throws {
    try SavedExample.classifier.save(in: folder.file("run"))
    let nothing = run([folder.file("run")])
    #expect(nothing.status == 64 && nothing.error.contains("--onnx"))
    let twice = run([folder.file("run"), "--onnx", folder.file("m"), "--npz", folder.file("m")])
    #expect(twice.status == 64 && twice.error.contains("two formats"))
    for options in [
      ["--precision", "int8"], ["--no-measure"], ["--onnx", folder.file("m"), "--no-measure"],
    ] {
      let unused = run([folder.file("run")] + options)
      #expect(unused.status == 64 && unused.error.contains("give --to"), "\(unused.error)")
    }
    #expect(try folder.names() == ["run"])
  }

  @Test(
    "A run's own files are not written over, and a folder without a model, of a newer form or cut is refused")
  func refused() throws {
    let path = folder.file("run")
    try SavedExample.classifier.save(in: path)
    for name in ["model.safetensors", "run.json"] {
      let refusal = run([path, "--onnx", path + "/" + name])
      #expect(refusal.status == 1 && refusal.error.contains("belongs to the run"), "\(refusal.error)")
    }
    #expect(run([folder.file("none"), "--onnx", folder.file("m")]).status == 1)
    _ = try folder.write("not me", to: "file")
    #expect(run([folder.path, "--onnx", folder.file("file")]).error.contains("no model.safetensors"))

    let model = try Data(contentsOf: URL(fileURLWithPath: path + "/model.safetensors"))
    try model.dropLast(7).write(to: URL(fileURLWithPath: path + "/model.safetensors"))
    #expect(run([path, "--npz", folder.file("file")]).status == 1)
    try model.write(to: URL(fileURLWithPath: path + "/model.safetensors"))
    let text = try String(contentsOfFile: path + "/run.json", encoding: .utf8)
    try text.replacing("sluice run 1", with: "sluice run 9").write(
      toFile: path + "/run.json", atomically: true, encoding: .utf8)
    let newer = run([path, "--npz", folder.file("file")])
    #expect(newer.status == 1 && newer.error.contains("sluice run 9"), "\(newer.error)")
    #expect(try String(contentsOfFile: folder.file("file"), encoding: .utf8) == "not me")
  }
}
