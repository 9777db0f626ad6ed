import SluiceCore
import Synchronization

/// Files that appear whole or not at all.
///
/// The contents go to a temporary file `.sluice-….tmp` in the same folder, which is brought to the device and
/// then renamed over the target. A reader sees the old file or the new one, never a part. When anything fails
/// the temporary file is removed and the old file stays as it was. Only a process killed meanwhile leaves
/// the temporary file behind; the next training in that folder removes it.
///
/// The new file has the permission bits of the one it replaces, and its owner and group where the system permits.
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
  /// A link at `path` is replaced by the file, and what it leads to stays. Anything else that is no regular file, a folder
  /// or a device, is refused, also at the end of a symbolic link.
  public static func write(
    to path: String, _ body: (borrowing Output) throws(StorageError) -> Void
  ) throws(StorageError) {
    try write(to: path, into: nil, body)
  }

  /// Writes `bytes` as the file at `path`, with the permission bits of another file if there is none to be replaced.
  static func write(_ bytes: [UInt8], to path: String, permissions: FileStatus?) throws(StorageError) {
    try write(to: path, into: nil, permissions: permissions) {
      (output: borrowing Output) throws(StorageError) in try output.write(bytes)
    }
  }

  /// Lets `body` write a file, into room that was reserved in the folder of `path` if there is some.
  static func write(
    to path: String, into room: ReservedRoom?, permissions: FileStatus? = nil,
    _ body: (borrowing Output) throws(StorageError) -> Void
  ) throws(StorageError) {
    let replaced = try checkTarget(path) ?? permissions
    let folder = Folder.parent(of: path)
    let temporary: File
    if let reserved = room?.take() {
      temporary = reserved
    } else {
      temporary = try createTemporary(in: folder, for: path)
    }
    do {
      if let replaced { temporary.adopt(replaced) }
      let output = Output(file: temporary)
      try body(output)
      if room != nil { try temporary.truncate(to: output.count.value) }
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

  /// Puts a file at `path` in place of what is there, as `write` would, and returns it open: every write goes to its end.
  ///
  /// - Parameters:
  ///   - beginning: what it holds from the first moment.
  ///   - permissions: the file whose permission bits the new one gets if there is none at `path`.
  static func replace(
    _ path: String, beginning: [UInt8] = [], permissions: FileStatus? = nil
  ) throws(StorageError) -> File {
    let replaced = try checkTarget(path) ?? permissions
    let temporary = try createTemporary(in: Folder.parent(of: path), for: path, appends: true)
    if let replaced { temporary.adopt(replaced) }
    do {
      try temporary.write(beginning)
      return try temporary.moved(to: path)
    } catch {
      Folder.removeFile(temporary.path)
      var error = error
      error.path = path
      throw error
    }
  }

  /// Takes the pieces of a file being written.
  public struct Output: ~Copyable {
    fileprivate let file: File
    fileprivate let count = Count()

    /// Appends the bytes.
    public func write(_ bytes: [UInt8]) throws(StorageError) {
      try file.write(bytes)
      count.value += bytes.count
    }

    /// Appends the floats, four bytes each, the lowest first.
    public func write(_ floats: Floats) throws(StorageError) {
      count.value += floats.count * MemoryLayout<Float>.size
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

    /// The bytes written.
    fileprivate final class Count {
      var value = 0
    }
  }

  /// What the system says of the file at `path`, which is to be replaced; nil when there is none.
  private static func checkTarget(_ path: String) throws(StorageError) -> FileStatus? {
    let expected = "a file that can be written"
    let status = try Folder.status(of: path)
    switch status?.kind ?? .nothing {
    case .nothing: return nil
    case .file: return status
    case .folder:
      throw StorageError(
        .wrongKind, path: path, expected: expected, found: "a folder", advice: "Give the path of a file.")
    case .other:
      throw StorageError(
        .wrongKind, path: path, expected: expected, found: "something that is no regular file",
        advice: "Give the path of a file.")
    }
  }

  // MARK: Temporary files

  /// Creates a temporary file and locks it: as long as it is locked somebody writes it.
  static func createTemporary(
    in folder: String, for path: String, appends: Bool = false
  ) throws(StorageError) -> File {
    while true {
      let number = counter.add(1, ordering: .relaxed).newValue
      let name = "\(temporaryPrefix)\(Folder.processNumber)-\(number).tmp"
      do {
        let file = try File.creating(
          Folder.path(folder, name), expected: "a folder that can be written", appends: appends)
        file.lock()
        // Before it was locked, somebody may have taken it for one that was left behind.
        if file.hasName { return file }
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

  /// Removes the temporary files in `folder` that nobody writes any more.
  ///
  /// Who writes one holds a lock on it, which ends with the process however that ends. The number of the process in the
  /// name decides only on a file system without locks: in containers one number is that of many processes.
  static func removeAbandoned(in folder: String) {
    for name in (try? Folder.names(in: folder)) ?? [] {
      guard let process = process(ofTemporary: name) else { continue }
      let path = Folder.path(folder, name)
      guard let file = File.examining(path) else { continue }
      let isInUse = file.isLockedByOther() ?? (process == Folder.processNumber || Folder.isAlive(process))
      if !isInUse { Folder.removeFile(path) }
    }
  }

  /// The number of the process that made a temporary file of this name; nil for any other name.
  static func process(ofTemporary name: String) -> Int? {
    guard name.hasPrefix(temporaryPrefix), name.hasSuffix(temporarySuffix) else { return nil }
    let numbers = name.dropFirst(temporaryPrefix.count).dropLast(temporarySuffix.count)
      .split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 2,
      numbers.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    return Int(numbers[0])
  }

  /// How the names of temporary files begin.
  static let temporaryPrefix = ".sluice-"
  /// How they end.
  static let temporarySuffix = ".tmp"
  /// How many temporary files this process has had.
  static let counter = Atomic<Int>(0)
}
