import Foundation
import SluiceCore
import Testing

@testable import SluiceStorage

/// A folder of one test, removed with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func bytes(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  func text(of name: String) throws -> String { String(decoding: try bytes(of: name), as: UTF8.self) }

  var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

/// The path of a committed fixture.
func fixture(_ name: String) throws -> String {
  try #require(Bundle.module.path(forResource: "Fixtures/\(name)", ofType: nil))
}

/// Memory for tests: floats in an arena that is never freed, as views do not keep it.
struct Memory {
  let arena: Arena<Float>

  init(capacity: Int = 1 << 12) {
    arena = Arena<Float>(capacity: capacity, named: "test")
    unsafe _ = Unmanaged.passRetained(arena)
  }

  func floats(_ values: [Float]) -> Floats {
    let floats = arena[arena.allocate(values.count)]
    for (index, value) in values.enumerated() { floats[index] = value }
    return floats
  }
}

/// The storage error that `body` throws; anything else fails the test.
func storageError(_ body: () throws -> Void) throws -> StorageError {
  var caught: (any Error)?
  do { try body() } catch { caught = error }
  return try #require(caught as? StorageError, "expected a storage error, got \(String(describing: caught))")
}

/// A small generator, so that random tests repeat.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
