import Synchronization

/// A file of which blocks are read at any place and in any order, from several threads if need be: for what is too large to be held.
package struct FileBlocks: Sendable {
  private let file: File
  /// What the file was when it was opened.
  private let opened: FileEdition
  private let failure = FirstFailure()

  /// Opens a regular file.
  package init(path: String) throws(StorageError) {
    file = try File.reading(path)
    opened = try file.edition()
  }

  /// The file's path, as it was given.
  package var path: String { file.path }

  /// The size in bytes.
  package func size() throws(StorageError) -> Int { try file.size() }

  /// Whether the file begins like one that is packed with gzip; nil where it cannot be read.
  package var isPacked: Bool? {
    var beginning: [UInt8] = [0, 0]
    guard (try? read(at: 0, into: &beginning)) != nil else { return nil }
    return GzipStream.isBeginning(beginning)
  }

  /// Fills `block` from `offset` on, with at most `limit` bytes: how many came, fewer at the end of the file only.
  package func read(at offset: Int, into block: inout [UInt8], atMost limit: Int = .max) throws(StorageError)
    -> Int
  {
    do throws(StorageError) {
      return try file.read(at: offset, into: &block, atMost: limit)
    } catch {
      failure.note(error)
      throw error
    }
  }

  /// Looks whether all that was read is what the file held when it was opened.
  ///
  /// - Throws: what a read has failed with, or `mismatch` for a file that was written to since.
  package func check() throws(StorageError) {
    if let error = failure.error { throw error }
    guard try file.edition() == opened else {
      throw StorageError(
        .mismatch, path: file.path, expected: "the file as it was when it was opened",
        found: "one that was written to since",
        advice: "Bring it back as it was and go on with 'sluice resume', or train anew.")
    }
  }
}

/// What of a file changes when somebody writes to it.
struct FileEdition: Equatable, Sendable {
  let size: Int
  /// When it was written last, in seconds and billionths.
  let seconds: Int
  let nanoseconds: Int
}

/// The first error of those who read a file.
private final class FirstFailure: Sendable {
  private let first = Mutex<StorageError?>(nil)

  var error: StorageError? { first.withLock { $0 } }

  func note(_ error: StorageError) {
    first.withLock { first in
      if first == nil { first = error }
    }
  }
}
