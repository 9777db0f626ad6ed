/// A file of which blocks are read at any place and in any order, from several threads if need be: for what is too large to be held.
package struct FileBlocks: Sendable {
  private let file: File

  /// Opens a regular file.
  package init(path: String) throws(StorageError) { file = try File.reading(path) }

  /// The file as it was named.
  package var path: String { file.path }

  /// The size in bytes.
  package func size() throws(StorageError) -> Int { try file.size() }

  /// Fills `block` from `offset` on, with at most `limit` bytes: how many came, fewer at the end of the file only.
  package func read(at offset: Int, into block: inout [UInt8], atMost limit: Int = .max) throws(StorageError)
    -> Int
  {
    try file.read(at: offset, into: &block, atMost: limit)
  }

  /// The size of the regular file at `path`; nil for anything else, or what cannot be opened.
  package static func size(ofRegularFile path: String) -> Int? {
    guard let file = try? File.reading(path) else { return nil }
    return try? file.size()
  }
}
