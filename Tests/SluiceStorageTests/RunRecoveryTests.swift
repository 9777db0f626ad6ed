import Foundation
import Testing

@testable import SluiceStorage

/// A kill is what a folder looks like at a moment: the trainings here go on, and copies of their folder are looked at.
@Suite("A training that was killed")
struct RunRecoveryTests {
  private static let whole = ["flow.svg", "metrics.jsonl", "model.safetensors", "run.json"]

  /// The folder of a run with the value 1, and one with what a training of the value 2 has beside it until its first save.
  private func twoRuns(
    writesEvents: Bool = false
  ) throws -> (
    TemporaryFolder, old: SampleRun, aside: SampleRun, new: SampleRun, description: SampleDescription
  ) {
    let folder = try TemporaryFolder()
    let (old, aside, new) = (
      SampleRun(path: folder.file("old")), SampleRun(path: folder.file("aside")),
      SampleRun(path: folder.file("new"))
    )
    try old.train(1, writesEvents: false)
    try FileManager.default.copyItem(atPath: old.path, toPath: new.path)
    var description = SampleDescription()
    description.labels = ["new"]
    let writer = try new.begin()
    let (log, _) = try writer.openLog(writesEvents: writesEvents)
    try run(new, log, writer, aside, description)
    return (folder, old, aside, new, description)
  }

  /// Trains in `new`, with a copy of the moment before the save in `aside`.
  private func run(
    _ new: SampleRun, _ log: MetricsLog, _ writer: RunWriter, _ aside: SampleRun,
    _ description: SampleDescription
  ) throws {
    try new.writeStep(log, 2)
    try FileManager.default.copyItem(atPath: new.path, toPath: aside.path)
    try new.save(writer, 2, description)
    try writer.close()
  }

  private func move(_ folder: TemporaryFolder, _ source: String, _ target: String) throws {
    try? FileManager.default.removeItem(atPath: folder.file(target))
    try FileManager.default.copyItem(atPath: folder.file(source), toPath: folder.file(target))
  }

  @Test("Before its first save, beside an earlier run: its log and temporary files go, the run stays")
  func beforeSave() throws {
    let (folder, old, aside, _, _) = try twoRuns(writesEvents: true)
    try folder.write("half a model", to: "aside/.sluice-12-1.tmp")
    #expect(RunDirectory.currentMetrics(in: aside.path) == folder.file("aside/metrics.jsonl"))
    #expect(try aside.weight == 1)
    do { _ = try aside.begin() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: aside.path).sorted() == Self.whole)
    for name in Self.whole {
      #expect(try folder.bytes(of: "aside/\(name)") == folder.bytes(of: "old/\(name)"))
    }
    _ = old
  }

  @Test(
    "Between the renames of the model and of run.json: all is of the new run, and the next training finishes",
    arguments: [false, true])
  func afterModel(writesEvents: Bool) throws {
    let (folder, _, aside, _, description) = try twoRuns(writesEvents: writesEvents)
    // The line about the save is in the log before the model is in place.
    try move(folder, "new/metrics.jsonl", "aside/metrics.next.jsonl")
    try move(folder, "new/model.safetensors", "aside/model.safetensors")
    #expect(try aside.weight == 2)
    #expect(try aside.description.labels == ["new"])
    #expect(RunDirectory.currentMetrics(in: aside.path) == folder.file("aside/metrics.next.jsonl"))
    do { _ = try aside.begin() }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: aside.path).sorted()
        == (writesEvents ? ["events.out.tfevents.sluice"] : []) + [
          "metrics.jsonl", "model.safetensors", "run.json",
        ])
    var expected = description
    expected.machine = nil
    #expect(try aside.description == expected)
    #expect(try aside.losses() == [2])
    let json = try JSONValue(parsing: folder.text(of: "aside/run.json")).object
    #expect(
      json?["model"]?.string == (try SafetensorsFile(path: folder.file("aside/model.safetensors")).checksum))
  }

  @Test("After the events have their name and before the log has: the new events stay")
  func beforeLog() throws {
    let (folder, _, aside, _, description) = try twoRuns(writesEvents: true)
    try move(folder, "new/metrics.jsonl", "aside/metrics.next.jsonl")
    try move(folder, "new/model.safetensors", "aside/model.safetensors")
    try move(folder, "new/run.json", "aside/run.json")
    try FileManager.default.moveItem(
      atPath: folder.file("aside/events.next"), toPath: folder.file("aside/events.out.tfevents.sluice"))
    do { _ = try aside.begin() }
    #expect(try aside.description == description)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: aside.path).sorted()
        == ["events.out.tfevents.sluice", "metrics.jsonl", "model.safetensors", "run.json"])
  }

  @Test("The first save of a new folder, without its run.json: it is a run, and the next training writes it")
  func firstSave() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.file("run"))
    try run.train(1, writesEvents: false)
    try FileManager.default.removeItem(atPath: folder.file("run/run.json"))
    try FileManager.default.removeItem(atPath: folder.file("run/flow.svg"))
    #expect(try run.weight == 1)
    #expect(try run.description.job == "sample")
    var settings = SampleSettings()
    settings.units = 1
    #expect(
      try storageError { _ = try run.begin(settings) }.found.hasSuffix("settings.units is 8, asked for 1"))
    #expect(try folder.text(of: "run/run.json").hasPrefix(#"{"model":""#))
    #expect(RunDirectory.isRun(run.path))
  }

  @Test("A model alone, which no log says was saved here, makes no folder ours")
  func copiedModel() throws {
    let folder = try TemporaryFolder()
    try SampleRun(path: folder.file("run")).train(1)
    let path = try folder.folder("copy")
    try move(folder, "run/model.safetensors", "copy/model.safetensors")
    #expect(try storageError { _ = try SampleRun(path: path).begin() }.found.contains("model.safetensors"))
  }

  @Test(
    "A later save without its run.json: the description of the new weights counts, also for the comparison")
  func laterSave() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.file("run"))
    let writer = try run.begin()
    _ = try writer.openLog(writesEvents: false)
    try run.save(writer, 1)
    try move(folder, "run/run.json", "older.json")
    var description = SampleDescription()
    description.labels = ["later"]
    try run.save(writer, 2, description)
    try writer.close()
    try move(folder, "older.json", "run/run.json")
    #expect(try run.weight == 2)
    #expect(try run.description.labels == ["later"])
  }
}
