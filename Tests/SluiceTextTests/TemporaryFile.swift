import Foundation
import SluiceText

/// A file with the bytes given, removed when the value goes.
final class TemporaryFile {
  let path: String

  init(_ bytes: [UInt8]) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "sluice-text-\(UUID().uuidString).tsv")
    try Data(bytes).write(to: url)
    path = url.path
  }

  convenience init(_ text: String) throws { try self.init(Array(text.utf8)) }

  /// What the library reads from the file, which is there until it is done.
  func read(
    labels: [String]? = nil, lineLimit: Int = TextLines.defaultLineLimit
  ) throws(DataError) -> LabeledTexts {
    defer { withExtendedLifetime(self) {} }
    return try LabeledTexts(readingFile: path, labels: labels, lineLimit: lineLimit)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
