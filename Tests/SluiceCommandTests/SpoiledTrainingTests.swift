import Foundation
import Sluice
import Testing

@testable import SluiceCommand

/// Trainings whose losses stay finite, or end before one is not, and whose models are worth nothing.
@Suite("Models that are not finite", .serialized)
final class SpoiledTrainingTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func sluiceRun(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  private func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  /// A classifier's training of one step an epoch.
  private func classifier(_ out: String, _ options: [String] = []) -> [String] {
    [
      "train", "classifier", "--out", out, "--examples", "120", "--batch", "1000", "--epochs", "3", "--units",
      "8", "--embedding", "4", "--quiet",
    ] + options
  }

  @Test("The step that spoils a model is found at the epoch's end, and what was saved before stays")
  func classifier() throws {
    let out = folder + "/run"
    let spoiled = sluiceRun(classifier(out, ["--learning-rate", "1e38"]))
    #expect(spoiled.status == 1 && spoiled.error.contains("is not a finite number at step 1 (epoch 1)"))
    #expect(spoiled.error.contains("parameter '") && spoiled.error.contains("keeps no model"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["metrics.jsonl"])
    // Here the first epochs are good, and the model of the best of them was saved.
    let later = sluiceRun(
      classifier(out, ["--optimizer", "sgd", "--learning-rate", "1", "--weight-decay", "1e15"]))
    #expect(
      later.status == 1 && later.error.contains("Try a smaller weight decay (--weight-decay, now 1e+15"))
    #expect(sluiceRun(["classify", out, "text"]).status == 0)
  }

  @Test("A perplexity beyond all numbers ends a training, though its loss is finite")
  func perplexity() throws {
    let text = folder + "/text"
    try SmallTales(seed: 2).lines(300).joined(separator: "\n").write(
      toFile: text, atomically: true, encoding: .utf8)
    let out = folder + "/run"
    let result = sluiceRun([
      "train", "language-model", "--text", text, "--out", out, "--optimizer", "sgd", "--learning-rate",
      "1e10",
      "--epochs", "1", "--streams", "4", "--steps", "5", "--quiet",
    ])
    #expect(result.status == 1 && result.error.contains("the validation perplexity is not a finite number"))
    // Enough steps were made for last good values, which are kept without a measure.
    #expect(result.error.contains("keeps the model as it was at step 100"), "\(result.error)")
    #expect(sluiceRun(["evaluate", out, "--data", text]).status == 0)
    let record = try RunDirectory.open(out).readDescription(RunRecord<LanguageModelJob>.self)
    #expect(record.result == nil)
    let finding = try MetricsReader.lines(of: out + "/metrics.jsonl").last { $0.kind == "finding" }
    #expect(finding != nil)
  }

  @Test("An embedding with infinite weights is not saved, whatever it finds")
  func stems() throws {
    let (data, out) = (folder + "/words", folder + "/run")
    let lines = (0..<30).flatMap { stem in ["", "s", "ed", "ing"].map { "st\(stem)em\($0)\tst\(stem)em" } }
    try lines.joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)
    // One step an epoch.
    let result = sluiceRun([
      "train", "stems", "--data", data, "--out", out, "--epochs", "1", "--batch", "1000", "--units", "8",
      "--width", "8", "--learning-rate", "1e38", "--quiet",
    ])
    #expect(result.status == 1 && result.error.contains("a weight is not a finite number"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["metrics.jsonl"])
  }

  @Test("A model file with a number that is not finite is refused")
  func spoiledFile() throws {
    let out = folder + "/run"
    #expect(sluiceRun(classifier(out)).status == 0)
    let file = try SafetensorsFile(path: out + "/model.safetensors")
    var metadata = file.metadata
    for key: CodePoints in ["sluice.checksum", "sluice.crc32c"] { metadata[key] = nil }
    let arena = Arena<Float>(capacity: file.tensors.reduce(64) { $0 + $1.count + 16 }, named: "test")
    let tensors = try file.tensors.map { tensor in
      let values = arena[arena.allocate(tensor.count)]
      try file.read(tensor.name, shape: tensor.shape, into: values)
      return NamedTensor(tensor.name, shape: tensor.shape, values)
    }
    tensors[0].values[0] = .nan
    try SafetensorsFile.write(
      tensors, metadata: metadata, withChecksum: true, to: out + "/model.safetensors")
    let result = sluiceRun(["classify", out, "text"])
    #expect(result.status == 1 && result.error.contains("expected finite numbers, found nan at element"))
  }

  @Test("A description that cannot be written is found before the model is replaced")
  func description() throws {
    let out = folder + "/run"
    #expect(sluiceRun(classifier(out)).status == 0)
    let before = try contents(out + "/model.safetensors")
    let directory = try RunDirectory.open(out)
    var record = try directory.readDescription(RunRecord<ClassifierJob>.self)
    record.result?.measure.loss = .infinity
    var parameters = Parameters(seed: 9)
    _ = try parameters.add("x", shape: Shape(3), initializer: .zeros)
    #expect(throws: StorageError.self) {
      try directory.save(parameters.namedTensors, description: record)
    }
    #expect(try contents(out + "/model.safetensors") == before)
  }

  @Test("A folder that a training writes into is no other's")
  func twoAtOnce() throws {
    let out = folder + "/run"
    let lock = try RunDirectory.create(at: out).lock()
    let result = sluiceRun(classifier(out))
    withExtendedLifetime(lock) {}
    #expect(result.status == 1 && result.error.contains("a folder that no training writes into"))
  }
}
