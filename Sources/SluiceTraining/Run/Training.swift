import SluiceCore
import SluiceModels
import SluiceProcesses
import SluiceStorage

/// A job trained in a folder: with its log, its best model, and everything that is said while it runs.
///
/// ```swift
/// let job = try ClassifierJob(readingFile: "messages.tsv")
/// let training = try Training(job, in: "runs/mine")
/// try training.run { event in
///   if case .epoch(let epoch) = event, epoch.measure.accuracy > 0.99 { return .stop }
///   return .goOn
/// }
/// ```
///
/// What stands in the folder stays whole until the training has a first result, and is then replaced as a whole; see `RunWriter`.
public struct Training<Job: TrainingJob>: ~Copyable {
  /// What is trained.
  public let job: Job
  /// The folder; nil for a process that does not lead.
  private let folder: RunWriter?
  private let options: TrainingOptions
  private let engine: Engine

  /// Takes the folder for a training.
  ///
  /// - Parameters:
  ///   - path: the folder of the run, made if it is not there.
  ///   - engine: what computes; the number of its threads changes the speed, not the result.
  /// - Throws: `SettingProblem` for a setting or description that cannot be, and `StorageError` for a folder that is not to be had: one with other
  ///   things in it, one that another training writes into, or a finished run of another job, or with other settings or data,
  ///   unless `options` overwrites.
  public init(
    _ job: Job, in path: String, options: TrainingOptions = TrainingOptions(), engine: Engine = Engine()
  ) throws {
    try job.settings.check(SettingCheck("settings."))
    let folder =
      options.processes.leads
      ? try RunWriter.begin(
        at: path, job: Job.name, settings: job.settings, inputs: job.inputs, overwrites: options.overwrites)
      : nil
    try self.init(job, folder: folder, options: options, engine: engine)
  }

  /// The same in a folder that was taken before the data were read.
  ///
  /// - Parameter folder: nil for a process of several that does not lead, and writes nothing.
  public init(
    _ job: Job, folder: RunWriter?, options: TrainingOptions = TrainingOptions(), engine: Engine = Engine()
  ) throws {
    try job.settings.check(SettingCheck("settings."))
    try RunRecord<Job>.check(job.description)
    require(folder != nil || !options.processes.leads, "The process that leads needs a folder.")
    try folder?.confirm(data: job.source, fingerprint: job.dataFingerprint)
    try folder?.confirm(options.start?.origin, as: "from")
    try folder?.confirm(options.vectors?.origin, as: "vectors")
    self.job = job
    self.folder = folder
    self.options = options
    self.engine = engine
  }

  /// Trains until all epochs are done or somebody asks to stop.
  ///
  /// - Parameter observe: is told everything as it happens, on the calling thread, and decides whether to go on.
  /// - Throws: `ModelError` or `StorageError` before the first step; `TrainingError` when the numbers stop being finite,
  ///   `TrainingStorageError` when the folder cannot be written any more, and what `observe` and the job's `checkData` throw.
  @discardableResult
  public consuming func run(
    _ observe: @escaping (TrainingEvent<Job>) throws -> TrainingDecision = { _ in .goOn }
  ) throws -> TrainingOutcome<Job> {
    var job = job
    let options = options
    guard let folder else { return try Self.follow(job, options, engine) }
    var decision = TrainingDecision.goOn
    if options.preparesJob {
      try job.prepare(engine: engine, while: { !options.isStopRequested() }) { text in
        if (try? observe(.note(text))) == .stop { decision = .stop }
      }
    }
    try options.processes.confirm(job, engine)
    var run: TrainingRun<Job>
    do {
      run = try TrainingRun(job, folder, options, engine, observe)
    } catch {
      throw options.processes.agreed(on: error)
    }
    try options.processes.agree()
    return try run.run(isStopped: decision == .stop)
  }

  /// Goes on with a training of this job that was stopped or killed, from its last checkpoint, to the bits that it would have had
  /// without: the model, the log but for its times, findings and report.
  ///
  /// - Parameters:
  ///   - path: the folder of the run.
  ///   - makeJob: makes the job again from what the run says of itself.
  ///   - options: those of the training itself, such as how often all statistics are taken, are the run's own.
  /// - Throws: `StorageError` for a folder without a checkpoint, one that is damaged or of another version, or one that another
  ///   training has; and where the data are others than before.
  @discardableResult
  public static func resume(
    in path: String, options: TrainingOptions = TrainingOptions(), engine: Engine = Engine(),
    _ makeJob: (RunRecord<Job>) throws -> Job,
    _ observe: @escaping (TrainingEvent<Job>) throws -> TrainingDecision = { _ in .goOn }
  ) throws -> TrainingOutcome<Job> {
    guard options.processes.leads else { return try follow(options, engine, makeJob) }
    let folder = try RunWriter.resume(at: path, job: Job.name)
    let checkpoint = try Checkpoint<Job>(in: path)
    let header = checkpoint.header
    var options = options
    // All of it is in the checkpoint.
    (options.start, options.vectors) = (nil, nil)
    options.flowInterval = header.flowInterval
    options.writesEvents = header.eventsLength != nil
    options.checkpoints = CheckpointSchedule(header.checkpoints) ?? options.checkpoints
    options.keepsCheckpoints = header.keepsCheckpoints
    options.onSpike = SpikePolicy(rawValue: header.onSpike) ?? .ignore
    options.precision = header.precision ?? .float32
    options.patience = header.patience
    options.stopOn = header.stopOn.map { StopCondition($0) }
    _ = try options.processes.broadcast(bytes: Array(JSONFile.text(of: checkpoint.record, for: path).utf8))
    var job = try makeJob(checkpoint.record)
    guard job.settings == checkpoint.record.settings else {
      throw StorageError(
        .mismatch, path: path, expected: "a job with the settings that the training began with",
        found: "one with others", advice: "Make the job from the record's settings.")
    }
    try folder.confirm(data: job.source, fingerprint: job.dataFingerprint)
    guard job.dataFingerprint == header.dataFingerprint else {
      throw StorageError(
        .mismatch, path: path, expected: "the data that the training began with",
        found: "others, with the checksum \(job.dataFingerprint ?? "none") instead of "
          + (header.dataFingerprint ?? "none"),
        advice: "Put the same data back, or train anew with --overwrite.")
    }
    try checkpoint.checkModel(in: folder)
    let set = engine.kernels.instructionSet.rawValue
    if set != header.instructionSet {
      _ = try observe(
        .note(
          "the training began with \(header.instructionSet) kernels and goes on with \(set): sound, but not to the same bits"
        ))
    }
    if options.preparesJob { try job.prepareAgain(engine: engine, while: { !options.isStopRequested() }) }
    try options.processes.confirm(job, engine)
    var run: TrainingRun<Job>
    do {
      run = try TrainingRun(job, folder, options, engine, from: checkpoint, observe)
    } catch {
      throw options.processes.agreed(on: error)
    }
    try options.processes.agree()
    return try run.run(isStopped: false)
  }
}

extension Training where Job: ResumableJob {
  /// The same for a job that can be made again by itself.
  @discardableResult
  public static func resume(
    in path: String, options: TrainingOptions = TrainingOptions(), engine: Engine = Engine(),
    _ observe: @escaping (TrainingEvent<Job>) throws -> TrainingDecision = { _ in .goOn }
  ) throws -> TrainingOutcome<Job> {
    try resume(
      in: path, options: options, engine: engine, { try Job(repeating: $0) }, observe)
  }
}
