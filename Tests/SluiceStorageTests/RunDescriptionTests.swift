import Foundation
import Testing

@testable import SluiceStorage

@Suite("What a run says of itself")
struct RunDescriptionTests {
  private func folders() throws -> (TemporaryFolder, a: SampleRun, b: SampleRun, B: SampleDescription) {
    let folder = try TemporaryFolder()
    let (a, b) = (SampleRun(path: folder.file("a")), SampleRun(path: folder.file("b")))
    var description = SampleDescription()
    description.labels = ["two"]
    try a.train(1)
    try b.train(2, description)
    return (folder, a, b, description)
  }

  private func copy(_ folder: TemporaryFolder, _ name: String, from: String, to: String) throws {
    try folder.write(folder.bytes(of: "\(from)/\(name)"), to: "\(to)/\(name)")
  }

  @Test("It is stored in run.json whole, and in the model without what differs between machines")
  func both() throws {
    let (folder, a, _, _) = try folders()
    #expect(try a.description == SampleDescription())
    let model = try SafetensorsFile(path: folder.file("a/model.safetensors"))
    let json = try JSONValue(parsing: folder.text(of: "a/run.json")).object
    #expect(json?["model"]?.string == model.checksum)
    #expect(json?["machine"]?.string == "8 threads")
    let inside = try #require(model.metadata["sluice.description"])
    #expect(
      inside
        == #"{"data":"a.tsv","format":"sluice run 1","job":"sample","labels":["alpha","beta"],"#
        + #""settings":{"rule":{"rate":0.5},"units":8}}"#)
  }

  @Test("The same description on another machine gives the same model, byte by byte")
  func machines() throws {
    let (folder, _, _, _) = try folders()
    var other = SampleDescription()
    other.machine = "1 thread"
    try SampleRun(path: folder.file("c")).train(1, other)
    #expect(try folder.bytes(of: "a/model.safetensors") == folder.bytes(of: "c/model.safetensors"))
  }

  @Test("A model of one training beside the run.json of another is described by itself")
  func mixed() throws {
    let (folder, a, _, description) = try folders()
    try copy(folder, "model.safetensors", from: "b", to: "a")
    var expected = description
    expected.machine = nil
    #expect(try a.description == expected)
    #expect(try a.weight == 2)
    let stored = try RunDirectory.open(a.path).storedDescription()
    #expect(stored.path == folder.file("a/model.safetensors"))
  }

  @Test("A run.json that was not written yet is not missed")
  func missing() throws {
    let (folder, a, _, _) = try folders()
    try FileManager.default.removeItem(atPath: folder.file("a/run.json"))
    #expect(try a.description.labels == ["alpha", "beta"])
  }

  @Test("A run.json that was edited counts, also with an error")
  func edited() throws {
    let (folder, a, _, _) = try folders()
    let text = try folder.text(of: "a/run.json")
    try folder.write(text.replacing("alpha", with: "ALPHA"), to: "a/run.json")
    #expect(try a.description.labels == ["ALPHA", "beta"])
    try folder.write(text.replacing(#""job" : "sample""#, with: #""job" : 3"#), to: "a/run.json")
    let error = try storageError { _ = try a.description }
    #expect(error.path == folder.file("a/run.json") && error.reason == .mismatch)
    try folder.write(text + "}", to: "a/run.json")
    #expect(try storageError { _ = try a.description }.path == folder.file("a/run.json"))
  }

  @Test("A run of an earlier version is read as it was")
  func older() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: try folder.folder("old"))
    try SafetensorsFile.write(run.tensors(3), to: folder.file("old/model.safetensors"))
    try JSONFile.write(SampleDescription(), to: folder.file("old/run.json"))
    #expect(try run.description == SampleDescription())
    #expect(try run.weight == 3)
  }

  @Test("A model that does not know its run, beside the run.json of another, is an error that names it")
  func foreignModel() throws {
    let (folder, a, _, _) = try folders()
    try SafetensorsFile.write(a.tensors(9), to: folder.file("a/model.safetensors"))
    let error = try storageError { _ = try a.description }
    #expect(error.reason == .mismatch && error.path == folder.file("a/model.safetensors"))
    #expect(error.found == "one without a checksum")
  }

  @Test("A turned bit of a saved weight, and of its description, is an error that names the model")
  func turnedBit() throws {
    let (folder, a, _, _) = try folders()
    let bytes = try folder.bytes(of: "a/model.safetensors")
    for index in [bytes.count - 1, bytes.count - 20, 60] {
      var changed = bytes
      changed[index] ^= 1
      try folder.write(changed, to: "a/model.safetensors")
      #expect(try storageError { _ = try a.weight }.path == folder.file("a/model.safetensors"))
    }
  }

  @Test("A description that is no object, or that JSON cannot hold, is refused before anything is replaced")
  func refused() throws {
    let (folder, a, _, _) = try folders()
    let before = try folder.bytes(of: "a/model.safetensors")
    let directory = try RunDirectory.open(a.path)
    #expect(
      try storageError { try directory.save(a.tensors(5), description: ["a": Float.nan]) }.reason
        == .unsupported)
    #expect(try storageError { try directory.save(a.tensors(5), description: [1]) }.reason == .unsupported)
    #expect(try folder.bytes(of: "a/model.safetensors") == before)
    #expect(try a.description == SampleDescription())
  }
}
