import SluiceCore
import Synchronization

/// Files that appear whole or not at all.
///
/// The contents go to a temporary file `.sluice-….tmp` in the same folder, which is brought to the device and
/// then renamed over the target. A reader sees the old file or the new one, never a part. When anything fails
/// the temporary file is removed and the old file stays as it was. Only a process killed meanwhile leaves
/// the temporary file behind.
public enum AtomicFile {
  /// Writes `bytes` as the file at `path`.
  public static func write(_ bytes: [UInt8], to path: String) throws(StorageError) {
    try write(to: path) { (output: borrowing Output) throws(StorageError) in try output.write(bytes) }
  }

  /// Writes `text` in UTF-8 as the file at `path`.
  public static func write(_ text: String, to path: String) throws(StorageError) {
    try write(Array(text.utf8), to: path)
  }

  /// Lets `body` write a file piece by piece, and puts it at `path` when `body` has ended without an error.
  ///
  /// A symbolic link at `path` is replaced by the file. Anything else that is no regular file, a folder
  /// or a device, is refused.
  public static func write(
    to path: String, _ body: (borrowing Output) throws(StorageError) -> Void
  ) throws(StorageError) {
    try checkTarget(path)
    let folder = Folder.parent(of: path)
    let temporary = try createTemporary(in: folder, for: path)
    do {
      try body(Output(file: temporary))
      try temporary.synchronize()
      try Folder.rename(temporary.path, to: path)
    } catch {
      Folder.removeFile(temporary.path)
      // Nobody knows the temporary file: the error is about the file that was asked for.
      var error = error
      if error.path == temporary.path { error.path = path }
      throw error
    }
    Folder.synchronize(folder)
  }

  /// Takes the pieces of a file being written.
  public struct Output: ~Copyable {
    fileprivate let file: File

    /// Appends the bytes.
    public func write(_ bytes: [UInt8]) throws(StorageError) { try file.write(bytes) }

    /// Appends the floats, four bytes each, the lowest first.
    public func write(_ floats: Floats) throws(StorageError) {
      #if _endian(little)
        try unsafe file.write(
          UnsafeRawBufferPointer(UnsafeBufferPointer(start: floats.source, count: floats.count)))
      #else
        var bytes: [UInt8] = []
        for index in 0..<floats.count {
          withUnsafeBytes(of: floats[index].bitPattern.littleEndian) { bytes += $0 }
        }
        try file.write(bytes)
      #endif
    }
  }

  private static func checkTarget(_ path: String) throws(StorageError) {
    let expected = "a file that can be written"
    switch try Folder.occupant(of: path) {
    case .nothing, .file: break
    case .folder:
      throw StorageError(
        .wrongKind, path: path, expected: expected, found: "a folder", advice: "Give the path of a file.")
    case .other:
      throw StorageError(
        .wrongKind, path: path, expected: expected, found: "something that is no regular file",
        advice: "Give the path of a file.")
    }
  }

  private static func createTemporary(in folder: String, for path: String) throws(StorageError) -> File {
    while true {
      let number = counter.add(1, ordering: .relaxed).newValue
      let name = "\(temporaryPrefix)\(Folder.processNumber)-\(number).tmp"
      do {
        return try File.creating(Folder.path(folder, name), expected: "a folder that can be written")
      } catch {
        // A killed process of the same number may have left its file: take the next name.
        guard error.reason == .occupied else {
          var error = error
          error.path = path
          if error.reason == .missing {
            error.found = "no folder \(quoted(folder)) for it"
            error.advice = "Create the folder or check its spelling."
          }
          throw error
        }
      }
    }
  }

  /// How the names of temporary files begin.
  static let temporaryPrefix = ".sluice-"
  /// How many temporary files this process has had.
  static let counter = Atomic<Int>(0)
}
