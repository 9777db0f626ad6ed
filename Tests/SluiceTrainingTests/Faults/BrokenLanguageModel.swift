import Sluice

@testable import SluiceCommand

/// The language model of the command, small, with a fault.
struct BrokenLanguageModel: ~Copyable, BrokenJob {
  static let job = "language model"
  private static let streams = 8
  private static let steps = 10

  private let fault: JobFault
  var parameters: Parameters
  var tape: Tape
  private let model: LanguageModel
  private var optimizer: Optimizer
  private var loss: Tensor?
  private let corpus: WordCorpus
  private let spelling: Spelling
  private let text: WordStreams
  private var words: [Int32] = []
  private var targets: [Int32] = []
  private var spelled = RaggedIndices()
  private let blank: RaggedIndices
  private let offsets: [Int32]
  private var state: RecurrentState?
  private var stepNumber = 0
  private let kept: Column
  let dropout: Float
  let watching: FlowSettings

  static func settings(_ fault: JobFault, seed: UInt64) -> LanguageModelSettings {
    var settings = LanguageModelConfiguration.tiny.settings
    settings.seed = seed
    settings.filters = [
      CharacterFilters(width: 1, maps: 4), CharacterFilters(width: 2, maps: 8),
      CharacterFilters(width: 3, maps: 12),
    ]
    settings.units = 24
    settings.optimizer.schedule = .constant
    settings.optimizer.learningRate *= fault.rateFactor
    return settings
  }

  init(_ fault: JobFault, _ variant: RecipeVariant, seed: UInt64) throws {
    var settings = Self.settings(fault, seed: seed)
    settings.units *= variant.unitsFactor
    settings.optimizer.learningRate *= variant.rateFactor
    if !variant.hasDropout { settings.dropout = 0 }
    let corpus = WordCorpus(training: SmallTales(seed: seed).lines(400))
    let spelling = Spelling(alphabet: Alphabet(of: Array(corpus.vocabulary)))
    var parameters = Parameters(seed: seed, engine: Engine(threads: 1))
    let model = try LanguageModel(
      characters: spelling.count, vocabulary: corpus.vocabularyCount, settings, in: &parameters)
    // The output gate.
    fault.spoil(&parameters, net: "lstm", units: settings.units, gate: 3, shutBy: -14)
    let optimizer = try settings.optimizer.makeOptimizer(for: parameters, plannedSteps: 1_000)
    let text = try WordStreams(corpus.training, streams: Self.streams, steps: Self.steps, of: "tales")
    self.fault = fault
    self.model = model
    self.corpus = corpus
    self.spelling = spelling
    self.text = text
    tape = Tape(for: parameters, capacity: 1 << 22)
    kept = Column(for: parameters, named: "gradients not cleared")
    offsets = (0...Self.streams).map { Int32($0 * Self.steps) }
    blank = spelling.encode(Array(repeating: WordCorpus.end, count: Self.streams * Self.steps))
    state = model.body.zeroState(sequences: Self.streams)
    dropout = settings.dropout
    var watching = FlowSettings()
    watching.chanceLoss = logarithm(of: corpus.vocabularyCount)
    watching.baselineLoss = entropy(ofCounts: corpus.counts)
    self.watching = watching
    self.optimizer = optimizer
    self.parameters = parameters
    show(step: 1)
  }

  mutating func show(step: Int) {
    text.batch((step - 1) % text.count, inputs: &words, targets: &targets)
    targets = fault.spoil(labels: targets.map { corpus.target(of: $0) }, seed: UInt64(step))
    spelled = spelling.encode(words.map { corpus.spellings[Int($0)] })
  }

  var labels: [Int] { targets.map { Int($0) } }
  var classCounts: [Int] { corpus.counts }
  var classNames: [String] { Array(corpus.vocabulary) }
  var outputBias: ParameterHandle? { model.output.bias }
  var chance: RecipeChance? { RecipeChance(logarithm(of: corpus.vocabularyCount), named: "chance") }

  private mutating func pass(_ input: RecipeInput, _ mode: Tape.Mode) -> (vectors: Tensor, logits: Tensor) {
    tape.mode = fault.mode(mode)
    tape.reset()
    let vectors = model.vectors(input == .real ? spelled : blank, &tape)
    var seen = fault.spoil(inputs: vectors, &tape)
    if fault == .lookAhead {
      let count = Int32(words.count)
      seen = add(seen, rows(seen, (1...count).map { $0 % count }, &tape), &tape)
    }
    // The checks read from states of zero, a training goes on from batch to batch.
    var begin = mode == .training ? state : model.body.zeroState(sequences: Self.streams)
    let states = model.body(seen, tape.makeSequences(offsets: offsets), from: begin, to: &begin, &tape)
    if mode == .training { state = begin }
    let logits = model.output.scores(fault.spoil(states: states, &tape), &tape)
    return (vectors, fault.spoil(logits: logits, &tape))
  }

  mutating func forward(_ input: RecipeInput, mode: Tape.Mode) -> Float {
    let logits = pass(input, mode).logits
    let plain = crossEntropy(logits, targets, reduction: .sum, &tape)
    let loss = fault.spoil(loss: plain, of: logits, step: stepNumber + 1, &tape)
    self.loss = multiply(loss, 1 / Float(Self.streams), &tape)
    return tape.scalar(loss) / Float(targets.count)
  }

  mutating func backward() {
    if let loss { tape.backward(from: loss, into: &parameters) }
    if fault == .gradientsNotCleared { addUp(parameters, kept) }
  }

  mutating func update() {
    optimizer.step(&parameters)
    stepNumber += 1
  }

  mutating func answers() -> RecipeAnswers {
    let logits = pass(.real, .evaluation).logits
    return RecipeAnswers(logits: tape.array(logits), targets)
  }

  mutating func reach() -> RecipeReach? {
    let (vectors, logits) = pass(.real, .evaluation)
    let classes = corpus.vocabularyCount
    let place = Self.steps / 2
    var weights = Array(repeating: Float(0), count: tape.shape(of: logits).count)
    for i in 0..<classes { weights[place * classes + i] = Float(i % 7 + 1) }
    tape.backward(from: logits, weights: weights, into: &parameters)
    parameters.clearGradients()
    return RecipeReach(at: vectors, first: Self.steps, later: place + 1, tape) ?? RecipeReach()
  }
}
