import SluiceCore
import SluiceModels
import SluiceStorage
import SluiceText

/// What the report says of a language model: what is near to frequent words, and how sure it is of the next word.
extension LanguageModelJob {
  /// The words that are looked up, and among how many frequent ones they are spread.
  private static let sampleCount = 12
  private static let frequentCount = 240
  /// The words that are listed for each.
  private static let nearCount = 5
  /// The words of the validation part that are predicted.
  private static let predictionLimit = 20_000

  public func examine(
    run: String, engine: Engine, while goesOn: () -> Bool
  ) throws -> Examination? {
    var model = try SavedLanguageModel(run: run, engine: engine)
    var result = Examination()
    for word in sampleWords {
      guard goesOn() else { return nil }
      let near = model.nearest(to: word, count: Self.nearCount)
      result.neighbors.append(
        .init(word: word, near: near.map { .init(word: $0.word, cosine: Double($0.cosine)) }))
    }
    var calibration = Calibration()
    let tokens = Array(corpus.validation.prefix(Self.predictionLimit))
    guard
      model.predict(
        corpus, tokens, while: goesOn, { calibration.add(probability: Double($0), isRight: $1) })
    else { return nil }
    result.calibration = calibration
    return result
  }

  /// Words of at least three letters from among the most frequent of the training part, in the order of their frequency.
  private var sampleWords: [String] {
    var counts = [Int](repeating: 0, count: corpus.vocabularyCount)
    if corpus.streamed != nil {
      counts = corpus.counts
    } else {
      for form in corpus.training where Int(form) < counts.count { counts[Int(form)] += 1 }
    }
    let frequent = counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }.map { corpus.spellings[$0] }
      .filter { $0.count >= 3 && $0.allSatisfy(\.isLetter) }.prefix(Self.frequentCount)
    let count = min(Self.sampleCount, frequent.count)
    return (0..<count).map { frequent[$0 * frequent.count / count] }
  }
}
