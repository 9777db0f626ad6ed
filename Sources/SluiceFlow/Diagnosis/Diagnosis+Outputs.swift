/// The rules about what operations give, and about the gradient over time steps.
extension Diagnosis {
  mutating func judgeOperations(_ seen: Observation) {
    for i in seen.operations.indices where seen.operations[i].runs > 0 {
      let operation = seen.operations[i]
      for k in operation.activations.indices {
        let activation = operation.activations[k]
        let (saturated, dead) = (activation.saturatedShare, activation.deadShare)
        note(
          .saturated, i, k, saturated > 0.9, step: seen.step, patience: settings.patience,
          place: { _ in Self.name(operation, activation) },
          evidence: { _ in "\(percentage(saturated)) of its values have lost their slope" })
        note(
          .deadUnits, i, k, hasDied(i, k, dead), step: seen.step, patience: settings.patience,
          place: { _ in Self.name(operation, activation) },
          evidence: { _ in "\(percentage(dead)) of its units are 0 for every example" })
      }
      let size = (operation.mean * operation.mean + operation.deviation * operation.deviation).squareRoot()
      let isSame =
        seen.step > 100 && size > 0 && operation.rowDeviation < 1e-4 * size
        && operation.hasSeveralRows
      note(
        .collapse, i, 0, isSame, step: seen.step, patience: settings.patience,
        place: { _ in operation.name },
        evidence: { _ in
          "its output differs between examples by \(operation.rowDeviation), its size is \(size)"
        })
    }
  }

  /// Small inputs leave half of a layer's units where their bias puts them: what counts is how many more die.
  private mutating func hasDied(_ operation: Int, _ activation: Int, _ share: Float) -> Bool {
    let key = Key(ailment: .deadUnits, place: operation, part: activation)
    if deadAtStart[key] == nil { deadAtStart[key] = share }
    return share > 0.9 || share > 0.5 && share > 0.25 + (deadAtStart[key] ?? 0)
  }

  private static func name(_ operation: OperationFigures, _ activation: ActivationFigures) -> String {
    activation.name.isEmpty ? operation.name : "\(operation.name) \(activation.name)"
  }

  mutating func judgeTime(_ seen: Observation) {
    for i in seen.times.indices {
      let time = seen.times[i]
      var largest: Float = 0
      for b in 0..<time.binCount { largest = max(largest, time.means[b]) }
      let steps = time.binCount * time.stepsPerBin
      // The farthest quarter as a whole: a single sequence may be the only one of its length.
      var far: Float = 0
      let firstFar = time.binCount - max(time.binCount / 4, 1)
      if time.binCount > 0 {
        for b in firstFar..<time.binCount { far = max(far, time.means[b]) }
      }
      let near = time.binCount > 0 ? time.means[0] : 0
      note(
        .explodingTime, i, 0, steps >= 12 && near > 0 && far > 1e3 * near, step: seen.step,
        patience: settings.patience, place: { _ in time.name },
        evidence: { _ in
          "\(firstFar * time.stepsPerBin) steps before the end the gradient is \(far), at the end \(near)"
        })
      note(
        .vanishingTime, i, 0, steps >= 12 && largest > 0 && far < 1e-5 * largest, step: seen.step,
        patience: settings.patience, place: { _ in time.name },
        evidence: { _ in
          "\(firstFar * time.stepsPerBin) steps before the end the gradient is \(far), its largest is \(largest)"
        }
      )
    }
  }
}
