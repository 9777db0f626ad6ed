import Foundation
import SluiceCore
import Testing

@testable import SluiceStorage

/// A limit on the size of files stands for a full disk: both fail in the middle of a write. It is one of the
/// whole process, so each test has a process of its own.
@Suite("A disk that is full")
struct FullDiskTests {
  @Test("A file that does not fit leaves the old one and no temporary one")
  func atomicFile() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      try folder.write("old", to: "model")
      try limitFiles(to: 10_000)
      let values = Memory(capacity: 1 << 16).floats(Array(repeating: 1, count: 5000))
      let path = folder.file("model")
      let error = try storageError {
        try SafetensorsFile.write([NamedTensor("a", shape: [5000], values)], to: path)
      }
      try #require(error.reason == .full && error.path == path)
      try #require(try folder.text(of: "model") == "old")
      try #require(try folder.names == ["model"])
      try AtomicFile.write("fits", to: path)
      try #require(try folder.text(of: "model") == "fits")
    }
  }

  @Test("Room that is not there is an error that says how much is needed, and nothing is left")
  func noRoom() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let run = SampleRun(path: folder.path)
      try run.train(1)
      let before = try folder.names
      try limitFiles(to: 10_000)
      do {
        let writer = try run.begin()
        let error = try storageError { try writer.reserve(bytes: 20_000) }
        try #require(error.reason == .full && error.path == folder.file("model.safetensors"))
        try #require(error.expected == "20000 bytes of room")
        try #require(try folder.names == before)
        try writer.reserve(bytes: 9_000, configuration: 5_000)
        try #require(try folder.names.count == before.count + 2)
      }
      try #require(try folder.names == before)
      try #require(try run.weight == 1)
    }
  }

  @Test(
    "A device without so much room says how much is free",
    .enabled(if: Folder.freeBytes(at: "/dev/shm") ?? 0 > 0))
  func free() throws {
    let free = try #require(Folder.freeBytes(at: "/dev/shm"))
    guard free < 1 << 50 else { return }
    let error = try storageError { _ = try ReservedRoom(free + 1 << 40, for: "/dev/shm/sluice-test-model") }
    #expect(error.reason == .full && error.found.hasSuffix(" bytes free"))
  }

  @Test("A model is saved into its room though the log cannot be written, which is said")
  func fullLog() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let run = SampleRun(path: folder.path)
      try run.train(1)
      let writer = try run.begin()
      let (log, _) = try writer.openLog(writesEvents: false)
      try writer.reserve(bytes: 3_000)
      for _ in 0..<200 { try run.writeStep(log, 2) }
      try limitFiles(to: 4_000)
      log.begin("step")
      log.add("text", String(repeating: "x", count: 5_000))
      try log.end()
      try #require(storageError { try log.flush() }.reason == .full)
      try run.save(writer, 2)
      try #require(writer.logProblem?.reason == .full)
      try #require(try run.weight == 2)
      try #require(try run.losses().count == 200)
      try #require(try run.description == SampleDescription())
      try limitFiles(to: 100_000)
      try run.save(writer, 3)
      let weight = try run.weight
      try #require(writer.logProblem == nil && weight == 3)
      try writer.close()
      try #require(try folder.names == ["metrics.jsonl", "model.safetensors", "run.json"])
    }
  }

  @Test("Room becomes the file, cut to what is written, and is given back otherwise")
  func room() throws {
    let folder = try TemporaryFolder()
    for size in [10, 5_000, 70_000] {
      let room = try ReservedRoom(5_000, for: folder.file("a"))
      #expect(try folder.names.contains { $0.hasPrefix(".sluice-") })
      let bytes = [UInt8](repeating: 7, count: size)
      try AtomicFile.write(to: folder.file("a"), into: room) {
        (output: borrowing AtomicFile.Output) throws(StorageError) in try output.write(bytes)
      }
      #expect(try folder.bytes(of: "a") == bytes)
      #expect(try folder.names == ["a"])
    }
    do { _ = try ReservedRoom(5_000, for: folder.file("a")) }
    #expect(try folder.names == ["a"])
  }

  @Test("A log that does not fit keeps whole lines, and its waiting lines until there is room")
  func metricsLog() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      try limitFiles(to: 1000)
      let log = try MetricsLog(path: folder.file("m"), room: 300)
      var failures = 0
      for step in 0..<60 {
        log.begin("step")
        log.add("step", step)
        do { try log.end() } catch { failures += (error as? StorageError)?.reason == .full ? 1 : 1000 }
      }
      try #require((1..<60).contains(failures))
      let before = try MetricsReader.lines(of: folder.file("m"))
      try #require(before.map { $0.integer("step") } == (0..<before.count).map { $0 })
      try #require(try folder.text(of: "m").hasSuffix("}\n"))
      try limitFiles(to: 100_000)
      try log.flush()
      let after = try MetricsReader.lines(of: folder.file("m"))
      try #require(after.map { $0.integer("step") } == (0..<60).map { $0 })
    }
  }
}

/// From now on no file of this process may grow beyond `size`; a write that would fails without a signal.
private func limitFiles(to size: Int) throws {
  _ = signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit()
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #else
    let resource = RLIMIT_FSIZE
  #endif
  try #require(unsafe getrlimit(resource, &limit) == 0)
  limit.rlim_cur = rlim_t(size)
  try #require(unsafe setrlimit(resource, &limit) == 0)
}
