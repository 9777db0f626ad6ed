import Sluice
import Testing

@testable import SluiceModels

@Suite("Searching the nearest words")
struct WordSearchTests {
  @Test("The baselines find what they should, and a search that never does scores nothing")
  func recall() {
    let words = WordStems([
      ("run", "run"), ("runs", "run"), ("rust", "rust"), ("rusty", "rust"), ("xyz", "alone"),
    ])
    #expect(WordSearch.prefixRecall(words) == Recall(queries: 4, at1: 1, at5: 1))
    #expect(WordSearch.trigramRecall(words) == Recall(queries: 4, at1: 1, at5: 1))
    let wrong = WordSearch.recall(words) { i, j in words.areRelated(i, j) ? -1 : 1 }
    #expect(wrong == Recall(queries: 4, at1: 0, at5: 1))
  }

  @Test("The nearest come first, and of equal ones the first")
  func nearest() {
    let scores: [Float] = [0.1, 0.9, 0.9, 0.5]
    let found = WordSearch.nearest(3, count: 4, excluding: nil) { scores[$0] }
    #expect(found.map(\.index) == [1, 2, 3])
    #expect(WordSearch.nearest(3, count: 4, excluding: 1) { scores[$0] }.map(\.index) == [2, 3, 0])
  }

  @Test("A word with two stems is found by the words of both and never finds itself")
  func severalStems() {
    let words = WordStems([
      ("saw", "see"), ("saw", "saw"), ("saws", "saw"), ("sees", "see"), ("xyz", "alone"), ("xyz", "other"),
    ])
    var asked: [(Int, Int)] = []
    let right = WordSearch.recall(words) { i, j in
      asked.append((i, j))
      return words.areRelated(i, j) ? 1 : -1
    }
    #expect(right == Recall(queries: 3, at1: 1, at5: 1))
    #expect(asked.allSatisfy { $0.0 != $0.1 })
  }

  @Test("A search that is told to stop has no result")
  func stopped() {
    let words = WordStems([("run", "run"), ("runs", "run"), ("rust", "rust"), ("rusty", "rust")])
    var asked = 0
    let recall = WordSearch.prefixRecall(words) {
      asked += 1
      return asked < 3
    }
    #expect(recall == nil && asked == 3)
  }
}
