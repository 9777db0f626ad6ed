import Foundation
import SluiceCore
import Testing

@testable import SluiceStorage

/// What the runs of these tests are trained with.
struct SampleSettings: Codable, Equatable {
  struct Rule: Codable, Equatable {
    var rate: Float = 0.5
  }
  var units = 8
  var rule = Rule()
  var limit: Int?
}

/// What they say of themselves.
struct SampleDescription: Codable, Equatable {
  var format = RunDirectory.format
  var job = "sample"
  var data: String? = "a.tsv"
  var settings = SampleSettings()
  var labels = ["alpha", "beta"]
  var machine: String? = "8 threads"
}

/// Trainings of one folder, without a model to train.
struct SampleRun {
  let path: String
  let memory = Memory()

  func tensors(_ value: Float) -> [NamedTensor] {
    [
      NamedTensor("w", shape: [2, 2], memory.floats([value, 2, 3, 4])),
      NamedTensor("b", shape: [], memory.floats([-value])),
    ]
  }

  func begin(
    job: String = "sample", _ settings: SampleSettings = SampleSettings(), inputs: [String] = [],
    overwrites: Bool = false
  ) throws(StorageError) -> RunWriter {
    try RunWriter.begin(at: path, job: job, settings: settings, inputs: inputs, overwrites: overwrites)
  }

  @discardableResult
  func save(
    _ writer: RunWriter, _ value: Float, _ description: SampleDescription = SampleDescription(), step: Int = 1
  ) throws -> String {
    try writer.save(tensors(value), description: description, omitting: ["machine"], epoch: 1, step: step)
  }

  /// A training that saves a model of that value, and has events, a chart and a report.
  @discardableResult
  func train(
    _ value: Float, _ description: SampleDescription = SampleDescription(), fingerprint: String? = nil,
    overwrites: Bool = false, writesEvents: Bool = true
  ) throws -> String {
    let writer = try begin(job: description.job, description.settings, overwrites: overwrites)
    try writer.confirm(data: description.data, fingerprint: fingerprint)
    let log = try writer.openLog(writesEvents: writesEvents).log
    try writeStep(log, value)
    let checksum = try save(writer, value, description)
    try writer.writeFlowChart("<svg>\(value)</svg>")
    try writer.close()
    return checksum
  }

  func writeStep(_ log: MetricsLog, _ value: Float) throws {
    log.begin("step")
    log.add("loss", value)
    try log.end()
    try log.flush()
  }

  /// The first weight of the model in place.
  var weight: Float {
    get throws { try SafetensorsFile(path: RunDirectory.open(path).model).floats("w")[0] }
  }

  var description: SampleDescription {
    get throws { try RunDirectory.open(path).readDescription(SampleDescription.self) }
  }

  /// The losses that a log of the folder holds.
  func losses(_ name: String = "metrics.jsonl") throws -> [Float] {
    try MetricsReader.lines(of: path + "/" + name).compactMap { $0.double("loss").map { Float($0) } }
  }
}

extension TemporaryFolder {
  /// The permission bits of a file.
  func permissions(of name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: file(name))
    return try #require(attributes[.posixPermissions] as? Int)
  }

  func setPermissions(_ bits: Int, of name: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: bits], ofItemAtPath: file(name))
  }

  func folder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
    return file(name)
  }
}
