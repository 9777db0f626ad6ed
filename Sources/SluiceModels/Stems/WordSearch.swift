import SluiceCore
import SluiceText

/// How often a word that shares a stem is found.
public struct Recall: Codable, Equatable, Sendable {
  /// The words looked up: those with a stem that has another word.
  public var queries: Int
  /// The share whose nearest word shares a stem.
  public var at1: Double
  /// The share with such a word among the five nearest.
  public var at5: Double

  /// The shares of what was found.
  package init(_ found: FoundWords) {
    let all = Double(max(found.queries, 1))
    self.init(
      queries: found.queries, at1: Double(found.first) / all, at5: Double(found.amongFive) / all)
  }

  init(queries: Int, at1: Double, at5: Double) {
    self.queries = queries
    self.at1 = at1
    self.at5 = at5
  }

  package var text: String { "recall@1 \(percent(at1))  recall@5 \(percent(at5))" }
}

/// What a search has found, as counts: those of parts of the words add up.
package struct FoundWords: BitwiseCopyable, Sendable {
  /// The words looked up.
  package var queries = 0
  /// Those whose nearest word shares a stem, and those with such a word among the five nearest.
  package var (first, amongFive) = (0, 0)

  package init() {}

  package mutating func add(_ other: FoundWords) {
    queries += other.queries
    first += other.first
    amongFive += other.amongFive
  }
}

/// The nearest words by any score, each word against all others.
public enum WordSearch {
  /// The recall of `score`, the larger the nearer.
  ///
  /// - Parameter goesOn: asked for every word; once it says no, the search ends with nil.
  /// - Complexity: O(words²) calls of `score`.
  public static func recall(
    _ words: WordStems, while goesOn: () -> Bool = { true }, _ score: (Int, Int) -> Float
  ) -> Recall? {
    found(words, queries: 0..<words.count, while: goesOn, score).map { Recall($0) }
  }

  /// What is found for some of the words.
  static func found(
    _ words: WordStems, queries: Range<Int>, while goesOn: () -> Bool, _ score: (Int, Int) -> Float
  ) -> FoundWords? {
    let counts = words.countsByStem
    var found = FoundWords()
    for i in queries where words.stems[i].contains(where: { counts[Int($0)] > 1 }) {
      guard goesOn() else { return nil }
      let nearest = self.nearest(5, count: words.count, excluding: i) { score(i, $0) }
      let rank = nearest.firstIndex { words.areRelated($0.index, i) }
      found.queries += 1
      if rank == 0 { found.first += 1 }
      if rank != nil { found.amongFive += 1 }
    }
    return found
  }

  /// The places with the largest scores, largest first, of equal ones the first.
  public static func nearest(
    _ most: Int, count: Int, excluding excluded: Int?, _ score: (Int) -> Float
  ) -> [(index: Int, score: Float)] {
    var best: [(index: Int, score: Float)] = []
    for j in 0..<count where j != excluded {
      let value = score(j)
      if best.count == most, value <= best[most - 1].score { continue }
      if best.count == most { best.removeLast() }
      let place = best.firstIndex { value > $0.score } ?? best.count
      best.insert((j, value), at: place)
    }
    return best
  }

  /// The first baseline: the longest common prefix, of equal ones that with the shorter word.
  public static func prefixRecall(
    _ words: WordStems, while goesOn: () -> Bool = { true }
  ) -> Recall? {
    let letters = words.words.map { Array($0.unicodeScalars) }
    return recall(words, while: goesOn) { i, j in
      let (a, b) = (letters[i], letters[j])
      var length = 0
      while length < min(a.count, b.count), a[length] == b[length] { length += 1 }
      return Float(length) - Float(b.count) / 1_000
    }
  }

  /// The second baseline: the share of common character trigrams (Dice), both ends of a word marked.
  public static func trigramRecall(
    _ words: WordStems, while goesOn: () -> Bool = { true }
  ) -> Recall? {
    let trigrams = words.words.map { word in
      let letters = [1, 1] + word.unicodeScalars.map { UInt64($0.value) } + [2]
      return Set((0..<letters.count - 2).map { letters[$0] << 42 | letters[$0 + 1] << 21 | letters[$0 + 2] })
        .sorted()
    }
    return recall(words, while: goesOn) { i, j in
      let (a, b) = (trigrams[i], trigrams[j])
      var (p, q, common) = (0, 0, 0)
      while p < a.count, q < b.count {
        if a[p] == b[q] { common += 1 }
        let step = a[p]
        if a[p] <= b[q] { p += 1 }
        if b[q] <= step { q += 1 }
      }
      return 2 * Float(common) / Float(a.count + b.count)
    }
  }
}
