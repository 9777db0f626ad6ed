import SluiceCore
import SluiceStorage

/// How much a tuning may take, and what it looks for.
public struct TuningOptions: Sendable {
  /// About how many minutes it takes in all; nil for as long as its trials take. They decide how many trials begin and nothing else.
  public var minutes: Double? = 5
  /// How many trials begin; nil for as many as the minutes allow.
  public var trials: Int?
  /// After how many rounds it stops; nil for all. With the number of trials it repeats a tuning that had no time to come to its end.
  public var rounds: Int?
  /// The most bytes of the model's file; nil for no limit.
  public var sizeLimit: Int?
  /// How models are stored; nil for what the limit of the size makes best, and as they are trained where there is none.
  public var precision: StoredPrecision?
  /// The figure of the validation part by which trials are compared; nil for the job's usual one.
  public var metric: TuningMetric?
  /// Whether a run in the folder, or another tuning, may be replaced.
  public var overwrites = false
  /// The threads that compute. As many trials are trained side by side, one thread each; the result is the same for any number.
  public var threads = Workers.processorCount
  /// Whether the folders of the trials stay when all is done.
  public var keepsTrials = false
  /// Asked between steps: whether to save and stop, as Ctrl-C asks for.
  public var isStopRequested: @Sendable () -> Bool = { false }

  /// Five minutes.
  public init() {}
}

/// What a tuning tells whoever runs it. It may be told on any thread, but one after the other.
public enum TuningEvent: Sendable {
  /// The tuning begins, or goes on where the record has results.
  case began(TuningRecord)
  /// A step has come to its end, with a result or a failure.
  case stepped(TuningStep, TuningRecord, secondsLeft: Double?)
}

/// How a tuning ended.
public enum TuningEnd: Equatable, Sendable {
  /// All was done.
  case finished
  /// It was asked to stop.
  case interrupted
  /// The minutes were over before all was done, or the rounds that were asked for.
  case outOfTime
}

/// What a tuning leaves.
public struct TuningOutcome: Sendable {
  /// Whether all was done.
  public let end: TuningEnd
  /// All trials, and what is kept.
  public let record: TuningRecord
  /// The folder, which is that of an ordinary run.
  public let path: String
}
