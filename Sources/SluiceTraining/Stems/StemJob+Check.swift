import SluiceCore
import SluiceFlow
import SluiceLayers
import SluiceModels
import SluiceText

extension StemJob: CheckableJob {
  /// The stems of the tiny batch.
  static let tinyStems = 8

  public func varied(_ variant: RecipeVariant) -> StemJob {
    var settings = settings
    settings.model.units *= variant.unitsFactor
    if !settings.model.readsCharacters { settings.model.width *= variant.unitsFactor }
    // The checks compare losses of the same characters.
    settings.model.unknownShare = nil
    settings.optimizer.vary(by: variant)
    if !variant.hasDropout { settings.model.dropout = 0 }
    return with(settings)
  }

  /// A few stems side by side: their words look alike, so they are hard to tell apart.
  private var tinyWords: WordStems { training.neighbors(Self.tinyStems) }

  public func makeTinyBatch() -> StemBatch {
    let words = tinyWords
    var symbols = RaggedIndices()
    for word in words.words {
      var ids: [Int32] = []
      alphabet.encode(word, into: &ids)
      symbols.append(ids)
    }
    return StemBatch(symbols: symbols, stems: words.stems, grams: grams(of: symbols))
  }

  public func blank(_ batch: StemBatch) -> StemBatch {
    let symbols = RaggedIndices.blank(batch.count)
    return StemBatch(symbols: symbols, stems: batch.stems, grams: grams(of: symbols))
  }

  private func grams(of symbols: RaggedIndices) -> GramBag {
    var bag = GramBag()
    if var reader = gramReader { reader.read(symbols, into: &bag) }
    return bag
  }

  public func texts(of batch: StemBatch) -> [String] {
    (0..<batch.count).map { alphabet.decode(batch.symbols[$0]) }
  }

  /// Of each word the first of its stems.
  public func labels(of batch: StemBatch) -> [Int] {
    (0..<batch.count).map { Int(batch.stems[$0].first ?? 0) }
  }
  public var classNames: [String] { training.stemNames }
  public var metric: String { "recall@1" }
  /// N-grams are not dropped.
  public var dropout: Float { settings.model.readsCharacters ? settings.model.dropout : 0 }
  /// Which triplets are formed derives from the step.
  public var comparesSameStep: Bool { true }
  /// Untrained vectors are nearly alike; the closest of the others is then a little closer than the word of the stem.
  public var chance: RecipeChance? {
    RecipeChance(
      settings.margin, named: "the margin, its loss for vectors that know nothing,", warnsBeyond: 0.75,
      failsBeyond: 1.5)
  }
  public func baselines(of batch: StemBatch) -> [RecipeBaseline] {
    let words = tinyWords
    return [
      RecipeBaseline("longest common prefix", Float(WordSearch.prefixRecall(words)?.at1 ?? 0)),
      RecipeBaseline("character trigrams", Float(WordSearch.trigramRecall(words)?.at1 ?? 0)),
    ]
  }

  public func answers(to batch: StemBatch, of model: Model, _ tape: inout Tape) -> RecipeAnswers {
    RecipeAnswers(
      directions: tape.array(normalizeRows(model.encoder.vectors(batch.symbols, batch.grams, &tape), &tape)),
      count: batch.count, tinyWords.areRelated)
  }

  public func reach(of batch: StemBatch, by model: Model, _ tape: inout Tape) -> OutputReach? {
    guard let characters = model.encoder.characters else {
      // The sums of n-grams are what comes in, and the directions what words are compared by.
      let sums = model.encoder.vectors(batch.symbols, batch.grams, &tape)
      let directions = normalizeRows(sums, &tape)
      return OutputReach(
        inputs: sums, outputs: directions, weights: .first(settings.model.width, of: directions, tape),
        first: 1)
    }
    let letters = characters.embedding(batch.symbols, &tape)
    let vectors = model.encoder.vectors(of: letters, batch.grams, &tape)
    return OutputReach(
      inputs: letters.steps, outputs: vectors,
      weights: .first(settings.model.width, of: vectors, tape), first: batch.symbols.length(0))
  }

  public func ownLines(_ batch: StemBatch, by model: Model, _ tape: inout Tape) -> [RecipeLine] {
    let report = model.triplets(
      model.encoder.vectors(batch.symbols, batch.grams, &tape), batch.stems, &tape
    ).report
    return [
      RecipeLine(
        "no collapse", report.warning == nil ? .pass : .fail,
        "\(report.triplets) triplets, \(report.active) of them active; spread \(report.spread), cosine of the same stem "
          + "\(report.meanPositive), of others \(report.meanNegative)", hint: report.warning ?? "")
    ]
  }
}

extension WordStems {
  /// All words of `count` neighboring stems with several words.
  func neighbors(_ count: Int) -> WordStems {
    let several = stemsOfSeveralWords
    let chosen = Set(several.dropFirst(max(several.count - count, 0) / 2).prefix(count).map { Int32($0) })
    return subset { chosen.contains($0) }
  }

  /// The stems with several words, but for those with very many: what is done with a few stems compares all pairs of their
  /// words. All of them where the others are too few.
  var stemsOfSeveralWords: [Int] {
    let counts = countsByStem
    let several = counts.indices.filter { counts[$0] > 1 }
    let usual = several.filter { counts[$0] <= 64 }
    return usual.count >= Self.leastStems ? usual : several
  }
}
