import SluiceCore
import SluiceModels
import SluiceText
import Synchronization

/// A job whose settings a `Tuning` can vary.
public protocol TunableJob: ResumableJob {
  /// What is varied, a line for each.
  static var dimensions: [TuningDimension<Settings>] { get }
  /// The figures by which trials can be compared, the usual one first; those of single labels are left out.
  static var metrics: [TuningMetric] { get }

  /// The job on the data of a source.
  init(reading source: Source, settings: Settings) throws
  /// The same data with other settings of the model and its training.
  func with(_ settings: Settings) -> Self
  /// The figure of a measure; nil where it does not have it.
  func figure(_ metric: TuningMetric, of measure: Measure) -> Double?
  /// What is wrong with a metric for this data; nil for nothing.
  func problem(with metric: TuningMetric) -> String?
  /// About how much a training with such settings computes, in any unit.
  static func work(of settings: Settings) -> Double
  /// What of the settings decides what `prepareAgain` computes: jobs with the same share it.
  static func preparation(of settings: Settings) -> String
  /// Settings by which the metric decides also which epoch of a training is the best, where the job has a choice.
  static func deciding(_ settings: Settings, by metric: TuningMetric) -> Settings
  /// The bytes that the figures of a result add to the description in a model's file, at the most.
  var resultRoom: Int { get }
  /// The same settings with another seed, the data divided as before.
  static func repeating(_ settings: Settings, seed: UInt64) -> Settings
  /// What the command line needs to read the same data in the same way.
  var dataArguments: [String] { get }
}

extension TunableJob {
  public static func preparation(of settings: Settings) -> String { "" }
  public static func deciding(_ settings: Settings, by metric: TuningMetric) -> Settings { settings }
  public var resultRoom: Int { 512 }
  public func problem(with metric: TuningMetric) -> String? {
    guard !Self.metrics.contains(metric) else { return nil }
    return
      "expected one of the metrics \(Self.metrics.map(\.text).joined(separator: ", ")) for \(Self.name), "
      + "found \(ScreenText.quoted(metric.text))"
  }
}

extension DataColumns {
  /// What the command line needs to read files alike.
  var arguments: [String] {
    let options: [(name: String, value: String?)] = [
      ("--format", format?.rawValue), ("--separator", separator == "\t" ? "tab" : separator),
      ("--text-column", text), ("--label-column", label), ("--count-column", count),
    ]
    return options.flatMap { option in option.value.map { [option.name, $0] } ?? [] }
  }
}

/// The job with settings after settings, each with what comes before the first step done, once for all that share it.
final class PreparedJobs<Job: TunableJob>: Sendable {
  private let base: Job
  private let engine: Engine
  private let isStopRequested: @Sendable () -> Bool
  private let prepared = Mutex<[String: Job]>([:])

  init(_ base: Job, threads: Int, isStopRequested: @escaping @Sendable () -> Bool) {
    self.base = base
    engine = Engine(threads: threads)
    self.isStopRequested = isStopRequested
  }

  /// The job with these settings.
  func job(_ settings: Job.Settings) throws -> Job {
    try prepared.withLock { prepared in
      let key = Job.preparation(of: settings)
      if let found = prepared[key] { return found.with(settings) }
      var job = base.with(settings)
      try job.prepareAgain(engine: engine, while: { !isStopRequested() })
      // What was stopped on the way is not whole.
      if !isStopRequested() { prepared[key] = job }
      return job
    }
  }
}
