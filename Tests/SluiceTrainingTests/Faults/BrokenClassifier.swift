import Sluice

@testable import SluiceCommand

/// The classifier of the command, small, with a fault.
struct BrokenClassifier: ~Copyable, BrokenJob {
  static let job = "classifier"

  private let fault: JobFault
  var parameters: Parameters
  var tape: Tape
  private let model: TextClassifier
  private var optimizer: Optimizer
  private var loss: Tensor?
  private var batches: Batches
  private var symbols = RaggedIndices()
  private var targets: [Int32] = []
  private var stepNumber = 0
  private let kept: Column
  let classCounts: [Int]
  let classNames: [String]
  let inputs: [String]
  let dropout: Float
  let watching: FlowSettings

  static func settings(_ fault: JobFault, seed: UInt64) -> ClassifierSettings {
    var settings = ClassifierSettings()
    settings.seed = seed
    settings.embeddingWidth = 8
    settings.units = 16
    settings.batch = 24
    settings.embeddedExamples = 400
    settings.optimizer.learningRate = 0.01 * fault.rateFactor
    settings.optimizer.schedule = .constant
    if fault == .gradientsNotCleared {
      settings.optimizer = OptimizerSettings(.sgd)
      settings.optimizer.learningRate = 0.02
    }
    if fault == .longSequences { (settings.cell, settings.pooling) = (.elman, .last) }
    return settings
  }

  init(_ fault: JobFault, _ variant: RecipeVariant, seed: UInt64) throws {
    var settings = Self.settings(fault, seed: seed)
    settings.units *= variant.unitsFactor
    settings.optimizer.learningRate *= variant.rateFactor
    if !variant.hasDropout { settings.dropout = 0 }
    let data = try ClassifierData(path: nil, settings)
    var parameters = Parameters(seed: seed, engine: Engine(threads: 1))
    let model = try TextClassifier(
      symbols: data.alphabet.count, labels: data.labelNames.count, settings, in: &parameters)
    fault.spoil(&parameters, net: settings.cell.rawValue, units: settings.units, gate: 1, shutBy: 14)
    let optimizer = try settings.optimizer.makeOptimizer(for: parameters, plannedSteps: 1_000)
    self.fault = fault
    self.model = model
    tape = Tape(for: parameters, capacity: 1 << 21)
    kept = Column(for: parameters, named: "gradients not cleared")
    batches = data.training.batches(of: settings.batch, shuffledBy: seed)
    classCounts = data.labelCounts
    classNames = data.labelNames
    dropout = settings.dropout
    var watching = FlowSettings()
    watching.chanceLoss = logarithm(of: data.labelNames.count)
    watching.baselineLoss = entropy(ofCounts: data.labelCounts)
    self.watching = watching
    let alphabet = data.alphabet
    batches.start(epoch: 1)
    var first = LabelledBatch()
    _ = batches.next(into: &first)
    inputs = (0..<first.count).map { alphabet.decode(first.symbols[$0]) }
    self.optimizer = optimizer
    self.parameters = parameters
    batches.start(epoch: 1)
    show(step: 1)
  }

  mutating func show(step: Int) {
    var batch = LabelledBatch()
    if !batches.next(into: &batch) {
      batches.start(epoch: step)
      _ = batches.next(into: &batch)
    }
    symbols = batch.symbols
    if fault == .longSequences {
      symbols.removeAll()
      for i in 0..<batch.count {
        let text = batch.symbols[i]
        symbols.append(text + text + text)
      }
    }
    targets = fault.spoil(labels: batch.labels, seed: UInt64(step))
  }

  var labels: [Int] { targets.map { Int($0) } }
  var outputBias: ParameterHandle? { model.output.bias }
  var chance: RecipeChance? { RecipeChance(logarithm(of: classCounts.count), named: "chance") }

  private mutating func pass(_ input: RecipeInput, _ mode: Tape.Mode) -> (letters: Tensor, logits: Tensor) {
    tape.mode = fault.mode(mode)
    tape.reset()
    let letters = model.embedding(input == .real ? symbols : .blank(symbols.count), &tape)
    let scaled = RaggedTensor(steps: fault.spoil(inputs: letters.steps, &tape), sequences: letters.sequences)
    let states = model.states(of: scaled, &tape)
    let logits = model.output(fault.spoil(states: states, &tape), &tape)
    return (letters.steps, fault.spoil(logits: logits, &tape))
  }

  mutating func forward(_ input: RecipeInput, mode: Tape.Mode) -> Float {
    let logits = pass(input, mode).logits
    let plain = crossEntropy(logits, targets, &tape)
    let loss = fault.spoil(loss: plain, of: logits, step: stepNumber + 1, &tape)
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
    let logits = pass(.real, .evaluation).logits
    return RecipeAnswers(logits: tape.array(logits), targets)
  }

  mutating func reach() -> RecipeReach? {
    let (letters, logits) = pass(.real, .evaluation)
    tape.backward(from: logits, weights: .first(classCounts.count, of: logits, tape), into: &parameters)
    parameters.clearGradients()
    return RecipeReach(at: letters, first: symbols.length(0), tape) ?? RecipeReach()
  }
}
