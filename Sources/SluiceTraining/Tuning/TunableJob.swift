import SluiceCore
import SluiceModels

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
  /// The same settings with another seed, the data divided as before.
  static func repeating(_ settings: Settings, seed: UInt64) -> Settings
  /// What the command line needs to read the same data in the same way.
  var dataArguments: [String] { get }
}

extension TunableJob {
  public func problem(with metric: TuningMetric) -> String? {
    guard !Self.metrics.contains(metric) else { return nil }
    return "expected one of the metrics \(Self.metrics.map(\.text).joined(separator: ", ")) for \(Self.name), "
      + "found \(ScreenText.quoted(metric.text))"
  }
}
