import SluiceCore

/// The time steps of a recurrent layer, last to first, for the sequences of one part.
struct BackwardSteps: Sendable {
  let engine: Engine
  let schedule: SequenceSchedule
  /// How threads share the units, where there is but one sequence for all of them; else one share.
  let shares: ColumnShares
  let layer: RecurrentLayer
  let rows: Indices
  let recurrentColumns: Range<Int>
  let weight: PackedMatrix
  let candidateWeight: PackedMatrix
  let views: RunViews
  /// The gradients of each sequence's state and cell state; those of the final ones to begin with.
  let dState: Floats
  let dCell: Floats
  /// What zoneout carries past a step, and the gradient of what the weights saw: one row for each sequence.
  let kept: Floats
  let keptCell: Floats
  let dHidden: Floats
  /// The gradients of the states' share before normalization, [rows, gates·units].
  let dShares: Floats
  let dOutput: Floats?
  let outputWidth: Int
  let column: Int
  /// Whether the gradient of the states before the first step is wanted too.
  let reachesStart: Bool

  private var units: Int { layer.units }

  private var place: WorkPlace { shares.parts > 1 ? .caller : schedule.productPlace }

  /// Runs all time steps, on all threads.
  func run() {
    guard shares.parts > 1 else {
      return engine.workers.run(schedule.parts, self) { steps, part in steps.run(part) }
    }
    engine.workers.run(steps: schedule.longest + (reachesStart ? 1 : 0), parts: shares.parts, self) {
      steps, step, part in
      steps.goBack(
        steps.schedule.longest - 1 - step, of: steps.schedule.sequences(0),
        UnitRange(steps.shares[part], of: steps.units))
    }
  }

  /// All steps of the sequences of one part.
  private func run(_ part: Int) {
    let all = schedule.sequences(part)
    var t = schedule.longest - 1
    while t >= (reachesStart ? -1 : 0) {
      goBack(t, of: all, UnitRange(units))
      t -= 1
    }
  }

  /// From the gradient of the gates of step t + 1 to that of step t; before the first step, to that of the states.
  private func goBack(_ t: Int, of sequences: Range<Int>, _ part: UnitRange) {
    let later = schedule.alive(sequences, at: t + 1)
    if !later.isEmpty { carry(later, schedule.rows(later, at: t + 1), part) }
    if t < 0 { return }
    let alive = schedule.alive(sequences, at: t)
    if !alive.isEmpty { goBack(alive, schedule.rows(alive, at: t), part) }
  }

  /// From the gradient of the new states to that of the gates.
  private func goBack(_ alive: Range<Int>, _ at: Range<Int>, _ part: UnitRange) {
    let d = dState.rows(alive, units)
    let mine = part[d]
    if let dOutput {
      engine.addRows(
        dOutput, tableWidth: outputWidth, column: column + part.range.lowerBound, rows[at], width: part.count,
        into: mine)
    }
    if views.zonesOut { keep(mine, part[views.zones.rows(at, units)], in: part[kept.rows(alive, units)]) }
    let gates = views.gates.rows(at, layer.cell.blocks * units)
    let previous = views.previous.rows(at, units)
    switch layer.cell.family {
    case .elman: engine.elmanBackward(gates: part[gates], dState: mine, isReLU: layer.cell.isReLU)
    case .lstm: goBackLSTM(gates, d, alive, at, part)
    case .gru where layer.cell.resetsBeforeProduct:
      goBackResetBefore(gates, previous, d, views.drops ? dHidden.rows(alive, units) : d, alive, at)
    case .gru:
      engine.gruBackward(gates: gates, previous: previous, dState: d, units: units, range: part.range)
    }
    if layer.cell.isNormalized { goBackThroughNorm(alive, at) }
  }

  /// From the gradient of the gates of a later step, all units of them, to that of the states before it.
  private func carry(_ alive: Range<Int>, _ at: Range<Int>, _ part: UnitRange) {
    multiply(gateGradient(alive, at), alive, part)
    if views.zonesOut {
      engine.accumulate(part[kept.rows(alive, units)], onto: part[dState.rows(alive, units)])
    }
  }

  /// The gradient of the states' share of the gates: of the product itself.
  private func gateGradient(_ alive: Range<Int>, _ at: Range<Int>) -> Matrix {
    let cell = layer.cell
    if cell.isNormalized {
      let width = cell.gates * units
      return Matrix(dShares.rows(at, width), rows: alive.count, columns: width)
    }
    return Matrix(
      views.gates.rows(at, cell.blocks * units), rows: alive.count, columns: cell.blocks * units)[
        columns: recurrentColumns]
  }

  /// The gradient of the states' share from that of what it was normalized to.
  private func goBackThroughNorm(_ alive: Range<Int>, _ at: Range<Int>) {
    let n = alive.count
    let width = layer.cell.gates * units
    let all = Matrix(
      views.gates.rows(at, layer.cell.blocks * units), rows: n, columns: layer.cell.blocks * units)
    engine.normalizeRowsBackward(
      all[columns: recurrentColumns],
      normalized: Matrix(views.stateShares.rows(at, width), rows: n, columns: width),
      gain: views.recurrentGain, inverses: views.stateInverses[at], into: gateGradient(alive, at),
      on: .caller)
  }

  /// Adds what comes through the weights to the gradient of the previous states.
  private func multiply(_ gradient: Matrix, _ alive: Range<Int>, _ part: UnitRange) {
    // All of an Elman cell's and an LSTM's gradient goes through the weights; a GRU's z lets some past.
    let hasDirectPart = layer.cell.family == .gru
    let startsAnew = views.drops ? !layer.cell.resetsBeforeProduct : !hasDirectPart
    let d = dState.rows(alive, units)
    let dHidden = views.drops ? self.dHidden.rows(alive, units) : d
    let target = Matrix(dHidden, rows: alive.count, columns: units)
    engine.multiply(
      gradient, weight[columns: part.range], into: target[columns: part.range], accumulate: !startsAnew,
      on: place)
    guard views.drops else { return }
    let mask = part[views.mask.rows(alive, units)]
    if hasDirectPart {
      engine.multiplyAccumulate(part[dHidden], mask, onto: part[d])
    } else {
      engine.multiply(part[dHidden], mask, into: part[d])
    }
  }

  private func goBackResetBefore(
    _ gates: Floats, _ previous: Floats, _ d: Floats, _ dHidden: Floats, _ alive: Range<Int>,
    _ at: Range<Int>
  ) {
    engine.gruCandidateBackward(gates: gates, previous: previous, dState: d, units: units)
    let n = alive.count
    let dReset = keptCell.rows(alive, units)
    engine.multiply(
      Matrix(gates, rows: n, columns: 4 * units)[columns: 0..<units], candidateWeight,
      into: Matrix(dReset, rows: n, columns: units), on: place)
    if views.drops { dHidden.fill(0) }
    engine.gruGatesBackward(
      gates: gates, hidden: views.drops ? views.dropped.rows(at, units) : previous, dProduct: dReset,
      dHidden: dHidden, units: units)
  }

  private func goBackLSTM(
    _ gates: Floats, _ d: Floats, _ alive: Range<Int>, _ at: Range<Int>, _ part: UnitRange
  ) {
    let dCell = dCell.rows(alive, units)
    if views.zonesOut {
      keep(part[dCell], part[views.cellZones.rows(at, units)], in: part[keptCell.rows(alive, units)])
    }
    let squashed = views.squashed.rows(at, units)
    engine.lstmOutputBackward(gates: gates, squashed: squashed, dState: d, units: units, range: part.range)
    if layer.cell.isNormalized {
      let n = alive.count
      engine.normalizeRowsBackward(
        Matrix(squashed, rows: n, columns: units),
        normalized: Matrix(views.cellShares.rows(at, units), rows: n, columns: units), gain: views.cellGain,
        inverses: views.cellInverses[at], into: Matrix(dCell, rows: n, columns: units), accumulate: true,
        on: .caller)
    } else {
      engine.accumulate(part[squashed], onto: part[dCell])
    }
    engine.lstmCellBackward(
      gates: gates, previousCell: views.previousCell.rows(at, units), dCell: dCell, units: units,
      range: part.range)
    if views.zonesOut { engine.accumulate(part[keptCell.rows(alive, units)], onto: part[dCell]) }
  }

  /// Splits a gradient into what goes to the new state and what stays with the old: kept = (1 − zone) · d, d = zone · d.
  private func keep(_ d: Floats, _ zones: Floats, in kept: Floats) {
    kept.copy(from: d)
    engine.multiply(d, zones, into: d)
    engine.subtract(kept, d, into: kept)
  }
}
