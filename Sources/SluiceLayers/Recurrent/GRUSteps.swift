import SluiceCore

/// The time steps of a GRU, first to last, for the sequences of one part.
struct GRUForwardSteps: Sendable {
  let engine: Engine
  let schedule: SequenceSchedule
  let units: Int
  /// The row in batch order of each row in step order.
  let rows: Indices
  let order: Indices
  let weight: PackedMatrix
  let candidateBias: Floats
  let gates: Floats
  let previous: Floats
  /// The previous states times the recurrent weights, one row for each sequence.
  let product: Floats
  let output: Floats
  let final: Floats

  func run(_ part: Int) {
    let all = schedule.sequences(part)
    for t in 0..<schedule.longest {
      let alive = schedule.alive(all, at: t)
      if alive.isEmpty { return }
      let products = product[alive.lowerBound * 3 * units..<alive.upperBound * 3 * units]
      let first = schedule.row(alive.lowerBound, at: t)
      if t == 0 {
        products.fill(0)  // The first state is zero.
      } else {
        engine.multiply(
          Matrix(
            previous[first * units..<(first + alive.count) * units], rows: alive.count, columns: units),
          weight, into: Matrix(products, rows: alive.count, columns: 3 * units), on: .caller)
      }
      // A sequence's new state goes to where its next step reads it, or after its last step to `final`.
      let goesOn = schedule.alive(all, at: t + 1)
      if !goesOn.isEmpty {
        let next = schedule.row(goesOn.lowerBound, at: t + 1)
        complete(goesOn, t, state: previous[next * units..<(next + goesOn.count) * units])
      }
      for s in goesOn.upperBound..<alive.upperBound {
        let sequence = Int(order[s])
        complete(s..<s + 1, t, state: final[sequence * units..<(sequence + 1) * units])
      }
    }
  }

  private func complete(_ sequences: Range<Int>, _ t: Int, state: Floats) {
    let first = schedule.row(sequences.lowerBound, at: t)
    let last = first + sequences.count
    engine.gruForward(
      gates: gates[first * 4 * units..<last * 4 * units],
      product: product[sequences.lowerBound * 3 * units..<sequences.upperBound * 3 * units],
      previous: previous[first * units..<last * units], candidateBias: candidateBias, state: state,
      outputs: output, outputRows: rows[first..<last], units: units)
  }
}

/// The time steps of a GRU, last to first, for the sequences of one part.
struct GRUBackwardSteps: Sendable {
  let engine: Engine
  let schedule: SequenceSchedule
  let units: Int
  let rows: Indices
  let order: Indices
  let weight: PackedMatrix
  let gates: Floats
  let previous: Floats
  /// The gradient of each sequence's state.
  let dState: Floats
  let dOutput: Floats?
  let dFinal: Floats?

  func run(_ part: Int) {
    let all = schedule.sequences(part)
    var t = schedule.longest - 1
    while t >= 0 {
      let alive = schedule.alive(all, at: t)
      // Sequences whose last step this is begin with the gradient of their final state.
      for s in schedule.alive(all, at: t + 1).upperBound..<alive.upperBound {
        let state = dState[s * units..<(s + 1) * units]
        if let dFinal {
          let sequence = Int(order[s])
          state.copy(from: dFinal[sequence * units..<(sequence + 1) * units])
        } else {
          state.fill(0)
        }
      }
      if !alive.isEmpty { goBack(alive, t) }
      t -= 1
    }
  }

  private func goBack(_ alive: Range<Int>, _ t: Int) {
    let first = schedule.row(alive.lowerBound, at: t)
    let last = first + alive.count
    let state = dState[alive.lowerBound * units..<alive.upperBound * units]
    let stepGates = gates[first * 4 * units..<last * 4 * units]
    engine.gruBackward(
      gates: stepGates, previous: previous[first * units..<last * units], dState: state, dOutputs: dOutput,
      outputRows: rows[first..<last], units: units)
    if t > 0 {
      engine.multiply(
        Matrix(stepGates, rows: alive.count, columns: 4 * units)[columns: units..<4 * units], weight,
        into: Matrix(state, rows: alive.count, columns: units), accumulate: true,
        on: .caller)
    }
  }
}
