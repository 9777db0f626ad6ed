import Foundation
import Sluice
import Testing

@testable import SluiceTraining

@Suite("Checkpoints that cannot be gone on with")
struct CheckpointRefusalTests {
  private let folder: RunFolder

  init() throws { folder = try RunFolder() }

  /// A training that was killed after its seventh step, with a checkpoint of the sixth.
  @discardableResult
  private func killed(
    _ name: String = "run", keeping kept: Int = 1, after step: Int = 7, _ job: ClassifierJob? = nil
  ) throws -> String {
    var options = TrainingOptions()
    options.checkpoints = .steps(3)
    options.keepsCheckpoints = kept
    do {
      try Training(job ?? SmallJobs.classifier(), in: folder.file(name), options: options).run { event in
        if case .step(let report, _) = event, report.number == step { throw Kill() }
        return .goOn
      }
    } catch is Kill {}
    return folder.file(name)
  }

  /// The error of resuming, after which every file of the folder is what it was.
  private func refusal<Job: ResumableJob>(_ path: String, _: Job.Type = ClassifierJob.self) throws
    -> StorageError
  {
    let before = try names(path).filter { !$0.hasPrefix(".") }
    let files = try before.map { try contents(path + "/" + $0) }
    var caught: (any Error)?
    do { try Training<Job>.resume(in: path) } catch { caught = error }
    let error = try #require(caught as? StorageError, "got \(String(describing: caught))")
    #expect(!"\(error)".contains("\n"))
    #expect(try names(path) == before)
    #expect(try before.map { try contents(path + "/" + $0) } == files)
    return error
  }

  @Test("One that is cut, anywhere, is named, and nothing is overwritten")
  func cut() throws {
    let path = try killed()
    let file = try lastCheckpoint(path)
    let bytes = try contents(file)
    for count in [0, 1, 7, 8, 9, 100, bytes.count / 2, bytes.count - 4, bytes.count - 1] {
      try write(Array(bytes.prefix(count)), to: file)
      let error = try refusal(path)
      #expect([.truncated, .damaged].contains(error.reason), "\(count) bytes: \(error)")
      #expect(error.path == file && error.advice.contains("--overwrite"))
    }
  }

  @Test("One turned bit is found wherever it is")
  func turned() throws {
    let path = try killed()
    let file = try lastCheckpoint(path)
    let bytes = try contents(file)
    for place in stride(from: 8, to: bytes.count, by: bytes.count / 60) {
      var spoiled = bytes
      spoiled[place] ^= 1 << UInt8(place % 8)
      try write(spoiled, to: file)
      _ = try refusal(path)
    }
  }

  @Test("Where one before a damaged one was kept, the error says how to go on from it, and that works")
  func oneBefore() throws {
    let path = try killed(keeping: 2)
    let file = try lastCheckpoint(path)
    var bytes = try contents(file)
    bytes[bytes.count - 3] ^= 4
    try write(bytes, to: file)
    #expect(try refusal(path).advice.contains("from the checkpoint of step 3"))
    try FileManager.default.removeItem(atPath: file)
    try Training<ClassifierJob>.resume(in: path)
    try train({ try SmallJobs.classifier() }, in: folder.file("never"))
    #expect(
      try contents(path + "/model.safetensors") == contents(folder.file("never/model.safetensors")))
  }

  /// Writes a checkpoint again with other texts, and the checksum that fits.
  private func rewrite(_ file: String, _ change: (inout [CodePoints: String]) -> Void) throws {
    let old = try SafetensorsFile(path: file)
    var metadata = old.metadata
    for key: CodePoints in ["sluice.checksum", "sluice.crc32c"] { metadata[key] = nil }
    change(&metadata)
    let arena = Arena<Float>(capacity: old.tensors.reduce(64) { $0 + $1.count + 16 }, named: "test")
    let tensors = try old.tensors.map { tensor in
      let values = arena[arena.allocate(tensor.count)]
      try old.read(tensor.name, shape: tensor.shape, into: values)
      return NamedTensor(tensor.name, shape: tensor.shape, values)
    }
    try SafetensorsFile.write(tensors, metadata: metadata, withChecksum: true, to: file)
    withExtendedLifetime(arena) {}
  }

  private func replace(_ key: CodePoints, _ text: String, by other: String, in file: String) throws {
    try rewrite(file) { metadata in
      #expect(metadata[key]?.contains(text) == true)
      metadata[key] = metadata[key]?.replacingOccurrences(of: text, with: other)
    }
  }

  @Test("One of another version, form or job is named as such")
  func others() throws {
    let path = try killed()
    let file = try lastCheckpoint(path)
    let bytes = try contents(file)
    for (text, other, expected) in [
      (SluiceVersion.current, "99.0", "found one of '99.0'"),
      ("sluice checkpoint 1", "sluice checkpoint 9", "in the form"),
      ("\"classifier\"", "\"poet\"", "one of 'poet'"),
    ] {
      try write(bytes, to: file)
      try replace(RunDirectory.checkpointKey, text, by: other, in: file)
      #expect("\(try refusal(path))".contains(expected))
    }
    try write(bytes, to: file)
    #expect("\(try refusal(path, StemJob.self))".contains("expected a checkpoint of the job 'stems'"))
  }

  @Test("Settings that were edited inside are other settings, or make another model")
  func settings() throws {
    let path = try killed()
    let file = try lastCheckpoint(path)
    let bytes = try contents(file)
    try replace("sluice.description", "\"units\":8", by: "\"units\":9", in: file)
    #expect("\(try refusal(path))".contains("shape"))
    try write(bytes, to: file)
    try replace("sluice.description", "\"units\":8", by: "\"units\":-8", in: file)
    #expect("\(try refusal(path))".contains("units"))
    try write(bytes, to: file)
    var caught = ""
    do {
      try Training<ClassifierJob>.resume(in: path, { _ in try SmallJobs.classifier(epochs: 9) })
    } catch { caught = "\(error)" }
    #expect(caught.contains("a job with the settings that the training began with"))
  }

  @Test("A state that is cut inside a file with a fitting checksum is an error, not a trap")
  func state() throws {
    let path = try killed()
    let file = try lastCheckpoint(path)
    let bytes = try contents(file)
    let text = try #require(try SafetensorsFile(path: file).metadata["sluice.state"])
    let state = try #require(Base64.bytes(of: text))
    for count in stride(from: 0, to: state.count, by: max(state.count / 40, 1)) {
      try rewrite(file) { $0["sluice.state"] = Base64.text(of: Array(state.prefix(count))) }
      #expect(try refusal(path).reason == .damaged)
      try write(bytes, to: file)
    }
  }

  @Test("Data that were changed, or have grown, are other data")
  func data() throws {
    let data = folder.file("data.tsv")
    let lines = ProgramGuide(seed: 1).texts(120)
    let text = (0..<120).map { "\(lines.labelNames[Int(lines.labels[$0])])\t\(lines.texts[$0])" }
      .joined(separator: "\n")
    try write(Array(text.utf8), to: data)
    var settings = try SmallJobs.classifier().settings
    settings.epochs = 3
    let path = try killed(after: 5, ClassifierJob(readingFile: data, settings: settings))
    for other in [text + "\n\(lines.labelNames[0])\tone more", text.replacingOccurrences(of: "e", with: "a")]
    {
      try write(Array(other.utf8), to: data)
      #expect("\(try refusal(path))".contains("the data that the training began with"))
    }
    try write(Array(text.utf8), to: data)
    try Training<ClassifierJob>.resume(in: path)
  }

  @Test("A log that is shorter than the checkpoint says, and one that is gone, are refused")
  func log() throws {
    let path = try killed()
    let log = path + "/metrics.jsonl"
    let bytes = try contents(log)
    try write(Array(bytes.prefix(200)), to: log)
    #expect(try refusal(path).reason == .truncated)
    try FileManager.default.removeItem(atPath: log)
    #expect(try refusal(path).reason == .missing)
    try write(bytes + Array("{\"kind\":\"half".utf8), to: log)
    try Training<ClassifierJob>.resume(in: path)
  }

  @Test("A copy made while the training went on, whose model is older than its checkpoint, is refused")
  func copied() throws {
    let path = folder.file("run")
    var options = TrainingOptions()
    options.checkpoints = .steps(1)
    var old: [UInt8] = []
    var isBest: [Bool] = []
    do {
      try Training(SmallJobs.classifier(epochs: 6), in: path, options: options).run { event in
        if case .epoch(let epoch) = event { isBest.append(epoch.isBest) }
        if case .step = event, isBest.count == 1, old.isEmpty {
          old = try contents(path + "/model.safetensors")
        }
        if case .step(let step, _) = event, isBest.dropFirst().contains(true), step.number % 4 == 3 {
          throw Kill()
        }
        return .goOn
      }
    } catch is Kill {}
    try #require(isBest.dropFirst().contains(true))
    let good = try contents(path + "/model.safetensors")
    try write(old, to: path + "/model.safetensors")
    #expect("\(try refusal(path))".contains("the model that belongs to the checkpoint"))
    try FileManager.default.removeItem(atPath: path + "/model.safetensors")
    #expect("\(try refusal(path))".contains("found none"))
    try write(good, to: path + "/model.safetensors")
    try Training<ClassifierJob>.resume(in: path)
  }

  @Test("Two cannot go on with one training")
  func twoAtOnce() throws {
    let path = try killed()
    let lock = try RunDirectory.create(at: path).lock()
    #expect(try refusal(path).found == "one that another has")
    withExtendedLifetime(lock) {}
  }

  @Test("A folder without a checkpoint, a finished run, and nothing at all say what there is")
  func nothing() throws {
    let empty = folder.file("empty")
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    #expect("\(try refusal(empty))".contains("found no checkpoint"))
    try train({ try SmallJobs.classifier() }, in: folder.file("done"))
    #expect("\(try refusal(folder.file("done")))".contains("has ended"))
    #expect(throws: StorageError.self) { try Training<ClassifierJob>.resume(in: folder.file("none")) }
    #expect(!FileManager.default.fileExists(atPath: folder.file("none")))
  }

  @Test("A training into the folder of an unfinished one names the command that goes on with it")
  func occupied() throws {
    let path = try killed()
    for spoiled in [false, true] {
      if spoiled { try write([1, 2, 3], to: lastCheckpoint(path)) }
      var text = ""
      do { try Training(SmallJobs.classifier(), in: path).run() } catch { text = "\(error)" }
      #expect(text.contains("'sluice resume \(path)' goes on with it"))
    }
  }

  @Test(
    "With --overwrite the unfinished training can be gone on with until the new one begins to write",
    arguments: [false, true])
  func overwritten(besideEarlier: Bool) throws {
    if besideEarlier { try train({ try SmallJobs.classifier() }, in: folder.file("run")) }
    let path = try killed(after: besideEarlier ? 3 : 7)
    let before = try names(path)
    var options = TrainingOptions()
    options.overwrites = true
    do {
      _ = try RunWriter.begin(
        at: path, job: "stems", settings: StemJobSettings(), inputs: [], overwrites: true)
    }
    #expect(try names(path) == before)
    try Training<ClassifierJob>.resume(in: path)
    #expect(try names(path).allSatisfy { !$0.hasPrefix("checkpoint-") })
    try killed(after: 3)
    try Training(SmallJobs.classifier(), in: path, options: options).run()
    #expect(try names(path).allSatisfy { !$0.hasPrefix("checkpoint-") && !$0.contains("next") })
  }

  @Test("A file of one's own with a checkpoint's name is neither taken for one nor removed")
  func foreign() throws {
    try train({ try SmallJobs.classifier() }, in: folder.file("run"))
    let own = folder.file("run/checkpoint-9.safetensors")
    try SafetensorsFile.write([], metadata: ["mine": "yes"], to: own)
    let bytes = try contents(own)
    try train({ try SmallJobs.classifier() }, in: folder.file("run"))
    #expect(try contents(own) == bytes)
  }
}
