import SluiceCore

// An update as passes over tables and columns, in the order in which `Optimizer.step` runs them:
//
//   pass                     reads                                       writes
//   ───────────────────────  ──────────────────────────────────────────  ───────────────────────────────────────
//   limitGradients           gradients, touched rows, or their summary   the update's scale; the report
//   settleTouchedRows        touched ids, marks, rates of past updates   values and accumulators of rows that wait
//   beginUpdate              schedule, groups                            the update's number; rates of past updates
//   updateTouchedRows        touched rows, values, accumulators          values and accumulators of those rows
//   markTouchedRows          touched ids                                 marks
//   sweepDense               gradients, values, accumulators             values and accumulators
//
// `settle` (ExactRows.swift) is the pass before the forward pass. None allocates.

/// What the passes of one update share.
struct PlannedUpdate {
  /// What every gradient is multiplied by, as clipping by norm asks.
  var scale: Float = 1
  /// The largest size of an element of the gradient, after scaling.
  var limit = Float.infinity
  /// What the learning rates are multiplied by, as the schedule asks.
  var factor: Float = 1
  /// Where moved elements that are not finite are counted, if anybody looks.
  var counter: NonFiniteCounter?
}

extension Optimizer {
  /// Brings rows that occurred up to date with the update before this one. After `settle` before the forward pass there is
  /// nothing to do, unless gradients came to rows that nobody looked up.
  ///
  /// Reads touched ids, marks and the rates of past updates; writes values, accumulators and marks of rows that wait.
  func settleTouchedRows(_ parameters: borrowing Parameters) {
    for i in 0..<parameters.count {
      let table = parameters.handle(at: i)
      guard let rows = exactTable(table, parameters) else { continue }
      // A table that was frozen since has no part in this update, nor in what its rows would be owed for it.
      guard parameters.isTrainable(table) else {
        settleAllRows(of: table, parameters)
        continue
      }
      let ids = parameters.touchedRows(of: table).rowIDs
      for k in 0..<ids.count { rows.settle(Int(ids[k])) }
    }
  }

  /// Counts the update and notes its learning rates.
  ///
  /// Reads the schedule and the groups; writes the number of updates, the plan's factor and the rates of past updates.
  mutating func beginUpdate(_ parameters: borrowing Parameters, _ update: inout PlannedUpdate) {
    for g in groups.indices where groups[g].history?.isFull ?? false { forgetRates(of: g, parameters) }
    stepCount += 1
    update.factor = schedule.factor(at: stepCount - scheduleStart)
    for g in groups.indices {
      groups[g].history?.append(groups[g].learningRate * update.factor, step: stepCount)
    }
  }

  /// The sparse-row system: visits the rows of tables that occurred.
  ///
  /// Reads touched rows, values and accumulators; writes values and accumulators of those rows.
  func updateTouchedRows(_ parameters: borrowing Parameters, _ update: PlannedUpdate) {
    for i in 0..<parameters.count {
      let table = parameters.handle(at: i)
      guard parameters.updates(of: table) == .touchedRows, parameters.isTrainable(table),
        !groups[groupOf[i]].isFrozen
      else { continue }
      let columns = UpdateColumns(parameters.values(of: table), accumulators) { $0[table] }
      sweep(groupOf[i], update, parameters.engine).updateRows(columns, parameters.touchedRows(of: table))
    }
  }

  /// Notes which rows of exact tables this update moved; all others wait for it.
  ///
  /// Reads touched ids; writes marks.
  func markTouchedRows(_ parameters: borrowing Parameters) {
    for i in 0..<parameters.count {
      let table = parameters.handle(at: i)
      guard parameters.hasExactRows(table) else { continue }
      if parameters.isTrainable(table) {
        parameters.countUpdate(of: table)
      } else {
        parameters.passOverUpdate(of: table)
      }
    }
  }

  /// The dense system: sweeps over the dense parameters of each group, those that lie side by side at once.
  ///
  /// Reads gradients, values and accumulators; writes values and accumulators.
  func sweepDense(_ parameters: borrowing Parameters, _ update: PlannedUpdate) {
    for g in groups.indices where !groups[g].isFrozen {
      let sweep = sweep(g, update, parameters.engine)
      var next = 0
      while let range = nextDenseRun(of: g, from: &next, parameters) {
        let columns = UpdateColumns(parameters.denseValues(range), accumulators) { $0[denseRange: range] }
        sweep.updateDense(columns, gradients: parameters.denseGradients(range))
      }
    }
  }

  /// The update as it is done to one group.
  private func sweep(_ group: Int, _ update: PlannedUpdate, _ engine: Engine) -> Sweep {
    Sweep(
      engine: engine, rule: groups[group].rule,
      settings: UpdateSettings(
        step: stepCount, learningRate: groups[group].learningRate * update.factor,
        weightDecay: groups[group].weightDecay, gradientScale: update.scale, gradientLimit: update.limit),
      accumulatorCount: groups[group].accumulatorCount, counter: update.counter)
  }

  /// The next range of trainable dense parameters of a group that lie side by side.
  func nextDenseRun(
    of group: Int, from i: inout Int, _ parameters: borrowing Parameters
  ) -> Range<Int>? {
    var run: Range<Int>?
    while i < parameters.count {
      let handle = parameters.handle(at: i)
      if let range = parameters.denseRange(of: handle) {
        if parameters.isTrainable(handle), groupOf[i] == group {
          run = (run?.lowerBound ?? range.lowerBound)..<range.upperBound
        } else if run != nil {
          return run
        }
      }
      i += 1
    }
    return run
  }

  /// Brings all rows of a group's tables up to date, so that no past rate is needed any more.
  private func forgetRates(of group: Int, _ parameters: borrowing Parameters) {
    for i in 0..<parameters.count where groupOf[i] == group {
      let table = parameters.handle(at: i)
      settleAllRows(of: table, parameters)
      if parameters.hasExactRows(table) { parameters.restartMarks(of: table, at: stepCount, isExact: true) }
    }
    groups[group].history?.reset(to: stepCount)
  }
}
