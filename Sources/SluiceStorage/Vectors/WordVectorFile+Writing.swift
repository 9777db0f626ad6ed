import SluiceCore

extension WordVectorFile {
  /// Writes vectors in a format of word2vec, whole or not at all (see `AtomicFile`): first the number of words and of elements,
  /// then each word with its elements.
  ///
  /// - Parameters:
  ///   - values: the elements of all vectors, one after the other: [words, width].
  ///   - isBinary: elements as floats of 4 bytes, and not as digits.
  /// - Throws: `mismatch` for a word that the formats cannot hold (see `canHold`), and for one that comes twice.
  public static func write(
    _ words: [String], width: Int, values: [Float], isBinary: Bool = false, to path: String
  ) throws(StorageError) {
    require(values.count == words.count * width, "Every word has a vector of the same width.")
    if let word = words.first(where: { !canHold($0) }) {
      throw StorageError(
        .mismatch, path: path, expected: "words without spaces and line ends", found: quoted(word),
        advice: "Leave it out, or write '_' for its spaces.")
    }
    if let word = firstRepeated(words) {
      throw StorageError(.mismatch, path: path, expected: "every word once", found: "\(quoted(word)) twice")
    }
    try AtomicFile.write(to: path) { (output: borrowing AtomicFile.Output) throws(StorageError) in
      var bytes = Array("\(words.count) \(width)\n".utf8)
      for (i, word) in words.enumerated() {
        bytes += Array(word.utf8)
        if isBinary { bytes.append(UInt8(ascii: " ")) }
        for value in values[i * width..<(i + 1) * width] {
          if isBinary {
            bytes.appendFixed(value.bitPattern)
          } else {
            bytes += Array(" \(value)".utf8)
          }
        }
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count >= 1 << 20 {
          try output.write(bytes)
          bytes.removeAll(keepingCapacity: true)
        }
      }
      try output.write(bytes)
    }
  }

  /// Whether the formats, which part words by spaces and line ends, can hold a word.
  public static func canHold(_ word: String) -> Bool {
    !word.isEmpty && !word.utf8.contains { (9...13).contains($0) || $0 == UInt8(ascii: " ") }
  }
}
