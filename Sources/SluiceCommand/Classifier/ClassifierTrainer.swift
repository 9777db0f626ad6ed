import Sluice

/// A classifier in training: the model, its parameters, and the memory of a step.
struct ClassifierTrainer: ~Copyable {
  let settings: ClassifierSettings
  let model: TextClassifier
  /// The loss that parts or entangles the labels' states, if it was asked for.
  let neighbors: SoftNearestNeighborLoss?
  var parameters: Parameters
  var tape: Tape
  var optimizer: Optimizer
  /// What is seen of the training, and what is wrong with it.
  var flowMonitor: FlowMonitor
  var flow: GradientFlow { flowMonitor.gradients }
  let plan: MemoryPlan
  private(set) var lastGood: LastGoodValues
  /// How entangled the labels' states were over the last evaluation; nil without the loss.
  private(set) var entanglement: Double?

  /// What a step says of itself.
  struct Step {
    let loss: Float
    let correct: Int
    let examples: Int
  }

  /// - Parameters:
  ///   - labelCounts: how often each label occurs, to tell what is learnt from what their frequencies say; may be left out.
  ///   - bound: the most that a batch can hold, which fixes the memory of a step.
  ///   - plannedSteps: the steps of the whole training, over which the schedule runs.
  init(
    symbols: Int, labels: Int, labelCounts: [Int] = [], settings: ClassifierSettings, bound: BatchBound,
    plannedSteps: Int,
    engine: Engine
  ) throws(ModelError) {
    var parameters = Parameters(seed: settings.seed, engine: engine)
    let model = try TextClassifier(symbols: symbols, labels: labels, settings, in: &parameters)
    let neighbors = try settings.softNearestNeighbor.map { factor throws(ModelError) in
      try SoftNearestNeighborLoss(
        factor: factor, temperature: Self.firstTemperature, learnsTemperature: true, named: "neighbors",
        in: &parameters)
    }
    let optimizer = try settings.optimizer.makeOptimizer(for: parameters, plannedSteps: plannedSteps)
    let activations =
      model.activationCount(texts: bound.sequences, symbols: bound.symbols, engine: engine)
      + (neighbors == nil
        ? 0
        : SoftNearestNeighborLoss.activationCount(
          samples: bound.sequences, width: model.net.width, engine: engine))
    self.settings = settings
    self.model = model
    self.neighbors = neighbors
    tape = Tape(for: parameters, capacity: activations)
    var watching = FlowSettings()
    if neighbors == nil {
      watching.chanceLoss = logarithm(of: labels)
      if !labelCounts.isEmpty { watching.baselineLoss = entropy(ofCounts: labelCounts) }
    } else {
      // The second loss has a size of its own, and a negative factor makes it negative.
      watching.leastLoss = nil
    }
    flowMonitor = FlowMonitor(for: parameters, settings: watching)
    lastGood = LastGoodValues(for: parameters)
    plan = MemoryPlan(for: parameters, optimizer, activations: activations, lastGood)
    self.optimizer = optimizer
    self.parameters = parameters
  }

  /// One training step. Allocates nothing.
  ///
  /// A loss or gradient that is not finite changes no parameter.
  mutating func step(_ batch: borrowing LabelledBatch) -> Step {
    tape.mode = .training
    tape.reset()
    let (logits, loss) = forward(batch)
    let value = tape.scalar(loss)
    let result = Step(
      loss: value, correct: correctCount(logits, batch.labels), examples: batch.labels.count)
    flowMonitor.observeForward(tape, loss: value)
    guard value.isFinite else { return result }
    lastGood.keep(parameters, after: optimizer.stepCount)
    tape.backward(from: loss, into: &parameters)
    flowMonitor.observeBackward(tape, parameters)
    guard flowMonitor.isFinite else { return result }
    optimizer.step(&parameters, observed: flowMonitor.gradients.summary)
    flowMonitor.observeUpdate(parameters)
    return result
  }

  /// Runs the last step again and names the first number in it that is not finite.
  mutating func locate(_ batch: borrowing LabelledBatch) -> NonFinite? {
    tape.rewind()
    let loss = forward(batch).loss
    return tape.firstNonFinite(from: loss, into: &parameters)
  }

  private mutating func forward(_ batch: borrowing LabelledBatch) -> (logits: Tensor, loss: Tensor) {
    let states = model.states(batch.symbols, &tape)
    let logits = model.output(states, &tape)
    var loss = crossEntropy(logits, batch.labels, &tape)
    if let neighbors { loss = add(loss, neighbors(states, batch.labels, &tape), &tape) }
    return (logits, loss)
  }

  /// The mean loss over all examples, and the counts of right and wrong by label.
  mutating func evaluate(
    _ batches: inout Batches, into report: inout ClassificationReport
  ) -> Double {
    tape.mode = .evaluation
    var batch = LabelledBatch()
    var loss = 0.0
    var entangled = (loss: 0.0, counted: 0)
    batches.start(epoch: 0)
    while batches.next(into: &batch) {
      tape.reset()
      let states = model.states(batch.symbols, &tape)
      let logits = model.output(states, &tape)
      if let neighbors {
        let seen = measureEntanglement(
          states, batch.labels, temperature: neighbors.temperature(in: tape), distance: neighbors.distance,
          &tape)
        entangled.loss += Double(seen.loss) * Double(seen.counted)
        entangled.counted += seen.counted
      }
      loss += Double(tape.scalar(crossEntropy(logits, batch.labels, reduction: .sum, &tape)))
      let values = tape.values(of: logits)
      let classes = model.output.outputs
      for i in 0..<batch.labels.count {
        report.add(
          expected: batch.labels[i],
          predicted: Int32(values[i * classes..<(i + 1) * classes].indexOfMaximum))
      }
    }
    if neighbors != nil { entanglement = entangled.loss / Double(max(entangled.counted, 1)) }
    return loss / Double(max(batches.examples.count, 1))
  }

  /// Tells the schedule of the learning rate how an epoch's validation went.
  mutating func observe(validationLoss: Double) { optimizer.schedule.observe(validationLoss) }

  /// About the squared distance of two states at the start.
  private static let firstTemperature: Float = 10

  private func correctCount(_ logits: Tensor, _ labels: [Int32]) -> Int {
    let values = tape.values(of: logits)
    let classes = model.output.outputs
    var correct = 0
    for i in 0..<labels.count
    where values[i * classes..<(i + 1) * classes].indexOfMaximum == Int(labels[i]) {
      correct += 1
    }
    return correct
  }
}

/// The library's monitor, under a name that no property has.
private func measureEntanglement(
  _ x: Tensor, _ labels: [Int32], temperature: Float, distance: NeighborDistance, _ tape: inout Tape
) -> Entanglement {
  entanglement(x, labels, temperature: temperature, distance: distance, &tape)
}

extension Floats {
  /// The place of the largest element, the first of equal ones; 0 where none compares as larger.
  var indexOfMaximum: Int {
    var best = 0
    for i in 0..<count where self[i] > self[best] { best = i }
    return best
  }
}
