import SluiceCore
import SluiceStorage
import SluiceText

/// An encoder of words that a training has saved: vectors of any spelling, and the known words nearest to it.
///
/// ```swift
/// var stems = try SavedStems(run: "runs/stems")
/// for near in stems.nearest(to: "gardeners", count: 3) { print(near.word, near.cosine) }
/// ```
public struct SavedStems: ~Copyable {
  /// What was loaded.
  public let description: StemDescription
  /// The words to look among, each once: earlier runs list a word for each of its stems.
  public let words: [String]
  /// The model itself.
  public let model: StemEncoder
  package let parameters: Parameters
  /// The vectors of the known words, made when they are first looked among.
  private var known: WordVectors?

  /// Loads the model of a run's folder.
  ///
  /// - Throws: `StorageError` if the folder, `run.json` or the model cannot be read or do not fit each other.
  public init(run path: String, threads: Int = Workers.processorCount) throws(StorageError) {
    try self.init(run: path, engine: Engine(threads: threads))
  }

  /// The same on an engine that is shared.
  public init(run path: String, engine: Engine) throws(StorageError) {
    let directory = try RunDirectory.open(path)
    let description = try directory.description(StemDescription.self)
    let saved = try SavedModel(directory, engine: engine, forUseAlone: true) {
      (parameters: inout Parameters) throws(ModelError) in
      try StemEncoder(symbols: description.alphabet.count, description.settings, in: &parameters)
    }
    self.description = description
    var seen: Set<CodePoints> = []
    words = description.words.filter { seen.insert(CodePoints($0)).inserted }
    model = saved.model
    parameters = saved.parameters
  }

  /// What computes.
  var engine: Engine { parameters.engine }

  /// The directions of words: unit vectors of `description.settings.width` elements, one row each.
  public func vectors(of words: [String]) -> WordVectors {
    WordVectors(words, model, description.alphabet, parameters)
  }

  /// The known words whose vectors have the largest cosines with that of a spelling, the nearest first; the spelling itself is left out.
  public mutating func nearest(to word: String, count: Int = 5) -> [NearWord] {
    if known == nil { known = vectors(of: words) }
    guard let known else { return [] }
    let words = words
    let asked = vectors(of: [word])
    return WordSearch.nearest(
      count, count: words.count, excluding: words.firstIndex { $0.hasSameCodePoints(as: word) }
    ) {
      asked.cosine(0, known, $0)
    }.map { NearWord(word: words[$0.index], cosine: $0.score) }
  }
}

/// A word near to another.
public struct NearWord: Equatable, Sendable {
  /// The word.
  public let word: String
  /// The cosine of both vectors, from -1 to 1.
  public let cosine: Float
}
