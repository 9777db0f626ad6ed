import CLibrary

/// What is at a path, links followed.
package enum Occupant {
  case nothing, file, folder, other
}

/// What the system says of a file.
struct FileStatus {
  let kind: Occupant
  let size: Int
  /// The bits of reading, writing and running.
  let permissions: mode_t
  let owner: uid_t
  let group: gid_t
  /// The names that lead to it.
  let links: Int
  /// What changes with the contents.
  let edition: FileEdition
  private let device: UInt64
  private let number: UInt64

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
    size = Int(status.st_size)
    permissions = status.st_mode & 0o777
    owner = status.st_uid
    group = status.st_gid
    links = Int(status.st_nlink)
    #if canImport(Darwin)
      let written = status.st_mtimespec
    #else
      let written = status.st_mtim
    #endif
    edition = FileEdition(size: size, seconds: Int(written.tv_sec), nanoseconds: Int(written.tv_nsec))
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }

  /// Whether both are one file, by whatever names.
  func isSameFile(as other: FileStatus) -> Bool { device == other.device && number == other.number }
}

/// Questions to and changes of folders.
package enum Folder {
  /// What is at `path`. Throws when the system does not let us know.
  package static func occupant(of path: String) throws(StorageError) -> Occupant {
    try status(of: path)?.kind ?? .nothing
  }

  /// What the system says of what is at `path`; nil when there is nothing. A link itself is of the kind `other`.
  static func status(of path: String, followingLinks: Bool = true) throws(StorageError) -> FileStatus? {
    try checkSpelling(of: path)
    var status = stat()
    let code = followingLinks ? unsafe stat(path, &status) : unsafe lstat(path, &status)
    guard code == 0 else {
      if errno == ENOENT { return nil }
      throw .system(errno, path: path, expected: "a path that can be examined")
    }
    return FileStatus(status)
  }

  /// The bytes that are free for us on the file system of `path`; nil when the system does not say.
  static func freeBytes(at path: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// Whether a process of that number is alive; one that we may not ask is.
  static func isAlive(_ process: Int) -> Bool {
    guard let number = pid_t(exactly: process), number > 0 else { return false }
    return kill(number, 0) == 0 || errno != ESRCH
  }

  /// Creates the folder and those above it; existing ones are left as they are.
  static func create(_ path: String) throws(StorageError) {
    guard try occupant(of: path) == .nothing else { return }
    let parent = parent(of: path)
    if parent != path { try create(parent) }
    if unsafe mkdir(path, 0o777) == 0 { return }
    let expected = "a folder that can be created"
    switch errno {
    case EEXIST where try occupant(of: path) == .nothing:
      throw StorageError(
        .occupied, path: path, expected: expected, found: "a symbolic link to something that is not there",
        advice: "Remove the link or choose another folder.")
    case EEXIST: return
    // The parent is there, but belongs to a file system of the kernel.
    case ENOENT:
      throw StorageError(
        .denied, path: path, expected: expected, found: "that \(quoted(parent)) takes no new folders",
        advice: "Choose another folder.")
    default: throw .system(errno, path: path, expected: expected)
    }
  }

  /// Throws unless files can be created in the folder.
  static func checkWritable(_ path: String) throws(StorageError) {
    guard unsafe access(path, W_OK | X_OK) == 0 else {
      throw .system(errno, path: path, expected: "a folder that can be written")
    }
  }

  /// The names in the folder, in no particular order, without `.` and `..`.
  package static func names(in path: String) throws(StorageError) -> [String] {
    let expected = "a folder that can be read"
    guard let stream = unsafe opendir(path) else { throw .system(errno, path: path, expected: expected) }
    defer { unsafe _ = closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Moves a file over `target` in one step, replacing what was there.
  static func rename(_ source: String, to target: String) throws(StorageError) {
    let code = unsafe CLibrary.rename(source, target)
    guard code == 0 else { throw .system(errno, path: target, expected: "a file that can be replaced") }
  }

  /// Removes a file if it is there; failure is no error, as the callers clean up behind another error.
  static func removeFile(_ path: String) { unsafe _ = unlink(path) }

  /// Removes a folder if nothing is in it.
  static func removeIfEmpty(_ path: String) { unsafe _ = rmdir(path) }

  /// Makes a rename inside the folder last through a loss of power, where the system can.
  static func synchronize(_ path: String) {
    let descriptor = unsafe CLibrary.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = close(descriptor)
  }

  /// The folder that `path` lies in: `.` for a bare name, `/` at the root.
  static func parent(of path: String) -> String {
    var bytes = Array(path.utf8)
    let slash = UInt8(ascii: "/")
    while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
    guard let last = bytes.lastIndex(of: slash) else { return "." }
    bytes.removeSubrange(last...)
    while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
    return bytes.isEmpty ? "/" : String(decoding: bytes, as: UTF8.self)
  }

  /// `name` inside the folder `path`.
  package static func path(_ path: String, _ name: String) -> String {
    path.hasSuffix("/") ? path + name : path + "/" + name
  }

  /// The last part of `path`.
  static func lastPart(of path: String) -> String {
    String(path.split(separator: "/", omittingEmptySubsequences: true).last ?? "")
  }

  /// The number of this process, which keeps names of temporary files apart.
  static var processNumber: Int { Int(getpid()) }
}
