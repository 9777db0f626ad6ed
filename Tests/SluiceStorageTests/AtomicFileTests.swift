import Foundation
import Synchronization
import Testing

@testable import SluiceStorage

@Suite("Files that appear whole or not at all")
struct AtomicFileTests {
  @Test("A file is created, and replaced, and nothing else is left")
  func writing() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("one", to: folder.file("a"))
    #expect(try folder.text(of: "a") == "one")
    try AtomicFile.write("two, longer", to: folder.file("a"))
    #expect(try folder.text(of: "a") == "two, longer")
    #expect(try folder.names == ["a"])
  }

  @Test("A failure in the middle keeps the old file and leaves no temporary one")
  func failure() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "a")
    let path = folder.file("a")
    var seen: [String] = []
    let error = try storageError {
      try AtomicFile.write(to: path) { (output: borrowing AtomicFile.Output) throws(StorageError) in
        try output.write(Array("half of the new".utf8))
        seen = (try? folder.names) ?? []
        throw .system(ENOSPC, path: path, expected: "room")
      }
    }
    #expect(seen.count == 2 && seen.contains("a"))
    #expect(error.reason == .full)
    #expect(error.description.contains("no space left on the device"))
    #expect(try folder.text(of: "a") == "old")
    #expect(try folder.names == ["a"])
  }

  @Test("A temporary file of a killed process is stepped over and left alone")
  func leftOver() throws {
    let folder = try TemporaryFolder()
    let next = AtomicFile.counter.load(ordering: .relaxed) + 1
    let stale = (next..<next + 40).map { ".sluice-\(Folder.processNumber)-\($0).tmp" }
    for name in stale { try folder.write("stale", to: name) }
    try AtomicFile.write("new", to: folder.file("a"))
    #expect(try folder.text(of: "a") == "new")
    for name in stale { #expect(try folder.text(of: name) == "stale") }
    #expect(try folder.names.count == stale.count + 1)
  }

  @Test("A folder, a device and a path through a file are refused")
  func wrongTargets() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    func reason(_ path: String) throws -> StorageError.Reason {
      let error = try storageError { try AtomicFile.write("x", to: path) }
      #expect(error.path == path)
      return error.reason
    }
    #expect(try reason(folder.path) == .wrongKind)
    #expect(try reason("/dev/null") == .wrongKind)
    #expect(try reason(folder.file("file/inside")) == .wrongKind)
    #expect(try reason(folder.file("none/inside")) == .missing)
    #expect(try reason("") == .missing)
    #expect(try reason(folder.file(String(repeating: "n", count: 300))) == .system)
    #expect(try folder.names == ["file"])
  }

  @Test("A file in a folder that is not there names the folder")
  func noFolder() throws {
    let folder = try TemporaryFolder()
    let error = try storageError { try AtomicFile.write("x", to: folder.file("none/inside")) }
    #expect(error.found == "no folder '\(folder.file("none"))' for it")
    #expect(error.advice == "Create the folder or check its spelling.")
  }

  @Test("An unwritable folder is refused", .enabled(if: getuid() != 0, "the super-user may write everywhere"))
  func unwritable() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    let error = try storageError { try AtomicFile.write("x", to: folder.file("a")) }
    #expect(error.reason == .denied)
    #expect(error.path == folder.file("a"))
    #expect(try storageError { _ = try RunDirectory.create(at: folder.path) }.reason == .denied)
  }

  #if os(Linux)
    @Test("A full device is an error of its own kind")
    func fullDevice() throws {
      let file = try File.appending("/dev/full", emptied: false)
      let error = try storageError { try file.write([1, 2, 3]) }
      #expect(error.reason == .full)
    }
  #endif

  @Test(
    "The folder of a path",
    arguments: [
      ("a", "."), ("a/b", "a"), ("a/b/", "a"), ("/a", "/"), ("/a/b", "/a"), ("/", "/"), (".", "."),
      ("a//b", "a"),
    ])
  func parents(path: String, parent: String) {
    #expect(Folder.parent(of: path) == parent)
  }
}
