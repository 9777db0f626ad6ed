/// Room on the device for a file that is written later: a temporary file of the size it will have.
///
/// So it is known before a long work that its result can be written, and nothing that grows meanwhile takes the room. It is
/// given back when the value goes away, or becomes the file (`AtomicFile.write(to:into:)`).
final class ReservedRoom {
  private var file: File?

  /// Takes `count` bytes in the folder that `path` lies in.
  ///
  /// - Throws: `full` where there is not so much room; the error says how much is needed and how much is free.
  init(_ count: Int, for path: String) throws(StorageError) {
    let folder = Folder.parent(of: path)
    let file = try AtomicFile.createTemporary(in: folder, for: path)
    do {
      try file.reserve(count)
    } catch {
      Folder.removeFile(file.path)
      var error = error
      error.path = path
      error.expected = "\(count) bytes of room"
      if error.found == StorageError.noSpace, let free = Folder.freeBytes(at: folder) {
        error.found = "\(free) bytes free"
      }
      throw error
    }
    self.file = file
  }

  deinit { if let file { Folder.removeFile(file.path) } }

  /// The file, which from now on is the caller's; nil if it was taken before.
  func take() -> File? {
    defer { file = nil }
    return file
  }
}
