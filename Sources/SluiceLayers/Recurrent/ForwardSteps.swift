import SluiceCore

/// The time steps of a recurrent layer, first to last, for the sequences of one part.
struct ForwardSteps: Sendable {
  let engine: Engine
  let schedule: SequenceSchedule
  /// How threads share the units, where there is but one sequence for all of them; else one share.
  let shares: ColumnShares
  let layer: RecurrentLayer
  let hasInitialState: Bool
  /// The row in batch order of each row in step order.
  let rows: Indices
  /// [units, gates·units]; where units are shared, all gates of a share are side by side.
  let weight: PackedMatrix
  /// The candidate's rows where a GRU resets before the product.
  let candidateWeight: PackedMatrix
  let views: RunViews
  /// Where each step fetches what its inputs add to the gates; nil where that is there for all steps.
  let fetched: FetchedGates?
  /// Room for the states' share of the gates, one row for each sequence, where it is not added at once.
  let product: Floats
  /// The state and cell state of each sequence. After its last step a sequence's row is its final state.
  let state: Floats
  let cells: Floats
  let output: Floats
  let outputWidth: Int
  let column: Int

  private var units: Int { layer.units }

  private var place: WorkPlace { shares.parts > 1 ? .caller : schedule.productPlace }

  /// Runs all time steps, on all threads.
  func run() {
    guard shares.parts > 1 else {
      return engine.workers.run(schedule.parts, self) { steps, part in steps.run(part) }
    }
    keepStates(of: schedule.sequences(0), before: 0, UnitRange(units))
    engine.workers.run(steps: schedule.longest, parts: shares.parts, self) { steps, t, part in
      steps.step(t, of: steps.schedule.sequences(0), UnitRange(steps.shares[part], of: steps.units))
    }
  }

  /// All steps of the sequences of one part.
  private func run(_ part: Int) {
    let all = schedule.sequences(part)
    let whole = UnitRange(units)
    keepStates(of: all, before: 0, whole)
    for t in 0..<schedule.longest {
      if schedule.alive(all, at: t).isEmpty { return }
      step(t, of: all, whole)
    }
  }

  /// Keeps the states that step t begins with.
  private func keepStates(of sequences: Range<Int>, before t: Int, _ part: UnitRange) {
    let alive = schedule.alive(sequences, at: t)
    if alive.isEmpty { return }
    let at = keptRows(alive, at: t)
    let previous = part[views.previous.rows(at, units)]
    previous.copy(from: part[state.rows(alive, units)])
    if views.drops {
      engine.multiply(
        previous, part[views.mask.rows(alive, units)], into: part[views.dropped.rows(at, units)])
    }
  }

  /// The rows of what a step keeps: its own, or where nothing is kept those of the sequences.
  private func keptRows(_ alive: Range<Int>, at t: Int) -> Range<Int> {
    views.isOverwritten ? alive : schedule.rows(alive, at: t)
  }

  /// One step, and what the next begins with.
  private func step(_ t: Int, of sequences: Range<Int>, _ part: UnitRange) {
    let alive = schedule.alive(sequences, at: t)
    let (ids, at) = (schedule.rows(alive, at: t), keptRows(alive, at: t))
    let isFromZero = t == 0 && !hasInitialState
    let h = state.rows(alive, units)
    let hidden = (views.drops ? views.dropped : views.previous).rows(at, units)
    let gateWidth = layer.cell.blocks * units
    let gates = views.gates.rows(fetched == nil ? ids : alive, gateWidth)
    if let fetched {
      engine.gatherRows(fetched.table, fetched.ids[ids], width: gateWidth, into: gates, on: .caller)
    }
    let share = multiply(hidden, gates, alive, at, isFromZero, part)
    switch layer.cell.family {
    case .elman:
      engine.elmanForward(
        gates: part[gates], product: share, state: part[h], isReLU: layer.cell.isReLU)
    case .gru:
      if let share {
        engine.gruForward(
          gates: gates, product: share, candidateBias: views.candidateBias, state: h, units: units,
          range: part.range)
      } else {
        resetBeforeProduct(gates, hidden, h, isFromZero)
      }
    case .lstm: completeLSTM(gates, share, h, alive, at, part)
    }
    let mine = part[h]
    if views.zonesOut {
      blend(part[views.previous.rows(at, units)], part[views.zones.rows(at, units)], into: mine)
    }
    engine.placeRows(
      mine, rows[ids], width: part.count, into: output, targetWidth: outputWidth,
      column: column + part.range.lowerBound, on: .caller)
    keepStates(of: sequences, before: t + 1, part)
  }

  /// The states' share of the gates: added to `gates` where nothing comes between (the result is nil), else apart.
  private func multiply(
    _ hidden: Floats, _ gates: Floats, _ alive: Range<Int>, _ at: Range<Int>, _ isFromZero: Bool,
    _ part: UnitRange
  ) -> Floats? {
    let cell = layer.cell
    let n = alive.count
    let states = Matrix(hidden, rows: n, columns: units)
    let width = cell.gates * units
    guard cell.isNormalized else {
      let isApart = cell.family == .gru && !cell.resetsBeforeProduct || !part.isWhole
      if isFromZero && cell.family != .gru { return nil }
      if isApart {
        let columns = cell.gates * part.range.lowerBound..<cell.gates * part.range.upperBound
        let all = product.rows(alive, width)
        let share = part.isWhole ? all : all[columns]
        if isFromZero {
          share.fill(0)
        } else {
          engine.multiply(
            states, weight[columns: columns], into: Matrix(share, rows: n, columns: columns.count), on: place)
        }
        return share
      }
      if !isFromZero {
        let all = Matrix(gates, rows: n, columns: cell.blocks * units)
        let target = cell.family == .gru ? all[columns: units..<3 * units] : all
        engine.multiply(states, weight, into: target, accumulate: true, on: place)
      }
      return nil
    }
    let shares = Matrix(views.stateShares.rows(at, width), rows: n, columns: width)
    if isFromZero {
      shares.floats.fill(0)
    } else {
      engine.multiply(states, weight, into: shares, on: place)
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
        accumulate: true, on: place)
    }
    engine.gruCandidate(gates: gates, state: h, units: units)
  }

  private func completeLSTM(
    _ gates: Floats, _ share: Floats?, _ h: Floats, _ alive: Range<Int>, _ at: Range<Int>,
    _ part: UnitRange
  ) {
    let cell = cells.rows(alive, units)
    let previous = part[views.previousCell.rows(at, units)]
    previous.copy(from: part[cell])
    engine.lstmCell(gates: gates, product: share, cell: cell, units: units, range: part.range)
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
    engine.lstmOutput(
      gates: gates, cell: shown, squashed: squashed, state: h, units: units, range: part.range)
    if views.zonesOut {
      blend(previous, part[views.cellZones.rows(at, units)], into: part[cell])
    }
  }

  /// new = old + zone · (new − old).
  private func blend(_ old: Floats, _ zones: Floats, into new: Floats) {
    engine.subtract(new, old, into: new)
    engine.multiply(new, zones, into: new)
    engine.accumulate(old, onto: new)
  }
}
