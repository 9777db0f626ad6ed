import Sluice

/// An embedding of words in training: the model, its parameters, and the memory of a step.
struct StemTrainer: ~Copyable {
  let settings: StemSettings
  let model: StemModel
  let loss: TripletMarginLoss
  var parameters: Parameters
  var tape: Tape
  var optimizer: Optimizer
  /// What is seen of the training, and what is wrong with it.
  var flowMonitor: FlowMonitor
  var flow: GradientFlow { flowMonitor.gradients }
  let plan: MemoryPlan
  private(set) var lastGood: LastGoodValues

  /// What a step says of itself.
  struct Step {
    let loss: Float
    let report: TripletReport
  }

  /// - Parameters:
  ///   - bound: the most that a batch can hold, which fixes the memory of a step.
  ///   - plannedSteps: the steps of the whole training, over which the schedule runs.
  init(
    symbols: Int, settings: StemSettings, bound: BatchBound, plannedSteps: Int, engine: Engine,
    output: TrainingOutput? = nil
  ) throws(ModelError) {
    var parameters = Parameters(seed: settings.seed, engine: engine)
    let model = try StemModel(symbols: symbols, settings, in: &parameters)
    let loss = TripletMarginLoss(margin: settings.margin, sampling: settings.sampling)
    let activations =
      model.activationCount(words: bound.sequences, symbols: bound.symbols, engine: engine)
      + loss.activationCount(samples: bound.sequences, width: settings.width, engine: engine)
    let plan = MemoryPlan(
      for: parameters, accumulators: settings.optimizer.accumulatorCount, activations: activations)
    try plan.check(advice: "a smaller --units, --width, --embedding or --batch, or shorter words")
    output?.announceInitialValues(of: parameters)
    let optimizer = try settings.optimizer.makeOptimizer(for: parameters, plannedSteps: plannedSteps)
    self.plan = plan
    self.settings = settings
    self.model = model
    self.loss = loss
    tape = Tape(for: parameters, capacity: activations)
    var watching = FlowSettings()
    if settings.margin > 0 { watching.baselineLoss = settings.margin }
    flowMonitor = FlowMonitor(for: parameters, settings: watching)
    lastGood = LastGoodValues(for: parameters)
    self.optimizer = optimizer
    self.parameters = parameters
  }

  /// One training step. Allocates nothing. A loss or gradient that is not finite changes no parameter.
  mutating func step(_ batch: borrowing StemBatch) -> Step {
    tape.mode = .training
    tape.reset()
    let result = loss(model.vectors(batch.symbols, &tape), batch.stems, &tape)
    let step = Step(loss: tape.scalar(result.loss), report: result.report)
    flowMonitor.observeForward(tape, loss: step.loss)
    guard step.loss.isFinite else { return step }
    lastGood.keep(parameters, after: optimizer.stepCount)
    tape.backward(from: result.loss, into: &parameters)
    flowMonitor.observeBackward(tape, parameters)
    guard flowMonitor.isFinite else { return step }
    optimizer.step(&parameters, observed: flowMonitor.gradients.summary)
    flowMonitor.observeUpdate(parameters)
    return step
  }

  /// Runs the last step again and names the first number in it that is not finite.
  mutating func locate(_ batch: borrowing StemBatch) -> NonFinite? {
    tape.rewind()
    let result = loss(model.vectors(batch.symbols, &tape), batch.stems, &tape)
    return tape.firstNonFinite(from: result.loss, into: &parameters)
  }

  /// Tells the schedule of the learning rate how an epoch's validation went: the share of words whose nearest is none of
  /// their stem.
  mutating func observe(_ recall: Recall) { optimizer.schedule.observe(1 - recall.at1) }
}
