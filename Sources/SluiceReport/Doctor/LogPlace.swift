import SluiceCore
import SluiceStorage

/// Which files a log is in.
///
/// A file is what it is. In a folder the first of these is taken, and what else is there is said: `metrics.jsonl` of this program;
/// `trainer_state.json`, there or in the last of the folders `checkpoint-…`; the first file of JSON lines by name; all event files,
/// as TensorBoard shows them together, those of folders `train` and `validation` in it included.
struct LogPlace {
  enum Kind {
    /// Lines of this program's form.
    case metrics
    /// For TensorBoard.
    case events
    /// JSON lines of another form.
    case lines
    /// One JSON document.
    case document
  }

  private(set) var files: [(path: String, kind: Kind, prefix: String)] = []
  private(set) var notes: [String] = []

  init(of path: String) throws(StorageError) {
    switch try Folder.occupant(of: path) {
    case .folder: try look(in: path)
    // A file, or the error that there is none.
    default: files = [(path, try Self.kind(of: path), "")]
    }
  }

  private mutating func look(in folder: String) throws(StorageError) {
    let metrics = RunDirectory.currentMetrics(in: folder)
    if try Folder.occupant(of: metrics) == .file {
      files = [(metrics, try Self.kind(of: metrics), "")]
      return
    }
    let names = try Folder.names(in: folder).sorted { $0.precedesByCodePoints($1) }
    if let state = try trainerState(in: folder, names) {
      files = [(state, .document, "")]
      return
    }
    let lines = names.filter { $0.hasSuffix(".jsonl") || $0.hasSuffix(".ndjson") }
    if let first = lines.first {
      let path = Folder.path(folder, first)
      files = [(path, try Self.kind(of: path), "")]
      if lines.count > 1 {
        notes.append(
          "of \(lines.count) logs \(ScreenText.quoted(first)) is read; give another by its own path")
      }
      return
    }
    addEvents(in: folder, names, prefix: "")
    for name in ["train", "validation", "val", "eval"] where names.contains(name) {
      let inside = Folder.path(folder, name)
      addEvents(in: inside, (try? Folder.names(in: inside)) ?? [], prefix: name + "/")
    }
    guard !files.isEmpty else {
      throw StorageError(
        .missing, path: folder,
        expected: "the log of a training: metrics.jsonl, trainer_state.json, JSON lines or event files",
        found: "none", advice: "Give the folder of a run, or the file itself.")
    }
  }

  private mutating func addEvents(in folder: String, _ names: [String], prefix: String) {
    for name in names.sorted(by: { $0.precedesByCodePoints($1) }) where name.holds("tfevents") {
      let path = Folder.path(folder, name)
      if EventReader.isEventFile(path) { files.append((path, .events, prefix)) }
    }
  }

  private func trainerState(in folder: String, _ names: [String]) throws(StorageError) -> String? {
    let own = Folder.path(folder, Self.trainerStateName)
    if try Folder.occupant(of: own) == .file { return own }
    let prefix = "checkpoint-"
    let last = names.filter { $0.hasPrefix(prefix) && Int($0.dropFirst(prefix.count)) != nil }
      .max { Int($0.dropFirst(prefix.count)) ?? 0 < Int($1.dropFirst(prefix.count)) ?? 0 }
    guard let last else { return nil }
    let path = Folder.path(Folder.path(folder, last), Self.trainerStateName)
    return try Folder.occupant(of: path) == .file ? path : nil
  }

  private static let trainerStateName = "trainer_state.json"

  /// What a file is, by how it begins.
  private static func kind(of path: String) throws(StorageError) -> Kind {
    if EventReader.isEventFile(path) { return .events }
    var lines = try FileLines(path: path)
    var first: [UInt8] = []
    while let (text, _) = try lines.next() {
      first = text.filter { $0 > 0x20 }
      if !first.isEmpty {
        first = text
        break
      }
    }
    if let value = try? JSONValue(parsing: LooseJSON.strict(first)) {
      guard let object = value.object else { return .document }
      if object["log_history"] != nil { return .document }
      return object["kind"]?.string == nil ? .lines : .metrics
    }
    // A document over several lines begins with a bracket alone; a first line that was cut off is still one of lines.
    let plain = first.filter { $0 > 0x20 }
    return plain == [UInt8(ascii: "{")] || plain.first == UInt8(ascii: "[") ? .document : .lines
  }
}
