import Foundation
import Testing

@testable import SluiceStorage

@Suite("The optimizer's numbers beside a run's model")
struct RunOptimizerTests {
  private func trained(in folder: TemporaryFolder, _ value: Float, overwrites: Bool = false) throws -> String
  {
    let run = SampleRun(path: folder.path)
    let writer = try run.begin(overwrites: overwrites)
    _ = try writer.openLog(writesEvents: false)
    let tensors = [NamedTensor("w/rule.moment", shape: [2], run.memory.floats([value, 1]))]
    try writer.reserveOptimizer(tensors, metadata: [:])
    let checksum = try run.save(writer, value)
    try writer.saveOptimizer(tensors, metadata: ["rule": "a"])
    try writer.close()
    return checksum
  }

  @Test("They belong to the model that was saved last, and are replaced with it")
  func pair() throws {
    let folder = try TemporaryFolder()
    for value in [Float(1), 2] {
      let checksum = try trained(in: folder, value, overwrites: true)
      let state = RunDirectory(path: folder.path).optimizerState(ofModel: checksum)
      #expect(try state.file?.floats("w/rule.moment") == [value, 1])
      #expect(
        try folder.names == ["metrics.jsonl", "model.safetensors", "optimizer.safetensors", "run.json"])
    }
  }

  @Test("Those of another model, damaged ones and none are told, and are no error")
  func unfit() throws {
    let folder = try TemporaryFolder()
    let checksum = try trained(in: folder, 1)
    let directory = RunDirectory(path: folder.path)
    #expect(directory.optimizerState(ofModel: "00000000").problem.contains("another model"))
    #expect(directory.optimizerState(ofModel: nil).problem.contains("another model"))
    var bytes = try folder.bytes(of: "optimizer.safetensors")
    bytes[bytes.count - 1] ^= 1
    try folder.write(bytes, to: "optimizer.safetensors")
    #expect(directory.optimizerState(ofModel: checksum).problem.contains("cannot be read"))
    try FileManager.default.removeItem(atPath: folder.file("optimizer.safetensors"))
    #expect(directory.optimizerState(ofModel: checksum).problem == "the run keeps none")
  }

  @Test("A training without any removes those of the earlier run, but no file of somebody else")
  func removed() throws {
    let folder = try TemporaryFolder()
    for isForeign in [false, true] {
      _ = try trained(in: folder, 1, overwrites: true)
      if isForeign { try folder.write("mine", to: "optimizer.safetensors") }
      let run = SampleRun(path: folder.path)
      let writer = try run.begin(overwrites: true)
      _ = try writer.openLog(writesEvents: false)
      try run.save(writer, 3)
      try writer.saveOptimizer([], metadata: [:])
      try writer.close()
      #expect(try folder.names.contains("optimizer.safetensors") == isForeign)
    }
  }

  @Test("A file of somebody else that has the name is not written over")
  func foreign() throws {
    let folder = try TemporaryFolder()
    try SampleRun(path: folder.path).train(1, writesEvents: false)
    try folder.write("mine", to: "optimizer.safetensors")
    #expect(try storageError { _ = try trained(in: folder, 2) }.reason == .occupied)
    #expect(try folder.text(of: "optimizer.safetensors") == "mine")
  }

  @Test(
    "A file of this name is a run's own: no training reads it as its data, and what is another's start is another run"
  )
  func owned() throws {
    let folder = try TemporaryFolder()
    _ = try trained(in: folder, 1)
    #expect(
      try storageError {
        _ = try SampleRun(path: folder.path).begin(inputs: [folder.file("optimizer.safetensors")])
      }.reason == .occupied)
    let writer = try SampleRun(path: folder.path).begin()
    try writer.confirm(nil as String?, as: "from")
    #expect(
      try storageError { try writer.confirm(["path": "elsewhere"], as: "from") }.found.contains(
        "began from something else"))
  }
}
