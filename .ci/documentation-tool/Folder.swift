import Foundation

/// A folder, and what is in it by paths from there.
struct Folder {
  let path: String
  private static let manager = FileManager.default

  init(_ path: String) { self.path = path.hasSuffix("/") ? String(path.dropLast()) : path }

  func folder(_ name: String) -> Folder { Folder(path + "/" + name) }

  func holds(_ name: String) -> Bool { Self.manager.fileExists(atPath: path + "/" + name) }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  func json(_ name: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }

  /// Writes a file, and makes the folders around it.
  func write(_ text: String, to name: String) throws {
    try makeFolder(around: name)
    try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
  }

  func copy(_ name: String, to other: Folder, as target: String) throws {
    try other.makeFolder(around: target)
    try Self.manager.copyItem(atPath: path + "/" + name, toPath: other.path + "/" + target)
  }

  /// The names of what lies in the folder, sorted.
  var names: [String] {
    get throws { try Self.manager.contentsOfDirectory(atPath: path).sorted() }
  }

  /// The paths of all files below, sorted, that end so.
  func files(endingIn end: String = "") -> [String] {
    let found = Self.manager.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return found.filter { name in
      var isFolder: ObjCBool = false
      return name.hasSuffix(end) && Self.manager.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  private func makeFolder(around name: String) throws {
    let folder = (path + "/" + name as NSString).deletingLastPathComponent
    try Self.manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }
}
