import CLibrary

extension StorageError {
  /// An error of the operating system, by its number, met where `expected` was needed.
  static func system(_ code: Int32, path: String, expected: String) -> StorageError {
    let (reason, found, advice) = meaning(of: code)
    return StorageError(reason, path: path, expected: expected, found: found, advice: advice)
  }

  /// What is said of a device that is full.
  static let noSpace = "no space left on the device"

  private static func meaning(of code: Int32) -> (Reason, found: String, advice: String) {
    switch code {
    case ENOENT: (.missing, "nothing at this path", "Check the spelling.")
    case EACCES, EPERM: (.denied, "that access is not permitted", "Check the owner and the access rights.")
    case EROFS: (.denied, "a file system that is read-only", "Choose another folder.")
    case ENOSPC: (.full, noSpace, "Free some space or choose another folder.")
    case EDQUOT: (.full, "that the disk quota is used up", "Free some space or choose another folder.")
    case EFBIG:
      (
        .full, "that the file would exceed the size limit",
        "Raise the limit (ulimit -f), or choose another folder."
      )
    case EISDIR: (.wrongKind, "a folder", "Give the path of a file.")
    case ENOTDIR: (.wrongKind, "a file where the path needs a folder", "Check the path.")
    case EEXIST, ENOTEMPTY: (.occupied, "something of that name already", "Choose another name.")
    case ENAMETOOLONG: (.system, "a name that is too long", "Choose a shorter name.")
    case ELOOP: (.system, "symbolic links that lead in a circle", "Check the path.")
    case EMFILE, ENFILE: (.system, "too many open files", "Close some, or raise the limit (ulimit -n).")
    case EIO: (.system, "an error of the device", "Check the disk.")
    default: unsafe (.system, "the system's error “\(String(cString: strerror(code)))”", "")
    }
  }
}
