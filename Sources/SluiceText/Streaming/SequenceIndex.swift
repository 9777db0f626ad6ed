import SluiceCore

/// Words by their letters, each with a number in the order of first sight: for words that come as bytes or characters, and so many or so
/// often that a text of each would take too long.
struct SequenceIndex<Letter: FixedWidthInteger & Sendable>: Sendable {
  private var letters: [Letter] = []
  /// Where each word begins in `letters`, and the end of the last.
  private var starts: [Int] = [0]
  /// For a hash the number of a word and 1, or 0 for none; the next place is looked at where another word has it.
  private var slots = [Int32](repeating: 0, count: 64)

  /// How many words there are.
  var count: Int { starts.count - 1 }
  /// The letters of all words.
  var letterCount: Int { letters.count }
  /// About the memory, in bytes.
  var byteCount: Int {
    MemoryLayout<Letter>.stride * letters.capacity + 8 * starts.capacity + 4 * slots.count
  }

  /// The number of the word that stands in a part of `line`; nil for one that was never entered.
  func number(of word: Range<Int>, in line: [Letter]) -> Int32? {
    let found = slots[place(of: word, in: line)]
    return found > 0 ? found - 1 : nil
  }

  /// The number of a word, which is a new one where it was never entered.
  mutating func enter(_ word: Range<Int>, of line: [Letter]) -> Int32 {
    let place = place(of: word, in: line)
    if slots[place] > 0 { return slots[place] - 1 }
    letters.append(contentsOf: line[word])
    starts.append(letters.count)
    slots[place] = Int32(count)
    if 2 * count > slots.count { grow() }
    return Int32(count - 1)
  }

  /// The letters of a word.
  subscript(word: Int) -> ArraySlice<Letter> { letters[starts[word]..<starts[word + 1]] }

  /// Where a word stands among the slots, or the free one that it would get.
  private func place(of word: Range<Int>, in line: [Letter]) -> Int {
    let mask = slots.count - 1
    var place = Self.hash(line, word) & mask
    while slots[place] > 0, !isEqual(Int(slots[place]) - 1, word, line) { place = (place + 1) & mask }
    return place
  }

  private func isEqual(_ known: Int, _ word: Range<Int>, _ line: [Letter]) -> Bool {
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
  private static func hash(_ letters: [Letter], _ word: Range<Int>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in word { hash = (hash ^ UInt64(truncatingIfNeeded: letters[i])) &* 0x0000_0100_0000_01B3 }
    hash ^= hash >> 29
    hash = hash &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash >> 24)
  }
}

/// Words by their bytes in UTF-8.
typealias WordIndex = SequenceIndex<UInt8>

extension SequenceIndex where Letter == UInt8 {
  /// The number of a text, which is a new one where it was never entered.
  mutating func enter(_ text: String) -> Int32 {
    let bytes = Array(text.utf8)
    return enter(0..<bytes.count, of: bytes)
  }

  /// A word as a text.
  func text(of word: Int) -> String { String(decoding: self[word], as: UTF8.self) }
}
