import Foundation

/// A new folder for a test's runs, removed with it.
final class TemporaryRun {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The path of a run, or of another thing in the folder.
  func path(_ name: String) -> String { folder + "/" + name }

  /// Whether there is a file that is not empty.
  func holds(_ name: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path(name))
    return (attributes?[.size] as? Int ?? 0) > 0
  }
}
