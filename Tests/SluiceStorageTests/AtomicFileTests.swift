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

  @Test(
    "A replaced file keeps its permission bits, a new one has the usual ones",
    arguments: [0o600, 0o640, 0o444])
  func permissions(bits: Int) throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "a")
    try folder.write("", to: "usual")
    try folder.setPermissions(bits, of: "a")
    try AtomicFile.write("new", to: folder.file("a"))
    #expect(try folder.permissions(of: "a") == bits)
    try AtomicFile.write("new", to: folder.file("b"))
    #expect(try folder.permissions(of: "b") == folder.permissions(of: "usual"))
    _ = try AtomicFile.replace(folder.file("a"))
    #expect(try folder.permissions(of: "a") == bits)
    #expect(try folder.text(of: "a").isEmpty)
  }

  @Test("A link is replaced, and what it leads to stays as it was")
  func links() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "outside")
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.file("soft"), withDestinationPath: "outside")
    try manager.createSymbolicLink(atPath: folder.file("nowhere"), withDestinationPath: "none")
    try manager.linkItem(atPath: folder.file("outside"), toPath: folder.file("hard"))
    let writers: [(String) throws -> Void] = [
      { try AtomicFile.write("new", to: $0) }, { _ = try MetricsLog(path: $0) },
      { _ = try EventFile(path: $0) },
    ]
    for write in writers {
      for name in ["soft", "nowhere", "hard"] {
        try write(folder.file(name))
        #expect(try Folder.status(of: folder.file(name), followingLinks: false)?.kind == .file)
        #expect(try folder.text(of: "outside") == "precious")
      }
    }
    #expect(try folder.names == ["hard", "nowhere", "outside", "soft"])
  }

  @Test("Temporary files that nobody writes are removed, whatever process their name says; nothing else is")
  func abandoned() throws {
    let folder = try TemporaryFolder()
    let own = Folder.processNumber
    let gone = [".sluice-999999999-1.tmp", ".sluice-1-1.tmp", ".sluice-\(own)-999999.tmp"]
    let others = [
      ".sluice-1.tmp", ".sluice-1-.tmp", ".sluice-1-x.tmp", ".sluice-1-1.tmp~", "a.tmp", "x.sluice-1-1.tmp",
    ]
    for name in gone + others { try folder.write("stale", to: name) }
    _ = try folder.folder(".sluice-2-2.tmp")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(".sluice-3-3.tmp"), withDestinationPath: "a.tmp")
    let room = try ReservedRoom(100, for: folder.file("a"))
    let path = folder.file("b")
    try AtomicFile.write(to: path) { (output: borrowing AtomicFile.Output) throws(StorageError) in
      try output.write([1])
      AtomicFile.removeAbandoned(in: folder.path)
    }
    #expect(try folder.bytes(of: "b") == [1])
    let held = try folder.names.filter { AtomicFile.process(ofTemporary: $0) == own }
    #expect(held.count == 1)
    withExtendedLifetime(room) {}
    #expect(try folder.names == (others + held + [".sluice-2-2.tmp", ".sluice-3-3.tmp", "b"]).sorted())
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
