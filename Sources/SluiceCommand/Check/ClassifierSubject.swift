import Sluice

/// The classifier with a fixed tiny batch of its data.
struct ClassifierSubject: ~Copyable, RecipeSubject {
  static let batchSize = 16

  private var parameters: Parameters
  private let model: TextClassifier
  private var tape: Tape
  private var optimizer: Optimizer
  private let real: RaggedIndices
  private let blank: RaggedIndices
  private let tinyLabels: [Int32]
  let classCount: Int?

  init(
    _ data: borrowing ClassifierData, _ base: ClassifierSettings, _ variant: RecipeVariant, engine: Engine
  ) throws(ModelError) {
    var settings = base
    settings.units *= variant.unitsFactor
    settings.optimizer.schedule = .constant
    let rate = settings.optimizer.learningRate
    settings.optimizer.learningRate = rate * variant.rateFactor
    var parameters = Parameters(seed: settings.seed, engine: engine)
    let model = try TextClassifier(
      symbols: data.alphabet.count, labels: data.labelNames.count, settings, in: &parameters)
    let optimizer = try settings.optimizer.makeOptimizer(for: parameters, plannedSteps: 1_000)
    var batches = data.training.batches(of: Self.batchSize, shuffledBy: settings.seed)
    var batch = LabelledBatch()
    batches.start(epoch: 1)
    _ = batches.next(into: &batch)
    var blank = RaggedIndices()
    for _ in 0..<batch.count { blank.append([0, 0, 0, 0] as [Int32]) }
    let symbols = max(batch.symbols.values.count, 4 * batch.count)
    tape = Tape(
      for: parameters,
      capacity: 2 * model.activationCount(texts: batch.count, symbols: symbols, engine: engine))
    self.model = model
    real = batch.symbols
    self.blank = blank
    tinyLabels = batch.labels
    classCount = data.labelNames.count
    self.optimizer = optimizer
    self.parameters = parameters
  }

  var labels: [Int] { tinyLabels.map { Int($0) } }

  var parameterNames: [String] {
    var names: [String] = []
    for i in 0..<parameters.count { names.append(parameters[parameters.handle(at: i)].name) }
    return names
  }

  var trained: [Bool] {
    var trained: [Bool] = []
    for i in 0..<parameters.count { trained.append(parameters.isTrainable(parameters.handle(at: i))) }
    return trained
  }

  var values: [[Float]] {
    var values: [[Float]] = []
    for i in 0..<parameters.count { values.append(parameters.values(of: parameters.handle(at: i)).array) }
    return values
  }

  mutating func loss(_ input: RecipeInput, mode: Tape.Mode) -> Float {
    tape.mode = mode
    tape.reset()
    let logits = model.logits(input == .real ? real : blank, &tape)
    return tape.scalar(crossEntropy(logits, tinyLabels, &tape))
  }

  mutating func step(_ input: RecipeInput) -> Float {
    // Dropout is left out: the point is to learn by heart.
    tape.mode = .evaluation
    tape.reset()
    let logits = model.logits(input == .real ? real : blank, &tape)
    let loss = crossEntropy(logits, tinyLabels, &tape)
    tape.backward(from: loss, into: &parameters)
    optimizer.step(&parameters)
    parameters.settle()
    return tape.scalar(loss)
  }

  mutating func leakBetweenExamples() -> Float? {
    tape.mode = .evaluation
    tape.reset()
    let letters = model.embedding(real, &tape)
    let logits = model.output(model.net(letters, &tape).final, &tape)
    let classes = model.output.outputs
    var weights = Array(repeating: Float(0), count: tape.shape(of: logits).count)
    for i in 0..<classes { weights[i] = Float(i + 1) }
    tape.backward(from: logits, weights: weights, into: &parameters)
    parameters.clearGradients()
    guard let gradient = tape.adjoint(of: letters.steps) else { return nil }
    let first = Int(real.offsets[1]) * tape.shape(of: letters.steps).width
    var largest: Float = 0
    for i in first..<gradient.count { largest = max(largest, abs(gradient[i])) }
    return largest
  }

  mutating func leakFromTheFuture() -> Float? { nil }
}
