import SluiceCore

/// One optimizer over dense parameters and tables: which update a parameter gets follows from its kind.
///
///     var optimizer = try Optimizer(.adam(learningRate: 1e-3), for: parameters)
///     optimizer.step(&parameters)
///
/// Dense parameters are one sweep over the columns. Of a table only the rows that occurred are visited, with
/// the same rule. Groups give some parameters another rule, learning rate or decay, or freeze them:
///
///     var optimizer = try Optimizer(
///       .smorms3(), for: parameters,
///       groups: [ParameterGroup("tables", rule: .adam()) { $0.updates == .touchedRows }],
///       clipping: .norm(5))
public struct Optimizer: ~Copyable {
  /// The groups; the last one holds the parameters that no other matches.
  public private(set) var groups: [ResolvedGroup]
  /// What the learning rates are multiplied by, as training goes on.
  ///
  /// - Precondition: its settings are possible; `Schedule.problem` says what is not.
  public var schedule: Schedule {
    didSet {
      expect(
        schedule.problem == nil, "Optimizer.schedule", expected: "a possible schedule",
        got: schedule.problem ?? "")
    }
  }
  /// How gradients are limited before each update.
  public let clipping: Clipping
  /// What a step does about a gradient that is not finite.
  public let nonFinitePolicy: NonFinitePolicy
  /// The norms before clipping and how often they were clipped.
  public internal(set) var clippingStatistics = ClippingStatistics()
  /// The updates done so far.
  public internal(set) var stepCount = 0
  /// The updates that were done before the schedule began: those of an earlier training, whose accumulators were taken over.
  public internal(set) var scheduleStart = 0
  /// The columns of the rules' accumulators; a group uses as many of the first as its rule needs.
  public let accumulators: [Column]
  /// Whether rows of some table are exact, so that `settle` has to come before they are read.
  public let hasExactRows: Bool

  /// For each parameter, by its place in the table.
  let groupOf: [Int]
  /// That of the parameters it was made for.
  private let generation: UInt32
  /// Where whoever watches the training reads what was done.
  private let notes: UpdateNotes
  private let valueCounter = NonFiniteCounter()
  /// The gradient of an exact row that did not occur.
  let zeroRow: Arena<Float>

  /// An optimizer for `parameters`, which are sealed by it.
  ///
  /// - Parameters:
  ///   - rule: what updates the parameters that no group gives another rule.
  ///   - touchedRows: what happens to rows of tables that did not occur.
  ///   - clipping: how gradients are limited.
  ///   - nonFinite: what to do about gradients that are not finite.
  /// - Throws: `ModelError` if a hyper-parameter is impossible, a name is taken, a group matches nothing or a parameter is
  ///   matched by two.
  public init(
    _ rule: some UpdateRule, for parameters: borrowing Parameters, groups: [ParameterGroup] = [],
    touchedRows: TouchedRowsMode = .lazy, clipping: Clipping = .none,
    nonFinite: NonFinitePolicy = .unchecked, schedule: Schedule = .constant
  ) throws(ModelError) {
    let grouping = try Grouping(rule, groups, touchedRows, parameters)
    if let table = parameters.firstTableBehind {
      throw ModelError(
        "Optimizer '\(type(of: rule).name)'", expected: "tables with all rows up to date",
        got:
          "'\(table)', rows of which wait for updates of another optimizer; call its `settle(&parameters)` "
          + "first")
    }
    if let problem = firstProblem(clipping.problem, schedule.problem) {
      throw ModelError("Optimizer '\(type(of: rule).name)'", expected: "possible settings", got: problem)
    }
    parameters.seal()
    let counts = grouping.groups.filter { !$0.isFrozen }.map(\.accumulatorCount)
    var columns: [Column] = []
    // Exact rows are all written in the end.
    let isSparse = grouping.groups.allSatisfy { $0.history == nil }
    for i in 0..<(counts.max() ?? 0) {
      columns.append(Column(for: parameters, isSparse: isSparse, named: "optimizer accumulator \(i)"))
    }
    var widest = 0
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      let group = grouping.groups[grouping.groupOf[i]]
      if group.isFrozen { parameters.freeze(handle) }
      guard parameters.updates(of: handle) == .touchedRows else { continue }
      let isExact = group.history != nil
      parameters.restartMarks(of: handle, at: 0, isExact: isExact)
      if isExact { widest = max(widest, parameters.touchedRows(of: handle).width) }
    }
    self.groups = grouping.groups
    self.schedule = schedule
    self.clipping = clipping
    nonFinitePolicy = nonFinite
    accumulators = columns
    groupOf = grouping.groupOf
    generation = parameters.generation
    hasExactRows = widest > 0
    zeroRow = Arena<Float>(capacity: widest, named: "row of zeros")
    notes = parameters.updateNotes
    noteSettings()
  }

  /// Tells how each parameter is updated.
  private func noteSettings() {
    for i in 0..<groupOf.count { notes.note(groups[groupOf[i]].watchedSettings, at: i) }
  }

  /// The group of a parameter.
  public func group(of parameter: ParameterHandle, in parameters: borrowing Parameters) -> ResolvedGroup {
    groups[groupOf[parameters.place(of: parameter)]]
  }

  /// Sets the learning rate of every group, or of the group of that name.
  ///
  /// - Throws: `ModelError` if the rate is impossible or there is no such group.
  public mutating func setLearningRate(_ rate: Float, ofGroup name: String? = nil) throws(ModelError) {
    if let problem = learningRateProblem(rate) {
      throw ModelError("Setting a learning rate", expected: "a possible one", got: problem)
    }
    var isFound = false
    for i in groups.indices where name.map({ groups[i].name.hasSameCodePoints(as: $0) }) ?? true {
      groups[i].learningRate = rate
      isFound = true
    }
    if !isFound {
      throw ModelError("Setting a learning rate", expected: "a group's name", got: "'\(name ?? "")'")
    }
    noteSettings()
  }

  /// Moves every trainable parameter by its gradient; the next backward pass begins gradients anew. A second step
  /// without one moves by the same gradient again, as in PyTorch; `Parameters.clearGradients` sets it to zero.
  ///
  /// - Parameter observed: what is known of the gradient already, as `GradientFlow.summary` is: it spares
  ///   clipping a pass over it. It has to be that of all trainable parameters.
  /// - Precondition: `parameters` are those the optimizer was made for.
  /// - Complexity: O(dense elements + touched rows · width); allocates nothing.
  @discardableResult
  public mutating func step(
    _ parameters: inout Parameters, observed: GradientSummary? = nil
  ) -> StepReport {
    expectOwn(parameters, "Optimizer.step")
    var update = PlannedUpdate()
    var report = limitGradients(&parameters, observed, &update)
    if report.outcome == .moved {
      settleTouchedRows(parameters)
      beginUpdate(parameters, &update)
      notes.noteUpdate(
        scheduleFactor: update.factor, gradientScale: report.gradientScale, isClipping: clipping != .none)
      updateTouchedRows(parameters, update)
      markTouchedRows(parameters)
      sweepDense(parameters, update)
      report.nonFiniteValueCount = update.counter?.count
    }
    parameters.markGradientsUsed()
    return report
  }

  /// Whether the optimizer was made for these parameters.
  public func isFor(_ parameters: borrowing Parameters) -> Bool {
    parameters.generation == generation
  }

  /// Whether anybody looks at the gradients, and so at the values.
  private var isObserved: Bool {
    if case .norm = clipping { return true }
    return nonFinitePolicy != .unchecked
  }

  /// Stands where a record says, with all exact rows up to date.
  mutating func takeOver(_ record: OptimizerRecord, _ parameters: borrowing Parameters) {
    for i in groups.indices {
      groups[i].learningRate = record.groups[i].learningRate
      groups[i].history?.reset(to: record.stepCount)
    }
    for i in 0..<parameters.count {
      let table = parameters.handle(at: i)
      if parameters.hasExactRows(table) {
        parameters.restartMarks(of: table, at: record.stepCount, isExact: true)
      }
    }
    schedule = record.schedule
    stepCount = record.stepCount
    noteSettings()
  }
}

extension Optimizer {
  /// Looks at the gradient as far as clipping and the policy ask, and decides what the step does.
  ///
  /// Reads the gradients, or what is known of them already; writes the plan's scale, limit and counter and the clipping's
  /// statistics, and the gradients themselves where one is not finite or a scale would be subnormal.
  private mutating func limitGradients(
    _ parameters: inout Parameters, _ observed: GradientSummary?, _ update: inout PlannedUpdate
  ) -> StepReport {
    var report = StepReport()
    var normLimit: Float?
    switch clipping {
    case .none: break
    case .norm(let limit): normLimit = limit
    case .value(let limit): update.limit = limit
    }
    guard isObserved else { return report }
    valueCounter.reset()
    update.counter = valueCounter
    let summary = observed ?? summarize(parameters)
    let norm = summary.norm
    report.gradientNorm = norm
    report.nonFiniteCount = summary.nonFiniteCount
    if summary.nonFiniteCount > 0 {
      clippingStatistics.addNonFinite()
      switch nonFinitePolicy {
      case .stop: report.outcome = .stopped
      case .skip, .unchecked: report.outcome = .skipped
      case .zero: zeroNonFinite(&parameters)
      }
      if report.outcome != .moved { return report }
    }
    if let normLimit {
      update.scale = Self.scale(summary, to: normLimit)
      // What would be multiplied by so little would lose its digits, or all: so it is brought down in two steps.
      if update.scale < .leastNormalMagnitude {
        let part = Self.scale(summary, to: normLimit, times: 1 / Self.firstScale)
        forEachGradient(&parameters) { $1.scale($0, by: Self.firstScale, into: $0) }
        report.gradientScale = max(update.scale, .leastNonzeroMagnitude)
        update.scale = part
      } else {
        report.gradientScale = update.scale
      }
    }
    clippingStatistics.add(norm: norm, isClipped: report.gradientScale < 1)
    return report
  }

  /// What a gradient is divided by itself where the factor of a clipped one would be subnormal.
  private static let firstScale: Float = 0x1p-100

  /// What brings a gradient to a limit of its norm, which may be above the largest float, times a factor; at most 1.
  private static func scale(_ summary: GradientSummary, to limit: Float, times factor: Float = 1) -> Float {
    let exact = summary.sumOfSquares.squareRoot()
    if factor == 1, exact <= Double(Float.greatestFiniteMagnitude) {
      return min(1, limit / (summary.norm + 1e-6))
    }
    return min(1, Float(Double(limit) / (exact + 1e-6) * Double(factor)))
  }

  /// The norm of the gradient of all trainable parameters, dense and touched rows, in one pass.
  ///
  /// - Complexity: O(dense elements + touched rows · width); allocates nothing.
  public func summarize(_ parameters: borrowing Parameters) -> GradientSummary {
    parameters.summarizeGradients()
  }

  private func zeroNonFinite(_ parameters: inout Parameters) {
    forEachGradient(&parameters) { gradient, _ in
      for k in 0..<gradient.count where !gradient[k].isFinite { gradient[k] = 0 }
    }
  }

  /// Calls `body` for the gradient of each trainable parameter, of tables that of the rows that occurred.
  private func forEachGradient(_ parameters: inout Parameters, _ body: (Floats, Engine) -> Void) {
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      guard parameters.isTrainable(handle) else { continue }
      body(
        parameters.updates(of: handle) == .dense
          ? parameters.gradient(of: handle) : parameters.touchedRows(of: handle).rowGradients,
        parameters.engine)
    }
  }
}
