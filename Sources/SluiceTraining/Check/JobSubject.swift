import SluiceCore
import SluiceFlow
import SluiceLayers
import SluiceModels
import SluiceOptimizers

/// A job with a tiny batch, as the checks of the recipe need it. Forward passes are those of the training.
struct JobSubject<Job: CheckableJob>: ~Copyable, RecipeSubject {
  var parameters: Parameters
  var tape: Tape
  private let job: Job
  private let model: Job.Model
  private var optimizer: Optimizer
  private let real: Job.Batches.Batch
  private let blank: Job.Batches.Batch
  /// The last loss recorded.
  private var recorded: StepLoss<Job.Figures>?

  init(_ base: Job, _ variant: RecipeVariant, engine: Engine) throws(ModelError) {
    let job = base.varied(variant)
    var parameters = Parameters(seed: job.settings.seed, engine: engine)
    let model = try job.makeModel(in: &parameters)
    let real = job.makeTinyBatch()
    let blank = job.blank(real)
    let step = try job.plan(of: model, LargestBatches(training: [real, blank]), parameters).step
    optimizer = try job.settings.optimizer.makeOptimizer(for: parameters, plannedSteps: 1_000)
    tape = Tape(for: parameters, plan: step)
    self.real = real
    self.blank = blank
    self.job = job
    self.model = model
    self.parameters = parameters
  }

  var inputs: [String] { job.texts(of: real) }
  var labels: [Int] { job.labels(of: real) }
  var classCounts: [Int] { job.classCounts }
  var classNames: [String] { job.classNames }
  var outputBias: ParameterHandle? { job.outputBias(of: model) }
  var chance: RecipeChance? { job.chance }
  var dropout: Float { job.dropout }
  var overfitSteps: Int { job.overfitSteps }
  var metric: String { job.metric }
  var baselines: [RecipeBaseline] { job.baselines(of: real) }

  mutating func forward(_ input: RecipeInput, mode: Tape.Mode) -> Float {
    tape.mode = mode
    // The tape counts steps in training only.
    if mode == .training, job.comparesSameStep { tape.step &-= 1 }
    tape.reset()
    var after = job.makeState(for: model)
    let loss = job.loss(
      of: input == .real ? real : blank, by: model, from: job.makeState(for: model), to: &after, &tape)
    recorded = loss
    return loss.mean
  }

  mutating func backward() {
    guard let recorded else { return }
    tape.backward(from: recorded.root(&tape), into: &parameters)
  }

  mutating func update() {
    optimizer.step(&parameters)
    optimizer.settle(&parameters)
  }

  mutating func answers() -> RecipeAnswers {
    tape.mode = .evaluation
    tape.reset()
    return job.answers(to: real, of: model, &tape)
  }

  mutating func reach() -> RecipeReach? {
    tape.mode = .evaluation
    tape.reset()
    guard let reach = job.reach(of: real, by: model, &tape) else { return nil }
    tape.backward(from: reach.outputs, weights: reach.weights, into: &parameters)
    parameters.clearGradients()
    return RecipeReach(at: reach.inputs, first: reach.first, later: reach.later, tape)
  }

  mutating func ownLines() -> [RecipeLine] {
    tape.mode = .evaluation
    tape.reset()
    return job.ownLines(real, by: model, &tape)
  }
}
