import SluiceCore

/// Words by their bytes in UTF-8, each with a number in the order of first sight: for words that come as bytes, and so many that a text
/// of each would take too long.
struct WordIndex: Sendable {
  private var letters: [UInt8] = []
  /// Where each word begins in `letters`, and the end of the last.
  private var starts: [Int] = [0]
  /// For a hash the number of a word and 1, or 0 for none; the next place is looked at where another word has it.
  private var slots = [Int32](repeating: 0, count: 1 << 10)

  /// How many words there are.
  var count: Int { starts.count - 1 }
  /// The bytes of all words.
  var letterCount: Int { letters.count }
  /// About the memory, in bytes.
  var byteCount: Int { letters.capacity + 8 * starts.capacity + 4 * slots.count }

  /// The number of the word that stands in a part of `line`; nil for one that was never entered.
  func number(of word: Range<Int>, in line: [UInt8]) -> Int32? {
    let found = slots[place(of: word, in: line)]
    return found > 0 ? found - 1 : nil
  }

  /// The number of a word, which is a new one where it was never entered.
  mutating func enter(_ word: Range<Int>, of line: [UInt8]) -> Int32 {
    let place = place(of: word, in: line)
    if slots[place] > 0 { return slots[place] - 1 }
    letters.append(contentsOf: line[word])
    starts.append(letters.count)
    slots[place] = Int32(count)
    if 2 * count > slots.count { grow() }
    return Int32(count - 1)
  }

  /// The number of a text, which is a new one where it was never entered.
  mutating func enter(_ text: String) -> Int32 {
    let bytes = Array(text.utf8)
    return enter(0..<bytes.count, of: bytes)
  }

  /// The bytes of a word.
  func bytes(of word: Int) -> ArraySlice<UInt8> { letters[starts[word]..<starts[word + 1]] }

  /// A word as a text.
  func text(of word: Int) -> String { String(decoding: bytes(of: word), as: UTF8.self) }

  /// Where a word stands among the slots, or the free one that it would get.
  private func place(of word: Range<Int>, in line: [UInt8]) -> Int {
    let mask = slots.count - 1
    var place = Self.hash(line, word) & mask
    while slots[place] > 0, !isEqual(Int(slots[place]) - 1, word, line) { place = (place + 1) & mask }
    return place
  }

  private func isEqual(_ known: Int, _ word: Range<Int>, _ line: [UInt8]) -> Bool {
    let start = starts[known]
    guard starts[known + 1] - start == word.count else { return false }
    for i in 0..<word.count where letters[start + i] != line[word.lowerBound + i] { return false }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: 2 * slots.count)
    let mask = slots.count - 1
    for word in 0..<count {
      var place = Self.hash(letters, starts[word]..<starts[word + 1]) & mask
      while slots[place] > 0 { place = (place + 1) & mask }
      slots[place] = Int32(word + 1)
    }
  }

  /// FNV-1a, its bits mixed once more: the same on every machine.
  private static func hash(_ bytes: [UInt8], _ word: Range<Int>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in word { hash = (hash ^ UInt64(bytes[i])) &* 0x0000_0100_0000_01B3 }
    hash ^= hash >> 29
    hash = hash &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash >> 24)
  }
}

/// How often words occur, counted in bounded memory: where there are too many different ones, those that were rarest so far are forgotten, and
/// one that comes again begins anew ("lossy counting", Manku and Motwani 2002). The frequent ones are counted in full but for that.
struct WordCounts: Sendable {
  private(set) var index = WordIndex()
  private(set) var counts: [Int] = []
  /// Occurrences of words that were forgotten.
  private(set) var forgotten = 0
  /// Words of at most this count are forgotten next.
  private var floor = 0
  /// The most different words, and the most bytes of them, that are held.
  private let wordLimit: Int
  private let byteLimit: Int
  /// Words that are never forgotten.
  private let kept: [String]

  init(keeping kept: [String], wordLimit: Int = 1 << 19, byteLimit: Int = 1 << 23) {
    self.kept = kept
    self.wordLimit = wordLimit
    self.byteLimit = byteLimit
  }

  mutating func add(_ word: Range<Int>, of line: [UInt8]) {
    let number = Int(index.enter(word, of: line))
    if number == counts.count { counts.append(0) }
    counts[number] += 1
    if index.count > wordLimit || index.letterCount > byteLimit { forget() }
  }

  mutating func add(_ text: String) {
    let bytes = Array(text.utf8)
    add(0..<bytes.count, of: bytes)
  }

  private mutating func forget() {
    let kept = Set(kept.map { CodePoints($0) })
    while 4 * index.count > 3 * wordLimit || 4 * index.letterCount > 3 * byteLimit {
      floor += 1
      var fewer = WordIndex()
      var fewerCounts: [Int] = []
      for word in 0..<index.count {
        guard counts[word] > floor || kept.contains(CodePoints(index.text(of: word))) else {
          forgotten += counts[word]
          continue
        }
        let bytes = Array(index.bytes(of: word))
        _ = fewer.enter(0..<bytes.count, of: bytes)
        fewerCounts.append(counts[word])
      }
      (index, counts) = (fewer, fewerCounts)
    }
  }
}
