import SluiceCore

/// Watches a whole training in fixed memory: gradients, weights and updates of every parameter, the output of every
/// operation, the gradient over time steps, the loss. `diagnosis` says what is wrong with them.
///
///     var monitor = FlowMonitor(for: parameters)
///     for batch in batches {
///       tape.reset()
///       let loss = …
///       monitor.observeForward(tape, loss: tape.scalar(loss))
///       tape.backward(from: loss, into: &parameters)
///       monitor.observeBackward(tape, parameters)
///       optimizer.step(&parameters, observed: monitor.gradients.summary)
///       monitor.observeUpdate(parameters)
///     }
///     for finding in monitor.diagnosis.findings { print(finding) }
///
/// All statistics are taken at every `settings.interval`-th step, beginning with the first; then nothing is allocated
/// but for names that occur for the first time and for findings.
public struct FlowMonitor: Sendable {
  /// What is looked at and how often; only `interval` can be changed after the monitor is made.
  public private(set) var settings: FlowSettings
  /// The gradients of all parameters, at every step.
  public internal(set) var gradients: GradientFlow
  /// What the last observation said of each parameter, in the order of their table.
  public internal(set) var parameters: [ParameterFigures]
  /// What is wrong, since when, and what to try.
  public internal(set) var diagnosis: Diagnosis
  /// The loss of every step, summed up.
  public internal(set) var loss = LossHistory()
  /// The steps begun.
  public internal(set) var stepCount = 0

  /// Weights and gradients of the step last asked for; nil before `requestHistograms`.
  public private(set) var histograms: ParameterHistograms?

  var samples: ParameterSamples
  var touched: [EverTouched?]
  private var isWatched: [Bool]
  var operationTable = OperationTable()
  var timeTable = TimeTable()

  /// A monitor of `parameters`, which are sealed by it.
  public init(for parameters: borrowing Parameters, settings: FlowSettings = FlowSettings()) {
    expect(
      settings.interval > 0 && settings.patience > 0, "FlowMonitor",
      expected: "an interval and a patience of at least one step",
      got: "\(settings.interval) and \(settings.patience)")
    self.settings = settings
    gradients = GradientFlow(for: parameters)
    let count = gradients.parameters.count
    self.parameters = Array(repeating: ParameterFigures(), count: count)
    samples = ParameterSamples(parameters: count, size: settings.sampleCount)
    touched = gradients.parameters.map {
      $0.updates == .touchedRows ? EverTouched(rows: $0.shape.rows) : nil
    }
    isWatched = gradients.parameters.map { settings.includes($0.name) }
    diagnosis = Diagnosis(parameters: gradients.parameters, settings: settings)
  }

  /// Every so many steps all statistics are taken; a change holds from the next step on.
  public var interval: Int {
    get { settings.interval }
    set {
      expect(newValue > 0, "FlowMonitor", expected: "an interval of at least one step", got: "\(newValue)")
      settings.interval = newValue
    }
  }
  /// Whether the loss of the last step was finite and, if it went backward, all of its gradient.
  public var isFinite: Bool { loss.last.isFinite && gradients.summary.nonFiniteCount == 0 }
  /// Whether all statistics of the current step are taken.
  public var isObserving: Bool { stepCount > 0 && (stepCount - 1) % settings.interval == 0 }
  /// Whether a parameter is watched.
  public func isWatched(_ i: Int) -> Bool { isWatched[i] }
  /// Takes histograms of all weights and gradients at the next step; the first call reserves memory for them.
  public mutating func requestHistograms() {
    if histograms == nil { histograms = ParameterHistograms(count: parameters.count) }
    histograms?.isDue = true
  }

  /// What the last observation said of the operations.
  public var operations: [OperationFigures] { operationTable.slots }
  /// What the last observation said of the recurrent layers.
  public var times: [TimeFigures] { timeTable.slots }

  /// Begins a step: looks at the outputs and at the loss. To be called after the forward pass, before the backward pass.
  public mutating func observeForward(_ tape: borrowing Tape, loss value: Float) {
    stepCount += 1
    loss.add(value)
    if !value.isFinite { diagnosis.report(nonFinite: tape.firstNonFinite(), step: stepCount) }
    if isObserving { operationTable.observe(tape) }
  }

  /// Looks at the gradients. To be called after the backward pass, before the update.
  public mutating func observeBackward(_ tape: borrowing Tape, _ parameters: borrowing Parameters) {
    gradients.observe(parameters)
    histograms?.observe(parameters, step: stepCount)
    for i in self.parameters.indices where touched[i] != nil {
      touched[i]?.add(parameters.touchedRows(of: parameters.handle(at: i)).rowIDs)
    }
    guard isObserving else { return }
    timeTable.observe(tape)
    for i in self.parameters.indices where isWatched[i] {
      let handle = parameters.handle(at: i)
      let values = parameters.values(of: handle)
      self.parameters[i].gradient = gradients.figures(i)
      self.parameters[i].isTrained = parameters.isTrainable(handle)
      switch parameters.updates(of: handle) {
      case .dense:
        self.parameters[i].weight = ParameterFlow(parameters.engine.statistics(values))
        self.parameters[i].direction = samples.takeDense(
          i, values, parameters.gradient(of: handle), parameters.engine)
      case .touchedRows:
        samples.takeRows(i, values, parameters.touchedRows(of: handle))
        self.parameters[i].weight = samples.weight(i, parameters.engine)
      }
      self.parameters[i].touchedShare = touched[i]?.share ?? 1
    }
  }

  /// Takes note of the mean loss of the validation part, after an epoch or whenever it was measured.
  ///
  /// - Parameter baseline: the loss there of what needs no model, such as the most frequent class; nil where none is known.
  public mutating func observeValidation(loss: Float, baseline: Float? = nil) {}

  /// Ends a step: looks at how the parameters moved and judges. To be called after the update.
  public mutating func observeUpdate(_ parameters: borrowing Parameters) {
    guard isObserving else { return }
    for i in self.parameters.indices where isWatched[i] {
      let (flow, ratio) = samples.update(
        i, parameters.values(of: parameters.handle(at: i)), parameters.engine)
      self.parameters[i].update = flow
      self.parameters[i].updateRatio = ratio
    }
    diagnosis.judge(
      Observation(
        step: stepCount, parameters: self.parameters, isWatched: isWatched, operations: operationTable.slots,
        times: timeTable.slots, gradientNorm: gradients.gradientNorm,
        nonFiniteCount: gradients.summary.nonFiniteCount, loss: loss))
  }
}

/// The loss of a training, summed up in fixed memory.
public struct LossHistory: Sendable {
  /// The steps whose mean is the loss at the start.
  public static let startCount = 10
  private static let share: Float = 0.05

  /// The loss of the last step, finite or not; 0 before the first.
  public internal(set) var last: Float = 0
  /// The finite losses so far: the others enter only `last`.
  public internal(set) var count = 0
  /// The mean of the first losses.
  public internal(set) var start: Float = 0
  /// An exponential mean over about the last 20 steps.
  public internal(set) var recent: Float = 0
  /// The lowest that `recent` has been.
  public internal(set) var best = Float.infinity

  mutating func add(_ value: Float) {
    last = value
    guard value.isFinite else { return }
    count += 1
    if count <= Self.startCount {
      start += (value - start) / Float(count)
      recent = start
    } else {
      recent += (value - recent) * Self.share
    }
    if count >= Self.startCount { best = min(best, recent) }
  }
}

/// What the rules judge.
struct Observation {
  let step: Int
  let parameters: [ParameterFigures]
  let isWatched: [Bool]
  let operations: [OperationFigures]
  let times: [TimeFigures]
  let gradientNorm: Float
  let nonFiniteCount: Int
  let loss: LossHistory
}
