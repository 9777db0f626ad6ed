import Foundation
import Testing

@testable import SluiceStorage

@Suite("Folders of runs")
struct RunDirectoryTests {
  @Test("A new folder is created with those above it, and names its files")
  func creation() throws {
    let folder = try TemporaryFolder()
    let run = try RunDirectory.create(at: folder.file("runs/first"))
    #expect(try Folder.occupant(of: run.path) == .folder)
    #expect(run.model == folder.file("runs/first/model.safetensors"))
    #expect(run.configuration == folder.file("runs/first/run.json"))
    #expect(run.metrics == folder.file("runs/first/metrics.jsonl"))
    #expect(run.flowChart == folder.file("runs/first/flow.svg"))
    #expect(try RunDirectory.create(at: folder.file("runs/first/")).model == run.model)
  }

  @Test("The folder of an earlier run is taken, with what else is in it")
  func earlierRun() throws {
    let folder = try TemporaryFolder()
    try SampleRun(path: folder.path).train(1)
    try folder.write("mine", to: "notes.txt")
    let names = try folder.names
    _ = try RunDirectory.create(at: folder.path)
    #expect(try folder.names == names)
  }

  @Test("A folder that holds other things is refused and left alone")
  func foreign() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "thesis.tex")
    let error = try storageError { _ = try RunDirectory.create(at: folder.path) }
    #expect(error.reason == .occupied)
    #expect(error.description.contains("found other things in it ('thesis.tex'). Choose another folder."))
    #expect(try folder.names == ["thesis.tex"])
  }

  @Test("A file in the place of the folder, or above it, is refused")
  func file() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    #expect(try storageError { _ = try RunDirectory.create(at: folder.file("file")) }.reason == .wrongKind)
    #expect(
      try storageError { _ = try RunDirectory.create(at: folder.file("file/run")) }.reason == .wrongKind)
    #expect(try storageError { _ = try RunDirectory.open(folder.file("file")) }.reason == .wrongKind)
  }

  @Test("A link that leads nowhere, and a file system that takes no folders, are named")
  func noParent() throws {
    let folder = try TemporaryFolder()
    let link = folder.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.file("none"))
    for path in [link, link + "/run"] {
      let error = try storageError { _ = try RunDirectory.create(at: path) }
      #expect(error.reason == .occupied && error.path == link)
      #expect(error.found == "a symbolic link to something that is not there")
    }
    #if os(Linux)
      let error = try storageError { _ = try RunDirectory.create(at: "/proc/x") }
      #expect(error.reason == .denied && error.found == "that '/proc' takes no new folders")
      #expect(error.advice == "Choose another folder.")
    #endif
  }

  @Test("Opening says what is missing")
  func opening() throws {
    let folder = try TemporaryFolder()
    func missing() throws -> String {
      let error = try storageError { _ = try RunDirectory.open(folder.path) }
      #expect(error.reason == .missing)
      return error.found
    }
    #expect(
      try storageError { _ = try RunDirectory.open(folder.file("none")) }.found == "nothing at this path")
    #expect(try missing() == "no run.json and no model.safetensors in it")
    try folder.write("{}", to: "run.json")
    #expect(try missing() == "no model.safetensors in it")
    try folder.write("", to: "model.safetensors")
    #expect(try RunDirectory.open(folder.path).path == folder.path)
  }
}
