import SluiceCore

/// The time steps of a recurrent layer, last to first, for the sequences of one part.
struct BackwardSteps: Sendable {
  let engine: Engine
  let schedule: SequenceSchedule
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
  /// The gradients of the states' share before normalisation, [rows, gates·units].
  let dShares: Floats
  let dOutput: Floats?
  let outputWidth: Int
  let column: Int

  private var units: Int { layer.units }

  func run(_ part: Int) {
    let all = schedule.sequences(part)
    var t = schedule.longest - 1
    while t >= 0 {
      let alive = schedule.alive(all, at: t)
      if !alive.isEmpty {
        let first = schedule.row(alive.lowerBound, at: t)
        goBack(alive, first..<first + alive.count, isFirst: t == 0)
      }
      t -= 1
    }
  }

  private func goBack(_ alive: Range<Int>, _ at: Range<Int>, isFirst: Bool) {
    let d = dState.rows(alive, units)
    if let dOutput {
      engine.addRows(
        dOutput, tableWidth: outputWidth, column: column, rows[at], width: units, into: d)
    }
    if views.zonesOut { keep(d, views.zones.rows(at, units), in: kept.rows(alive, units)) }
    let gates = views.gates.rows(at, layer.cell.blocks * units)
    let previous = views.previous.rows(at, units)
    let dHidden = views.drops ? self.dHidden.rows(alive, units) : d
    switch layer.cell.family {
    case .elman: engine.elmanBackward(gates: gates, dState: d, isReLU: layer.cell.isReLU)
    case .lstm: goBackLSTM(gates, d, alive, at)
    case .gru where layer.cell.resetsBeforeProduct:
      goBackResetBefore(gates, previous, d, dHidden, alive, at)
    case .gru: engine.gruBackward(gates: gates, previous: previous, dState: d, units: units)
    }
    let gradient = gateGradient(gates, alive, at)
    // The gradient of the states before the first step is nobody's.
    if isFirst { return }
    multiply(gradient, d, dHidden, alive)
    if views.zonesOut { engine.accumulate(kept.rows(alive, units), onto: d) }
  }

  /// The gradient of the states' share of the gates: of the product itself.
  private func gateGradient(_ gates: Floats, _ alive: Range<Int>, _ at: Range<Int>) -> Matrix {
    let n = alive.count
    let all = Matrix(gates, rows: n, columns: layer.cell.blocks * units)
    let gradient = all[columns: recurrentColumns]
    guard layer.cell.isNormalized else { return gradient }
    let width = layer.cell.gates * units
    let dShare = Matrix(dShares.rows(at, width), rows: n, columns: width)
    engine.normalizeRowsBackward(
      gradient, normalized: Matrix(views.stateShares.rows(at, width), rows: n, columns: width),
      gain: views.recurrentGain, inverses: views.stateInverses[at], into: dShare, on: .caller)
    return dShare
  }

  /// Adds what comes through the weights to the gradient of the previous states.
  private func multiply(_ gradient: Matrix, _ d: Floats, _ dHidden: Floats, _ alive: Range<Int>) {
    // All of an Elman cell's and an LSTM's gradient goes through the weights; a GRU's z lets some past.
    let hasDirectPart = layer.cell.family == .gru
    let startsAnew = views.drops ? !layer.cell.resetsBeforeProduct : !hasDirectPart
    engine.multiply(
      gradient, weight, into: Matrix(dHidden, rows: alive.count, columns: units),
      accumulate: !startsAnew, on: schedule.productPlace)
    guard views.drops else { return }
    let mask = views.mask.rows(alive, units)
    if hasDirectPart {
      engine.multiplyAccumulate(dHidden, mask, onto: d)
    } else {
      engine.multiply(dHidden, mask, into: d)
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
      into: Matrix(dReset, rows: n, columns: units), on: schedule.productPlace)
    if views.drops { dHidden.fill(0) }
    engine.gruGatesBackward(
      gates: gates, hidden: views.drops ? views.dropped.rows(at, units) : previous, dProduct: dReset,
      dHidden: dHidden, units: units)
  }

  private func goBackLSTM(_ gates: Floats, _ d: Floats, _ alive: Range<Int>, _ at: Range<Int>) {
    let dCell = dCell.rows(alive, units)
    if views.zonesOut { keep(dCell, views.cellZones.rows(at, units), in: keptCell.rows(alive, units)) }
    let squashed = views.squashed.rows(at, units)
    engine.lstmOutputBackward(gates: gates, squashed: squashed, dState: d, units: units)
    if layer.cell.isNormalized {
      let n = alive.count
      engine.normalizeRowsBackward(
        Matrix(squashed, rows: n, columns: units),
        normalized: Matrix(views.cellShares.rows(at, units), rows: n, columns: units), gain: views.cellGain,
        inverses: views.cellInverses[at], into: Matrix(dCell, rows: n, columns: units), accumulate: true,
        on: .caller)
    } else {
      engine.accumulate(squashed, onto: dCell)
    }
    engine.lstmCellBackward(
      gates: gates, previousCell: views.previousCell.rows(at, units), dCell: dCell, units: units)
    if views.zonesOut { engine.accumulate(keptCell.rows(alive, units), onto: dCell) }
  }

  /// Splits a gradient into what goes to the new state and what stays with the old: kept = (1 − zone) · d, d = zone · d.
  private func keep(_ d: Floats, _ zones: Floats, in kept: Floats) {
    kept.copy(from: d)
    engine.multiply(d, zones, into: d)
    engine.subtract(kept, d, into: kept)
  }
}
