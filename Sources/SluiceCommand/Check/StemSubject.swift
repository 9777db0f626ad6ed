import Sluice

/// The embedding of words with a few stems of its data.
struct StemSubject: ~Copyable, RecipeSubject {
  static let stemCount = 8

  var parameters: Parameters
  var tape: Tape
  private let model: StemModel
  private let triplets: TripletMarginLoss
  private var optimizer: Optimizer
  private var loss: Tensor?
  private var report: TripletReport?
  private let words: WordStems
  private let real: RaggedIndices
  private let blank: RaggedIndices
  let inputs: [String]
  let dropout: Float

  init(
    _ data: WordStems, _ alphabet: Alphabet, _ base: StemSettings, _ variant: RecipeVariant, engine: Engine
  ) throws(ModelError) {
    var settings = base
    settings.units *= variant.unitsFactor
    settings.optimizer.schedule = .constant
    settings.optimizer.learningRate *= variant.rateFactor
    if !variant.hasDropout { settings.dropout = 0 }
    var parameters = Parameters(seed: settings.seed, engine: engine)
    let model = try StemModel(symbols: alphabet.count, settings, in: &parameters)
    let triplets = TripletMarginLoss(margin: settings.margin, sampling: settings.sampling)
    let words = data.neighbours(Self.stemCount)
    var symbols = RaggedIndices()
    for word in words.words {
      var ids: [Int32] = []
      alphabet.encode(word, into: &ids)
      symbols.append(ids)
    }
    let blank = RaggedIndices.blank(words.count)
    let most = max(symbols.values.count, blank.values.count)
    let activations =
      2 * model.activationCount(words: words.count, symbols: most, engine: engine)
      + triplets.activationCount(samples: words.count, width: settings.width, engine: engine)
    try MemoryPlan(
      for: parameters, accumulators: settings.optimizer.accumulatorCount, activations: activations
    ).check(advice: "a smaller --units, --width or --embedding")
    let optimizer = try settings.optimizer.makeOptimizer(for: parameters, plannedSteps: 1_000)
    tape = Tape(for: parameters, capacity: activations)
    self.model = model
    self.triplets = triplets
    self.words = words
    self.blank = blank
    real = symbols
    inputs = (0..<symbols.count).map { alphabet.decode(symbols[$0]) }
    dropout = settings.dropout
    self.optimizer = optimizer
    self.parameters = parameters
  }

  var labels: [Int] { words.stems.map { Int($0) } }
  var classNames: [String] { words.stemNames }
  var metric: String { "recall@1" }
  /// Untrained vectors are nearly alike; the closest of the others is then a little closer than the word of the stem.
  var chance: RecipeChance? {
    RecipeChance(
      triplets.margin, named: "the margin, its loss for vectors that know nothing,", warnsBeyond: 0.75,
      failsBeyond: 1.5)
  }
  var baselines: [RecipeBaseline] {
    [
      RecipeBaseline("longest common prefix", Float(WordSearch.prefixRecall(words).at1)),
      RecipeBaseline("character trigrams", Float(WordSearch.trigramRecall(words).at1)),
    ]
  }

  mutating func forward(_ input: RecipeInput, mode: Tape.Mode) -> Float {
    tape.mode = mode
    // Which triplets are formed derives from the step, which the tape counts in training: the checks compare losses of the
    // same ones.
    if mode == .training { tape.step &-= 1 }
    tape.reset()
    let result = triplets(model.vectors(input == .real ? real : blank, &tape), words.stems, &tape)
    (loss, report) = (result.loss, result.report)
    return tape.scalar(result.loss)
  }

  mutating func backward() {
    if let loss { tape.backward(from: loss, into: &parameters) }
  }

  mutating func update() {
    optimizer.step(&parameters)
    parameters.settle()
  }

  mutating func answers() -> RecipeAnswers {
    tape.mode = .evaluation
    tape.reset()
    return RecipeAnswers(
      directions: tape.array(normalizeRows(model.vectors(real, &tape), &tape)), words.stems)
  }

  mutating func reach() -> RecipeReach? {
    tape.mode = .evaluation
    tape.reset()
    let letters = model.embedding(real, &tape)
    let vectors = model.output(model.net(model.dropout(letters, &tape), &tape).final, &tape)
    tape.backward(from: vectors, weights: .first(model.output.outputs, of: vectors, tape), into: &parameters)
    parameters.clearGradients()
    return RecipeReach(at: letters.steps, first: real.length(0), tape)
  }

  mutating func ownLines() -> [RecipeLine] {
    _ = forward(.real, mode: .evaluation)
    guard let report else { return [] }
    return [
      RecipeLine(
        "no collapse", report.warning == nil ? .pass : .fail,
        "\(report.triplets) triplets, \(report.active) of them active; spread \(report.spread), cosine of the same stem "
          + "\(report.meanPositive), of others \(report.meanNegative)", hint: report.warning ?? "")
    ]
  }
}

extension WordStems {
  /// All words of `count` neighbouring stems with several words: they look alike, so they are hard to tell apart.
  func neighbours(_ count: Int) -> WordStems {
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
