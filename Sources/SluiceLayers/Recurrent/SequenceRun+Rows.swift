import SluiceCore

extension SequenceRun {
  /// Sets what the inputs add to the gates from what each row of the table adds.
  func gatherGates(_ looked: LookedUpRows, _ layout: SequencesRow, _ rows: Indices, _ tape: inout Tape) {
    let engine = tape.engine
    let table = gateTable(looked, &tape)
    if !tape.hasFixedValues {
      // The way back, if there is one, multiplies with the inputs themselves.
      engine.gatherRows(tape.values(of: x), rows, width: layer.inputs, into: tape.floats(memory.input))
    }
    let ids = tape.indices(looked.ids)
    let ordered = tape.indices(tape.makeIndices(layout.total))
    for i in 0..<ordered.count { ordered[i] = ids[Int(rows[i])] }
    engine.gatherRows(table, ordered, width: cell.blocks * units, into: tape.floats(memory.gates))
  }

  /// What each row of the table adds to the gates: [rows of the table, blocks·units].
  private func gateTable(_ looked: LookedUpRows, _ tape: inout Tape) -> Floats {
    let use = FixedUse.gates(table: looked.table)
    let key = layer.inputWeight.parameter
    if !tape.isPlanning, let kept = tape.fixed(use, of: key) { return kept }
    let table = tape.makeFixed(looked.rows * cell.blocks * units)
    // A GRU has a block of gates that the inputs add nothing to.
    tape.engine.fill(table, with: 0)
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
