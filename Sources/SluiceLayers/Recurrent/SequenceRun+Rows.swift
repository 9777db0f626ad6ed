import SluiceCore

/// What the inputs add to the gates, as rows of a table.
struct FetchedGates: Sendable {
  /// [rows of the table, blocks·units].
  let table: Floats
  /// The row of each step's input, in step order.
  let ids: Indices

  /// The same, kept by the tape; see `Elements.borrowed`.
  @unsafe var borrowed: FetchedGates { unsafe FetchedGates(table: table.borrowed, ids: ids.borrowed) }
}

extension SequenceRun {
  /// What each row of the table adds to the gates, and which rows the steps read.
  func gateRows(
    _ looked: LookedUpRows, _ layout: SequencesRow, _ rows: Indices, _ tape: inout Tape
  ) -> FetchedGates {
    let table = gateTable(looked, &tape)
    let ids = tape.indices(looked.ids)
    let ordered = tape.indices(tape.makeIndices(layout.total))
    for i in 0..<ordered.count { ordered[i] = ids[Int(rows[i])] }
    return FetchedGates(table: table, ids: ordered)
  }

  /// Sets what the inputs add to all gates at once, for the way back.
  func gatherGates(_ fetched: FetchedGates?, _ layout: SequencesRow, _ rows: Indices, _ tape: inout Tape) {
    guard let fetched else { return }
    let engine = tape.engine
    if !tape.hasFixedValues {
      // The way back multiplies with the inputs themselves.
      engine.gatherRows(tape.values(of: x), rows, width: layer.inputs, into: tape.floats(memory.input))
    }
    engine.gatherRows(
      fetched.table, fetched.ids, width: cell.blocks * units, into: tape.floats(memory.gates))
  }

  /// What each row of the table adds to the gates: [rows of the table, blocks·units].
  private func gateTable(_ looked: LookedUpRows, _ tape: inout Tape) -> Floats {
    let use = FixedUse.gates(table: looked.table)
    let key = layer.inputWeight.parameter
    if !tape.isPlanning, let kept = tape.fixed(use, of: key) { return kept }
    let table = tape.makeFixed(looked.rows * cell.blocks * units)
    // A GRU has a block of gates that the inputs add nothing to.
    if cell.blocks > cell.gates { tape.engine.fill(table, with: 0) }
    let normalizes = cell.isNormalized
    let shares = tape.floats(tape.makeWorkspace(normalizes ? looked.rows * cell.gates * units : 0))
    let inverses = tape.floats(tape.makeWorkspace(normalizes ? looked.rows : 0))
    addInputs(
      Matrix(tape.values(of: looked.table), rows: looked.rows, columns: layer.inputs), into: table,
      shares: normalizes ? shares : nil, inverses: inverses, &tape)
    if !tape.isPlanning { tape.keep(table, use, of: key) }
    return table
  }
}
