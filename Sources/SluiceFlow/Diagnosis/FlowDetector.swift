import SluiceCore

/// A rule of one's own: looks at the figures of a step at which all statistics were taken, and says what is wrong with them.
///
/// What it sees for `patience` such steps in a row becomes a finding of its name, and is logged, told, counted and reported like any other;
/// a training can be stopped on it. After as many without it the finding ends.
///
/// ```swift
/// struct TableGrows: FlowDetector {
///   let name = "table grows"
///
///   func judge(_ figures: FlowFigures) -> Detection? {
///     guard let i = figures.place(of: "embedding") else { return nil }
///     let size = figures.parameters[i].weight.rootMeanSquare
///     guard size > 3 else { return nil }
///     return Detection(place: "embedding", evidence: "its rows have a size of \(size)", hint: "Let it decay.")
///   }
/// }
///
/// var settings = FlowSettings()
/// settings.detectors = [TableGrows()]
/// ```
///
/// A detector that remembers something from step to step writes and reads it as `Checkpointed`, so that a training that was stopped goes on
/// to the same findings; by default there is nothing to write.
public protocol FlowDetector: Checkpointed, Sendable {
  /// The name of the finding: a few words in small letters, none that the diagnosis has already.
  var name: String { get }
  /// How much what it looks for takes from a training; a warning by default.
  var severity: Severity { get }
  /// For how many observations in a row it has to show; nil, as by default, for `FlowSettings.patience`.
  var patience: Int? { get }
  /// What is wrong with the figures; nil for nothing. What it returns takes memory, so nil is also what is quick.
  mutating func judge(_ figures: FlowFigures) -> Detection?
}

extension FlowDetector {
  public var severity: Severity { .warning }
  public var patience: Int? { nil }
  /// Nothing: it remembers nothing from step to step.
  public func write(to state: inout StateWriter) {}
  /// Nothing, as nothing was written.
  public mutating func restore(from state: inout StateReader) throws(StateError) {}
}

/// What a detector has seen.
public struct Detection: Sendable {
  /// The parameter, layer or operation; empty for the whole training.
  public var place: String
  /// The figures that show it, without a full stop.
  public var evidence: String
  /// What to try: a sentence.
  public var hint: String
  /// The same as a value, where it is one change.
  public var remedy: Remedy?

  /// What was seen, by its parts.
  public init(place: String = "", evidence: String, hint: String, remedy: Remedy? = nil) {
    self.place = place
    self.evidence = evidence
    self.hint = hint
    self.remedy = remedy
  }
}

/// What a detector looks at: all that the monitor knows of a step.
public struct FlowFigures: Sendable {
  /// The number of the step, from 1.
  public let step: Int
  /// The names of the parameters in the order of their table, as findings call them.
  public let names: [String]
  /// What was seen of each parameter, in the same order.
  public let parameters: [ParameterFigures]
  /// What was seen of the operations.
  public let operations: [OperationFigures]
  /// What was seen of the recurrent layers.
  public let times: [TimeFigures]
  /// What was seen of the tensors that come in.
  public let inputs: [InputFigures]
  /// What operations told of themselves.
  public let senses: [SenseFigures]
  /// What the loss says of what it is to learn.
  public let labels: LossFigures
  /// How the parameters were updated.
  public let update: UpdateRecord
  /// The norm of the whole gradient.
  public let gradientNorm: Float
  /// The loss so far.
  public let loss: LossHistory

  init(names: [String], _ seen: Observation) {
    step = seen.step
    self.names = names
    parameters = seen.parameters
    operations = seen.operations
    times = seen.times
    inputs = seen.inputs
    senses = seen.senses
    labels = seen.labels
    update = seen.update
    gradientNorm = seen.gradientNorm
    loss = seen.loss
  }

  /// Where a parameter is in `parameters`; nil if there is none of that name.
  public func place(of name: String) -> Int? { names.firstIndex(of: name) }
}
