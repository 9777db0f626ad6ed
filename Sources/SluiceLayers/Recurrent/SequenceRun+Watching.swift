import SluiceCore

extension SequenceRun {
  /// The gates and the candidate, from the memory of the forward pass.
  func activations(_ tape: borrowing Tape) -> ActivationViews {
    let gates = gateMatrix(tape)
    func view(_ name: StaticString, _ kind: ActivationKind, _ block: Int) -> ActivationView {
      ActivationView(name, kind, gates[columns: block * units..<(block + 1) * units])
    }
    switch cell.family {
    case .elman: return ActivationViews(view("state", cell.isReLU ? .relu : .tanh, 0))
    case .gru:
      return ActivationViews(
        view("candidate", .tanh, 0), view("reset", .sigmoid, 1), view("update", .sigmoid, 2))
    case .lstm:
      return ActivationViews(
        view("input", .sigmoid, 0), view("forget", .sigmoid, 1), view("candidate", .tanh, 2),
        view("output", .sigmoid, 3))
    }
  }

  /// How the sequences began; and of a normalized cell the normalization of the input's share, of others their recurrent
  /// dropout.
  func senses(_ tape: borrowing Tape) -> OperationSenses {
    let layout = tape.layout(of: sequences)
    let beginning = OperationSense.sequences(
      hasInitial: hasInitialState, beginsFromZeros: !hasInitialState || beginsFromZeros(layout, tape),
      longest: layout.longest)
    if cell.isNormalized {
      return OperationSenses(
        beginning,
        .normalization(
          inverses: tape.floats(memory.inputInverses), epsilon: Engine.normalizationEpsilon,
          gain: layer.inputGain))
    }
    return OperationSenses(
      beginning, memory.mask.count > 0 ? .dropout(probability: layer.recurrentDropout) : .none)
  }

  /// Whether the states before the first step, which are the first rows of those before each step, are zero.
  private func beginsFromZeros(_ layout: SequencesRow, _ tape: borrowing Tape) -> Bool {
    let begun = layout.longest == 0 ? 0 : Int(tape.indices(layout.alive)[0])
    func isZero(_ states: Floats) -> Bool {
      for i in 0..<begun * units where states[i] != 0 { return false }
      return true
    }
    return isZero(tape.floats(memory.previous))
      && memory.previousCell.map { isZero(tape.values(of: $0)) } ?? true
  }

  /// The gates and the candidate again, all in one.
  func valuesByTime(_ tape: borrowing Tape) -> ValuesByTime? {
    memory.isOverwritten
      ? nil : ValuesByTime(gateMatrix(tape), sequences, readsRightToLeft: layer.readsRightToLeft)
  }

  /// The gradients of what went into the gates, which take the place of the gates on the way back.
  func gradientsByTime(_ tape: borrowing Tape) -> ValuesByTime? {
    guard tape.adjoint(of: output) != nil || tape.adjoint(of: final) != nil else { return nil }
    return ValuesByTime(gateMatrix(tape), sequences, readsRightToLeft: layer.readsRightToLeft)
  }

  private func gateMatrix(_ tape: borrowing Tape) -> Matrix {
    Matrix(
      tape.floats(memory.gates), rows: tape.layout(of: sequences).total, columns: cell.blocks * units)
  }
}
