/// The bytes of a file of vectors, read block by block, and a checksum of them.
struct VectorBytes {
  /// The longest line, and the longest word, that are read: what is longer is no vector.
  private static let limit = 1 << 24
  private static let block = 1 << 20

  private let file: File
  private var buffer: [UInt8] = []
  private var start = 0
  private var offset = 0
  private var hasEnded = false
  /// The checksum of all that was read from the file.
  private(set) var check = CRC32C()
  /// The number of the line that was read last, from 1.
  private(set) var lineNumber = 0

  init(_ path: String) throws(StorageError) { file = try File.reading(path) }

  /// Reads another block behind what is there; false at the end of the file.
  private mutating func fill() throws(StorageError) -> Bool {
    if hasEnded { return false }
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    let more = try file.available(at: offset, atMost: Self.block)
    offset += more.count
    check.update(more)
    buffer += more
    hasEnded = more.count < Self.block
    return !more.isEmpty
  }

  /// Where the next byte of this kind is, within what is read; nil where the file has none.
  private mutating func find(_ byte: UInt8) throws(StorageError) -> Int? {
    var searched = start
    while true {
      if let place = buffer[searched...].firstIndex(of: byte) { return place }
      searched = buffer.count - start
      guard buffer.count - start < Self.limit else {
        throw StorageError(
          .damaged, path: file.path, expected: "lines of a word and its numbers",
          found: "one of more than \(Self.limit) bytes",
          advice: "Give vectors in the format of word2vec or fastText.")
      }
      guard try fill() else { return nil }
      searched += start
    }
  }

  /// The next line without its end; nil at the end of the file.
  mutating func line() throws(StorageError) -> ArraySlice<UInt8>? {
    let end = try find(UInt8(ascii: "\n"))
    if end == nil, start == buffer.count { return nil }
    var line = buffer[start..<(end ?? buffer.count)]
    start = end.map { $0 + 1 } ?? buffer.count
    lineNumber += 1
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }

  /// The next line, which stays to be read.
  mutating func peekLine() throws(StorageError) -> [UInt8] {
    let end = try find(UInt8(ascii: "\n")) ?? buffer.count
    var line = Array(buffer[start..<end])
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }

  /// The next so many bytes; nil where the file has fewer.
  mutating func take(_ count: Int) throws(StorageError) -> [UInt8]? {
    while buffer.count - start < count { guard try fill() else { return nil } }
    defer { start += count }
    return Array(buffer[start..<start + count])
  }

  /// The next word of the binary format, up to its space; line ends before it belong to the vector before.
  mutating func word() throws(StorageError) -> [UInt8]? {
    guard let end = try find(UInt8(ascii: " ")) else { return nil }
    let word = buffer[start..<end].drop { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    start = end + 1
    return Array(word)
  }

  /// Whether only line ends are left.
  mutating func hasOnlyLineEnds() throws(StorageError) -> Bool {
    repeat {
      guard buffer[start...].allSatisfy({ $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else {
        return false
      }
      start = buffer.count
    } while try fill()
    return true
  }

  /// Whether the first vector's elements are bytes of floats and not digits: one of them is no byte of a text, or none of digits
  /// before a line has ended.
  mutating func isBinary(width: Int) throws(StorageError) -> Bool {
    guard let space = try find(UInt8(ascii: " ")) else { return false }
    let length = space - start
    while buffer.count - start < length + 1 + 4 * width { guard try fill() else { break } }
    let first = start + length + 1
    // Behind a line end a text goes on with a word, which may have any letters.
    var isInLine = true
    for byte in buffer[first..<min(first + 4 * width, buffer.count)] {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): isInLine = false
      case UInt8(ascii: "\t"), 32..<127: continue
      case 0..<32: return true
      default: if isInLine { return true }
      }
    }
    return false
  }
}
