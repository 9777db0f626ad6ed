import SluiceCore

/// Vectors of words that another program, or `sluice vectors`, has written: the text format of word2vec and fastText, with or
/// without its first line, and the binary format of word2vec.
///
/// | format | first line | every word |
/// | --- | --- | --- |
/// | text | words and elements, or none | the word and its elements, parted by spaces, in a line |
/// | binary | words and elements | the word, a space, its elements as floats of 4 bytes, little-endian, perhaps a line feed |
///
/// Only the words asked for are kept, so a file of millions takes no more memory than they do. The whole file is read all the same,
/// and every line checked.
public struct WordVectorFile: Sendable {
  /// The file, as the caller spelled it.
  public let path: String
  /// The elements of a vector.
  public let width: Int
  /// The words of the file, asked for or not.
  public private(set) var count = 0
  /// Whether the elements are bytes of floats, and not digits.
  public private(set) var isBinary = false
  /// A checksum of the file's bytes, by which another is told.
  public private(set) var checksum = ""
  /// For each word asked for, the place of its vector among those kept; nil for one that the file does not have.
  private var places: [Int?]
  private var values: [Float] = []

  /// Reads the vectors of `words`.
  ///
  /// - Parameter width: the elements that a vector has to have.
  /// - Throws: `StorageError`: `mismatch` for vectors of another width, `truncated` for a file that ends within a vector or before its
  ///   first line says, `damaged` for a line that is no word with its numbers, a number that is not finite, and a word asked for that
  ///   comes twice.
  /// - Complexity: one pass over the file.
  public init(readingFile path: String, words: [String], width: Int) throws(StorageError) {
    self.path = path
    self.width = width
    places = Array(repeating: nil, count: words.count)
    var wanted: [[UInt8]: Int] = [:]
    for (i, word) in words.enumerated() { wanted[Array(word.utf8)] = i }
    var bytes = try VectorBytes(path)
    let header = try Self.header(&bytes)
    if let header {
      guard header.width == width else { throw Self.otherWidth(path, header.width, width) }
      if header.count > 0, try bytes.isBinary(width: width) {
        isBinary = true
        try readBinary(&bytes, header.count, wanted)
      } else {
        try readText(&bytes, header.count, wanted)
      }
    } else {
      try readText(&bytes, nil, wanted)
    }
    checksum = bytes.check.hexadecimal
  }

  /// The vector of word `i` of those asked for; nil where the file does not have it.
  public func vector(_ i: Int) -> ArraySlice<Float>? {
    places[i].map { values[$0 * width..<($0 + 1) * width] }
  }

  /// How many of the words asked for the file has.
  public var foundCount: Int { places.count { $0 != nil } }

  // MARK: Formats

  /// The elements that the vectors of a file have, by its first line.
  ///
  /// - Throws: `StorageError` for a file that cannot be read, or whose first line is that of no vectors.
  static func width(ofFile path: String) throws(StorageError) -> Int {
    var bytes = try VectorBytes(path)
    if let header = try header(&bytes) { return header.width }
    let fields = try bytes.peekLine().split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard fields.count > 1, fields.dropFirst().allSatisfy({ number($0) != nil }) else {
      throw StorageError(
        .damaged, path: path, expected: "a line of a word and its numbers", found: "another",
        advice: "Give vectors in the format of word2vec or fastText.")
    }
    return fields.count - 1
  }

  /// What a first line of two whole numbers says; nil, and nothing is read, where there is none.
  private static func header(_ bytes: inout VectorBytes) throws(StorageError) -> (count: Int, width: Int)? {
    let line = try bytes.peekLine()
    let fields = line.split(separator: UInt8(ascii: " "))
    guard fields.count == 2, let count = whole(fields[0]), let width = whole(fields[1]), width > 0 else {
      return nil
    }
    _ = try bytes.line()
    return (count, width)
  }

  private static func whole(_ field: ArraySlice<UInt8>) -> Int? {
    guard field.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(String(decoding: field, as: UTF8.self))
  }

  private mutating func readText(
    _ bytes: inout VectorBytes, _ expected: Int?, _ wanted: [[UInt8]: Int]
  ) throws(StorageError) {
    while let line = try bytes.line() {
      let fields = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard fields.count == width + 1 else {
        let isFirst = count == 0 && expected == nil
        let areNumbers = fields.count > 1 && fields.dropFirst().allSatisfy { Self.number($0) != nil }
        if isFirst, areNumbers { throw Self.otherWidth(path, fields.count - 1, width) }
        throw damaged(
          bytes.lineNumber, expected: "a word and \(width) numbers",
          found: fields.isEmpty ? "an empty line" : "\(fields.count) texts parted by spaces")
      }
      count += 1
      let place = try enter(Array(fields[0]), bytes.lineNumber, wanted)
      for field in fields.dropFirst() {
        guard let value = Self.number(field) else {
          throw damaged(
            bytes.lineNumber, expected: "a word and \(width) finite numbers",
            found: quoted(String(decoding: field.prefix(40), as: UTF8.self)))
        }
        if place != nil { values.append(value) }
      }
    }
    if let expected, count != expected {
      throw StorageError(
        count < expected ? .truncated : .damaged, path: path,
        expected: "the \(expected) words that the first line says", found: "\(count)",
        advice: "The file is incomplete, or its first line is wrong.")
    }
    guard count > 0 else {
      throw StorageError(
        .damaged, path: path, expected: "lines of a word and its numbers", found: "none",
        advice: "Give vectors in the format of word2vec or fastText.")
    }
  }

  private mutating func readBinary(
    _ bytes: inout VectorBytes, _ expected: Int, _ wanted: [[UInt8]: Int]
  ) throws(StorageError) {
    for _ in 0..<expected {
      guard let word = try bytes.word(), let numbers = try bytes.take(4 * width) else {
        throw StorageError(
          .truncated, path: path, expected: "the \(expected) vectors that the first line says",
          found: "\(count) whole ones", advice: "The file is incomplete: fetch it again, or make it again.")
      }
      count += 1
      let place = try enter(word, nil, wanted)
      for i in 0..<width {
        var bits: UInt32 = 0
        for k in 0..<4 { bits |= UInt32(numbers[numbers.startIndex + 4 * i + k]) << UInt32(8 * k) }
        let value = Float(bitPattern: bits)
        guard value.isFinite else {
          throw damaged(
            nil, expected: "finite numbers",
            found: "\(value) in the vector of \(quoted(String(decoding: word.prefix(200), as: UTF8.self)))")
        }
        if place != nil { values.append(value) }
      }
    }
    guard try bytes.hasOnlyLineEnds() else {
      throw damaged(
        nil, expected: "the \(expected) vectors that the first line says", found: "more bytes behind them")
    }
  }

  /// Gives the vector of a word that is asked for a place; nil for any other.
  private mutating func enter(
    _ word: [UInt8], _ line: Int?, _ wanted: [[UInt8]: Int]
  ) throws(StorageError) -> Int? {
    guard let i = wanted[word] else { return nil }
    guard places[i] == nil else {
      throw damaged(
        line, expected: "every word once",
        found: "\(quoted(String(decoding: word, as: UTF8.self))) a second time")
    }
    let place = values.count / width
    places[i] = place
    return place
  }

  /// The finite number that some bytes spell; nil if they spell none.
  private static func number(_ field: ArraySlice<UInt8>) -> Float? {
    guard let value = Float(String(decoding: field, as: UTF8.self)), value.isFinite else { return nil }
    return value
  }

  private func damaged(_ line: Int?, expected: String, found: String) -> StorageError {
    StorageError(
      .damaged, path: path, line: line, expected: expected, found: found,
      advice: "Give vectors in the format of word2vec or fastText, each word once.")
  }

  private static func otherWidth(_ path: String, _ found: Int, _ wanted: Int) -> StorageError {
    StorageError(
      .mismatch, path: path, expected: "vectors of \(wanted) elements, as the model's table has",
      found: "\(found)",
      advice: "Give vectors of that width, or a model of theirs.")
  }
}
