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
///     for cause in monitor.diagnosis.verdict { print(cause) }
///
/// All statistics are taken at the first 16 steps and then at every so manieth (`interval`); nothing is allocated then
/// but for names that occur for the first time, for findings and, in the first 64 steps, for suspicions. At the steps between, the loss is
/// taken note of, and whether the gradients of biases are finite (`FlowSettings.summarizesEveryStep` for all). Where several backward
/// passes add up to one update the last of them is judged with it.
public struct FlowMonitor: Sendable {
  /// What is looked at; only `interval` can be changed after the monitor is made.
  public internal(set) var settings: FlowSettings
  /// The gradients of all parameters, at the steps that were observed; its `summary` is that of the last step, if it was taken.
  public internal(set) var gradients: GradientFlow
  /// What the last observation said of each parameter, in the order of their table.
  public internal(set) var parameters: [ParameterFigures]
  /// What is wrong, since when, and what to try.
  public internal(set) var diagnosis: Diagnosis
  /// The loss of every step, summed up.
  public internal(set) var loss = LossHistory()
  /// The losses of the validation part that were told.
  public internal(set) var validation = ValidationHistory()
  /// The steps begun.
  public internal(set) var stepCount = 0
  /// Whether all statistics of the current step are taken.
  public internal(set) var isObserving = false

  /// Weights and gradients of the step last asked for; nil before `requestHistograms`.
  public private(set) var histograms: ParameterHistograms?

  var samples: ParameterSamples
  var touched: [EverTouched?]
  /// The places of the tables among the parameters.
  private let tables: [Int]
  private var isWatched: [Bool]
  var operationTable = OperationTable()
  var timeTable = TimeTable()
  var inputTable = InputTable()
  var senseTable = SenseTable()
  /// What the loss says of what it is to learn.
  public internal(set) var lossFigures = LossFigures()
  /// How the parameters are updated, as the optimizer noted.
  public internal(set) var update = UpdateRecord()
  /// The updates that the parameters had counted when they were last looked at: their count begins anew where a training goes on.
  private var updatesSeen: Int
  var schedule: ObservationSchedule
  var scan = TapeScan()
  /// Whether gradients were observed and their update has not come yet.
  var awaitsUpdate = false
  /// Whether they have been judged without it.
  var isJudged = true

  /// A monitor of `parameters`, which are sealed by it.
  public init(for parameters: borrowing Parameters, settings: FlowSettings = FlowSettings()) {
    expect(
      settings.interval.map { $0 > 0 } ?? true && settings.patience > 0, "FlowMonitor",
      expected: "an interval and a patience of at least one step",
      got: "\(settings.interval ?? 0) and \(settings.patience)")
    self.settings = settings
    schedule = ObservationSchedule(said: settings.interval)
    gradients = GradientFlow(for: parameters)
    let count = gradients.parameters.count
    self.parameters = Array(repeating: ParameterFigures(), count: count)
    samples = ParameterSamples(parameters: count, size: settings.sampleCount)
    touched = gradients.parameters.map {
      $0.updates == .touchedRows ? EverTouched(rows: $0.shape.rows) : nil
    }
    tables = touched.indices.filter { [touched] in touched[$0] != nil }
    isWatched = gradients.parameters.map { settings.includes($0.name) }
    updatesSeen = parameters.lastUpdate.count
    diagnosis = Diagnosis(parameters: gradients.parameters, settings: settings)
  }

  /// Every so many steps all statistics are taken, after the first 16. Unless it was said, it is 10, or more where steps are small: then
  /// so many that the statistics take at most a hundredth of the time. A change holds from the next step on.
  public var interval: Int {
    get { schedule.interval }
    set {
      expect(newValue > 0, "FlowMonitor", expected: "an interval of at least one step", got: "\(newValue)")
      settings.interval = newValue
      schedule = ObservationSchedule(said: newValue)
    }
  }
  /// Whether the loss of the last step was finite and, if it went backward, its gradient, as far as it was looked at: all of it at the steps
  /// that are observed and with `FlowSettings.summarizesEveryStep`, else that of vectors, to which nearly all comes that is not finite.
  public var isFinite: Bool { loss.last.isFinite && gradients.nonFiniteCount == 0 }
  /// Whether a parameter is watched.
  public func isWatched(_ i: Int) -> Bool { isWatched[i] }
  /// Whether there is anything to say of a parameter's values and gradient. Of a table that is not trained no rows are noted, and figures of none
  /// would be zeros.
  package func hasFigures(_ i: Int) -> Bool {
    isWatched[i] && (self.parameters[i].isTrained || gradients.parameters[i].updates == .dense)
  }
  /// Takes histograms of all weights and gradients at the next step; the first call reserves memory for them.
  public mutating func requestHistograms() {
    if histograms == nil { histograms = ParameterHistograms(count: parameters.count) }
    histograms?.isDue = true
  }

  /// What the last observation said of the operations.
  public var operations: [OperationFigures] { operationTable.slots }
  /// What the last observation said of the recurrent layers.
  public var times: [TimeFigures] { timeTable.slots }

  /// What was seen of the tensors that come in.
  public var inputs: [InputFigures] { inputTable.slots }
  /// What operations told of themselves.
  public var senses: [SenseFigures] { senseTable.slots }

  /// Begins a step: looks at the outputs and at the loss. To be called after the forward pass, before the backward pass.
  public mutating func observeForward(_ tape: borrowing Tape, loss value: Float) {
    observeForward(tape, loss: value, ofTape: value)
  }

  /// The same where the tape holds a part of what the loss is of.
  ///
  /// - Parameter own: the loss of what the tape holds.
  package mutating func observeForward(_ tape: borrowing Tape, loss value: Float, ofTape own: Float) {
    if !isJudged { judge() }
    stepCount += 1
    isObserving = schedule.isDue(stepCount, surprised: loss.isSurprise(value))
    let isSpike = loss.isSpike(value, rows: lossFigures.rows)
    loss.add(value)
    if !value.isFinite { diagnosis.report(nonFinite: tape.firstNonFinite(), step: stepCount) }
    if isSpike || diagnosis.isShown(.spike) {
      diagnosis.judge(spike: isSpike ? value : nil, loss, step: stepCount)
    }
    if isObserving { look(at: tape, own) }
    if !isObserving, schedule.isGlance(stepCount) {
      lookAtEnds(tape)
      diagnosis.judgeShift(inputTable.slots, step: stepCount)
    }
    // Of a step that is observed it is judged after all that may explain it.
    if !isObserving, stepCount > ObservationSchedule.first, schedule.judgesLoss(stepCount) { judgeLoss() }
  }

  /// Looks at every operation: what it gave, what it told, where it stands.
  private mutating func look(at tape: borrowing Tape, _ value: Float) {
    operationTable.begin()
    senseTable.begin()
    scan.begin(tape)
    var seen = StepSenses()
    for i in 0..<min(tape.operationCount, Self.operationsLookedAt) {
      let operation = tape.operation(i)
      let told = tape.senses(i)
      let affine = told.affine
      scan.resolve(operation, tape)
      if let affine {
        note(affine, of: operation, tape)
        if operation.inputs.count > 0 {
          let before = scan[operation.inputs[0]]
          if seen.input == nil, !before.isMade { seen.input = operation.inputs[0] }
          (seen.survival, seen.drops, seen.lastMap) = (before.survival, before.drops, operation.layer)
          seen.lastOutput = operation.outputs.count > 0 ? operation.outputs[0] : nil
        }
      }
      let views = tape.activations(i)
      let isFunction = views.count == 1 && operation.inputs.count == 1 && operation.outputs.count == 1
      let origin = scan.add(
        operation, affineInputs: affine?.inputs, dropout: told.dropout,
        function: isFunction && affine == nil ? views[0].kind : nil)
      operationTable.observe(operation, views, from: origin, tape)
      note(told.first, of: operation, origin, isFused: affine != nil, &seen, tape)
      note(told.second, of: operation, origin, isFused: affine != nil, &seen, tape)
    }
    finish(seen, tape, value)
    if stepCount == 1 {
      schedule.reckon(
        operations: tape.operationCount, floats: tape.valuesUsed, parameters: parameters.count,
        elements: gradients.elementCount)
    }
  }

  static let operationsLookedAt = 1024

  /// Looks at the gradients. To be called after the backward pass, before the update.
  public mutating func observeBackward(_ tape: borrowing Tape, _ parameters: borrowing Parameters) {
    histograms?.observe(parameters, step: stepCount)
    for k in tables.indices {
      touched[tables[k]]?.add(parameters.touchedRows(of: parameters.handle(at: tables[k])).rowIDs)
    }
    if isObserving {
      gradients.observe(parameters)
    } else if settings.summarizesEveryStep {
      gradients.summarize(parameters)
    } else {
      gradients.glance(parameters)
      // An infinite input that a bounded function hides spoils weights, and no bias.
      if gradients.nonFiniteCount == 0, !inputTable.isFinite(tape) { gradients.summarize(parameters) }
    }
    if gradients.nonFiniteCount > 0 {
      inputTable.findNotFinite(tape)
      diagnosis.judgeInputsAlone(inputTable.slots, step: stepCount)
      diagnosis.report(
        nonFiniteGradient: tape.firstNonFiniteGradient(), gradients.nonFiniteCount, step: stepCount)
    }
    guard isObserving else { return }
    timeTable.observe(tape)
    for i in self.parameters.indices where isWatched[i] {
      let handle = parameters.handle(at: i)
      let values = parameters.values(of: handle)
      self.parameters[i].gradient = gradients.figures(i)
      self.parameters[i].isTrained = parameters.isTrainable(handle)
      self.parameters[i].settings = parameters.updateSettings(of: handle)
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
      if stepCount == 1 {
        self.parameters[i].hasEqualRows = Self.hasEqualRows(values, gradients.parameters[i].shape)
      }
    }
    (awaitsUpdate, isJudged) = (true, false)
  }

  /// Whether the rows of a weight are all one and the same, and not zero; of many rows the first sixteen are compared.
  private static func hasEqualRows(_ values: Floats, _ shape: Shape) -> Bool {
    guard shape.rank >= 2, shape.rows > 1, shape.width > 1 else { return false }
    let width = shape.width
    var isZero = true
    for x in 0..<width {
      if values[x] != 0 { isZero = false }
      for row in 1..<min(shape.rows, 16) where values[row * width + x] != values[x] { return false }
    }
    return !isZero
  }

  /// Takes note of the mean loss of the validation part, after an epoch or whenever it was measured.
  ///
  /// - Parameter baseline: the loss there of what needs no model, such as the most frequent class; nil where none is known.
  public mutating func observeValidation(loss value: Float, baseline: Float? = nil) {
    guard value.isFinite else { return }
    // Where gradients of several batches add up to an update, their losses may be divided.
    let isWhole = 2 * update.count > stepCount
    validation.add(
      value, baseline: baseline, step: stepCount, training: loss.recent,
      start: isWhole ? max(loss.start, loss.first) : 0)
    let isPlain =
      isWhole && lossFigures.isRoot && !lossFigures.isSum
      && (lossFigures.isSquared || lossFigures.tellsRows) && !senseTable.hasDropout
    diagnosis.judge(validation, loss, margin: senseTable.margin, isPlain: isPlain, step: stepCount)
  }

  /// Ends a step: looks at how the parameters moved and judges. To be called after the update.
  public mutating func observeUpdate(_ parameters: borrowing Parameters) {
    let last = parameters.lastUpdate
    let count = update.count + last.count - updatesSeen
    (update, updatesSeen) = (last, last.count)
    update.count = count
    if awaitsUpdate || schedule.judgesLoss(stepCount) { diagnosis.note(rate: largestRate(parameters)) }
    guard awaitsUpdate else { return }
    awaitsUpdate = false
    for i in self.parameters.indices where isWatched[i] {
      let (flow, ratio, alignment) = samples.update(
        i, parameters.values(of: parameters.handle(at: i)), parameters.engine)
      self.parameters[i].update = flow
      self.parameters[i].updateRatio = ratio
      self.parameters[i].alignment = alignment
      self.parameters[i].hasUpdate = true
    }
    if !isJudged { judge() }
  }

  /// The largest learning rate of a parameter, before the schedule's factor; 0 where no optimizer says one.
  private func largestRate(_ parameters: borrowing Parameters) -> Float {
    var rate: Float = 0
    for i in self.parameters.indices {
      rate = max(rate, parameters.updateSettings(of: parameters.handle(at: i))?.rate ?? 0)
    }
    return rate
  }

  /// Judges what was last observed. Where several backward passes add up to one update, those before the last are judged without one.
  private mutating func judge() {
    isJudged = true
    diagnosis.judge(
      Observation(
        step: stepCount, parameters: self.parameters, isWatched: isWatched, operations: operationTable.slots,
        times: timeTable.slots, inputs: inputTable.slots, senses: senseTable.slots, labels: lossFigures,
        update: update, isUpdated: !awaitsUpdate, gradientNorm: gradients.gradientNorm,
        nonFiniteCount: gradients.nonFiniteCount, loss: loss))
    if schedule.judgesLoss(stepCount) { judgeLoss() }
  }

  private mutating func judgeLoss() {
    diagnosis.judge(
      loss, lossFigures, update, validation, margin: senseTable.margin, hasDropout: senseTable.hasDropout,
      step: stepCount)
  }
}
