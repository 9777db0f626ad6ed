import SluiceCore

/// A GRU over one batch, as recorded on the tape.
///
/// Rows are kept in step order (see `SequencesRow`). The input's share of all gates is one product; each
/// time step is one product of the states still alive with the packed recurrent weights, and one pass over
/// the gates. Threads share the sequences, not the steps, so they meet once a pass. The weights' gradients
/// are one product over all steps.
struct GRURun: TapeOperation {
  static let name: StaticString = "gru"
  let gru: GRU
  let x: Tensor
  let sequences: SequencesHandle
  let output: Tensor
  let final: Tensor
  /// The input in step order: [rows, inputs].
  let input: Workspace
  /// Candidate, reset, update and the recurrent part of the candidate: [rows, 4·units].
  let gates: Workspace
  /// The state before each step: [rows, units].
  let previous: Workspace

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(output, final) }

  init(_ gru: GRU, _ x: RaggedTensor, _ tape: inout Tape) {
    self.gru = gru
    self.x = x.steps
    sequences = x.sequences
    let layout = tape.layout(of: sequences)
    precondition(tape.shape(of: x.steps).rows == layout.total, "The rows are not those of the sequences.")
    let needsGradient =
      tape.requiresGradient(x.steps) || tape.requiresGradient(gru.inputWeight)
      || tape.requiresGradient(gru.recurrentWeight)
    output = tape.makeTensor(Shape(layout.total, gru.units), requiresGradient: needsGradient)
    final = tape.makeTensor(Shape(layout.count, gru.units), requiresGradient: needsGradient)
    input = tape.makeWorkspace(layout.total * gru.inputs)
    gates = tape.makeWorkspace(layout.total * 4 * gru.units)
    previous = tape.makeWorkspace(layout.total * gru.units)
  }

  func forward(_ tape: inout Tape) {
    let layout = tape.layout(of: sequences)
    let engine = tape.engine
    let units = gru.units
    let rows = tape.indices(gru.readsRightToLeft ? layout.rowsBackward : layout.rowsForward)
    engine.gatherRows(tape.values(of: x), rows, width: gru.inputs, into: tape.floats(input))

    // The input's share of the gates: columns n, then r and z, which is the order of the weight's rows
    // but for the candidate.
    let inputs = Matrix(tape.floats(input), rows: layout.total, columns: gru.inputs)
    let weight = Matrix(tape.values(of: gru.inputWeight), rows: 3 * units, columns: gru.inputs)
    let bias = tape.values(of: gru.bias)
    let allGates = Matrix(tape.floats(gates), rows: layout.total, columns: 4 * units)
    engine.multiply(
      inputs, weight[rows: 2 * units..<3 * units].transposed, into: allGates[columns: 0..<units],
      accumulate: false, bias: bias[2 * units..<3 * units])
    engine.multiply(
      inputs, weight[rows: 0..<2 * units].transposed, into: allGates[columns: units..<3 * units],
      accumulate: false, bias: bias[0..<2 * units])

    let alive = layout.longest > 0 ? Int(tape.indices(layout.alive)[0]) : 0
    let previous = tape.floats(previous)
    previous[0..<alive * units].fill(0)
    let final = tape.values(of: final)
    let order = tape.indices(layout.order)
    for s in alive..<layout.count {
      let sequence = Int(order[s])
      final[sequence * units..<(sequence + 1) * units].fill(0)
    }
    let packed = tape.pack(
      Matrix(tape.values(of: gru.recurrentWeight), rows: 3 * units, columns: units).transposed)
    let schedule = SequenceSchedule(layout, workers: engine.workers.count, &tape)
    let steps = GRUForwardSteps(
      engine: engine, schedule: schedule, units: units, rows: rows, order: order, weight: packed,
      candidateBias: tape.values(of: gru.candidateBias), gates: tape.floats(gates), previous: previous,
      product: tape.floats(tape.makeWorkspace(layout.count * 3 * units)),
      output: tape.values(of: output), final: final)
    engine.workers.run(schedule.parts, steps) { steps, part in steps.run(part) }
  }

  func backward(_ tape: inout Tape) {
    let layout = tape.layout(of: sequences)
    let engine = tape.engine
    let units = gru.units
    let rows = tape.indices(gru.readsRightToLeft ? layout.rowsBackward : layout.rowsForward)
    let packed = tape.pack(
      Matrix(tape.values(of: gru.recurrentWeight), rows: 3 * units, columns: units))
    let schedule = SequenceSchedule(layout, workers: engine.workers.count, &tape)
    let steps = GRUBackwardSteps(
      engine: engine, schedule: schedule, units: units, rows: rows, order: tape.indices(layout.order),
      weight: packed, gates: tape.floats(gates), previous: tape.floats(previous),
      dState: tape.floats(tape.makeWorkspace(layout.count * units)), dOutput: tape.adjoint(of: output),
      dFinal: tape.adjoint(of: final))
    engine.workers.run(schedule.parts, steps) { steps, part in steps.run(part) }
    addWeightGradients(layout, &tape)
    addInputGradient(layout, rows, &tape)
  }

  private func addWeightGradients(_ layout: SequencesRow, _ tape: inout Tape) {
    let engine = tape.engine
    let units = gru.units
    let gates = Matrix(tape.floats(gates), rows: layout.total, columns: 4 * units)
    let inputs = Matrix(tape.floats(input), rows: layout.total, columns: gru.inputs)
    if let dW = tape.contribution(to: gru.inputWeight) {
      let gradient = Matrix(dW.floats, rows: 3 * units, columns: gru.inputs)
      engine.multiply(
        gates[columns: units..<3 * units].transposed, inputs, into: gradient[rows: 0..<2 * units],
        accumulate: dW.accumulate)
      engine.multiply(
        gates[columns: 0..<units].transposed, inputs, into: gradient[rows: 2 * units..<3 * units],
        accumulate: dW.accumulate)
    }
    if let dW = tape.contribution(to: gru.recurrentWeight) {
      engine.multiply(
        gates[columns: units..<4 * units].transposed,
        Matrix(tape.floats(previous), rows: layout.total, columns: units),
        into: Matrix(dW.floats, rows: 3 * units, columns: units), accumulate: dW.accumulate)
    }
    let sums = tape.floats(tape.makeWorkspace(4 * units))
    engine.columnSums(tape.floats(self.gates), into: sums, accumulate: false)
    if let db = tape.contribution(to: gru.bias) {
      put(sums[units..<3 * units], into: db.floats[0..<2 * units], db.accumulate, engine)
      put(sums[0..<units], into: db.floats[2 * units..<3 * units], db.accumulate, engine)
    }
    if let db = tape.contribution(to: gru.candidateBias) {
      put(sums[3 * units..<4 * units], into: db.floats, db.accumulate, engine)
    }
  }

  private func put(_ sums: Floats, into target: Floats, _ accumulate: Bool, _ engine: Engine) {
    if accumulate {
      engine.accumulate(sums, onto: target)
    } else {
      target.copy(from: sums)
    }
  }

  private func addInputGradient(_ layout: SequencesRow, _ rows: Indices, _ tape: inout Tape) {
    guard let dx = tape.contribution(to: x)?.zeroed() else { return }
    let engine = tape.engine
    let units = gru.units
    let gates = Matrix(tape.floats(gates), rows: layout.total, columns: 4 * units)
    let weight = Matrix(tape.values(of: gru.inputWeight), rows: 3 * units, columns: gru.inputs)
    // The input in step order is needed no more; its gradient takes its place.
    let dInput = tape.floats(input)
    let target = Matrix(dInput, rows: layout.total, columns: gru.inputs)
    engine.multiply(
      gates[columns: 0..<units], weight[rows: 2 * units..<3 * units], into: target, accumulate: false)
    engine.multiply(
      gates[columns: units..<3 * units], weight[rows: 0..<2 * units], into: target, accumulate: true)
    engine.scatterRows(dInput, rows, width: gru.inputs, into: dx)
  }
}
