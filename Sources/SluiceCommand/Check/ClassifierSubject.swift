import Sluice

/// The classifier with a fixed tiny batch of its data.
struct ClassifierSubject: ~Copyable, RecipeSubject {
  static let batchSize = 16

  var parameters: Parameters
  var tape: Tape
  private let model: TextClassifier
  private var optimizer: Optimizer
  private var loss: Tensor?
  private let real: RaggedIndices
  private let blank: RaggedIndices
  private let batchLabels: [Int32]
  let inputs: [String]
  let classCounts: [Int]
  let classNames: [String]
  let dropout: Float

  init(
    _ data: borrowing ClassifierData, _ base: ClassifierSettings, _ variant: RecipeVariant, engine: Engine
  ) throws(ModelError) {
    var settings = base
    settings.units *= variant.unitsFactor
    settings.optimizer.schedule = .constant
    settings.optimizer.learningRate *= variant.rateFactor
    if !variant.hasDropout { (settings.dropout, settings.recurrentDropout) = (0, 0) }
    var parameters = Parameters(seed: settings.seed, engine: engine)
    let model = try TextClassifier(
      symbols: data.alphabet.count, labels: data.labelNames.count, settings, in: &parameters)
    let batch = Self.tinyBatch(of: data.training, seed: settings.seed)
    let blank = RaggedIndices.blank(batch.count)
    let symbols = max(batch.symbols.values.count, blank.values.count)
    let activations = 2 * model.activationCount(texts: batch.count, symbols: symbols, engine: engine)
    try MemoryPlan(
      for: parameters, accumulators: settings.optimizer.accumulatorCount, activations: activations
    ).check(advice: "a smaller --units, --layers or --embedding")
    let optimizer = try settings.optimizer.makeOptimizer(for: parameters, plannedSteps: 1_000)
    tape = Tape(for: parameters, capacity: activations)
    self.blank = blank
    self.model = model
    real = batch.symbols
    batchLabels = batch.labels
    let alphabet = data.alphabet
    inputs = (0..<batch.count).map { alphabet.decode(batch.symbols[$0]) }
    classCounts = data.labelCounts
    classNames = data.labelNames
    dropout = max(settings.dropout, settings.recurrentDropout)
    self.optimizer = optimizer
    self.parameters = parameters
  }

  /// The first batch in which not all labels are the same: of one with a single label nothing can be learnt from the inputs, and
  /// where one label is much more frequent than all others most batches are such.
  private static func tinyBatch(of examples: LabelledSequences, seed: UInt64) -> LabelledBatch {
    var batches = examples.batches(of: batchSize, shuffledBy: seed)
    var batch = LabelledBatch()
    batches.start(epoch: 1)
    while batches.next(into: &batch) {
      if batch.labels.contains(where: { $0 != batch.labels[0] }) { return batch }
    }
    batches.start(epoch: 1)
    _ = batches.next(into: &batch)
    return batch
  }

  var labels: [Int] { batchLabels.map { Int($0) } }
  var outputBias: ParameterHandle? { model.output.bias }
  var chance: RecipeChance? {
    RecipeChance(logarithm(of: classNames.count), named: "-log(1/\(classNames.count))")
  }

  mutating func forward(_ input: RecipeInput, mode: Tape.Mode) -> Float {
    tape.mode = mode
    tape.reset()
    let loss = crossEntropy(model.logits(input == .real ? real : blank, &tape), batchLabels, &tape)
    self.loss = loss
    return tape.scalar(loss)
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
    return RecipeAnswers(logits: tape.array(model.logits(real, &tape)), batchLabels)
  }

  mutating func reach() -> RecipeReach? {
    tape.mode = .evaluation
    tape.reset()
    let letters = model.embedding(real, &tape)
    let logits = model.output(model.states(of: letters, &tape), &tape)
    tape.backward(from: logits, weights: .first(model.output.outputs, of: logits, tape), into: &parameters)
    parameters.clearGradients()
    return RecipeReach(at: letters.steps, first: real.length(0), tape)
  }
}
