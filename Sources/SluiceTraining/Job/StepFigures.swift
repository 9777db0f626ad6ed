import SluiceCore
import SluiceLayers
import SluiceStorage

/// The loss of a batch as a job records it.
public struct StepLoss<Figures: StepFigures>: Sendable {
  /// What the gradient comes from, before `scale`.
  public var loss: Tensor
  /// What the gradient is multiplied by.
  public var scale: Float
  /// The mean loss of an example or word, as the log shows it.
  public var mean: Float
  /// The examples or words of the batch.
  public var count: Int
  /// What the step says beside the loss.
  public var figures: Figures

  /// A loss by its parts.
  public init(_ loss: Tensor, scale: Float = 1, mean: Float, count: Int, figures: Figures = Figures()) {
    self.loss = loss
    self.scale = scale
    self.mean = mean
    self.count = count
    self.figures = figures
  }

  /// What the backward pass begins at.
  func root(_ tape: inout Tape) -> Tensor { scale == 1 ? loss : multiply(loss, scale, &tape) }
}

/// What a step says of itself beside the loss; those of an epoch's steps are added up. Plain numbers: nothing is allocated.
public protocol StepFigures: Checkpointed, Codable, Equatable, Sendable {
  /// Those of no step.
  init()
  /// Adds what a step over `count` examples or words said.
  mutating func add(_ step: Self, count: Int)
  /// Makes these the figures of a step over what they are of and a shard of the same batch with `count` examples or words; `before` has come so far. By
  /// default the figures are added up.
  mutating func join(_ shard: Self, count: Int, before: Int)
  /// Adds a step's figures to its line of the log.
  func writeStep(to log: MetricsLog)
  /// Adds an epoch's figures to its line of the log.
  func writeEpoch(to log: MetricsLog)
  /// What people have to be told about the epoch; nil for nothing.
  var warning: String? { get }
}

extension StepFigures {
  public mutating func join(_ shard: Self, count: Int, before: Int) { add(shard, count: count) }
  public func writeStep(to log: MetricsLog) {}
  public func writeEpoch(to log: MetricsLog) {}
  public var warning: String? { nil }
}

/// Of a job that says no more than the loss.
public struct NoFigures: StepFigures {
  public init() {}
  public mutating func add(_ step: NoFigures, count: Int) {}
}

/// What a job measures on its validation part. Stored with the run as an object, beside the number of its `epoch`.
///
/// ```swift
/// struct TaggerMeasure: JobMeasure {
///   var loss: Double
///   var accuracy: Double
///
///   var namedFigures: KeyValuePairs<String, Double> { ["loss": loss, "accuracy": accuracy] }
///   func isBetter(than other: TaggerMeasure) -> Bool { loss < other.loss }
/// }
/// ```
public protocol JobMeasure: Checkpointed, Codable, Equatable, Sendable {
  /// The figures by their names, in the order in which they are shown. The log calls them `validation_` and the name, and
  /// the report draws a curve of each. All that follows but `isBetter` derives from them by default.
  var namedFigures: KeyValuePairs<String, Double> { get }
  /// Whether a model with this measure is to be kept rather than one with the other.
  func isBetter(than other: Self) -> Bool
  /// The mean loss of the validation part, which the diagnosis compares from epoch to epoch; nil where there is none. By default the figure
  /// named `loss`.
  var validationLoss: Double? { get }
  /// The figure that is not a finite number, by name; nil if all are.
  var nonFinite: String? { get }
  /// Adds the figures to the epoch's line of the log.
  func write(to log: MetricsLog)
  /// The figures in words.
  var text: String { get }
}

extension JobMeasure {
  public var namedFigures: KeyValuePairs<String, Double> { [:] }

  public var validationLoss: Double? { namedFigures.first { $0.key == "loss" }?.value }

  public var nonFinite: String? { namedFigures.first { !$0.value.isFinite }?.key }

  public func write(to log: MetricsLog) {
    for (name, value) in namedFigures { log.add("validation_\(name)", value) }
  }

  public var text: String {
    "validation " + namedFigures.map { "\($0.key) \(fixed($0.value, 4))" }.joined(separator: "  ")
  }
}

/// The mean loss on the validation part, of a job that measures no more.
public struct LossMeasure: JobMeasure {
  /// The mean loss of an example or word.
  public var loss: Double

  /// A measure by its figure.
  public init(loss: Double) { self.loss = loss }

  public var namedFigures: KeyValuePairs<String, Double> { ["loss": loss] }
  public func isBetter(than other: LossMeasure) -> Bool { loss < other.loss }
}

/// What is known of the loss before anything is learned, for the diagnosis and the checks.
public struct LossExpectation: Equatable, Sendable {
  /// The loss of a model that knows nothing, such as log n for n classes; nil if there is none.
  public var chance: Float?
  /// The loss of the best model that does not look at its input; nil if it is not known.
  public var baseline: Float?
  /// The least loss that makes sense; nil for a loss without such, as a likelihood is.
  public var least: Float?

  /// Of a cross-entropy: the loss of a model to which all classes are as likely is log `classes`.
  public init(classes: Int) { self.init(chance: logarithm(of: classes)) }

  /// By default nothing but that a loss is not negative.
  public init(chance: Float? = nil, baseline: Float? = nil, least: Float? = 0) {
    self.chance = chance
    self.baseline = baseline
    self.least = least
  }
}
