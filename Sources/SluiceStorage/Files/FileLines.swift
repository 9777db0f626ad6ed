/// Reads a file line by line, in memory that does not grow with the file.
package struct FileLines {
  /// The file that is read, as the caller spelled it.
  package let path: String
  /// The number of the last line, counted from 1.
  package private(set) var number = 0

  private let file: File
  private let chunkSize: Int
  private let limit: Int
  private var offset = 0
  private var waiting: [UInt8] = []
  private var position = 0

  /// Opens a file whose lines have at most `limit` bytes.
  package init(path: String, chunkSize: Int = 1 << 16, limit: Int = 16 << 20) throws(StorageError) {
    self.path = path
    self.chunkSize = chunkSize
    self.limit = limit
    file = try File.reading(path)
  }

  /// The next line without its end, and whether it had one; nil at the end of the file.
  package mutating func next() throws(StorageError) -> (text: [UInt8], isWhole: Bool)? {
    var searched = position
    while true {
      if let newline = waiting[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { position = newline + 1 }
        number += 1
        return (Array(waiting[position..<newline]), true)
      }
      waiting.removeSubrange(..<position)
      position = 0
      searched = waiting.count
      guard searched <= limit else {
        number += 1
        throw StorageError(
          .damaged, path: path, line: number, expected: "lines of at most \(limit) bytes",
          found: "a longer one",
          advice: "The file is damaged or has no lines of text.")
      }
      let chunk = try file.available(at: offset, atMost: chunkSize)
      offset += chunk.count
      if chunk.isEmpty {
        guard searched > 0 else { return nil }
        defer { waiting.removeAll() }
        number += 1
        return (waiting, false)
      }
      waiting += chunk
    }
  }
}
