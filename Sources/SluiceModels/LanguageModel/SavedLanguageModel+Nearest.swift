import SluiceCore
import SluiceText

extension SavedLanguageModel {
  /// The words of the vocabulary whose vectors have the largest cosines with that of a word, the nearest first; the word itself
  /// and the reserved words are left out. A model with a table gives a word outside its vocabulary the vector of `<unk>`.
  public mutating func nearest(to word: String, count: Int = 5) -> [NearWord] {
    if known == nil {
      let words = description.vocabulary.filter { ![WordCorpus.unknown, WordCorpus.end].holds($0) }
      known = (words, directions(of: words))
    }
    guard let (words, directions) = known else { return [] }
    let asked = self.directions(of: [word])
    let excluded = words.firstIndex { $0.hasSameCodePoints(as: word) }
    return WordSearch.nearest(count, count: words.count, excluding: excluded) {
      asked.cosine(0, directions, $0)
    }.map { NearWord(word: words[$0.index], cosine: $0.score) }
  }

  /// The vectors of words with a length of 1.
  func directions(of words: [String]) -> WordVectors {
    var values = vectors(of: words)
    for start in stride(from: 0, to: values.count, by: width) {
      var squares: Float = 0
      for k in start..<start + width { squares += values[k] * values[k] }
      let length = max(squares.squareRoot(), 1e-20)
      for k in start..<start + width { values[k] /= length }
    }
    return WordVectors(width: width, rows: values)
  }

  /// What there is to say of words that the model does not know: one with a table takes them as `<unk>`, and one that reads
  /// characters knows nothing of a word whose characters are all new to it.
  public func notes(on words: [String]) -> [String] {
    guard !readsCharacters else {
      return UnknownCharacters(words, description.spelling.alphabet).notes
    }
    let vocabulary = Set(description.vocabulary.map { CodePoints($0) })
    let unknown = words.filter { !vocabulary.contains(CodePoints($0)) }
    guard !unknown.isEmpty else { return [] }
    return [
      "the model reads words from a table and takes \(UnknownCharacters.list(unknown)) as \(WordCorpus.unknown)"
    ]
  }
}
