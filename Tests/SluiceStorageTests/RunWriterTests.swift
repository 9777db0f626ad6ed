import Foundation
import Testing

@testable import SluiceStorage

@Suite("What a training does to its folder")
struct RunWriterTests {
  private static let whole = [
    "events.out.tfevents.sluice", "flow.svg", "metrics.jsonl", "model.safetensors", "run.json",
  ]

  @Test("A first training has its files under their names at once, and says which model belongs to the log")
  func first() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    let writer = try run.begin()
    let (log, _) = try writer.openLog(writesEvents: true)
    #expect(try folder.names == ["events.out.tfevents.sluice", "metrics.jsonl"])
    try run.writeStep(log, 1)
    let checksum = try run.save(writer, 1, step: 7)
    try writer.writeFlowChart("<svg/>")
    try writer.close()
    #expect(try folder.names == Self.whole)
    let lines = try MetricsReader.lines(of: folder.file("metrics.jsonl"))
    #expect(lines.map(\.kind) == ["run", "step", "saved"])
    #expect(lines[0].string("job") == "sample")
    #expect(lines[2].string("model") == checksum && lines[2].integer("step") == 7)
    #expect(try SafetensorsFile(path: folder.file("model.safetensors")).checksum == checksum)
  }

  @Test("An earlier run stays whole until the first save, and is then replaced as a whole")
  func replacing() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    try run.train(1)
    try folder.write("<!doctype html>\(RunDirectory.reportMark)", to: "report.html")
    let before = try Self.whole.map { try folder.bytes(of: $0) }
    let writer = try run.begin()
    #expect(writer.hasEarlierRun)
    let (log, events) = try writer.openLog(writesEvents: true)
    try run.writeStep(log, 2)
    try events?.add("loss", 2, step: 1)
    try events?.flush()
    try writer.reserve(run.tensors(2), description: SampleDescription())
    #expect(try Self.whole.map { try folder.bytes(of: $0) } == before)
    #expect(try run.losses(RunDirectory.nextMetricsName) == [2])
    try run.save(writer, 2)
    #expect(try run.weight == 2)
    #expect(try run.losses() == [2])
    #expect(try !folder.names.contains("flow.svg") && !folder.names.contains("report.html"))
    // What was open goes on under the new names.
    try run.writeStep(log, 3)
    #expect(log.path == folder.file("metrics.jsonl") && events?.path == folder.file(RunDirectory.eventsName))
    #expect(try run.losses() == [2, 3])
    try run.save(writer, 3, step: 2)
    try writer.writeFlowChart("<svg/>")
    try writer.close()
    #expect(try run.weight == 3)
    #expect(try folder.names == Self.whole)
    #expect(try folder.bytes(of: RunDirectory.eventsName) != before[0])
  }

  @Test("Events of an earlier run do not stay beside a model without")
  func staleEvents() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    try run.train(1)
    try run.train(2, writesEvents: false)
    #expect(try folder.names == ["flow.svg", "metrics.jsonl", "model.safetensors", "run.json"])
  }

  @Test("A training that fails before its first save leaves its log beside an earlier run, and nothing else")
  func failing() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    try run.train(1)
    let before = try Self.whole.map { try folder.bytes(of: $0) }
    for value in [8, 9] as [Float] {
      do {
        let writer = try run.begin()
        let (log, _) = try writer.openLog(writesEvents: true)
        try writer.reserve(bytes: 10_000)
        try run.writeStep(log, value)
        if value == 8 { writer.abandon() }
      }
      #expect(try folder.names == (Self.whole + [RunDirectory.failedMetricsName]).sorted())
      #expect(try run.losses(RunDirectory.failedMetricsName) == [value])
    }
    #expect(try Self.whole.map { try folder.bytes(of: $0) } == before)
    try run.train(1)
    #expect(try folder.names == Self.whole)
  }

  @Test("In a folder of its own it leaves its log under its name; one that did not begin leaves no folder")
  func failingAlone() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.file("run"))
    do {
      _ = try run.begin()
    }
    #expect(try folder.names.isEmpty)
    do {
      let writer = try run.begin()
      _ = try writer.openLog(writesEvents: true)
      try writer.reserve(bytes: 1_000)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: run.path) == ["metrics.jsonl"])
  }

  @Test("One that fails after a save keeps what was saved, its log and its events")
  func failingLate() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    try run.train(1)
    do {
      let writer = try run.begin()
      let (log, _) = try writer.openLog(writesEvents: true)
      try writer.reserve(bytes: 1_000)
      try run.save(writer, 2)
      try run.writeStep(log, 5)
    }
    #expect(try folder.names == Self.whole.filter { $0 != "flow.svg" })
    #expect(try run.losses() == [5])
    #expect(try run.weight == 2)
  }

  @Test(
    "A run of another job, or with other settings or data, is refused and says what differs; unless it is asked for"
  )
  func differing() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    try run.train(1)
    var settings = SampleSettings()
    settings.units = 4
    let error = try storageError { _ = try run.begin(settings) }
    #expect(error.reason == .occupied && error.path == folder.path)
    #expect(error.found == "a run with other settings: settings.units is 8, asked for 4")
    #expect(error.advice == "Give another --out, or --overwrite to replace the run.")
    settings.limit = 3
    settings.rule.rate = 0.25
    #expect(
      try storageError { _ = try run.begin(settings) }.found
        == "a run with other settings: settings.limit is not given, asked for 3; "
        + "settings.rule.rate is 0.5, asked for 0.25; settings.units is 8, asked for 4")
    #expect(
      try storageError { _ = try run.begin(job: "other") }.found
        == "a run of the job 'sample', asked for 'other'")
    let writer = try run.begin()
    #expect(
      try storageError { try writer.confirm(data: "b.tsv", fingerprint: nil) }.found
        == "a run on other data: data is 'a.tsv', asked for 'b.tsv'")
    #expect(
      try storageError { try writer.confirm(data: String?.none, fingerprint: nil) }.found
        == "a run on other data: data is 'a.tsv', asked for not given")
    try writer.confirm(data: "a.tsv", fingerprint: "12")
    writer.abandon()
    #expect(try run.weight == 1)
    var description = SampleDescription(data: "b.tsv")
    description.settings.units = 4
    try run.train(2, description, overwrites: true)
    #expect(try run.weight == 2)
  }

  @Test("Where both have a fingerprint of the data it decides, whatever the data are called")
  func fingerprints() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    try run.train(1, fingerprint: "aa")
    let json = try JSONValue(parsing: folder.text(of: "run.json")).object
    #expect(json?["dataFingerprint"]?.string == "aa")
    do {
      let writer = try run.begin()
      try writer.confirm(data: "moved.tsv", fingerprint: "aa")
      let error = try storageError { try writer.confirm(data: "a.tsv", fingerprint: "bb") }
      #expect(error.found == "a run on other data: 'a.tsv' has other contents than when that was trained")
    }
  }

  @Test("A setting that the earlier version did not know is not another one")
  func newSetting() throws {
    struct Newer: Codable {
      var units = 8
      var rule = SampleSettings.Rule()
      var limit: Int?
      var extra = 5

      init() {}
      init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        units = try values.decode(Int.self, forKey: .units)
        rule = try values.decode(SampleSettings.Rule.self, forKey: .rule)
        limit = try values.decodeIfPresent(Int.self, forKey: .limit)
        extra = try values.decodeIfPresent(Int.self, forKey: .extra) ?? 5
      }
    }
    let folder = try TemporaryFolder()
    try SampleRun(path: folder.path).train(1)
    var settings = Newer()
    _ = try RunWriter.begin(at: folder.path, job: "sample", settings: settings, inputs: [], overwrites: false)
    settings.extra = 6
    let error = try storageError {
      _ = try RunWriter.begin(
        at: folder.path, job: "sample", settings: settings, inputs: [], overwrites: false)
    }
    #expect(error.found.hasSuffix("settings.extra is 5, asked for 6"))
  }

  @Test(
    "A run that cannot be read is not replaced without being asked to; one without a model is nothing to lose"
  )
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    try run.train(1)
    try folder.write("damaged", to: "model.safetensors")
    let error = try storageError { _ = try run.begin() }
    #expect(error.reason == .occupied && error.found.contains("model.safetensors"))
    _ = try run.begin(overwrites: true)
    try FileManager.default.removeItem(atPath: folder.file("model.safetensors"))
    _ = try run.begin(job: "other")
  }

  @Test("Two trainings do not share a folder")
  func locked() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    let writer = try run.begin()
    _ = try writer.openLog(writesEvents: false)
    #expect(try storageError { _ = try run.begin() }.found == "one that another has")
    writer.abandon()
  }

  @Test("The permission bits of all that is replaced stay")
  func permissions() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    try run.train(1)
    for name in Self.whole { try folder.setPermissions(0o600, of: name) }
    let writer = try run.begin()
    _ = try writer.openLog(writesEvents: true)
    try writer.reserve(bytes: 5_000)
    #expect(try folder.permissions(of: RunDirectory.nextMetricsName) == 0o600)
    #expect(try folder.permissions(of: RunDirectory.nextEventsName) == 0o600)
    try run.save(writer, 2)
    try run.save(writer, 3)
    try writer.writeFlowChart("<svg/>")
    try writer.close()
    for name in Self.whole { #expect(try folder.permissions(of: name) == 0o600, "\(name)") }
  }
}
