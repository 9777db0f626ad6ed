import SluiceCore

/// The time steps of a recurrent layer, first to last, for the sequences of one part.
struct ForwardSteps: Sendable {
  let engine: Engine
  let schedule: SequenceSchedule
  let layer: RecurrentLayer
  let hasInitialState: Bool
  /// The row in batch order of each row in step order.
  let rows: Indices
  let weight: PackedMatrix
  /// The candidate's rows where a GRU resets before the product.
  let candidateWeight: PackedMatrix
  let views: RunViews
  /// Room for the states' share of the gates, one row for each sequence, where it is not added at once.
  let product: Floats
  /// The state and cell state of each sequence. After its last step a sequence's row is its final state.
  let state: Floats
  let cells: Floats
  let output: Floats
  let outputWidth: Int
  let column: Int

  private var units: Int { layer.units }

  func run(_ part: Int) {
    let all = schedule.sequences(part)
    for t in 0..<schedule.longest {
      let alive = schedule.alive(all, at: t)
      if alive.isEmpty { return }
      let first = schedule.row(alive.lowerBound, at: t)
      step(alive, first..<first + alive.count, isFromZero: t == 0 && !hasInitialState)
    }
  }

  /// One step of the sequences `alive`, whose rows in step order are `at`.
  private func step(_ alive: Range<Int>, _ at: Range<Int>, isFromZero: Bool) {
    let h = state.rows(alive, units)
    let previous = views.previous.rows(at, units)
    previous.copy(from: h)
    var hidden = previous
    if views.drops {
      hidden = views.dropped.rows(at, units)
      engine.multiply(previous, views.mask.rows(alive, units), into: hidden)
    }
    let gates = views.gates.rows(at, layer.cell.blocks * units)
    let share = multiply(hidden, gates, alive, at, isFromZero)
    switch layer.cell.family {
    case .elman: engine.elmanForward(gates: gates, product: share, state: h, isReLU: layer.cell.isReLU)
    case .gru:
      if let share {
        engine.gruForward(
          gates: gates, product: share, candidateBias: views.candidateBias, state: h, units: units)
      } else {
        resetBeforeProduct(gates, hidden, h, isFromZero)
      }
    case .lstm: completeLSTM(gates, share, h, alive, at)
    }
    if views.zonesOut { blend(previous, views.zones.rows(at, units), into: h) }
    engine.placeRows(
      h, rows[at], width: units, into: output, targetWidth: outputWidth, column: column)
  }

  /// The states' share of the gates: added to `gates` where nothing comes between (the result is nil), else apart.
  private func multiply(
    _ hidden: Floats, _ gates: Floats, _ alive: Range<Int>, _ at: Range<Int>, _ isFromZero: Bool
  ) -> Floats? {
    let cell = layer.cell
    let n = alive.count
    let states = Matrix(hidden, rows: n, columns: units)
    let width = cell.gates * units
    guard cell.isNormalized else {
      if cell.family == .gru && !cell.resetsBeforeProduct {
        let share = product.rows(alive, width)
        if isFromZero {
          share.fill(0)
        } else {
          engine.multiply(
            states, weight, into: Matrix(share, rows: n, columns: width), on: schedule.productPlace)
        }
        return share
      }
      if !isFromZero {
        let all = Matrix(gates, rows: n, columns: cell.blocks * units)
        let target = cell.family == .gru ? all[columns: units..<3 * units] : all
        engine.multiply(states, weight, into: target, accumulate: true, on: schedule.productPlace)
      }
      return nil
    }
    let shares = Matrix(views.stateShares.rows(at, width), rows: n, columns: width)
    if isFromZero {
      shares.floats.fill(0)
    } else {
      engine.multiply(states, weight, into: shares, on: schedule.productPlace)
    }
    engine.normalizeRows(shares, inverses: views.stateInverses[at], on: .caller)
    let share = product.rows(alive, width)
    engine.scaleRows(
      shares, by: views.recurrentGain, into: Matrix(share, rows: n, columns: width), on: .caller)
    return share
  }

  private func resetBeforeProduct(_ gates: Floats, _ hidden: Floats, _ h: Floats, _ isFromZero: Bool) {
    engine.gruGates(gates: gates, hidden: hidden, units: units)
    if !isFromZero {
      let all = Matrix(gates, rows: h.count / units, columns: 4 * units)
      engine.multiply(
        all[columns: 3 * units..<4 * units], candidateWeight, into: all[columns: 0..<units],
        accumulate: true, on: schedule.productPlace)
    }
    engine.gruCandidate(gates: gates, state: h, units: units)
  }

  private func completeLSTM(
    _ gates: Floats, _ share: Floats?, _ h: Floats, _ alive: Range<Int>, _ at: Range<Int>
  ) {
    let cell = cells.rows(alive, units)
    let previous = views.previousCell.rows(at, units)
    previous.copy(from: cell)
    engine.lstmCell(gates: gates, product: share, cell: cell, units: units)
    let squashed = views.squashed.rows(at, units)
    var shown = cell
    if layer.cell.isNormalized {
      let normalized = Matrix(views.cellShares.rows(at, units), rows: alive.count, columns: units)
      normalized.floats.copy(from: cell)
      engine.normalizeRows(normalized, inverses: views.cellInverses[at], on: .caller)
      engine.scaleRows(
        normalized, by: views.cellGain, bias: views.cellBias,
        into: Matrix(squashed, rows: alive.count, columns: units), on: .caller)
      shown = squashed
    }
    engine.lstmOutput(gates: gates, cell: shown, squashed: squashed, state: h, units: units)
    if views.zonesOut { blend(previous, views.cellZones.rows(at, units), into: cell) }
  }

  /// new = old + zone · (new − old).
  private func blend(_ old: Floats, _ zones: Floats, into new: Floats) {
    engine.subtract(new, old, into: new)
    engine.multiply(new, zones, into: new)
    engine.accumulate(old, onto: new)
  }
}
