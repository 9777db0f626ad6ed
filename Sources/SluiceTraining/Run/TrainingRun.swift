import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceStorage

/// A training while it runs: what changes, and the order in which things happen to it.
struct TrainingRun<Job: TrainingJob>: ~Copyable {
  private let job: Job
  private let folder: RunWriter
  private let options: TrainingOptions
  private let observe: (TrainingEvent<Job>) throws -> TrainingDecision
  private var trainer: Trainer<Job>
  private var journal: TrainingJournal<Job>
  /// What `run.json` holds, the best measure so far included.
  private var record: RunRecord<Job>
  /// Whether somebody has asked to stop.
  private var isStopped = false

  /// When the next checkpoint is due.
  private var clock: CheckpointClock
  /// Whether the training goes on in the middle of an epoch.
  private var isInEpoch = false
  /// Whether the checkpoint of a stop has been written.
  private var isStopSaved = false
  /// Whether it was said that checkpoints cannot be written.
  private var isProblemTold = false
  /// What was taken over from a finished model, and the same in words; nil for nothing.
  private var takenOver: (what: TakenOver, text: String)?
  /// How many rows of a table began with vectors that were given.
  private var givenVectors: (taken: Int, count: Int)?

  /// Builds the model, and opens the log and room for the model in the folder.
  ///
  /// - Parameter checkpoint: where an earlier training stood, to go on from there.
  init(
    _ job: Job, _ folder: RunWriter, _ options: TrainingOptions, _ engine: Engine,
    from checkpoint: Checkpoint<Job>? = nil,
    _ observe: @escaping (TrainingEvent<Job>) throws -> TrainingDecision
  ) throws {
    var trainer = try Trainer(job, engine: engine)
    if let interval = options.flowInterval { trainer.monitor.interval = interval }
    trainer.onSpike = options.onSpike
    var record = RunRecord(of: job, on: engine)
    record.from = options.start?.origin ?? checkpoint?.record.from
    record.vectors = options.vectors?.origin ?? checkpoint?.record.vectors
    takenOver = nil
    if checkpoint == nil {
      if let start = options.start {
        let taken = try trainer.begin(from: start)
        takenOver = (taken, taken.text(from: start.origin, job.novelties))
      }
      if let vectors = options.vectors { givenVectors = trainer.begin(with: vectors) }
    }
    // Before anything is put back: tensors to be saved have their rows brought up to date, which would be one time more.
    try folder.reserve(
      trainer.parameters.namedTensors, description: record, omitting: RunRecord<Job>.machineKeys,
      metadata: Self.metadata)
    try folder.reserveOptimizer(trainer.optimizerTensors, metadata: trainer.optimizerMetadata)
    // The log is cut or replaced once nothing can be found wrong any more.
    let saved = try checkpoint?.restore(&trainer, &record)
    let (log, events) =
      if let checkpoint {
        try folder.openLog(
          cutTo: (checkpoint.header.logLength, checkpoint.header.eventsLength), step: checkpoint.header.step)
      } else {
        try folder.openLog(writesEvents: options.writesEvents)
      }
    var journal = TrainingJournal<Job>(
      epochs: job.settings.epochs, plannedSteps: job.plannedSteps, log: log, events: events)
    if let checkpoint, let saved { try checkpoint.restore(&journal, from: saved) }
    self.job = job
    self.folder = folder
    self.options = options
    self.observe = observe
    self.record = record
    clock = CheckpointClock(options.checkpoints, step: journal.stepCount)
    isInEpoch = checkpoint?.header.isInEpoch ?? false
    self.journal = journal
    self.trainer = trainer
  }

  /// What the model's file says of itself beside the description.
  private static var metadata: [CodePoints: String] {
    ["format": "pt", "producer": "sluice \(SluiceVersion.current)"]
  }

  mutating func run(isStopped: Bool) throws -> TrainingOutcome<Job> {
    self.isStopped = isStopped
    try tellStart()
    try tell(.began(overview))
    if let remark = job.remark(on: trainer.parameters) { try tell(.note(remark)) }
    do {
      // From here on a kill loses no more than what was made since the last checkpoint.
      if journal.stepCount == 0, options.checkpoints != .never { try writeCheckpoint() }
      if isInEpoch { try train() }
      while journal.epoch < job.settings.epochs, !wantsStop {
        let epoch = journal.epoch + 1
        journal.begin(epoch, &trainer.monitor)
        trainer.start(epoch: epoch)
        isInEpoch = true
        try train()
      }
      if !wantsStop { try measureTest() }
      if wantsStop, !isStopSaved, journal.stepCount > 0 { try writeCheckpoint() }
      if wantsStop, record.result == nil { try saveUnmeasured() }
    } catch let error as StorageError {
      throw stored(error)
    }
    return try conclude(wantsStop ? .interrupted : .finished)
  }

  // MARK: Epochs

  /// What is left of a pass over the training part, or what of it comes before a stop, and the validation after it.
  private mutating func train() throws {
    while let step = trainer.step() {
      try journal.add(step, trainer.monitor)
      try tell(.step(step, journal.progress))
      if step.loss.isFinite, trainer.monitor.isObserving { try tell(.flow(trainer.monitor)) }
      try tellFindings()
      try tellGrowth()
      if step.isSpike || !trainer.monitor.isFinite {
        try answerSpoiled(step)
        if !isInEpoch { return }
      } else {
        trainer.skippedInARow = 0
      }
      if wantsStop { return try stop() }
      if clock.isDue(afterStep: journal.stepCount) { try writeCheckpoint() }
    }
    guard let measure = trainer.measure(while: { [options] in !options.isStopRequested() }) else {
      return try stop()
    }
    try tellGrowth()
    try finish(measure)
    isInEpoch = false
    if clock.isDueAfterEpoch { try writeCheckpoint() }
  }

  /// Does about a step that would spoil the training what was asked for.
  private mutating func answerSpoiled(_ step: StepReport<Job.Figures>) throws {
    let isFinite = trainer.monitor.isFinite
    switch options.onSpike {
    case .ignore: throw try failure(at: trainer.locate())
    case .stop: throw try failure(cause: isFinite ? .spike : nil, at: isFinite ? nil : trainer.locate())
    case .skip:
      trainer.skippedInARow += 1
      if trainer.skippedInARow > SpikePolicy.most {
        throw try failure(cause: isFinite ? .spike : nil, at: isFinite ? nil : trainer.locate())
      }
      trainer.passOver()
      try journal.writeSpoiled("skipped", step)
      try tell(.note("passed over the batch of step \(step.number): \(spoiled(step))"))
    case .rollback: try rollBack(step)
    }
  }

  /// Goes back to the last checkpoint, and passes over the batch that has spoiled the training when it comes again.
  private mutating func rollBack(_ step: StepReport<Job.Figures>) throws {
    let passedOver = trainer.passedOver + [trainer.lastPlace]
    guard folder.hasCheckpoint, trainer.passedOver.count < SpikePolicy.most else {
      throw try failure(
        cause: trainer.monitor.isFinite ? .spike : nil,
        at: trainer.monitor.isFinite ? nil : trainer.locate())
    }
    let checkpoint = try Checkpoint<Job>(in: folder.directory.path)
    let saved = try checkpoint.restore(&trainer, &record)
    try checkpoint.restore(&journal, from: saved)
    try folder.cutLog(to: (checkpoint.header.logLength, checkpoint.header.eventsLength))
    // The checkpoint may be from before other ways back.
    trainer.passedOver = passedOver
    // Those of the step that went wrong would be added to.
    trainer.parameters.clearGradients()
    isInEpoch = checkpoint.header.isInEpoch
    try journal.writeSpoiled("rollback", step)
    try tell(
      .note(
        "went back from step \(step.number) to step \(journal.stepCount), and passes over its batch: \(spoiled(step))"
      ))
    try writeCheckpoint()
  }

  /// What was wrong with a step, in words.
  private func spoiled(_ step: StepReport<Job.Figures>) -> String {
    step.isSpike
      ? "a loss of \(step.loss) is a spike" : "a loss of \(step.loss), or its gradient, is not finite"
  }

  /// Takes note of an epoch's measure, and saves the model if it is the best so far.
  private mutating func finish(_ measure: Job.Measure) throws {
    let epoch = journal.epoch
    trainer.observe(measure, after: epoch)
    try journal.finish(measure)
    let isBest = record.result.map { measure.isBetter(than: $0.measure) } ?? true
    try tell(.epoch(EpochReport(progress: journal.progress, measure: measure, isBest: isBest)))
    if let warning = journal.figures.warning { try tell(.note(warning)) }
    let spoiled = trainer.parameters.firstNonFinite()
    guard measure.nonFinite == nil, spoiled == nil else {
      throw try failure(cause: measure.nonFinite.map { .validation($0) } ?? .weight, at: spoiled)
    }
    guard isBest else { return }
    record.result = SavedResult(epoch: epoch, measure: measure)
    try save()
  }

  /// Ends the training before its time: saves what there is, and then measures it if that takes less than a moment.
  private mutating func stop() throws {
    isStopped = true
    try tell(.stopping)
    try writeCheckpoint()
    isStopSaved = true
    // The best model of whole epochs stays: one of the middle of an epoch would be better than later ones when the training goes on, and
    // be kept, which is not what a training without a stop keeps.
    guard record.result == nil else { return }
    try saveUnmeasured()
    let deadline = ContinuousClock.now + .milliseconds(400)
    if let measure = trainer.measure(while: { ContinuousClock.now < deadline }) { try finish(measure) }
  }

  /// Saves the parameters as they are, where nothing else of value would be replaced.
  private mutating func saveUnmeasured() throws(StorageError) {
    guard !folder.hasEarlierRun, !folder.hasSaved, journal.stepCount > 0,
      trainer.parameters.firstNonFinite() == nil
    else { return }
    try save()
  }

  /// Writes what the training could go on from. Where that fails, as on a full disk, the one before stays and the training goes on,
  /// which is said once; a log that cannot be written ends it.
  private mutating func writeCheckpoint() throws {
    let lengths = try folder.flushedLengths()
    clock.note(step: journal.stepCount)
    do throws(StorageError) {
      try Checkpoint.write(
        trainer, journal, record, options, isInEpoch: isInEpoch, lengths: lengths, to: folder)
      isProblemTold = false
    } catch {
      guard !isProblemTold else { return }
      isProblemTold = true
      let last = folder.checkpointSteps.last
      try tell(
        .note(
          "no checkpoint of step \(journal.stepCount): \(error) The training goes on; "
            + (last.map { "until there is room it could be resumed from step \($0)" }
              ?? "until there is room it could not be resumed")))
    }
  }

  /// - Parameter keepsOptimizer: whether the optimizer stands where the parameters do.
  private mutating func save(keepsOptimizer: Bool = true) throws(StorageError) {
    trainer.settle()
    try folder.save(
      trainer.parameters.namedTensors, description: record, omitting: RunRecord<Job>.machineKeys,
      metadata: Self.metadata, epoch: journal.epoch, step: journal.stepCount)
    try folder.saveOptimizer(
      keepsOptimizer ? trainer.optimizerTensors : [], metadata: trainer.optimizerMetadata)
    if let problem = folder.logProblem { throw problem }
  }

  /// Measures the saved model on the test part. It is read again, as the one in training has gone on.
  private mutating func measureTest() throws {
    guard let best = record.result, folder.hasSaved else { return }
    var parameters = Parameters(seed: job.settings.seed, engine: trainer.parameters.engine)
    let model = try job.makeModel(in: &parameters)
    try parameters.read(from: folder.directory.model)
    guard
      let measure = job.measureTest(
        model, parameters, while: { [options] in !options.isStopRequested() })
    else { return }
    record.testResult = SavedResult(epoch: best.epoch, measure: measure)
    try folder.update(description: record)
  }

  // MARK: Ends

  /// Whether anybody has asked to stop.
  private var wantsStop: Bool { isStopped || options.isStopRequested() }

  /// Writes what ends a run.
  private mutating func conclude(_ end: TrainingEnd) throws -> TrainingOutcome<Job> {
    do throws(StorageError) {
      try journal.summarize(
        job, best: record.result?.measure, test: record.testResult?.measure, interrupted: end == .interrupted)
      if folder.hasSaved { try folder.writeFlowChart(trainer.monitor.gradients.chart().svg()) }
      // Last: a training that is killed before can go on to its end.
      if end == .finished { folder.removeCheckpoints() }
      try folder.close()
    } catch {
      throw stored(error)
    }
    let outcome = TrainingOutcome<Job>(
      end: end, path: folder.directory.path, best: record.result, test: record.testResult, kept: kept,
      canResume: folder.hasCheckpoint, flow: trainer.monitor.gradients,
      findings: trainer.monitor.diagnosis.findings, problem: nil)
    try tell(.ended(outcome))
    return outcome
  }

  /// The error for numbers that are not finite, after the log is written and a good model is kept: the best one that was
  /// saved or, where there is none and no earlier run, the last good values.
  ///
  /// - Parameters:
  ///   - cause: what an epoch's end has found; nil if it is the step's loss or gradient.
  ///   - origin: the first number that is not finite.
  private mutating func failure(
    cause: TrainingError.Cause? = nil, at origin: NonFinite?
  ) throws -> TrainingError {
    let cause = cause ?? (trainer.monitor.loss.last.isFinite ? .gradient : .loss)
    // Of a loss that is not finite the diagnosis has said so.
    if cause != .loss { try journal.writeFinding(.nonFinite, at: origin, evidence: cause.text) }
    if !folder.hasSaved, !folder.hasEarlierRun, trainer.lastGood.step > 0 {
      trainer.restoreLastGood()
      try save(keepsOptimizer: false)
    }
    let kept =
      record.result == nil && folder.hasSaved
      ? "the model as it was at step \(trainer.lastGood.step)" : self.kept
    try journal.flush()
    // To go on from a checkpoint would lead to the same numbers.
    folder.removeCheckpoints()
    folder.abandon()
    return TrainingError(
      step: journal.stepCount, epoch: journal.epoch, cause: cause, origin: origin, kept: kept,
      path: folder.directory.path, advice: job.overflowAdvice)
  }

  /// The error for a folder that could not be written, after a model is kept as far as that is possible.
  private mutating func stored(_ error: StorageError) -> any Error {
    if record.result == nil { try? saveUnmeasured() }
    folder.abandon()
    return TrainingStorageError(cause: "\(error)", kept: kept, path: folder.directory.path)
  }

  /// What the folder keeps, in words.
  private var kept: String {
    // After a kill the saved model may be from after the checkpoint.
    let saved = folder.hasSaved ? try? folder.directory.readDescription(RunRecord<Job>.self).result : nil
    if let result = saved ?? record.result, folder.hasSaved { return "the model after epoch \(result.epoch)" }
    if folder.hasSaved { return "the model after step \(journal.stepCount), which was not measured" }
    return folder.hasEarlierRun
      ? "the model of the earlier training" : "no model, for nothing was learned yet"
  }

  // MARK: Telling

  private mutating func tell(_ event: TrainingEvent<Job>) throws {
    if try observe(event) == .stop { isStopped = true }
  }

  /// Takes note of memory beyond the plan.
  private mutating func tellGrowth() throws {
    guard let plan = trainer.raisePlan() else { return }
    try journal.writePlan(plan)
    try tell(
      .note(
        "a batch took more memory than was planned for the largest; the plan is now "
          + "\(MemoryPlan.readable(plan.bytes))"))
  }

  /// Says what the training begins from.
  private mutating func tellStart() throws {
    if let takenOver, let origin = record.from {
      try journal.writeStart(takenOver.what, from: origin)
      try tell(.tookOver(takenOver.what, text: takenOver.text))
    }
    if let givenVectors, let origin = record.vectors {
      try journal.writeVectors(givenVectors.taken, of: givenVectors.count, from: origin)
      try tell(
        .note(
          "vectors of \(grouped(givenVectors.taken)) of \(grouped(givenVectors.count)) words from "
            + "\(ScreenText.path(origin.path)); the other \(grouped(givenVectors.count - givenVectors.taken)) begin with random ones"
        ))
    }
  }

  private mutating func tellFindings() throws {
    guard trainer.monitor.isObserving || !trainer.monitor.isFinite else { return }
    var decision = TrainingDecision.goOn
    try journal.tellFindings(trainer.monitor.diagnosis) { [observe] event in
      if try observe(event) == .stop { decision = .stop }
    }
    if decision == .stop { isStopped = true }
  }

  private var overview: TrainingOverview {
    TrainingOverview(
      parameterTable: trainer.parameterTable, parameterCount: trainer.parameters.elementCount,
      plan: trainer.plan, optimizer: job.settings.optimizer.headline,
      machine: MachineDescription(trainer.parameters.engine), seed: job.settings.seed)
  }
}
