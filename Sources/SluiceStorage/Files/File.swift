import CLibrary
import SluiceCore

/// An open file. This type, `Folder` and the clock hold the module's calls of the operating system.
///
/// Reads name their offset and move no cursor, so one open file may be read from several threads.
final class File: Sendable {
  let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  // MARK: Opening

  /// Opens a regular file for reading. Anything else at the path (a folder, a device, a pipe) is an error.
  static func reading(_ path: String) throws(StorageError) -> File {
    let expected = "a file that can be read"
    // Without O_NONBLOCK, opening a pipe nobody writes to would wait for ever.
    let file = try open(path, O_RDONLY | O_NONBLOCK, expected: expected)
    guard try file.status(expected: expected).kind == .file else {
      throw StorageError(
        .wrongKind, path: path, expected: expected, found: "a folder or a device",
        advice: "Give the path of a file.")
    }
    return file
  }

  /// Creates a file that must not exist yet, not even as a link, of which every write goes to its end or, where the size was
  /// reserved, behind what was written before.
  static func creating(_ path: String, expected: String, appends: Bool = false) throws(StorageError) -> File {
    try open(path, (appends ? O_RDWR | O_APPEND : O_WRONLY) | O_CREAT | O_EXCL, expected: expected)
  }

  /// Opens a regular file for a question about it; nil for anything else, links included, and where that is not permitted.
  static func examining(_ path: String) -> File? {
    guard let file = try? open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, expected: "a file"),
      (try? file.status(expected: "a file"))?.kind == .file
    else { return nil }
    return file
  }

  /// Opens or creates a file of which every write goes to its end. `emptied` drops earlier contents.
  static func appending(_ path: String, emptied: Bool) throws(StorageError) -> File {
    let flags = O_RDWR | O_CREAT | O_APPEND | (emptied ? O_TRUNC : 0)
    return try open(path, flags, expected: "a file that can be written")
  }

  /// Opens a file to write on behind its first `length` bytes, to which it is cut back. A link at the path is not followed.
  static func continuing(_ path: String, length: Int) throws(StorageError) -> File {
    let file = try open(path, O_RDWR | O_APPEND | O_NOFOLLOW, expected: "the file of a training that goes on")
    let size = try file.size()
    guard size >= length else {
      throw StorageError(
        .truncated, path: path, expected: "at least the \(length) bytes of when the checkpoint was made",
        found: "\(size)", advice: "The file was changed; train anew with --overwrite.")
    }
    try file.truncate(to: length)
    return file
  }

  private static func open(_ path: String, _ flags: Int32, expected: String) throws(StorageError) -> File {
    try checkSpelling(of: path)
    let descriptor = unsafe CLibrary.open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(errno, path: path, expected: expected) }
    return File(path: path, descriptor: descriptor)
  }

  // MARK: Reading

  /// The size in bytes.
  func size() throws(StorageError) -> Int { try status(expected: "a file with a size").size }

  /// What of the file changes with its contents.
  func edition() throws(StorageError) -> FileEdition { try status(expected: "a file with a size").edition }

  private func status(expected: String) throws(StorageError) -> FileStatus {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system(errno, path: path, expected: expected) }
    return FileStatus(status)
  }

  /// Whether a name still leads to the file.
  var hasName: Bool { (try? status(expected: "a file"))?.links ?? 0 > 0 }

  /// `count` bytes from `offset`. Throws `truncated` when the file ends before.
  func bytes(at offset: Int, count: Int) throws(StorageError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try read(at: offset, into: &bytes)
    return bytes
  }

  /// Fills `bytes` from `offset` on. Throws `truncated` when the file ends before.
  func read(at offset: Int, into bytes: inout [UInt8]) throws(StorageError) {
    let got = unsafe bytes.withUnsafeMutableBytes { unsafe fill($0, from: offset) }
    try check(got, at: offset, wanted: bytes.count)
  }

  /// Fills memory from `offset` on. Throws `truncated` when the file ends before.
  ///
  /// - Safety: `memory` has to be valid for writing.
  @unsafe func read(at offset: Int, into memory: UnsafeMutableRawBufferPointer) throws(StorageError) {
    try unsafe check(fill(memory, from: offset), at: offset, wanted: memory.count)
  }

  /// The contents in memory without a copy; nil where the system does not show them.
  func mapped(byteCount: Int) -> MappedFile? { MappedFile(descriptor: descriptor, byteCount: byteCount) }

  /// Up to `count` bytes from `offset`; fewer at the end of the file only.
  func available(at offset: Int, atMost count: Int) throws(StorageError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe bytes.withUnsafeMutableBytes { unsafe fill($0, from: offset) }
    guard got >= 0 else { throw .system(Int32(-got), path: path, expected: "a file that can be read") }
    bytes.removeLast(count - got)
    return bytes
  }

  /// Fills `bytes` from `offset` on, up to a limit: how many came, fewer at the end of the file only.
  func read(at offset: Int, into bytes: inout [UInt8], atMost limit: Int) throws(StorageError) -> Int {
    let got = unsafe bytes.withUnsafeMutableBytes {
      unsafe fill(UnsafeMutableRawBufferPointer(rebasing: $0.prefix(max(limit, 0))), from: offset)
    }
    guard got >= 0 else { throw .system(Int32(-got), path: path, expected: "a file that can be read") }
    return got
  }

  private func check(_ got: Int, at offset: Int, wanted: Int) throws(StorageError) {
    guard got >= 0 else { throw .system(Int32(-got), path: path, expected: "a file that can be read") }
    guard got == wanted else {
      throw StorageError(
        .truncated, path: path, expected: "\(wanted) bytes at offset \(offset)",
        found: "the end after \(got)",
        advice: "The file is incomplete; write or fetch it again.")
    }
  }

  /// Reads until the memory is full or the file ends: the count read, or the negated error number.
  @unsafe private func fill(_ memory: UnsafeMutableRawBufferPointer, from offset: Int) -> Int {
    var done = 0
    while done < memory.count {
      let got = unsafe pread(
        descriptor, memory.baseAddress! + done, memory.count - done, off_t(offset + done))
      if got == 0 { break }
      if got > 0 { done += got } else if errno != EINTR { return -Int(errno) }
    }
    return done
  }

  // MARK: Writing

  /// Writes all bytes after what was written before.
  func write(_ bytes: [UInt8]) throws(StorageError) {
    let code = unsafe bytes.withUnsafeBytes { unsafe put($0) }
    guard code == 0 else { throw .system(code, path: path, expected: "a file that can be written") }
  }

  /// Writes all of the memory after what was written before.
  ///
  /// - Safety: `memory` has to be valid for reading.
  @unsafe func write(_ memory: UnsafeRawBufferPointer) throws(StorageError) {
    let code = unsafe put(memory)
    guard code == 0 else { throw .system(code, path: path, expected: "a file that can be written") }
  }

  /// Writes everything: 0 or the error number. One call of the system unless it takes only a part.
  @unsafe private func put(_ memory: UnsafeRawBufferPointer) -> Int32 {
    var done = 0
    while done < memory.count {
      let count = unsafe CLibrary.write(descriptor, memory.baseAddress! + done, memory.count - done)
      if count >= 0 { done += count } else if errno != EINTR { return errno }
    }
    return 0
  }

  /// Takes room for `count` bytes, which the next writes fill; the file is cut to what it holds when that is known. Throws `full`
  /// where there is not so much.
  ///
  /// A file system that cannot reserve room gets zeros instead.
  func reserve(_ count: Int) throws(StorageError) {
    guard count > 0 else { return }
    var code: Int32
    repeat { code = allocate(count) } while code == EINTR
    switch code {
    case 0: return
    case ENOSPC, EDQUOT, EFBIG: throw .system(code, path: path, expected: "room for \(count) bytes")
    default: break
    }
    let zeros = [UInt8](repeating: 0, count: min(count, 1 << 20))
    var done = 0
    while done < count {
      try write(done + zeros.count <= count ? zeros : Array(zeros.prefix(count - done)))
      done += zeros.count
    }
    guard lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw .system(errno, path: path, expected: "a file that can be written")
    }
  }

  /// Asks the system for room: 0 or the error number.
  private func allocate(_ count: Int) -> Int32 {
    #if canImport(Darwin)
      var store = fstore_t(
        fst_flags: UInt32(F_ALLOCATEALL), fst_posmode: F_PEOFPOSMODE, fst_offset: 0, fst_length: off_t(count),
        fst_bytesalloc: 0)
      return unsafe fcntl(descriptor, F_PREALLOCATE, &store) == -1 ? errno : 0
    #else
      return posix_fallocate(descriptor, 0, off_t(count))
    #endif
  }

  /// Gives the file the permission bits of `status`, and its owner and group where the system lets us.
  func adopt(_ status: FileStatus) {
    if fchown(descriptor, status.owner, status.group) != 0 {
      _ = fchown(descriptor, .max, status.group)
    }
    _ = fchmod(descriptor, status.permissions)
  }

  // MARK: Locks

  /// Locks the file for as long as it is open, waiting for who has the lock. Nothing on a file system without locks.
  func lock() {
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  }

  /// Whether somebody has locked the file; nil on a file system without locks. If nobody has, it is locked now.
  func isLockedByOther() -> Bool? {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return false }
    return errno == EWOULDBLOCK ? true : nil
  }

  /// Moves the file over `path` in one step. What is returned is the same open file under its new name.
  func moved(to path: String) throws(StorageError) -> File {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw .system(errno, path: path, expected: "a file that can be replaced") }
    let file = File(path: path, descriptor: copy)
    try Folder.rename(self.path, to: path)
    return file
  }

  /// Cuts the file to `size` bytes.
  func truncate(to size: Int) throws(StorageError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else {
      throw .system(errno, path: path, expected: "a file that can be written")
    }
  }

  /// Waits until the contents are on the device.
  func synchronize() throws(StorageError) {
    while fsync(descriptor) != 0 {
      switch errno {
      case EINTR: continue
      // Some file systems cannot do it; the contents are then as safe as they get.
      case EINVAL, ENOTSUP: return
      default: throw .system(errno, path: path, expected: "a file that can be written")
      }
    }
  }
}

/// A path that C would cut at a zero byte must not name another file than the caller meant.
func checkSpelling(of path: String) throws(StorageError) {
  guard !path.isEmpty, !path.utf8.contains(0) else {
    throw StorageError(
      .missing, path: path, expected: "a path", found: path.isEmpty ? "an empty text" : "a zero byte in it")
  }
}
