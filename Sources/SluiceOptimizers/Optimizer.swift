import SluiceCore

/// One optimizer over dense parameters and tables: which update a parameter gets follows from its kind.
///
///     var optimizer = try Optimizer(.adam(learningRate: 1e-3), for: parameters)
///     optimizer.step(&parameters)
///
/// Dense parameters are one sweep over the columns. Of a table only the rows that occurred are visited, with
/// the same rule: rows that did not occur keep their values and accumulators ("lazy" semantics).
public struct Optimizer: ~Copyable {
  /// The rule, whose learning rate may be changed between steps.
  public var rule: any UpdateRule
  /// The updates done so far. Part of what a run has to save.
  public private(set) var stepCount = 0
  /// The accumulators of the rule.
  public let accumulators: [Column]

  /// An optimizer for `parameters`, which are sealed by it.
  ///
  /// - Throws: `ModelError` if a hyper-parameter of the rule is impossible.
  public init(_ rule: some UpdateRule, for parameters: borrowing Parameters) throws(ModelError) {
    if let problem = rule.problem {
      throw ModelError("Optimizer '\(type(of: rule).name)'", expected: "usable settings", got: problem)
    }
    self.rule = rule
    var columns: [Column] = []
    for i in 0..<rule.accumulatorCount {
      columns.append(Column(for: parameters, named: "\(type(of: rule).name) accumulator \(i)"))
    }
    accumulators = columns
    parameters.seal()
  }

  /// Moves every trainable parameter by its gradient; the next backward pass begins gradients anew.
  ///
  /// - Precondition: `parameters` are those the optimizer was made for.
  /// - Complexity: O(dense elements + touched rows · width); allocates nothing.
  public mutating func step(_ parameters: inout Parameters) {
    for i in 0..<accumulators.count {
      precondition(
        parameters.owns(accumulators[i]), "The parameters are not those the optimizer was made for.")
    }
    stepCount += 1
    let sweep = Sweep(engine: parameters.engine, rule: rule, step: stepCount, accumulators: accumulators)
    var row = 0
    while let run = parameters.nextDenseRun(from: &row) {
      sweep.updateDense(
        run, values: parameters.denseValues(run), gradients: parameters.denseGradients(run))
    }
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      if parameters.isTrainable(handle), parameters.updates(of: handle) == .touchedRows {
        sweep.updateRows(handle, values: parameters.values(of: handle), parameters.touchedRows(of: handle))
      }
    }
    parameters.clearGradients()
  }
}
