import SluiceCore
import SluiceFlow
import SluiceLayers
import SluiceModels
import SluiceOptimizers
import SluiceProcesses

/// A job in training: everything that changes while it runs, and the one step that changes it.
///
/// ```swift
/// var trainer = try Trainer(job, engine: engine)
/// for epoch in 1...job.settings.epochs {
///   trainer.start(epoch: epoch)
///   while let step = trainer.step() { print(step.loss) }
/// }
/// ```
///
/// It writes no file and prints nothing; `Training` adds the run's folder, the log and the best model.
public struct Trainer<Job: TrainingJob>: ~Copyable {
  /// What is trained.
  public let job: Job
  /// The model's layers.
  public let model: Job.Model
  /// All that is learned.
  public var parameters: Parameters
  /// The memory of a step.
  public var tape: Tape
  /// What moves the parameters, with its accumulators and its schedule.
  public var optimizer: Optimizer
  /// What is seen of the training, and what is wrong with it.
  public var monitor: FlowMonitor
  /// The memory that all of it takes, as far as it is known: `raisePlan` takes note of steps that took more.
  public internal(set) var plan: MemoryPlan
  /// Where the data stand.
  public internal(set) var batches: Job.Batches
  var batch: Job.Batches.Batch
  /// The part of the batch that is at hand, where batches are cut.
  var shard: Job.Batches.Batch
  private var reads = TableReads()
  /// What the last step went on from, and what the next goes on from: of each shard of this process.
  var before: [Job.State]
  var after: [Job.State]
  /// The processes that train together, this one among them.
  package let processes: Processes
  /// What the leader has said last: a command and two numbers.
  var order = [0, 0, 0]
  /// The parts that a batch is cut into, and who computes which; nil where it is not cut and there is one process.
  var shards: Shards<Job>?
  /// What a step does whose loss is a spike.
  public var onSpike = SpikePolicy.ignore
  var spikes = SpikeDetector()
  /// Batches that have spoiled the training once, and are passed over.
  var passedOver: [BatchPlace] = []
  /// The batches that were passed over since the last that was not.
  var skippedInARow = 0
  /// Where the last batch was in the data.
  var lastPlace = BatchPlace(epoch: 0, cursor: 0)
  /// The values to go back to when a loss is not finite.
  package internal(set) var lastGood: LastGoodValues

  /// Builds the model and the memory of its training.
  ///
  /// - Throws: `ModelError` if the settings do not go together or memory is refused.
  public init(_ job: Job, engine: Engine = Engine()) throws(ModelError) {
    try self.init(job, engine: engine, processes: .alone)
  }

  /// The same as one of several processes, which all make theirs of equal jobs.
  package init(_ job: Job, engine: Engine, processes: Processes) throws(ModelError) {
    var parameters = Parameters(seed: job.settings.seed, engine: engine)
    let model = try job.makeModel(in: &parameters)
    let count = job.settings.shards ?? 1
    var batches = job.makeBatches()
    guard count == 1 || batches.cutsBatches else {
      throw ModelError(
        "Training '\(Job.name)'", expected: "batches that can be cut into \(count) shards",
        got: "'\(Job.Batches.self)', which cannot: see `BatchSource.cut`")
    }
    let sharing = ShardPlan(shards: count, ranks: processes.count, rank: processes.rank)
    let isShared = count > 1 || processes.count > 1
    let (plan, step) = try job.plan(
      of: model, job.largestBatches(), parameters, shards: isShared ? count : nil)
    let optimizer = try job.settings.optimizer.makeOptimizer(
      for: parameters, plannedSteps: job.plannedSteps, besides: job.solvedParts)
    job.setSolvedParts(of: model, in: &parameters)
    self.job = job
    self.model = model
    self.plan = plan
    tape = Tape(for: parameters, plan: step)
    monitor = FlowMonitor(
      for: parameters,
      settings: FlowSettings(
        job.expectation, frozen: (job.settings.optimizer.frozen ?? []) + job.solvedParts))
    lastGood = LastGoodValues(for: parameters)
    // Exact rows are settled by every process, which needs the whole batch for it.
    if processes.count > 1, count > 1, !optimizer.hasExactRows {
      batches.restrict(to: sharing.own, of: count)
    }
    self.batches = batches
    (batch, shard) = (batches.makeBatch(), batches.makeBatch())
    func states() -> [Job.State] {
      guard count > 1 else { return [job.makeState(for: model)] }
      return sharing.own.map { job.makeState(for: model, part: $0, of: count) }
    }
    before = states()
    after = states()
    self.processes = processes
    shards = isShared ? Shards(sharing, parameters) : nil
    self.optimizer = optimizer
    self.parameters = parameters
  }

  /// Goes to an epoch, counted from 1, at its start or where its cursor stood.
  public mutating func start(epoch: Int, cursor: Int = 0) { batches.start(epoch: epoch, cursor: cursor) }

  /// One step: rows, forward, flow, backward, flow, update, flow. Nil at the end of the epoch. Allocates nothing.
  ///
  /// A loss or gradient that is not finite changes no parameter: `monitor.isFinite` tells.
  public mutating func step() -> StepReport<Job.Figures>? {
    do throws(ProcessError) {
      return try advance()
    } catch {
      // By itself a process has nobody who could fail.
      fatalError("\(error)")
    }
  }

  /// The same where there may be other processes, which all make the step.
  ///
  /// - Throws: `ProcessError` where another is gone.
  package mutating func advance() throws(ProcessError) -> StepReport<Job.Figures>? {
    repeat {
      lastPlace = BatchPlace(epoch: batches.epoch, cursor: batches.cursor)
      guard batches.next(into: &batch) else { return nil }
    } while isPassedOver(lastPlace)
    tape.mode = .training
    swap(&before, &after)
    settleRows()
    if shards != nil { return try advanceInShards() }
    tape.reset()
    let recorded = job.loss(of: batch, by: model, from: before[0], to: &after[0], &tape)
    monitor.observeForward(tape, loss: recorded.mean)
    let isSpike = isSpike(recorded.mean)
    if !isSpike, recorded.mean.isFinite {
      lastGood.keep(&parameters, of: &optimizer)
      tape.backward(from: recorded.root(&tape), into: &parameters)
      update()
    }
    return report(recorded.mean, recorded.count, recorded.figures, isSpike: isSpike)
  }

  /// Whether a loss is a spike, if anybody wants to know.
  mutating func isSpike(_ loss: Float) -> Bool { onSpike != .ignore && spikes.isSpike(loss) }

  func report(
    _ loss: Float, _ count: Int, _ figures: Job.Figures, isSpike: Bool
  ) -> StepReport<Job.Figures> {
    StepReport(
      number: monitor.stepCount, epoch: batches.epoch, loss: loss, count: count,
      learningRate: optimizer.learningRate, gradientNorm: monitor.gradients.gradientNorm,
      isSpike: isSpike, figures: figures)
  }

  /// Whether a batch has spoiled the training once. By index, for an iterator may allocate in debug builds.
  private func isPassedOver(_ place: BatchPlace) -> Bool {
    for i in 0..<passedOver.count where passedOver[i] == place { return true }
    return false
  }

  /// Brings the rows up to date that the loss of the batch will look up, where rows are exact.
  ///
  /// Reads the batch; writes rows of tables.
  private mutating func settleRows() {
    guard optimizer.hasExactRows else { return }
    reads.removeAll()
    job.addReads(of: batch, by: model, to: &reads)
    optimizer.settle(reads, in: &parameters)
    // The batch is to have its ids for itself when it is filled again.
    reads.removeAll()
  }

  /// Brings all rows of all tables up to date, for whoever reads `parameters`; with lazy rows it does nothing.
  public mutating func settle() { optimizer.settle(&parameters) }

  /// What comes after the backward pass: flow, update, flow.
  mutating func update() {
    monitor.observeBackward(tape, parameters)
    guard monitor.isFinite else { return }
    optimizer.step(&parameters, observed: monitor.gradients.summary)
    monitor.observeUpdate(parameters)
  }

  /// Runs the last step again, from the state before it, and names the first number in it that is not finite.
  public mutating func locate() -> NonFinite? {
    settleRows()
    if shards != nil { return locateInShards() }
    tape.rewind()
    let recorded = job.loss(of: batch, by: model, from: before[0], to: &after[0], &tape)
    return tape.firstNonFinite(from: recorded.root(&tape), into: &parameters)
  }

  /// Measures the model on the validation part; nil once `goesOn` says no.
  public mutating func measure(while goesOn: () -> Bool = { true }) -> Job.Measure? {
    settle()
    tape.mode = .evaluation
    defer { tape.mode = .training }
    return job.measure(model, parameters, &tape, while: goesOn)
  }

  /// The same with other processes, which all call it: each measures its share. Nil for all once one is told not to go on.
  package mutating func measureTogether(while goesOn: () -> Bool) throws(ProcessError) -> Job.Measure? {
    guard processes.count > 1 else { return measure(while: goesOn) }
    settle()
    tape.mode = .evaluation
    defer { tape.mode = .training }
    let work = SharedWork(processes)
    let measure = job.measure(model, parameters, &tape, sharing: work, while: goesOn)
    return try work.end(isComplete: measure != nil) ? measure : nil
  }

  /// Tells the schedule and the monitor how an epoch's validation went.
  mutating func observe(_ measure: Job.Measure, after epoch: Int) {
    if let figure = job.scheduleFigure(of: measure, after: epoch) { optimizer.schedule.observe(figure) }
    if let loss = measure.validationLoss {
      monitor.observeValidation(loss: Float(loss), baseline: job.expectation.baseline)
    }
  }

  /// Leaves out the step that was just made: what it did to gradients is forgotten, and the state goes on from before it.
  mutating func passOver() {
    parameters.clearGradients()
    swap(&before, &after)
  }

  /// Takes the parameters back to the last good values.
  mutating func restoreLastGood() { lastGood.restore(&parameters, of: &optimizer) }
}

/// What is said of a step.
public struct StepReport<Figures: StepFigures>: Sendable {
  /// The number of the step, from 1.
  public let number: Int
  /// The number of the epoch, from 1.
  public let epoch: Int
  /// The mean loss of an example or word.
  public let loss: Float
  /// The examples or words of the batch.
  public let count: Int
  /// The rate of the step, of the parameters in no group of their own.
  public let learningRate: Float
  /// The norm of the whole gradient before clipping; that of the step before where the loss is not finite.
  public let gradientNorm: Float
  /// Whether the loss is a spike, so that nothing moved.
  public let isSpike: Bool
  /// What the job says beside the loss.
  public let figures: Figures
}

extension FlowSettings {
  /// The usual settings, with what is known of a job's loss.
  init(_ expectation: LossExpectation, frozen: [String] = []) {
    self.init()
    // A step of a job moves nothing where a number is not finite, and most jobs clip by the norm.
    summarizesEveryStep = true
    freezes = { FrozenParts(frozen).holds($0) }
    chanceLoss = expectation.chance
    baselineLoss = expectation.baseline
    leastLoss = expectation.least
  }
}
