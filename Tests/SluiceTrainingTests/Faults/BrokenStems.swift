import Sluice

@testable import SluiceCommand

/// The embedding of words of the command, small, with a fault.
struct BrokenStems: ~Copyable, BrokenJob {
  static let job = "stems"

  private let fault: JobFault
  var parameters: Parameters
  var tape: Tape
  private let model: StemModel
  private let triplets: TripletMarginLoss
  private var optimizer: Optimizer
  private var loss: Tensor?
  private var batches: StemBatches
  private var symbols = RaggedIndices()
  private var targets: [Int32] = []
  private var stepNumber = 0
  private let kept: Column
  let dropout: Float
  let watching: FlowSettings

  static func settings(_ fault: JobFault, seed: UInt64) -> StemSettings {
    var settings = StemSettings()
    settings.seed = seed
    settings.embeddingWidth = 8
    settings.units = 16
    settings.width = 12
    settings.batch = 40
    settings.optimizer.learningRate *= fault.rateFactor
    if fault == .gradientsNotCleared {
      settings.optimizer = OptimizerSettings(.sgd)
      settings.optimizer.learningRate = 0.05
    }
    return settings
  }

  private static let words = Inflections.wordStems

  init(_ fault: JobFault, _ variant: RecipeVariant, seed: UInt64) throws {
    var settings = Self.settings(fault, seed: seed)
    settings.units *= variant.unitsFactor
    settings.optimizer.learningRate *= variant.rateFactor
    if !variant.hasDropout { settings.dropout = 0 }
    let words = Self.words.neighbours(60)
    let alphabet = Alphabet(of: words.words)
    var parameters = Parameters(seed: seed, engine: Engine(threads: 1))
    let model = try StemModel(symbols: alphabet.count, settings, in: &parameters)
    fault.spoil(&parameters, net: "gru", units: settings.units, gate: 1, shutBy: 14)
    let optimizer = try settings.optimizer.makeOptimizer(for: parameters, plannedSteps: 1_000)
    self.fault = fault
    self.model = model
    triplets = TripletMarginLoss(margin: settings.margin, sampling: settings.sampling)
    tape = Tape(for: parameters, capacity: 1 << 21)
    kept = Column(for: parameters, named: "gradients not cleared")
    batches = StemBatches(words, alphabet, size: settings.batch, seed: seed)
    dropout = settings.dropout
    var watching = FlowSettings()
    watching.baselineLoss = settings.margin
    self.watching = watching
    batches.start(epoch: 1)
    self.optimizer = optimizer
    self.parameters = parameters
    show(step: 1)
  }

  mutating func show(step: Int) {
    var batch = StemBatch()
    if !batches.next(into: &batch) {
      batches.start(epoch: step)
      _ = batches.next(into: &batch)
    }
    symbols = batch.symbols
    targets = fault.spoil(labels: batch.stems.values, seed: UInt64(step))
  }

  var labels: [Int] { targets.map { Int($0) } }
  var metric: String { "recall@1" }
  var chance: RecipeChance? {
    RecipeChance(triplets.margin, named: "the margin", warnsBeyond: 0.75, failsBeyond: 1.5)
  }

  private mutating func pass(_ input: RecipeInput, _ mode: Tape.Mode) -> (letters: Tensor, vectors: Tensor) {
    tape.mode = fault.mode(mode)
    // As in the command's check: the same triplets as long as nothing moves.
    if mode == .training { tape.step = UInt64(stepNumber) &- 1 }
    tape.reset()
    let letters = model.embedding(input == .real ? symbols : .blank(symbols.count), &tape)
    let scaled = RaggedTensor(steps: fault.spoil(inputs: letters.steps, &tape), sequences: letters.sequences)
    let states = model.net(model.dropout(scaled, &tape), &tape).final
    return (letters.steps, model.output(fault.spoil(states: states, &tape), &tape))
  }

  mutating func forward(_ input: RecipeInput, mode: Tape.Mode) -> Float {
    let vectors = pass(input, mode).vectors
    let plain = triplets(vectors, targets, &tape).loss
    let loss = fault.spoil(loss: plain, of: vectors, step: stepNumber + 1, &tape)
    self.loss = loss
    return tape.scalar(loss)
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
    let vectors = pass(.real, .evaluation).vectors
    let targets = targets
    return RecipeAnswers(directions: tape.array(normalizeRows(vectors, &tape)), count: targets.count) {
      targets[$0] == targets[$1]
    }
  }

  mutating func reach() -> RecipeReach? {
    let (letters, vectors) = pass(.real, .evaluation)
    tape.backward(from: vectors, weights: .first(model.output.outputs, of: vectors, tape), into: &parameters)
    parameters.clearGradients()
    return RecipeReach(at: letters, first: symbols.length(0), tape) ?? RecipeReach()
  }
}
