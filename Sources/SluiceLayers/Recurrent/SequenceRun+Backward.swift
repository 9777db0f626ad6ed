import SluiceCore

extension SequenceRun {
  func backward(_ tape: inout Tape) {
    let layout = tape.layout(of: sequences)
    goBackInTime(layout, &tape)
    addRecurrentGradients(layout, &tape)
    addInputGradients(layout, &tape)
  }

  private func goBackInTime(_ layout: SequencesRow, _ tape: inout Tape) {
    let engine = tape.engine
    let all = matrix(recurrentWeight, columns: units, tape)
    let split = cell.resetsBeforeProduct ? 2 * units : cell.gates * units
    let weight = tape.pack(all[rows: 0..<split])
    let candidateWeight = cell.resetsBeforeProduct ? tape.pack(all[rows: split..<3 * units]) : weight
    let schedule = SequenceSchedule(layout, workers: engine.workers.count, &tape)
    let views = RunViews(self, tape)
    let count = layout.count * units
    let width = tape.shape(of: final).width
    // Borrowed, as the views of `RunViews` are.
    let steps = unsafe BackwardSteps(
      engine: engine, schedule: schedule, shares: shares(schedule, engine), layer: layer,
      rows: rows(layout, tape).borrowed, recurrentColumns: recurrentColumns, weight: weight.borrowed,
      candidateWeight: candidateWeight.borrowed, views: views,
      dState: finalGradient(final, layout, width, &tape).borrowed,
      dCell: cell.hasCell ? finalGradient(finalCell, layout, width, &tape).borrowed : views.squashed,
      kept: tape.floats(tape.makeWorkspace(views.zonesOut ? count : 0)).borrowed,
      keptCell: tape.floats(tape.makeWorkspace(views.zonesOut || cell.resetsBeforeProduct ? count : 0))
        .borrowed,
      dHidden: tape.floats(tape.makeWorkspace(views.drops ? count : 0)).borrowed,
      dShares: tape.floats(tape.makeWorkspace(memory.stateShares.count)).borrowed,
      dOutput: tape.adjoint(of: output)?.borrowed,
      outputWidth: tape.shape(of: output).width, column: column,
      reachesStart: start?.requiresGradient(tape) ?? false)
    steps.run()
    start?.giveBack(steps.dState, steps.dCell, layout, units, &tape)
    addStateGradients(steps.dShares, layout, &tape)
  }

  /// The gradient of the final states of this direction, by decreasing length; zero where nothing depends on them.
  private func finalGradient(
    _ final: Tensor, _ layout: SequencesRow, _ width: Int, _ tape: inout Tape
  ) -> Floats {
    let gradient = tape.floats(tape.makeWorkspace(layout.count * units))
    tape.engine.fill(gradient, with: 0)
    if let dFinal = tape.adjoint(of: final) {
      tape.engine.addRows(
        dFinal, tableWidth: width, column: column, tape.indices(layout.order), width: units, into: gradient)
    }
    return gradient
  }

  /// The gradient of the recurrent weights.
  private func addStateGradients(_ dShares: Floats, _ layout: SequencesRow, _ tape: inout Tape) {
    guard let dW = tape.contribution(to: recurrentWeight) else { return }
    let engine = tape.engine
    // What begins at zero gives the weights nothing at its first step, whose rows are the first.
    let begun = hasInitialState || layout.longest == 0 ? 0 : Int(tape.indices(layout.alive)[0])
    func rows(_ floats: Floats, _ width: Int) -> Matrix {
      Matrix(floats, rows: layout.total, columns: width)[rows: begun..<layout.total]
    }
    let gates = rows(tape.floats(memory.gates), cell.blocks * units)
    let hidden = rows(tape.floats(memory.mask.count > 0 ? memory.dropped : memory.previous), units)
    let target = Matrix(dW.floats, rows: cell.gates * units, columns: units)
    if cell.isNormalized {
      let dShares = rows(dShares, cell.gates * units)
      engine.multiply(dShares.transposed, hidden, into: target, accumulate: dW.accumulate)
    } else {
      engine.multiply(
        gates[columns: recurrentColumns].transposed, hidden,
        into: target[rows: 0..<recurrentColumns.count], accumulate: dW.accumulate)
    }
    if cell.resetsBeforeProduct {
      engine.multiply(
        gates[columns: 0..<units].transposed, gates[columns: 3 * units..<4 * units],
        into: target[rows: 2 * units..<3 * units], accumulate: dW.accumulate)
    }
  }

  /// The gradients of the biases and of the gains of the states' share.
  private func addRecurrentGradients(_ layout: SequencesRow, _ tape: inout Tape) {
    let engine = tape.engine
    let width = cell.blocks * units
    let sums = tape.floats(tape.makeWorkspace(width))
    engine.columnSums(tape.floats(memory.gates), into: sums, accumulate: false)
    if let db = tape.contribution(to: layer.bias) {
      putInPieces(sums, width: 1, into: db, engine)
    }
    if let bias = layer.secondBias, let db = tape.contribution(to: bias) {
      putInPieces(sums, width: 1, into: db, engine)
    }
    if let bias = layer.candidateBias, let db = tape.contribution(to: bias) {
      put(sums[3 * units..<4 * units], into: db, 0..<units, engine)
    }
    if let gain = layer.recurrentGain, let dGain = tape.contribution(to: gain) {
      let gates = Matrix(tape.floats(memory.gates), rows: layout.total, columns: width)
      engine.columnDots(
        gates[columns: recurrentColumns],
        Matrix(tape.floats(memory.stateShares), rows: layout.total, columns: cell.gates * units),
        into: dGain.floats, accumulate: dGain.accumulate)
    }
    if let gain = layer.cellGain, let dGain = tape.contribution(to: gain) {
      engine.columnDots(
        Matrix(tape.floats(memory.squashed), rows: layout.total, columns: units),
        Matrix(tape.floats(memory.cellShares), rows: layout.total, columns: units), into: dGain.floats,
        accumulate: dGain.accumulate)
    }
    if let bias = layer.cellBias, let db = tape.contribution(to: bias) {
      engine.columnSums(tape.floats(memory.squashed), into: db.floats, accumulate: db.accumulate)
    }
  }

  /// The gradients of the input weights, of the gains of the input's share, and of the input.
  private func addInputGradients(_ layout: SequencesRow, _ tape: inout Tape) {
    let engine = tape.engine
    let gates = Matrix(tape.floats(memory.gates), rows: layout.total, columns: cell.blocks * units)
    var gradient = gates[columns: 0..<cell.gates * units]
    if let gain = layer.inputGain { gradient = goBackThroughInputNorm(gradient, gain, layout, &tape) }
    let inputs = Matrix(tape.floats(memory.input), rows: layout.total, columns: layer.inputs)
    if let dW = tape.contribution(to: inputWeight) {
      let isOrdered = pieces == 1
      let sums = isOrdered ? dW.floats : tape.floats(tape.makeWorkspace(dW.floats.count))
      engine.multiply(
        gradient.transposed, inputs, into: Matrix(sums, rows: cell.gates * units, columns: layer.inputs),
        accumulate: isOrdered && dW.accumulate)
      if !isOrdered { putInPieces(sums, width: layer.inputs, into: dW, engine) }
    }
    guard let dx = tape.contribution(to: x) else { return }
    // The input in step order is needed no more; its gradient takes its place.
    engine.multiply(gradient, orderedInputWeight(tape), into: inputs)
    let rows = rows(layout, tape)
    if dx.accumulate {
      engine.scatterRows(inputs.floats, rows, width: layer.inputs, into: dx.floats)
    } else {
      engine.placeRows(inputs.floats, rows, width: layer.inputs, into: dx.floats, targetWidth: layer.inputs)
    }
  }

  private func goBackThroughInputNorm(
    _ gradient: Matrix, _ gain: ParameterHandle, _ layout: SequencesRow, _ tape: inout Tape
  ) -> Matrix {
    let engine = tape.engine
    let width = cell.gates * units
    let shares = Matrix(tape.floats(memory.inputShares), rows: layout.total, columns: width)
    let sums = tape.floats(tape.makeWorkspace(width))
    engine.columnDots(gradient, shares, into: sums, accumulate: false)
    if let dGain = tape.contribution(to: gain) {
      putInPieces(sums, width: 1, into: dGain, engine)
    }
    engine.normalizeRowsBackward(
      gradient, normalized: shares, gain: inGateOrder(tape.values(of: gain), &tape),
      inverses: tape.floats(memory.inputInverses), into: shares)
    return shares
  }

  /// Puts sums in the order of the gates' columns where the weights' rows are.
  private func putInPieces(_ sums: Floats, width: Int, into target: Contribution, _ engine: Engine) {
    for i in 0..<pieces {
      let rows = piece(i).rows
      put(
        sums.rows(piece(i).columns, width), into: target, rows.lowerBound * width..<rows.upperBound * width,
        engine)
    }
  }

  private func put(_ sums: Floats, into target: Contribution, _ range: Range<Int>, _ engine: Engine) {
    if target.accumulate {
      engine.accumulate(sums, onto: target.floats[range])
    } else {
      target.floats[range].copy(from: sums)
    }
  }
}
