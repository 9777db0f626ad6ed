import SluiceCore
import SluiceStorage

/// A part of a text that stays in its file: its size, and places to go on from.
public struct StreamedPart: Sendable {
  /// The words and ends of sentences.
  public internal(set) var tokenCount = 0
  /// The lines that hold a word.
  public internal(set) var sentenceCount = 0
  /// The characters of all words, and one more for each: the space or the end of the line after it.
  public internal(set) var characterCount = 0

  /// The beginning of a line, and how many tokens of the part come before it.
  private struct Mark: Sendable {
    let offset: Int
    let token: Int
  }

  private let blocks: FileBlocks
  private var marks: [Mark] = []
  /// Behind the last byte.
  private(set) var end: Int

  /// About how many bytes lie between two marks.
  private static let markDistance = 1 << 20

  /// Reads the part from a place on: so many lines that hold a word, or all there are.
  ///
  /// - Parameters:
  ///   - counts: gets every word and end; nil where they are not counted.
  init(
    of blocks: FileBlocks, from offset: Int, lines limit: Int = .max, into counts: inout WordCounts?
  ) throws(StorageError) {
    self.blocks = blocks
    end = try blocks.size()
    var cursor = TextCursor(blocks, at: offset, end: end, blockSize: 1 << 16)
    marks = [Mark(offset: offset, token: 0)]
    while true {
      guard sentenceCount < limit, try cursor.readLine() else { break }
      if cursor.lineOffset - marks[marks.count - 1].offset >= Self.markDistance {
        marks.append(Mark(offset: cursor.lineOffset, token: tokenCount))
      }
      var place = 0
      let before = tokenCount
      while let word = LineWords.next(in: cursor.line, from: &place) {
        tokenCount += 1
        characterCount += LineWords.characters(of: word, in: cursor.line) + 1
        counts?.add(word, of: cursor.line)
      }
      guard tokenCount > before else { continue }
      tokenCount += 1
      sentenceCount += 1
      counts?.add(WordCorpus.end)
    }
    // The next line, if there is one, begins where this part ends.
    end = sentenceCount < limit ? end : try cursor.readLine() ? cursor.lineOffset : end
  }

  /// A cursor whose next token is the one of that number.
  func move(_ cursor: inout TextCursor, to token: Int, _ words: VocabularyIndex) throws(StorageError) {
    var mark = marks.count - 1
    while mark > 0, marks[mark].token > token { mark -= 1 }
    cursor.move(to: marks[mark].offset)
    for _ in marks[mark].token..<token { _ = try cursor.next(words) }
  }

  /// A cursor at the beginning.
  func makeCursor() -> TextCursor { TextCursor(blocks, at: marks[0].offset, end: end) }

  /// Some tokens, from the one of a number on; fewer at the end of the part.
  func tokens(from first: Int, count: Int, _ words: VocabularyIndex) throws(StorageError) -> [Int32] {
    var cursor = makeCursor()
    try move(&cursor, to: first, words)
    var tokens: [Int32] = []
    while tokens.count < count, let token = try cursor.next(words) { tokens.append(token) }
    return tokens
  }

  /// Looks whether the file is what it was when the part was read first.
  func check() throws(StorageError) { try blocks.check() }

  /// About the memory of the places, in bytes.
  var byteCount: Int { MemoryLayout<Mark>.stride * marks.capacity }
}

/// A text that stays in its file while a model is trained on it: its parts, what was found in it, and its words by their bytes.
public struct StreamedText: Sendable {
  /// The part to train on.
  public let training: StreamedPart
  /// The part to validate on.
  public let validation: StreamedPart
  /// The different words that were counted; fewer than there are where the rarest were forgotten on the way.
  public let distinctCount: Int
  /// Occurrences of words that are not in the vocabulary.
  public let unknownCount: Int
  /// A checksum of the text.
  public let fingerprint: String
  /// The bytes of the files.
  public let byteCount: Int
  let words: VocabularyIndex

  /// The memory that it takes while it is read, by so many streams.
  public func memory(streams: Int) -> Int {
    // A block and a line for each, and the words twice: as texts, with what finds them, and as bytes.
    training.byteCount + validation.byteCount + 2 * streams * (TextCursor.blockSize + 4_096)
      + words.index.byteCount + 160 * words.index.count
  }

  /// Looks whether the files are what they were when they were counted.
  ///
  /// - Throws: `DataError` for one that was written to since, or of which something could not be read.
  package func check() throws(DataError) {
    do throws(StorageError) {
      try training.check()
      try validation.check()
    } catch {
      throw DataError(error)
    }
  }

  /// The most memory that it takes to count the words, in bytes.
  public static let countingMemory = 120 << 20
}

/// The streams of a text in a file: each has a place of its own, from which it reads on.
struct StreamCursors: Sendable {
  private let part: StreamedPart
  private let words: VocabularyIndex
  private let streams: Int
  private let steps: Int
  private let count: Int
  /// The streams that are read; of the others nothing is known.
  private let own: Range<Int>
  /// Those of the streams that are read.
  private var cursors: [TextCursor]
  /// The token that each of them reads next.
  private var ahead: [Int32] = []
  /// The first token of the part, which follows its last.
  private var first: Int32 = 0
  /// The batch that comes next; nil where the places have to be looked for.
  private var next: Int?

  /// - Parameter own: the streams to read; nil for all. Every token of the others is 0.
  init(
    _ part: StreamedPart, _ words: VocabularyIndex, streams: Int, steps: Int, count: Int,
    own: Range<Int>? = nil
  ) {
    self.part = part
    self.words = words
    self.streams = streams
    self.steps = steps
    self.count = count
    self.own = own ?? 0..<streams
    cursors = self.own.map { _ in part.makeCursor() }
  }

  /// How many places of the file are read.
  var readCount: Int { cursors.count }

  /// Fills `inputs` and `targets` with batch `index`. Goes on where the batch before ended; any other is looked for.
  ///
  /// - Returns: false where the file cannot be read any more, or ends before it did.
  mutating func batch(_ index: Int, inputs: inout [Int32], targets: inout [Int32]) -> Bool {
    inputs.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    do throws(StorageError) {
      if next != index { guard try find(index) else { return false } }
      next = nil
      for stream in 0..<streams {
        guard own.contains(stream) else {
          for _ in 0..<steps {
            inputs.append(0)
            targets.append(0)
          }
          continue
        }
        let i = stream - own.lowerBound
        for step in 0..<steps {
          let place = (stream * count + index) * steps + step
          inputs.append(ahead[i])
          if place + 1 == count * streams * steps {
            ahead[i] = first
          } else {
            guard let token = try cursors[i].next(words) else { return false }
            ahead[i] = token
          }
          targets.append(ahead[i])
        }
      }
    } catch {
      return false
    }
    next = index + 1
    return true
  }

  private mutating func find(_ index: Int) throws(StorageError) -> Bool {
    guard let token = try part.tokens(from: 0, count: 1, words).first else { return false }
    first = token
    ahead.removeAll(keepingCapacity: true)
    for stream in own {
      let i = stream - own.lowerBound
      try part.move(&cursors[i], to: (stream * count + index) * steps, words)
      guard let token = try cursors[i].next(words) else { return false }
      ahead.append(token)
    }
    return true
  }
}

extension DataError {
  /// Why a text that stays in its file cannot be read.
  init(_ error: StorageError) {
    self.init(path: error.path, expected: error.expected, got: error.found, advice: error.advice)
  }
}
