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
