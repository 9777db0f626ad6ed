import Sluice

/// A job with a fault in it. It is trained by the `Trainer` and checked by `check` like any other.
struct BrokenJob<Base: BreakableJob>: CheckableJob {
  typealias Settings = Base.Settings
  typealias Batches = Base.Batches
  typealias State = Base.State
  typealias Figures = Base.Figures
  typealias Measure = Base.Measure
  typealias Description = Base.Description
  typealias Source = Base.Source

  /// The model of the job, and the gradients that are never cleared, if that is the fault.
  struct Model: Sendable {
    let base: Base.Model
    let kept: KeptGradients?
  }

  static var name: String { Base.name }
  static var unit: String { Base.unit }

  let base: Base
  let fault: JobFault

  init(_ base: Base, _ fault: JobFault) {
    self.base = base
    self.fault = fault
  }

  init(_ fault: JobFault, seed: UInt64) throws {
    self.init(try Base.small(fault, seed: seed), fault)
  }

  var settings: Settings { base.settings }
  var description: Description { base.description }
  var source: Source { base.source }
  var expectation: LossExpectation { base.expectation }

  func makeModel(in parameters: inout Parameters) throws(ModelError) -> Model {
    let model = try base.makeModel(in: &parameters)
    fault.spoil(&parameters, base.recurrentLayer)
    return Model(
      base: model, kept: fault == .gradientsNotCleared ? KeptGradients(for: parameters) : nil)
  }

  func makeBatches() -> Batches { base.makeBatches() }
  func makeState(for model: Model) -> State { base.makeState(for: model.base) }
  func largestBatches() -> LargestBatches<Batches.Batch> { base.largestBatches() }

  func loss(
    of batch: Batches.Batch, by model: Model, from before: State, to after: inout State, _ tape: inout Tape
  ) -> StepLoss<Figures> {
    let outputs = forward(batch, by: model, from: before, to: &after, &tape).outputs
    var loss = base.loss(of: outputs, batch, by: model.base, with: fault, &tape)
    if let kept = model.kept { loss.loss = kept.addUp(behind: loss.loss, &tape) }
    return loss
  }

  private func forward(
    _ batch: Batches.Batch, by model: Model, from before: State, to after: inout State, _ tape: inout Tape
  ) -> BreakableForward {
    if fault == .dropoutInEvaluation, tape.mode == .evaluation {
      tape.mode = .training
      // What is dropped differs from pass to pass, as it does in training.
      tape.step &+= 1
    }
    return base.forward(batch, by: model.base, from: before, to: &after, with: fault, &tape)
  }

  func measure(
    _ model: Model, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> Measure? {
    base.measure(model.base, parameters, &tape, while: goesOn)
  }
}

// MARK: Checks

extension BrokenJob {
  func varied(_ variant: RecipeVariant) -> BrokenJob { BrokenJob(base.varied(variant), fault) }
  func makeTinyBatch() -> Batches.Batch { base.makeTinyBatch() }
  func blank(_ batch: Batches.Batch) -> Batches.Batch { base.blank(batch) }
  func texts(of batch: Batches.Batch) -> [String] { base.texts(of: batch) }

  var chance: RecipeChance? { base.chance }
  func labels(of batch: Batches.Batch) -> [Int] { base.labels(of: batch) }
  var classCounts: [Int] { base.classCounts }
  var classNames: [String] { base.classNames }
  func outputBias(of model: Model) -> ParameterHandle? { base.outputBias(of: model.base) }
  var dropout: Float { base.dropout }
  var overfitSteps: Int { base.overfitSteps }
  var metric: String { base.metric }
  func baselines(of batch: Batches.Batch) -> [RecipeBaseline] { base.baselines(of: batch) }
  var comparesSameStep: Bool { base.comparesSameStep }

  func answers(to batch: Batches.Batch, of model: Model, _ tape: inout Tape) -> RecipeAnswers {
    var after = makeState(for: model)
    let outputs = forward(batch, by: model, from: makeState(for: model), to: &after, &tape).outputs
    return base.answers(of: outputs, batch, &tape)
  }

  func reach(of batch: Batches.Batch, by model: Model, _ tape: inout Tape) -> OutputReach? {
    var after = makeState(for: model)
    let forward = forward(batch, by: model, from: makeState(for: model), to: &after, &tape)
    return base.reach(of: forward, batch, &tape)
  }
}

// MARK: What is done with it

extension BrokenJob {
  /// Trains and watches every fourth step, until a number is not finite.
  static func watch(_ fault: JobFault, seed: UInt64, steps: Int) throws -> FlowMonitor {
    var trainer = try Trainer(BrokenJob(fault, seed: seed), engine: Engine(threads: 1))
    trainer.monitor.interval = 4
    trainer.train(steps: steps) { $0.model.kept?.keep($0.parameters) }
    return trainer.monitor
  }

  /// The names of the checks that fail.
  static func failedChecks(_ fault: JobFault, seed: UInt64) throws -> [String] {
    var recipe = Recipe()
    // A broken model need not be given the time of a healthy one.
    recipe.overfitSteps = 100
    recipe.shortSteps = 20
    let result = try BrokenJob(fault, seed: seed).check(engine: Engine(threads: 1), recipe: recipe)
    return result.lines.filter { $0.outcome == .fail }.map(\.name)
  }
}

extension Trainer {
  /// So many steps, through as many epochs as it takes, or fewer if a number is not finite.
  mutating func train(steps: Int, after each: (borrowing Trainer) -> Void = { _ in }) {
    var (left, epoch) = (steps, 0)
    while left > 0 {
      epoch += 1
      start(epoch: epoch)
      while left > 0, step() != nil {
        left -= 1
        each(self)
        guard monitor.isFinite else { return }
      }
    }
  }
}
