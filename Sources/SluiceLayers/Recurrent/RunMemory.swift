import SluiceCore

/// What a recurrent layer's forward pass keeps for the way back, all in step order. What a cell does not need
/// has count zero.
struct RunMemory: Sendable, BitwiseCopyable {
  /// [rows, inputs].
  let input: Workspace
  /// The input weights of a GRU, their rows in the order of the gates' columns, [gates·units, inputs].
  let inputWeights: Workspace
  /// [rows, blocks·units]; see `RecurrentKernels` for the columns.
  let gates: Workspace
  /// The state before each step, [rows, units].
  let previous: Workspace
  /// The same after recurrent dropout: what the weights see.
  let dropped: Workspace
  /// The mask of recurrent dropout, [sequences by decreasing length, units].
  let mask: Workspace
  /// The share of the new state that zoneout takes, [rows, units], and the same for the cell state.
  let zones: Workspace
  let cellZones: Workspace
  /// The cell state before each step, [rows, units]; a tensor so that it can be read.
  let previousCell: Tensor?
  /// tanh of the new cell state, [rows, units].
  let squashed: Workspace
  /// The normalized shares of the gates, [rows, gates·units], and what they were multiplied by, [rows].
  let inputShares: Workspace
  let inputInverses: Workspace
  let stateShares: Workspace
  let stateInverses: Workspace
  /// The same for the cell state of a normalized LSTM.
  let cellShares: Workspace
  let cellInverses: Workspace

  /// Whether there is no way back, so that every step writes over what the one before has left: a row is one sequence's then.
  let isOverwritten: Bool
  /// Whether the gates are too, because each step fetches what its inputs add to them.
  let fetchesGates: Bool

  /// - Parameter looksUp: whether what the inputs add to the gates is made by rows of a table.
  init(_ layer: RecurrentLayer, _ layout: SequencesRow, looksUp: Bool, _ tape: inout Tape) {
    let cell = layer.cell
    // One sequence may be shared by threads, of which one may be a step ahead.
    let alive = layout.longest > 0 ? Int(tape.indices(layout.alive)[0]) : 0
    isOverwritten = tape.hasFixedValues && (tape.engine.workers.count == 1 || alive > 1)
    fetchesGates = isOverwritten && looksUp
    let rows = isOverwritten ? layout.count : layout.total
    let states = rows * layer.units
    let isTraining = tape.mode == .training
    // Of zoneout the expectation is taken, which is another function too.
    if layer.recurrentDropout > 0 || layer.zoneout > 0 { _ = tape.leavesOutRandomness() }
    func make(_ count: Int, _ isWanted: Bool, _ tape: inout Tape) -> Workspace {
      tape.makeWorkspace(isWanted ? count : 0)
    }
    input = make(layout.total * layer.inputs, !fetchesGates, &tape)
    inputWeights = make(cell.gates * layer.units * layer.inputs, cell.family == .gru, &tape)
    gates = tape.makeWorkspace((fetchesGates ? rows : layout.total) * layer.units * cell.blocks)
    previous = tape.makeWorkspace(states)
    let drops = layer.recurrentDropout > 0 && isTraining
    dropped = make(states, drops, &tape)
    mask = make(layout.count * layer.units, drops, &tape)
    zones = make(states, layer.zoneout > 0, &tape)
    cellZones = make(states, layer.zoneout > 0 && cell.hasCell, &tape)
    previousCell =
      cell.hasCell ? tape.makeTensor(Shape(rows, layer.units), requiresGradient: false) : nil
    squashed = make(states, cell.hasCell, &tape)
    let normalizes = cell.isNormalized
    inputShares = make(layout.total * layer.units * cell.gates, normalizes && !fetchesGates, &tape)
    inputInverses = make(layout.total, normalizes && !fetchesGates, &tape)
    stateShares = make(states * cell.gates, normalizes, &tape)
    stateInverses = make(rows, normalizes, &tape)
    cellShares = make(states, normalizes && cell.hasCell, &tape)
    cellInverses = make(rows, normalizes && cell.hasCell, &tape)
  }

  /// Draws the masks of recurrent dropout and zoneout, by counter over the batch's order.
  func drawMasks(_ layer: RecurrentLayer, _ layout: SequencesRow, _ rows: Indices, _ tape: inout Tape) {
    if mask.count > 0 {
      let scale = 1 / (1 - layer.recurrentDropout)
      draw(
        mask, layer.recurrentDropout, scale, layer.stream &+ 2, tape.indices(layout.order),
        layer.units, &tape)
    }
    if zones.count > 0 { drawZones(zones, layer, layer.stream &+ 3, rows, &tape) }
    if cellZones.count > 0 { drawZones(cellZones, layer, layer.stream &+ 4, rows, &tape) }
  }

  private func drawZones(
    _ zones: Workspace, _ layer: RecurrentLayer, _ stream: UInt64, _ rows: Indices, _ tape: inout Tape
  ) {
    if tape.mode == .training {
      draw(zones, layer.zoneout, 1, stream, rows, layer.units, &tape)
    } else {
      tape.engine.fill(tape.floats(zones), with: 1 - layer.zoneout)
    }
  }

  /// Zeros at `probability`, else `scale`; row i is row `ids[i]` of what is drawn.
  private func draw(
    _ target: Workspace, _ probability: Float, _ scale: Float, _ stream: UInt64, _ ids: Indices,
    _ width: Int, _ tape: inout Tape
  ) {
    let drawn = tape.floats(tape.makeWorkspace(target.count))
    tape.engine.fill(drawn, with: 1)
    tape.engine.dropout(
      drawn, into: drawn, key: tape.random(stream).key, threshold: UInt32(Double(probability) * 0x1p32),
      scale: scale, accumulate: false)
    tape.engine.gatherRows(drawn, ids, width: width, into: tape.floats(target))
  }
}

/// The views of a run's memory that its time steps read and write.
struct RunViews: Sendable {
  let gates: Floats
  let previous: Floats
  let dropped: Floats
  let mask: Floats
  let zones: Floats
  let cellZones: Floats
  let previousCell: Floats
  let squashed: Floats
  let stateShares: Floats
  let stateInverses: Floats
  let cellShares: Floats
  let cellInverses: Floats
  let candidateBias: Floats
  let recurrentGain: Floats
  let cellGain: Floats
  let cellBias: Floats
  let isOverwritten: Bool

  var drops: Bool { mask.count > 0 }
  var zonesOut: Bool { zones.count > 0 }

  init(_ run: SequenceRun, _ tape: borrowing Tape) {
    // The tape, and the parameters it is for, keep the memory until the pass is over.
    let memory = run.memory
    let layer = run.layer
    isOverwritten = memory.isOverwritten
    gates = unsafe tape.floats(memory.gates).borrowed
    previous = unsafe tape.floats(memory.previous).borrowed
    dropped = unsafe tape.floats(memory.dropped).borrowed
    mask = unsafe tape.floats(memory.mask).borrowed
    zones = unsafe tape.floats(memory.zones).borrowed
    cellZones = unsafe tape.floats(memory.cellZones).borrowed
    squashed = unsafe tape.floats(memory.squashed).borrowed
    previousCell = memory.previousCell.map { unsafe tape.values(of: $0).borrowed } ?? squashed
    stateShares = unsafe tape.floats(memory.stateShares).borrowed
    stateInverses = unsafe tape.floats(memory.stateInverses).borrowed
    cellShares = unsafe tape.floats(memory.cellShares).borrowed
    cellInverses = unsafe tape.floats(memory.cellInverses).borrowed
    candidateBias = layer.candidateBias.map { unsafe tape.values(of: $0).borrowed } ?? squashed
    recurrentGain = layer.recurrentGain.map { unsafe tape.values(of: $0).borrowed } ?? squashed
    cellGain = layer.cellGain.map { unsafe tape.values(of: $0).borrowed } ?? squashed
    cellBias = layer.cellBias.map { unsafe tape.values(of: $0).borrowed } ?? squashed
  }
}

extension Floats {
  /// The rows `rows` of a matrix of this width.
  func rows(_ rows: Range<Int>, _ width: Int) -> Floats {
    self[rows.lowerBound * width..<rows.upperBound * width]
  }
}
