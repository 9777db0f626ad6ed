import Foundation
import Testing

@testable import SluiceStorage

@Suite("Whose folder it is")
struct RunOwnershipTests {
  private static let log = #"{"kind":"run","format":"sluice run 1","job":"sample","events":false}"# + "\n"
  private static let configuration = #"{"format":"sluice run 1","job":"sample"}"#

  @Test(
    "A file of a run's name whose contents are somebody's is refused and left alone",
    arguments: [
      ("model.safetensors", "precious"), ("metrics.jsonl", "label\ttext\n"),
      ("metrics.jsonl", #"{"kind":"step","step":1}"# + "\n"), ("metrics.jsonl", ""),
      ("metrics.next.jsonl", "mine"), ("metrics.failed.jsonl", "mine"), ("flow.svg", "<svg/>"),
      ("examination.json", "{}"), ("report.json", "{\"format\":\"mine\"}"),
      ("report.html", "<!doctype html><title>Thesis</title>"), ("check.json", "[]"),
      ("check.json", #"{"format":"other check 1"}"#), ("events.out.tfevents.sluice", "brain.Event:2"),
      ("run.json", #"{"name":"nightly run","format":"tar"}"#), ("run.json", #"{"format":"sluice run 1"}"#),
      ("run.json", #"{"format":"sluice run 1","job":""}"#), ("run.json", "sluice run 1"),
      (".sluice-7.tmp", ""), (".sluice-a-1.tmp", ""), (".sluice-1-1.tmp.bak", ""), (".sluice-rc", ""),
    ])
  func foreign(name: String, text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.folder("run")
    try folder.write(text, to: "run/\(name)")
    for body in [{ _ = try RunDirectory.create(at: path) }, { _ = try SampleRun(path: path).begin() }] {
      let error = try storageError(body)
      #expect(error.reason == .occupied && error.found == "other things in it ('\(name)')")
    }
    #expect(try folder.text(of: "run/\(name)") == text)
  }

  @Test(
    "What an early end of a training or a check leaves is taken",
    arguments: [
      [("metrics.jsonl", log)], [("metrics.jsonl", log + #"{"kind":"st"#), (".sluice-7-1.tmp", "")],
      [("check.json", #"{"format":"sluice check 1","lines":[]}"#)], [(".sluice-7-1.tmp", "half")],
      [("report.html", "<!doctype html>\n<head>\(RunDirectory.reportMark)"), ("metrics.jsonl", log)],
    ])
  func ours(files: [(String, String)]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.folder("run")
    for (name, text) in files { try folder.write(text, to: "run/\(name)") }
    _ = try RunDirectory.create(at: path)
    try SampleRun(path: path).train(1)
    #expect(try SampleRun(path: path).weight == 1)
  }

  @Test("A killed training's folder is known by its log, events included")
  func killed() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.file("run"))
    let writer = try run.begin()
    let (log, _) = try writer.openLog(writesEvents: true)
    try writer.reserve(bytes: 1000)
    #expect(try folder.text(of: "run/metrics.jsonl").hasPrefix(#"{"kind":"run","format":"sluice run 1","#))
    let killed = try folder.folder("killed")
    for name in try FileManager.default.contentsOfDirectory(atPath: run.path) {
      try FileManager.default.copyItem(atPath: folder.file("run/\(name)"), toPath: killed + "/" + name)
    }
    _ = log
    try SampleRun(path: killed).train(4, writesEvents: false)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: killed).sorted()
        == ["flow.svg", "metrics.jsonl", "model.safetensors", "run.json"])
  }

  @Test("One foreign file among ours decides, and it is named")
  func among() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.log, to: "metrics.jsonl")
    try folder.write("", to: "thesis.tex")
    let error = try storageError { _ = try RunDirectory.create(at: folder.path) }
    #expect(error.found == "other things in it ('thesis.tex')")
  }

  @Test("Other files in a run's folder are never touched")
  func ownersFiles() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.path)
    try run.train(1)
    let others = [
      "notes.txt", "metrics.jsonl.bak", ".sluice-1-1.tmp.bak", ".sluice-x.tmp", "data.tsv", "model.bin",
      "events.out.tfevents.other",
    ]
    for name in others { try folder.write("mine", to: name) }
    try folder.write("<!doctype html><title>my page</title>", to: "report.html")
    try folder.write(#"{"format":"sluice check 1"}"#, to: "check.json")
    try run.train(2, writesEvents: false)
    for name in others { #expect(try folder.text(of: name) == "mine") }
    #expect(try folder.text(of: "report.html").contains("my page"))
    #expect(try folder.names.contains("check.json"))
    #expect(try run.weight == 2)
  }

  @Test(
    "A link in the place of a log is no file of ours; in a run's folder it is replaced and leads to what it led to"
  )
  func links() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: try folder.folder("run"))
    let names = ["metrics.jsonl", "events.out.tfevents.sluice", "flow.svg"]
    for name in names {
      try folder.write("precious", to: "outside \(name)")
      try FileManager.default.createSymbolicLink(
        atPath: run.path + "/" + name, withDestinationPath: "../outside \(name)")
    }
    #expect(try storageError { _ = try run.begin() }.reason == .occupied)
    for name in names { try FileManager.default.removeItem(atPath: run.path + "/" + name) }
    try run.train(1)
    for (index, name) in names.enumerated() {
      try FileManager.default.removeItem(atPath: run.path + "/" + name)
      if index == 0 {
        try FileManager.default.linkItem(
          atPath: folder.file("outside \(name)"), toPath: run.path + "/" + name)
      } else {
        try FileManager.default.createSymbolicLink(
          atPath: run.path + "/" + name, withDestinationPath: "../outside \(name)")
      }
    }
    try run.train(2)
    for name in names {
      #expect(try folder.text(of: "outside \(name)") == "precious")
      #expect(try Folder.status(of: run.path + "/" + name, followingLinks: false)?.kind == .file)
    }
    #expect(try run.losses() == [2])
  }
}
