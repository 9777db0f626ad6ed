import Foundation
import Testing

@testable import SluiceStorage

@Suite("Vectors of words from files")
struct WordVectorFileTests {
  private static let words = ["the", "sea", "Zürich", "gone"]
  private static let rows: [(word: String, values: [Float])] = [
    ("sea", [0.1, -2.5e-8, 3]), ("extra", [7, 8, 9]), ("Zürich", [-0.0, Float(bitPattern: 71_362), 65504]),
    ("the", [1, 0.33333334, -1]),
  ]

  private static func text(header: Bool, trailing: String = "", end: String = "\n") -> [UInt8] {
    let head = header ? "\(rows.count) 3\(end)" : ""
    return Array(
      (head
        + rows.map { "\($0.word) " + $0.values.map { "\($0)" }.joined(separator: " ") + trailing + end }
        .joined())
        .utf8)
  }

  private static func binary(lineFeeds: Bool) -> [UInt8] {
    var bytes = Array("\(rows.count) 3\n".utf8)
    for row in rows {
      bytes += Array("\(row.word) ".utf8)
      for value in row.values {
        for i in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * i))) }
      }
      if lineFeeds { bytes.append(UInt8(ascii: "\n")) }
    }
    return bytes
  }

  private func read(_ bytes: [UInt8], words: [String] = words, width: Int = 3) throws -> WordVectorFile {
    let folder = try TemporaryFolder()
    try folder.write(bytes, to: "v")
    return try WordVectorFile(readingFile: folder.file("v"), words: words, width: width)
  }

  @Test(
    "Every format, in any order of words, gives the bits that were written, and says which words are missing",
    arguments: [
      text(header: true), text(header: false), text(header: true, trailing: " "),
      text(header: false, end: "\r\n"),
      Array(text(header: true).dropLast()), binary(lineFeeds: true), binary(lineFeeds: false),
    ])
  func formats(bytes: [UInt8]) throws {
    let file = try read(bytes)
    for (i, word) in Self.words.enumerated() {
      let expected = Self.rows.first { $0.word == word }?.values
      #expect(file.vector(i).map { $0.map(\.bitPattern) } == expected?.map(\.bitPattern), "\(word)")
    }
    #expect(file.foundCount == 3 && file.count == 4)
    #expect(try read(bytes).checksum == file.checksum)
  }

  @Test("A file longer than what is read at a time is read whole, as text and as bytes")
  func long() throws {
    let width = 40
    let count = 6_000
    func value(_ i: Int, _ k: Int) -> Float { Float(i * width + k) / 7 }
    var text = "\(count) \(width)\n"
    var binary = Array(text.utf8)
    for i in 0..<count {
      text += "w\(i) " + (0..<width).map { "\(value(i, $0))" }.joined(separator: " ") + "\n"
      binary += Array("w\(i) ".utf8)
      for k in 0..<width {
        for b in 0..<4 { binary.append(UInt8(truncatingIfNeeded: value(i, k).bitPattern >> UInt32(8 * b))) }
      }
    }
    for bytes in [Array(text.utf8), binary] {
      let file = try read(bytes, words: ["w0", "w\(count / 2)", "w\(count - 1)"], width: width)
      for (i, row) in [0, count / 2, count - 1].enumerated() {
        #expect(file.vector(i).map(Array.init) == (0..<width).map { value(row, $0) })
      }
    }
  }

  @Test(
    "What is no vector of the right width, each word once, is one line that says what and where",
    arguments: [
      ("3 4\na 1 2 3 4\n", "vectors of 3 elements", "found 4"),
      ("a 1 2\nb 3 4\n", "vectors of 3 elements", "found 2"),
      ("a 1 2 3\nb 1 2\n", ":2:", "3 texts"), ("a 1 2 3\nb 1 2 x\n", ":2:", "'x'"),
      ("a 1 2 3\n\nb 1 2 3\n", ":2:", "empty"),
      ("sea 1 2 3\nb 1 2 3\nsea 4 5 6\n", ":3:", "'sea' a second time"), ("a 1 2 nan\n", ":1:", "'nan'"),
      ("a 1 2 1e60\n", ":1:", "finite"), ("3 3\na 1 2 3\n", "3 words that the first line says", "found 1"),
      ("1 3\na 1 2 3\nb 1 2 3\n", "1 words", "found 2"), ("", "lines of a word", "none"),
    ])
  func damaged(text: String, place: String, found: String) throws {
    let error = try storageError { _ = try read(Array(text.utf8)) }
    #expect(
      "\(error)".contains(place) && "\(error)".contains(found) && !"\(error)".contains("\n"), "\(error)")
  }

  @Test("A binary file that is cut at any byte, goes on, or has a number that is not finite, is refused")
  func cut() throws {
    let whole = Self.binary(lineFeeds: false)
    let header = Array("4 3\n".utf8).count
    for length in header..<whole.count {
      #expect(throws: StorageError.self, "\(length)") { _ = try read(Array(whole[..<length])) }
    }
    #expect(try storageError { _ = try read(whole + [1]) }.found.contains("more bytes"))
    var infinite = whole
    // The last float becomes infinite.
    infinite.replaceSubrange(whole.count - 4..<whole.count, with: [0, 0, 0x80, 0x7F])
    #expect(try storageError { _ = try read(infinite) }.found.contains("inf"))
    var twice = Array("2 3\n".utf8)
    for _ in 0..<2 { twice += Array("sea ".utf8) + [UInt8](repeating: 0, count: 12) }
    #expect(try storageError { _ = try read(twice) }.found.contains("a second time"))
  }
}
