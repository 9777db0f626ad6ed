import Foundation

/// A piece of a test's source that a document shows, so that the document's code is code that runs.
///
/// The piece stands between the lines `// BEGIN name` and `// END name` of the test's file.
public enum DocumentExample {
  /// The lines between the markers, without the indentation of the first.
  public static func source(_ name: String, file: String = #filePath) throws -> String {
    let lines = try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n")
    func line(_ marker: String) -> Int? {
      lines.firstIndex { $0.trimmingCharacters(in: .whitespaces) == "// \(marker) \(name)" }
    }
    guard let begin = line("BEGIN"), let end = line("END"), begin < end else { return "no example '\(name)'" }
    let indentation = lines[begin].prefix { $0 == " " }.count
    return lines[begin + 1..<end].map { String($0.dropFirst(indentation)) }.joined(separator: "\n")
  }

  /// A document of the package, by its path from the package's folder.
  public static func document(_ path: String, file: String = #filePath) throws -> String {
    var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
      folder.deleteLastPathComponent()
      if folder.path == "/" { return "no package around \(file)" }
    }
    return try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }
}
