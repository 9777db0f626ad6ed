import SluiceCore
import SluiceModels
import SluiceStorage
import SluiceText

/// What the report says of stems: what is near to some words of stems that training never saw.
extension StemJob {
  /// The words that are looked up, spread over the validation part.
  private static let sampleCount = 12
  /// The words that are listed for each.
  private static let nearCount = 5

  public func examine(
    run: String, engine: Engine, while goesOn: () -> Bool
  ) throws -> Examination? {
    var saved = try SavedStems(run: run, engine: engine)
    let places = Dictionary(
      all.words.enumerated().map { (CodePoints($1), $0) }, uniquingKeysWith: { first, _ in first })
    var result = Examination()
    let count = min(Self.sampleCount, validation.count)
    for k in 0..<count {
      guard goesOn() else { return nil }
      let word = validation.words[k * validation.count / count]
      let own = places[CodePoints(word)]
      result.neighbors.append(
        Examination.Neighbors(
          word: word,
          near: saved.nearest(to: word, count: Self.nearCount).map { near in
            let other = places[CodePoints(near.word)]
            let isRelated = own.flatMap { own in other.map { all.areRelated(own, $0) } }
            return .init(word: near.word, cosine: Double(near.cosine), isRelated: isRelated)
          }))
    }
    return result
  }
}
