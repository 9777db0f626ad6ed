import Foundation
import Testing

@testable import SluiceStorage

@Suite("What no command writes over")
struct RunRefusalTests {
  @Test("An input, by any of its names")
  func inputs() throws {
    let folder = try TemporaryFolder()
    try folder.write("words", to: "words.txt")
    _ = try folder.folder("sub")
    try FileManager.default.linkItem(atPath: folder.file("words.txt"), toPath: folder.file("hard"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("soft"), withDestinationPath: folder.file("words.txt"))
    for name in ["words.txt", "sub/../words.txt", "hard", "soft"] {
      let error = try storageError {
        try RunDirectory.refuseWriting(to: folder.file(name), inputs: [folder.file("words.txt")])
      }
      #expect(error.reason == .occupied && error.path == folder.file(name))
      #expect(error.found == "the input '\(folder.file("words.txt"))'")
    }
    try RunDirectory.refuseWriting(to: folder.file("vectors.txt"), inputs: [folder.file("words.txt")])
    try RunDirectory.refuseWriting(to: folder.file("vectors.txt"), inputs: [folder.file("none")])
    #expect(
      try storageError {
        try RunDirectory.refuseWriting(to: folder.file("none"), inputs: [folder.file("none")])
      }.reason == .occupied)
  }

  @Test("What a run owns, but not other files in its folder, and not a file of that name elsewhere")
  func owned() throws {
    let folder = try TemporaryFolder()
    try SampleRun(path: folder.file("run")).train(1)
    for name in RunDirectory.ownNames {
      #expect(
        try storageError {
          try RunDirectory.refuseWriting(to: folder.file("run/\(name)"), inputs: [])
        }.reason == .occupied, "\(name)")
    }
    try RunDirectory.refuseWriting(
      to: folder.file("run/report.html"), inputs: [folder.file("run/metrics.jsonl")],
      allowing: ["report.html"])
    try RunDirectory.refuseWriting(to: folder.file("run/vectors.txt"), inputs: [])
    // As on a file system where small and capital letters are one.
    try FileManager.default.linkItem(
      atPath: folder.file("run/model.safetensors"), toPath: folder.file("run/Model.safetensors"))
    #expect(
      try storageError {
        try RunDirectory.refuseWriting(to: folder.file("run/Model.safetensors"), inputs: [])
      }.reason == .occupied)
    try RunDirectory.refuseWriting(to: folder.file("metrics.jsonl"), inputs: [])
  }

  @Test("The log of a training that has not saved yet")
  func early() throws {
    let folder = try TemporaryFolder()
    let writer = try SampleRun(path: folder.file("run")).begin()
    _ = try writer.openLog(writesEvents: false)
    #expect(
      try storageError {
        try RunDirectory.refuseWriting(to: folder.file("run/metrics.jsonl"), inputs: [])
      }.reason == .occupied)
  }

  @Test("Data that are one of a run's files, by any name, are refused; other data in its folder are not")
  func data() throws {
    let folder = try TemporaryFolder()
    let run = SampleRun(path: folder.file("run"))
    try run.train(1)
    try folder.write("a\tb\n", to: "run/data.tsv")
    try FileManager.default.linkItem(
      atPath: folder.file("run/metrics.jsonl"), toPath: folder.file("hard.tsv"))
    for name in ["run/metrics.jsonl", "run/run.json", "run/../run/model.safetensors", "hard.tsv"] {
      let error = try storageError { _ = try run.begin(inputs: [folder.file(name)], overwrites: true) }
      #expect(error.reason == .occupied && error.path == folder.file(name), "\(error)")
    }
    _ = try run.begin(inputs: [folder.file("run/data.tsv"), folder.file("none")])
    let new = SampleRun(path: folder.file("new"))
    #expect(try storageError { _ = try new.begin(inputs: [folder.file("new/run.json")]) }.reason == .occupied)
    #expect(try !folder.names.contains("new"))
    #expect(try run.weight == 1)
  }
}
