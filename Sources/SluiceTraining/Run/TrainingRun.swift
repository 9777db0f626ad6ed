import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceProcesses
import SluiceStorage

/// A training while it runs: what changes, and the order in which things happen to it.
struct TrainingRun<Job: TrainingJob>: ~Copyable {
  let job: Job
  let folder: RunWriter
  let options: TrainingOptions
  let observe: (TrainingEvent<Job>) throws -> TrainingDecision
  var trainer: Trainer<Job>
  var journal: TrainingJournal<Job>
  /// What `run.json` holds, the best measure so far included.
  var record: RunRecord<Job>
  /// Whether somebody has asked to stop.
  var isStopped = false
  /// The finding on which the training stops; nil where it goes on, or stops for another reason.
  var stoppedOn: Finding?

  /// How many threads steps are given.
  private var threads: ThreadChoice
  /// When the next checkpoint is due.
  private var clock: CheckpointClock
  /// Whether the training goes on in the middle of an epoch.
  var isInEpoch = false
  /// Whether the training goes on from a checkpoint.
  private let isRestored: Bool
  /// Whether the checkpoint of a stop has been written.
  private var isStopSaved = false
  /// Whether it was said that checkpoints cannot be written.
  private var isProblemTold = false
  /// What was taken over from a finished model, and the same in words; nil for nothing.
  var takenOver: (what: TakenOver, text: String)?
  /// How many rows of a table began with vectors that were given.
  var givenVectors: (taken: Int, count: Int)?

  /// Builds the model, and opens the log and room for the model in the folder.
  ///
  /// - Parameter checkpoint: where an earlier training stood, to go on from there.
  init(
    _ job: Job, _ folder: RunWriter, _ options: TrainingOptions, _ engine: Engine,
    from checkpoint: Checkpoint<Job>? = nil,
    _ observe: @escaping (TrainingEvent<Job>) throws -> TrainingDecision
  ) throws {
    var trainer = try Trainer(job, engine: engine, processes: options.processes)
    if let interval = options.flowInterval { trainer.monitor.interval = interval }
    trainer.onSpike = options.onSpike
    for detector in options.detectors { trainer.monitor.add(detector) }
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
    folder.precision = options.precision
    // Before anything is put back: tensors to be saved have their rows brought up to date, which would be one time more.
    try folder.reserve(
      trainer.savedTensors, description: record, omitting: RunRecord<Job>.machineKeys,
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
    threads = ThreadChoice(upTo: options.choosesThreads ? engine.workers.count : 1)
    clock = CheckpointClock(options.checkpoints, step: journal.stepCount)
    isInEpoch = checkpoint?.header.isInEpoch ?? false
    isRestored = checkpoint != nil
    self.journal = journal
    self.trainer = trainer
  }

  /// What the model's file says of itself beside the description.
  static var metadata: [CodePoints: String] {
    ["format": "pt", "producer": "sluice \(SluiceVersion.current)"]
  }

  mutating func run(isStopped: Bool) throws -> TrainingOutcome<Job> {
    self.isStopped = isStopped
    let workers = trainer.parameters.engine.workers
    defer { if options.choosesThreads { workers.activeCount = workers.count } }
    try trainer.lead(.share, isRestored ? 1 : 0)
    try trainer.share(isRestored: isRestored)
    try tellStart()
    try tell(.began(overview))
    if let remark = job.remark(on: trainer.parameters) { try tell(.note(remark)) }
    do {
      // From here on a kill loses no more than what was made since the last checkpoint.
      if journal.stepCount == 0 { try lookAtData() }
      if journal.stepCount == 0, options.checkpoints != .never { try writeCheckpoint() }
      if isInEpoch { try train() }
      while journal.epoch < job.settings.epochs, !wantsStop, !isPatienceOver {
        let epoch = journal.epoch + 1
        journal.begin(epoch, &trainer.monitor)
        try trainer.lead(.start, epoch)
        trainer.start(epoch: epoch)
        isInEpoch = true
        try train()
      }
      if !wantsStop { try tellPatience() }
      if !wantsStop { try measureStored() }
      if !wantsStop { try measureTest() }
      if !wantsStop { try examine() }
      if !wantsStop { try tellShortfall() }
      if wantsStop, !isStopSaved, journal.stepCount > 0 { try writeCheckpoint() }
      if wantsStop, record.result == nil { try saveUnmeasured() }
    } catch let error as StorageError {
      throw stored(error)
    }
    return try conclude(wantsStop ? stoppedOn.map { .stopped(on: $0) } ?? .interrupted : .finished)
  }

  // MARK: Epochs

  /// What is left of a pass over the training part, or what of it comes before a stop, and the validation after it.
  private mutating func train() throws {
    while let step = try nextStep() {
      try journal.add(step, trainer.monitor)
      try tell(.step(step, journal.progress))
      if step.loss.isFinite, trainer.monitor.isObserving { try tell(.flow(trainer.monitor)) }
      try passOnFindings()
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
    try trainer.lead(.measure)
    guard let measure = try trainer.measureTogether(while: { [options] in !options.isStopRequested() }) else {
      return try stop()
    }
    try tellGrowth()
    try finish(measure)
    isInEpoch = false
    if clock.isDueAfterEpoch { try writeCheckpoint() }
  }

  private mutating func nextStep() throws -> StepReport<Job.Figures>? {
    try trainer.lead(.step)
    let workers = trainer.parameters.engine.workers
    let began = ContinuousClock.now
    if let step = try trainer.advance() {
      if options.choosesThreads {
        threads.note(seconds: seconds(ContinuousClock.now - began))
        if workers.activeCount != threads.threads { workers.activeCount = threads.threads }
      }
      return step
    }
    // Where data cannot be read any more this is no end of an epoch, and other processes may not have come to one.
    try job.checkData()
    return nil
  }

  /// Takes note of an epoch's measure, and saves the model if it is the best so far.
  private mutating func finish(_ measure: Job.Measure) throws {
    try job.checkData()
    let epoch = journal.epoch
    try trainer.lead(.observe, epoch)
    trainer.observe(measure, after: epoch)
    try journal.finish(measure)
    let isBest = record.result.map { measure.isBetter(than: $0.measure) } ?? true
    try tell(.epoch(EpochReport(progress: journal.progress, measure: measure, isBest: isBest)))
    if let warning = journal.figures.warning { try tell(.note(warning)) }
    try passOnFindings()
    let spoiled = trainer.parameters.firstNonFinite()
    guard measure.nonFinite == nil, spoiled == nil else {
      throw try failure(
        cause: measure.nonFinite.map { .validation($0) } ?? .weight, at: spoiled.map { FoundNonFinite($0) })
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
    // Others would go on to the end of their shares.
    guard trainer.processes.count == 1 else { return }
    let deadline = ContinuousClock.now + .milliseconds(400)
    if let measure = trainer.measure(while: { ContinuousClock.now < deadline }) { try finish(measure) }
  }

  /// Saves the parameters as they are, where nothing else of value would be replaced.
  mutating func saveUnmeasured() throws {
    guard !folder.hasEarlierRun, !folder.hasSaved, journal.stepCount > 0,
      trainer.parameters.firstNonFinite() == nil
    else { return }
    try save()
  }

  /// Writes what the training could go on from. Where that fails, as on a full disk, the one before stays and the training goes on,
  /// which is said once; a log that cannot be written ends it.
  mutating func writeCheckpoint() throws {
    try job.checkData()
    let lengths = try folder.flushedLengths()
    clock.note(step: journal.stepCount)
    try trainer.lead(.collect)
    try trainer.collect()
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
  mutating func save(keepsOptimizer: Bool = true) throws {
    try trainer.lead(.settle)
    trainer.settle()
    try folder.save(
      trainer.savedTensors, description: record, omitting: RunRecord<Job>.machineKeys,
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

  /// Looks at the saved model for the report. A job that cannot is no reason to lose the training.
  private mutating func examine() throws {
    guard record.result != nil, folder.hasSaved else { return }
    let found: Examination?
    do {
      found = try job.examine(
        run: folder.directory.path, engine: trainer.parameters.engine,
        while: { [options] in !options.isStopRequested() })
    } catch {
      try tell(.note("the saved model could not be examined: \(error)"))
      return
    }
    if let found { try folder.writeExamination(found) }
  }

  /// Whether no epoch was better than the best for as many as the training was to wait.
  var isPatienceOver: Bool {
    guard let patience = options.patience, let best = record.result, !isInEpoch else { return false }
    return journal.epoch - best.epoch >= patience
  }

  /// Whether anybody has asked to stop, or the last epoch that is wanted for now is done.
  private var wantsStop: Bool { isStopped || options.isStopRequested() || isPaused }

  /// Whether the last epoch that is wanted for now is done, and there are others.
  private var isPaused: Bool {
    guard let last = options.lastEpoch, last < job.settings.epochs else { return false }
    return !isInEpoch && journal.epoch >= last
  }
}
