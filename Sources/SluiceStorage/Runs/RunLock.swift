import CLibrary

/// That a training has a run's folder to itself. Two that wrote into one would each replace the other's model, and
/// mix their figures.
///
/// The lock is one on the folder itself, leaves no file behind, and ends with its holder or the process, however
/// that ends. A file system that has no locks lets everybody in.
public final class RunLock: Sendable {
  private let descriptor: Int32

  init(_ folder: String) throws(StorageError) {
    descriptor = unsafe CLibrary.open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
    throw StorageError(
      .occupied, path: folder, expected: "a folder that no training writes into",
      found: "one that another has",
      advice: "Wait for it to end, or choose another folder.")
  }

  deinit {
    guard descriptor >= 0 else { return }
    // A process that is being started by this one may still have the descriptor, and with it the lock.
    _ = flock(descriptor, LOCK_UN)
    _ = close(descriptor)
  }
}
