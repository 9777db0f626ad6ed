import Sluice

/// The language model with a few short streams of its text, read from states of zero.
struct LanguageModelSubject: ~Copyable, RecipeSubject {
  static let streams = 4
  static let mostSteps = 10

  var parameters: Parameters
  var tape: Tape
  private let model: LanguageModel
  private var optimizer: Optimizer
  private var loss: Tensor?
  private let real: Reading
  private let blank: Reading
  private let targets: [Int32]
  private let offsets: [Int32]
  /// The words of a stream: no more than a transformer has positions for.
  private let steps: Int
  let inputs: [String]
  let classCounts: [Int]
  let classNames: [String]
  let dropout: Float

  /// A batch as the model reads it: the characters of every word, and its id in the vocabulary.
  private struct Reading {
    let spelled: RaggedIndices
    let ids: [Int32]
  }

  init(
    _ corpus: WordCorpus, _ spelling: Spelling, _ base: LanguageModelSettings, _ variant: RecipeVariant,
    engine: Engine
  ) throws {
    var settings = base
    settings.units *= variant.unitsFactor
    if settings.tiesWeights { settings.embeddingWidth = settings.units }
    let steps = min(settings.steps, Self.mostSteps)
    settings.optimizer.schedule = .constant
    settings.optimizer.learningRate *= variant.rateFactor
    if !variant.hasDropout { settings.dropout = 0 }
    var parameters = Parameters(seed: settings.seed, engine: engine)
    let model = try LanguageModel(
      characters: spelling.count, vocabulary: corpus.vocabularyCount, settings, in: &parameters)
    let activations = 2 * model.activationCount(streams: Self.streams, steps: steps, engine: engine)
    try MemoryPlan(
      for: parameters, accumulators: settings.optimizer.accumulatorCount, activations: activations
    ).check(advice: "a smaller --config or --steps")
    let optimizer = try settings.optimizer.makeOptimizer(for: parameters, plannedSteps: 1_000)
    let text = try WordStreams(corpus.training, streams: Self.streams, steps: steps, of: "the text")
    var (forms, next): ([Int32], [Int32]) = ([], [])
    text.batch(0, inputs: &forms, targets: &next)
    func reading(_ forms: [Int32]) -> Reading {
      Reading(
        spelled: spelling.encode(forms.map { corpus.spellings[Int($0)] }),
        ids: forms.map { corpus.target(of: $0) })
    }
    let real = reading(forms)
    self.real = real
    blank = reading(forms.map { _ in corpus.endForm })
    targets = next.map { corpus.target(of: $0) }
    offsets = (0...Self.streams).map { Int32($0 * steps) }
    let rows = forms.count
    tape = Tape(
      for: parameters,
      capacity: activations + 4 * rows * corpus.vocabularyCount
        + LanguageModel.room(forCharacters: real.spelled.values.count) + 1 << 16)
    let words = (0..<rows).map { place in
      settings.reading == .table
        ? corpus.spellings[Int(real.ids[place])]
        : spelling.alphabet.decode(real.spelled[place].dropFirst().dropLast())
    }
    inputs = (0..<Self.streams).map { stream in
      words[stream * steps..<(stream + 1) * steps].joined(separator: " ")
    }
    classCounts = corpus.counts
    classNames = Array(corpus.vocabulary)
    dropout = settings.dropout
    self.steps = steps
    self.model = model
    self.optimizer = optimizer
    self.parameters = parameters
  }

  var labels: [Int] { targets.map { Int($0) } }
  var outputBias: ParameterHandle? { model.output.bias }
  /// Plain descent from small weights learns the frequencies of the words long before their order.
  var overfitSteps: Int { 1_000 }
  var chance: RecipeChance? {
    RecipeChance(
      logarithm(of: classNames.count), named: "the logarithm of the vocabulary, -log(1/\(classNames.count)),")
  }

  mutating func forward(_ input: RecipeInput, mode: Tape.Mode) -> Float {
    tape.mode = mode
    tape.reset()
    let states = self.states(vectors(input == .real ? real : blank))
    let sum = model.output.loss(states, labels: targets, &tape)
    // As in training: summed over time, averaged over the streams.
    loss = multiply(sum, 1 / Float(Self.streams), &tape)
    return tape.scalar(sum) / Float(targets.count)
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
    let states = self.states(vectors(real))
    return RecipeAnswers(logits: tape.array(model.output.scores(states, &tape)), targets)
  }

  /// From what is known in the middle of the first stream.
  mutating func reach() -> RecipeReach? {
    tape.mode = .evaluation
    tape.reset()
    let vectors = self.vectors(real)
    let states = self.states(vectors)
    let width = tape.shape(of: states).width
    let place = steps / 2
    var weights = Array(repeating: Float(0), count: tape.shape(of: states).count)
    for i in 0..<width { weights[place * width + i] = Float(i % 7 + 1) }
    tape.backward(from: states, weights: weights, into: &parameters)
    parameters.clearGradients()
    return RecipeReach(at: vectors, first: steps, later: place + 1, tape)
  }

  /// The vectors of all words, [streams · steps, width].
  private mutating func vectors(_ reading: Reading) -> Tensor {
    guard case .table(let table) = model.reader else { return model.vectors(reading.spelled, &tape) }
    var x = table(reading.ids, &tape)
    for i in 0..<model.highways.count { x = model.highways[i](x, &tape) }
    return x
  }

  private mutating func states(_ vectors: Tensor) -> Tensor {
    var state = model.body.zeroState(sequences: Self.streams)
    return model.body(
      vectors, tape.makeSequences(offsets: offsets), from: state, to: &state, &tape)
  }
}
