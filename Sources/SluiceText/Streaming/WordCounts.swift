import SluiceCore

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
        let bytes = Array(index[word])
        _ = fewer.enter(0..<bytes.count, of: bytes)
        fewerCounts.append(counts[word])
      }
      (index, counts) = (fewer, fewerCounts)
    }
  }
}
