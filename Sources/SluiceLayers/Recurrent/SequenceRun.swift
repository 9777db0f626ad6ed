import SluiceCore

/// A recurrent layer over one batch in one direction, as recorded on the tape: the runner of all built-in cells.
///
/// Rows are kept in step order (see `SequencesRow`). The input's share of all gates is one product; each
/// time step is one product of the states still alive with the packed recurrent weights, and one pass over
/// the gates. Threads share the sequences, not the steps, so they meet once a pass. The weights' gradients
/// are one product over all steps.
struct SequenceRun: TapeOperation {
  static let name: StaticString = "recurrent"
  let layer: RecurrentLayer
  let inputWeight: Weight
  let recurrentWeight: Weight
  let x: Tensor
  /// Where `x` is rows of a table as they are: what each row adds to the gates can be made once for all its occurrences.
  let looked: LookedUpRows?
  let sequences: SequencesHandle
  /// [rows in batch order, all directions · units]; this direction's columns start at `column`.
  let output: Tensor
  /// [sequences, all directions · units], columns as in `output`.
  let final: Tensor
  /// The same of the cell state; `final` again for a cell that has none.
  let finalCell: Tensor
  let column: Int
  /// The states before the first step, where they are tensors that may need a gradient.
  let start: StartTensors?
  let memory: RunMemory
  /// Whether the first step begins with anything else than zero.
  let hasInitialState: Bool

  var inputs: TensorList {
    guard let start else { return TensorList(x) }
    guard let cells = start.cells else { return TensorList(x, start.states) }
    return TensorList(x, start.states, cells)
  }
  var outputs: TensorList { TensorList(output, final, finalCell) }

  var units: Int { layer.units }
  var cell: CellKind { layer.cell }

  /// The pieces in which the rows of the weights, in PyTorch's order, lie among the columns of the gates.
  var pieces: Int { cell.family == .gru ? 2 : 1 }

  func piece(_ i: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    if cell.family != .gru { return (0..<cell.gates * units, 0..<cell.gates * units) }
    return i == 0
      ? (2 * units..<3 * units, 0..<units) : (0..<2 * units, units..<3 * units)
  }

  /// The columns of the gates whose gradients are those of the recurrent weights' rows.
  var recurrentColumns: Range<Int> {
    switch cell.family {
    case .elman: 0..<units
    case .lstm: 0..<4 * units
    case .gru: cell.resetsBeforeProduct ? units..<3 * units : units..<4 * units
    }
  }

  func rows(_ layout: SequencesRow, _ tape: borrowing Tape) -> Indices {
    tape.indices(layer.readsRightToLeft ? layout.rowsBackward : layout.rowsForward)
  }

  func matrix(_ weight: Weight, columns: Int, _ tape: borrowing Tape) -> Matrix {
    Matrix(tape.values(of: weight), rows: cell.gates * units, columns: columns)
  }

  /// Runs all time steps.
  ///
  /// - Parameters:
  ///   - state: the states before the first step in the batch's order, [sequences, units]; zero if nil.
  ///   - cellState: the same of the cell states.
  func forward(state: Workspace?, cellState: Workspace?, _ tape: inout Tape) {
    let layout = tape.layout(of: sequences)
    let engine = tape.engine
    let rows = rows(layout, tape)
    var fetched: FetchedGates?
    if let looked {
      fetched = gateRows(looked, layout, rows, &tape)
      if !memory.fetchesGates { gatherGates(fetched, layout, rows, &tape) }
    } else {
      engine.gatherRows(
        tape.values(of: x), rows, width: layer.inputs, into: tape.floats(memory.input))
      multiplyInputs(layout, &tape)
    }

    let order = tape.indices(layout.order)
    let current = tape.floats(tape.makeWorkspace(layout.count * units))
    start(current, from: state, order, tape)
    let cells = tape.floats(tape.makeWorkspace(cell.hasCell ? layout.count * units : 0))
    if cell.hasCell { start(cells, from: cellState, order, tape) }
    memory.drawMasks(layer, layout, rows, &tape)

    let schedule = SequenceSchedule(layout, workers: engine.workers.count, &tape)
    let shares = shares(schedule, engine)
    let weight = packRecurrentWeight(shares, &tape)
    let candidateWeight =
      cell.resetsBeforeProduct ? packRecurrentWeight(2 * units..<3 * units, &tape) : weight
    let needsProduct = cell.isNormalized || cell.family == .gru || shares.parts > 1
    let product = tape.floats(
      tape.makeWorkspace(needsProduct ? layout.count * cell.gates * units : 0))
    // Borrowed, as the views of `RunViews` are.
    unsafe ForwardSteps(
      engine: engine, schedule: schedule, shares: shares, layer: layer, hasInitialState: hasInitialState,
      rows: rows.borrowed, weight: weight.borrowed, candidateWeight: candidateWeight.borrowed,
      views: RunViews(self, tape), fetched: memory.fetchesGates ? fetched?.borrowed : nil,
      product: product.borrowed, state: current.borrowed, cells: cells.borrowed,
      output: tape.values(of: output).borrowed, outputWidth: tape.shape(of: output).width, column: column
    ).run()

    let width = tape.shape(of: final).width
    engine.placeRows(
      current, order, width: units, into: tape.values(of: final), targetWidth: width, column: column)
    if cell.hasCell {
      engine.placeRows(
        cells, order, width: units, into: tape.values(of: finalCell), targetWidth: width, column: column)
    }
  }

  /// How threads share the units, where there is one sequence and a step has one product: what a normalized cell, or a
  /// GRU that resets before its product, does in between needs all units.
  func shares(_ schedule: SequenceSchedule, _ engine: Engine) -> ColumnShares {
    guard schedule.parts == 1, !cell.isNormalized, !cell.resetsBeforeProduct else {
      return ColumnShares(columns: units)
    }
    return ColumnShares(columns: units, each: cell.gates, depth: units, engine: engine)
  }

  /// The recurrent weights for the states' share of the gates, without those of a candidate that has its own product.
  private func packRecurrentWeight(_ shares: ColumnShares, _ tape: inout Tape) -> PackedMatrix {
    guard shares.parts > 1 else {
      return packRecurrentWeight(0..<(cell.resetsBeforeProduct ? 2 : cell.gates) * units, &tape)
    }
    if let packed = tape.fixedPacked(
      recurrentWeight, rows: cell.gates * units, columns: units, .packedShares(shares.parts),
      { rows(of: shares) })
    {
      return packed
    }
    let all = matrix(recurrentWeight, columns: units, tape)
    let ordered = tape.floats(tape.makeWorkspace(all.floats.count))
    var row = 0
    for part in 0..<shares.parts {
      for gate in 0..<cell.gates {
        let rows = rows(of: gate, in: shares[part])
        ordered.rows(row..<row + rows.count, units).copy(from: all.floats.rows(rows, units))
        row += rows.count
      }
    }
    return tape.pack(Matrix(ordered, rows: all.rows, columns: units).transposed)
  }

  /// The rows of the recurrent weights, those of each share side by side.
  private func rows(of shares: ColumnShares) -> [Range<Int>] {
    (0..<shares.parts).flatMap { part in (0..<cell.gates).map { rows(of: $0, in: shares[part]) } }
  }

  private func rows(of gate: Int, in share: Range<Int>) -> Range<Int> {
    gate * units + share.lowerBound..<gate * units + share.upperBound
  }

  /// Some rows of the recurrent weights, transposed and packed: once for all answers of a model in use.
  private func packRecurrentWeight(_ rows: Range<Int>, _ tape: inout Tape) -> PackedMatrix {
    if let packed = tape.fixedPacked(recurrentWeight, rows: cell.gates * units, columns: units, rows) {
      return packed
    }
    return tape.pack(matrix(recurrentWeight, columns: units, tape).transposed[columns: rows])
  }

  private func start(_ current: Floats, from state: Workspace?, _ order: Indices, _ tape: borrowing Tape) {
    if let state {
      tape.engine.gatherRows(tape.floats(state), order, width: units, into: current)
    } else {
      tape.engine.fill(current, with: 0)
    }
  }

  /// The bias, or the sum of both.
  private func bias(_ tape: inout Tape) -> Floats {
    let first = tape.values(of: layer.bias)
    guard let second = layer.secondBias else { return first }
    let sum = tape.floats(tape.makeWorkspace(first.count))
    tape.engine.add(first, tape.values(of: second), into: sum)
    return sum
  }

  /// The input's share of the gates, normalized if the cell is, and the bias.
  private func multiplyInputs(_ layout: SequencesRow, _ tape: inout Tape) {
    let shares = cell.isNormalized ? tape.floats(memory.inputShares) : Floats?.none
    addInputs(
      Matrix(tape.floats(memory.input), rows: layout.total, columns: layer.inputs),
      into: tape.floats(memory.gates),
      shares: shares, inverses: tape.floats(memory.inputInverses), &tape)
  }

  /// What some inputs add to the gates: the product with the input weights, normalized if the cell is, and the bias.
  ///
  /// - Parameters:
  ///   - gates: [rows, blocks·units], of which the first gates·units columns are set.
  ///   - shares: of a normalized cell, room for [rows, gates·units], and `inverses` for [rows].
  func addInputs(
    _ inputs: Matrix, into gates: Floats, shares: Floats?, inverses: Floats, _ tape: inout Tape
  ) {
    let engine = tape.engine
    let bias = inGateOrder(bias(&tape), &tape)
    let gates = Matrix(gates, rows: inputs.rows, columns: cell.blocks * units)[
      columns: 0..<cell.gates * units]
    guard let shares, let gain = layer.inputGain else {
      return multiply(inputs, into: gates, bias: bias, &tape)
    }
    let product = Matrix(shares, rows: inputs.rows, columns: cell.gates * units)
    multiply(inputs, into: product, bias: nil, &tape)
    engine.normalizeRows(product, inverses: inverses)
    let gains = inGateOrder(tape.values(of: gain), &tape)
    engine.scaleRows(product, by: gains, bias: bias, into: gates)
  }

  /// The product of some inputs with the input weights, in the order of the gates' columns.
  private func multiply(_ inputs: Matrix, into gates: Matrix, bias: Floats?, _ tape: inout Tape) {
    if tape.hasFixedValues, case .parameter = inputWeight {
      for i in 0..<pieces {
        let (rows, columns) = piece(i)
        if let packed = tape.fixedPacked(
          inputWeight, rows: cell.gates * units, columns: layer.inputs, rows)
        {
          tape.engine.multiply(
            inputs, packed, into: gates[columns: columns], bias: bias.map { $0[columns] })
        }
      }
      return
    }
    if pieces > 1 {
      putInGateOrder(
        tape.values(of: inputWeight), width: layer.inputs, into: tape.floats(memory.inputWeights))
    }
    tape.engine.multiply(inputs, orderedInputWeight(tape).transposed, into: gates, bias: bias)
  }

  /// The input weights with their rows in the order of the gates' columns, as `multiplyInputs` has put them.
  func orderedInputWeight(_ tape: borrowing Tape) -> Matrix {
    let floats = pieces == 1 ? tape.values(of: inputWeight) : tape.floats(memory.inputWeights)
    return Matrix(floats, rows: cell.gates * units, columns: layer.inputs)
  }

  /// What has a float for each row of the weights, in the order of the gates' columns: a copy, unless that is
  /// PyTorch's order.
  func inGateOrder(_ floats: Floats, _ tape: inout Tape) -> Floats {
    if pieces == 1 { return floats }
    let ordered = tape.floats(tape.makeWorkspace(floats.count))
    putInGateOrder(floats, width: 1, into: ordered)
    return ordered
  }

  /// Copies what has `width` floats for each row of the weights into the order of the gates' columns.
  private func putInGateOrder(_ floats: Floats, width: Int, into ordered: Floats) {
    for i in 0..<pieces {
      ordered.rows(piece(i).columns, width).copy(from: floats.rows(piece(i).rows, width))
    }
  }
}
