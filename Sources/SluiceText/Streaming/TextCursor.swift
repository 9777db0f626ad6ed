import SluiceCore
import SluiceStorage

/// The words of a line of bytes in UTF-8, parted as `WordCorpus.words(of:)` parts them.
enum LineWords {
  /// The next word from `place` on, which goes behind it; nil where there is no more.
  static func next(in line: [UInt8], from place: inout Int) -> Range<Int>? {
    var i = place
    while i < line.count {
      let length = separatorLength(line, i)
      if length == 0 { break }
      i += length
    }
    let start = i
    while i < line.count, separatorLength(line, i) == 0 { i += 1 }
    place = i
    return start < i ? start..<i : nil
  }

  /// How many bytes of what parts words begin at a place: 0 for none. Bytes inside of a character are none of these.
  @inline(__always)
  private static func separatorLength(_ line: [UInt8], _ i: Int) -> Int {
    let byte = line[i]
    if byte > 0x20, byte < 0xC2 { return 0 }
    switch byte {
    case 0x20, 0x09...0x0D: return 1
    case 0xC2: return i + 1 < line.count && line[i + 1] == 0x85 ? 2 : 0
    case 0xE2:
      return i + 2 < line.count && line[i + 1] == 0x80 && (0xA8...0xA9).contains(line[i + 2]) ? 3 : 0
    case 0xE3: return i + 2 < line.count && line[i + 1] == 0x80 && line[i + 2] == 0x80 ? 3 : 0
    default: return 0
    }
  }

  /// The characters of a word.
  static func characters(of word: Range<Int>, in line: [UInt8]) -> Int {
    var count = 0
    for i in word where line[i] & 0xC0 != 0x80 { count += 1 }
    return count
  }
}

/// A place in a part of a text in a file, which goes on word by word. The text was found to be UTF-8 before.
struct TextCursor: Sendable {
  /// The bytes that are read at a time.
  static let blockSize = 1 << 14

  /// The line that is read.
  private(set) var line: [UInt8] = []
  /// Where it begins in the file.
  private(set) var lineOffset = 0

  private let blocks: FileBlocks
  /// Behind the last byte of the part.
  private let end: Int
  /// What comes after the block.
  private var offset: Int
  private var block: [UInt8]
  private var start = 0
  private var filled = 0
  /// Where the next word of the line is looked for.
  private var place = 0
  private var hasWord = false

  /// - Parameter offset: the beginning of a line.
  init(_ blocks: FileBlocks, at offset: Int, end: Int, blockSize: Int = blockSize) {
    self.blocks = blocks
    self.offset = offset
    self.end = end
    lineOffset = offset
    block = [UInt8](repeating: 0, count: blockSize)
  }

  /// Goes to the beginning of a line.
  mutating func move(to offset: Int) {
    self.offset = offset
    (start, filled, place, hasWord) = (0, 0, 0, false)
    line.removeAll(keepingCapacity: true)
    lineOffset = offset
  }

  /// Reads the next line; false at the end of the part.
  mutating func readLine() throws(StorageError) -> Bool {
    line.removeAll(keepingCapacity: true)
    (place, hasWord) = (0, false)
    lineOffset = offset - (filled - start)
    while true {
      if start == filled {
        guard offset < end else { return !line.isEmpty }
        filled = try blocks.read(at: offset, into: &block, atMost: end - offset)
        start = 0
        if filled == 0 { return !line.isEmpty }
        offset += filled
      }
      var i = start
      while i < filled, block[i] != 0x0A, block[i] != 0x0D { i += 1 }
      line.append(contentsOf: block[start..<i])
      start = min(i + 1, filled)
      // The line feed after a carriage return ends an empty line, which has no words.
      if i < filled { return true }
    }
  }

  /// The next token of the part: the form of a word, the end after the last one of a line, and that of `<unk>` for a word that is not in
  /// the vocabulary; nil at the end of the part.
  mutating func next(_ words: VocabularyIndex) throws(StorageError) -> Int32? {
    while true {
      if let word = LineWords.next(in: line, from: &place) {
        hasWord = true
        return words.index.number(of: word, in: line) ?? words.unknown
      }
      if hasWord {
        hasWord = false
        return words.end
      }
      guard try readLine() else { return nil }
    }
  }
}

/// The vocabulary by the bytes of its words.
struct VocabularyIndex: Sendable {
  /// The words, numbered by their forms.
  let index: WordIndex
  /// The form of the end of a sentence.
  let end: Int32
  /// The form of `<unk>`.
  let unknown: Int32
}
