import Foundation

/// A piece of a test's source that a document shows, so that the document's code is code that runs.
///
/// The piece stands between the lines `// BEGIN name` and `// END name` of the test's file. Where these come more than once, what is
/// between them is one piece, of which the document leaves out what is in between.
public enum DocumentExample {
  /// The lines between the markers, without the indentation of the first.
  public static func source(_ name: String, file: String = #filePath) throws -> String {
    try sources(file: file)[name] ?? "no example '\(name)'"
  }

  /// All pieces of a file by their names.
  ///
  /// - Parameter comment: what a line of comment begins with in the language of the file.
  public static func sources(file: String, comment: String = "//") throws -> [String: String] {
    var pieces: [String: [String]] = [:]
    var (name, indentation) = (String?.none, 0)
    for line in try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n") {
      let words = line.trimmingCharacters(in: .whitespaces)
      if words.hasPrefix("\(comment) BEGIN ") {
        name = String(words.dropFirst("\(comment) BEGIN ".count))
        indentation = line.prefix { $0 == " " }.count
      } else if words.hasPrefix("\(comment) END ") {
        name = nil
      } else if let name {
        pieces[name, default: []].append(String(line.dropFirst(indentation)))
      }
    }
    return pieces.mapValues { $0.joined(separator: "\n") }
  }

  /// A document of the package, by its path from the package's folder.
  public static func document(_ path: String, file: String = #filePath) throws -> String {
    try String(contentsOfFile: folder(file: file) + "/" + path, encoding: .utf8)
  }

  /// The package's folder.
  public static func folder(file: String = #filePath) throws -> String {
    var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
      folder.deleteLastPathComponent()
      if folder.path == "/" { throw CocoaError(.fileNoSuchFile) }
    }
    return folder.path
  }
}
