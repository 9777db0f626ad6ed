import SluiceCore
import SluiceModels
import SluiceStorage

/// The search for the best settings of a job on its data: many trials, most of them cut short, the best of them kept as an ordinary run.
///
/// ```swift
/// var options = TuningOptions()
/// options.minutes = 10
/// let outcome = try Tuning(of: ClassifierJob(readingFile: "messages.tsv"), in: "runs/sms", options: options).run()
/// print(outcome.record.kept?.result.text ?? "")
/// ```
///
/// - Trial 0 has the job's own settings and is trained to its end, so what is kept is never worse on the validation part. The others are drawn
///   from the seed and their number.
/// - Every trial is an ordinary training, its schedule that of all its epochs, cut short after a ninth and a third of them (`Halving`, and the guide
///   "Tuning"). Whichever goes on does so from its checkpoint: nothing is trained twice, and the winner has the bits of the training that
///   its settings alone give.
/// - The same job, seed and number of trials give the same winner to the bit, on any number of threads. Minutes decide how many trials begin and
///   nothing else; the record says the number.
/// - After a kill or a stop the same tuning, begun again in the same folder, goes on; the folder holds the best model so far.
public struct Tuning<Job: TunableJob>: ~Copyable {
  private let job: Job
  private let folder: TuningFolder
  private let options: TuningOptions
  private let metric: TuningMetric
  private let space: TuningSpace<Job>
  private let record: TuningRecord

  /// Takes the folder for a tuning, or goes on with the one that it holds if that was begun in the same way.
  ///
  /// - Parameter job: the data, and the default settings.
  /// - Throws: `TuningError` for a metric that the data do not have, or a limit of the size that no model keeps; `StorageError` for a folder
  ///   that holds something else, or a tuning that was begun in another way or has ended, unless `options` overwrites.
  public init(of job: Job, in path: String, options: TuningOptions = TuningOptions()) throws {
    try job.settings.check(SettingCheck("settings."))
    let metric = options.metric ?? Job.metrics[0]
    if let problem = job.problem(with: metric) { throw TuningError.metric(problem) }
    let job = job.with(Job.deciding(job.settings, by: metric))
    let space = try TuningSpace(
      job, sizeLimit: options.sizeLimit, precision: options.precision, threads: options.threads,
      isStopRequested: options.isStopRequested)
    let folder = try TuningFolder(path, inputs: job.inputs, overwrites: options.overwrites)
    var record = TuningRecord(
      job: Job.name, data: job.inputs, dataFingerprint: job.dataFingerprint,
      instructionSet: KernelTable.selected.instructionSet.rawValue, seed: job.settings.seed,
      metric: metric.text, isLowerBetter: metric.isLowerBetter, sizeLimit: options.sizeLimit,
      precision: options.precision, asked: .init(), dimensions: space.dimensions,
      rungs: Halving.rungs.map { 1 / Double($0) })
    if let earlier = try folder.readRecord() {
      if options.overwrites {
        folder.removeEarlier()
      } else {
        try Self.check(earlier, goesOnAs: record, settings: job.settings, in: path)
        record = earlier
      }
    }
    record.asked = .init(minutes: options.minutes, trials: options.trials, rounds: options.rounds)
    self.job = job
    self.folder = folder
    self.options = options
    self.metric = metric
    self.space = space
    self.record = record
  }

  /// Goes on with the tuning in a folder, with its own job, metric and limits.
  ///
  /// - Parameter options: where minutes and trials are both nil, those count that were asked for before; minutes count from the beginning, and
  ///   rounds that are nil are all.
  public static func resume(in path: String, options: TuningOptions) throws -> Tuning {
    let earlier = try TuningRecord(readingTuning: path)
    let file = try JSONFile.read(TuningFile<Job>.self, from: TuningFolder.record(in: path))
    var options = options
    options.overwrites = false
    if options.minutes == nil, options.trials == nil {
      (options.minutes, options.trials) = (earlier.asked.minutes, earlier.asked.trials)
    }
    options.sizeLimit = earlier.sizeLimit
    options.precision = earlier.precision
    options.metric = TuningMetric(earlier.metric)
    return try Tuning(
      of: Job(reading: file.source, settings: file.settings), in: path, options: options)
  }

  /// Throws unless an earlier tuning can go on as another would begin.
  private static func check(
    _ earlier: TuningRecord, goesOnAs record: TuningRecord, settings: Job.Settings, in path: String
  ) throws {
    func refuse(_ expected: String, _ found: String, _ advice: String) -> StorageError {
      StorageError(.occupied, path: path, expected: expected, found: found, advice: advice)
    }
    let another = "Choose another folder, or give --overwrite to begin anew."
    guard !earlier.isComplete else {
      throw refuse("a folder for a tuning", "one of a tuning that is complete", another)
    }
    var plain = earlier
    (plain.trials, plain.round, plain.rounds, plain.isClosed) = ([], [], 0, false)
    (plain.kept, plain.spread, plain.seconds, plain.asked) = (nil, nil, 0, record.asked)
    guard plain.sluice == record.sluice, plain.instructionSet == record.instructionSet else {
      throw refuse(
        "a tuning that was begun by version \(record.sluice) with \(record.instructionSet) kernels",
        "one of \(ScreenText.quoted(plain.sluice)) with \(ScreenText.quoted(plain.instructionSet))",
        "Go on with that version and SLUICE_ISA, or begin anew with --overwrite.")
    }
    let file = try? JSONFile.read(TuningFile<Job>.self, from: TuningFolder.record(in: path))
    (plain.data, plain.precision) = (record.data, record.precision)
    guard plain == record, file?.settings == settings else {
      throw refuse(
        "an unfinished tuning that was begun in the same way",
        "one of other data, settings, metric or limits", another)
    }
  }

  /// Runs until all is done, the minutes are over, or somebody asks to stop.
  ///
  /// - Parameter observe: is told everything as it happens.
  /// - Throws: `StorageError` or `TrainingStorageError` where the folder cannot be written, and `TuningError` where no trial has a result.
  @discardableResult
  public consuming func run(
    _ observe: @escaping @Sendable (TuningEvent) -> Void = { _ in }
  ) throws -> TuningOutcome {
    var run = TuningRun(
      job: job, folder: folder, options: options, metric: metric, space: space, record: record,
      observe: observe)
    return try run.run()
  }
}

/// What `tune.json` holds: the record, and what it takes to make the job again.
struct TuningFile<Job: TunableJob>: Codable {
  var record: TuningRecord
  var settings: Job.Settings
  var source: Job.Source

  private enum CodingKeys: String, CodingKey { case settings, source }

  init(_ record: TuningRecord, of job: Job) {
    self.record = record
    settings = job.settings
    source = job.source
  }

  init(from decoder: any Decoder) throws {
    record = try TuningRecord(from: decoder)
    let values = try decoder.container(keyedBy: CodingKeys.self)
    settings = try values.decode(Job.Settings.self, forKey: .settings)
    source = try values.decode(Job.Source.self, forKey: .source)
  }

  func encode(to encoder: any Encoder) throws {
    try record.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(settings, forKey: .settings)
    try values.encode(source, forKey: .source)
  }
}
