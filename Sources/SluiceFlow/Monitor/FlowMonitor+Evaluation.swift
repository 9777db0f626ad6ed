import SluiceCore

/// What an evaluation reads beside what the training does.
extension FlowMonitor {
  /// Looks at what came in to an evaluation, of the validation part say, and compares it with what came in in training: columns in another
  /// unit, symbols that the vocabulary lacks. To be called after the forward pass of an evaluation, as often as one likes.
  ///
  /// - Complexity: that of what comes in; allocates nothing.
  public mutating func observeEvaluation(_ tape: borrowing Tape) {
    for i in 0..<min(tape.operationCount, 3) {
      let operation = tape.operation(i)
      let told = tape.senses(i)
      if told.affine != nil, operation.inputs.count > 0, tape.comesIn(operation.inputs[0], before: i) {
        compare(operation.inputs[0], readBy: operation.layer, tape)
      }
      if case .rows(let ids, let table, let padding) = told.first {
        compare(largestShare(of: ids, but: padding), among: ids.count, of: table)
      }
    }
  }

  private mutating func compare(_ input: Tensor, readBy layer: LayerHandle, _ tape: borrowing Tape) {
    let width = tape.shape(of: input).width
    guard
      let slot = inputTable.slots.firstIndex(where: { $0.layer == layer && $0.width == width }),
      inputTable.slots[slot].count >= 64
    else { return }
    let apart = inputTable.slots[slot].columnApart(
      from: tape.values(of: input), rows: tape.shape(of: input).rows)
    diagnosis.judge(evaluationInput: inputTable.slots[slot], slot, apart, step: stepCount)
  }

  private mutating func compare(_ share: Float, among count: Int, of table: ParameterHandle) {
    guard count >= 64 else { return }
    for s in senseTable.slots.indices where senseTable.slots[s].kind == .lookup {
      let place = senseTable.slots[s].parameter
      guard place >= 0, gradients.parameters[place].handle == table else { continue }
      diagnosis.judge(
        evaluationLookup: senseTable.slots[s], s, share, of: count, step: stepCount)
    }
  }
}

extension InputFigures {
  /// The first column in which some rows lie apart from what is usual, and how they lie there: nil where none does (`ColumnShift`).
  func columnApart(from values: Floats, rows: Int) -> (column: Int, mean: Float, deviation: Float, k: Int)? {
    guard rows >= 16 else { return nil }
    for k in 0..<columns {
      let usual = Double(deviation(k))
      guard usual > 0, usual < 10, abs(means[k]) < 10 else { continue }
      let column = column(k)
      let shift = ColumnShift(rows, besides: means[k], usual) { values[$0 * width + column] }
      if shift.isApart { return (column, Float(shift.mean), Float(shift.deviation), k) }
    }
    return nil
  }
}

extension Diagnosis {
  mutating func judge(
    evaluationInput input: InputFigures, _ i: Int,
    _ apart: (column: Int, mean: Float, deviation: Float, k: Int)?, step: Int
  ) {
    note(.inputShifted, i, apart == nil ? .none : .alarming, part: 1, step: step, patience: 1) { _ in
      guard let apart else { return Claim(evidence: "") }
      return Claim(
        place: "\(input.name) column \(apart.column)",
        evidence:
          "in the evaluation it has a mean of \(rounded(apart.mean)) and a deviation of \(rounded(apart.deviation)), in training "
          + "\(rounded(Float(input.means[apart.k]))) and \(rounded(input.deviation(apart.k)))",
        hint: "Bring both parts into one unit, by the means and deviations of the training part.")
    }
  }

  mutating func judge(
    evaluationLookup lookup: SenseFigures, _ i: Int, _ share: Float, of count: Int, step: Int
  ) {
    let isOne = share > 0.65 && lookup.a < 0.4
    note(.unknownSymbols, i, isOne ? .alarming : .none, part: 1, step: step, patience: 1) { _ in
      Claim(
        place: lookup.name,
        evidence:
          "in the evaluation \(percentage(share)) of the \(count) ids looked up are one and the same, in training no more than \(percentage(lookup.a))"
      )
    }
  }
}
