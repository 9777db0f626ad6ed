/// The rules about what operations give.
extension Diagnosis {
  mutating func judgeOperations(_ seen: Observation) {
    let isLearned = isLearned(seen)
    for i in seen.operations.indices where seen.operations[i].runs > 0 {
      let operation = seen.operations[i]
      for k in operation.activations.indices {
        let activation = operation.activations[k]
        let (saturated, dead) = (activation.saturatedShare, activation.deadShare)
        let lost: Level = saturated > 0.9 && !isLearned ? .alarming : saturated > 0.7 ? .suspected : .none
        note(.saturated, i, lost, part: k, step: seen.step, patience: settings.patience + 1) { _ in
          Claim(
            place: Self.name(operation, activation),
            evidence: "\(percentage(saturated)) of its values have lost their slope")
        }
        let isCounted = operation.rows >= 8
        let died: Level = isCounted ? hasDied(i, k, dead) : .none
        note(
          .deadUnits, i, isLearned && died == .alarming ? .suspected : died, part: k, step: seen.step,
          // Some come to life again as the layers before them find their scale.
          patience: dead > 0.9 ? settings.patience + 1 : 4 * settings.patience
        ) { _ in
          Claim(
            place: Self.name(operation, activation),
            evidence: "\(percentage(dead)) of its units are 0 for every example")
        }
      }
      let isCut = operation.cutsOff && operation.cutShare > 0.9 && operation.rows >= 4
      note(.saturated, i, isCut ? .alarming : .none, part: 9, step: seen.step, patience: settings.patience) {
        _ in
        Claim(
          place: operation.name,
          evidence: "\(percentage(operation.cutShare)) of its values are cut off, and have no slope",
          hint: "Let it cut off farther out, or not at all.")
      }
      judgeShrinking(operation, i, seen)
      let size = (operation.mean * operation.mean + operation.deviation * operation.deviation).squareRoot()
      let isSame =
        size > 0 && operation.rowDeviation < 1e-4 * size && operation.hasSeveralRows && operation.rows >= 4
        && operation.dependsOnData
        // The first rows that are looked up may be what fills up sequences; that all ids are one is told of the lookup.
        && operation.operation != "lookup"
      note(
        .collapse, i, isSame ? .alarming : .none, step: seen.step, patience: settings.patience + 3
      ) { _ in
        Claim(
          place: operation.name,
          evidence:
            "its output differs between examples by \(rounded(operation.rowDeviation)), its size is \(rounded(size))"
        )
      }
    }
    judgeAttention(seen)
  }

  /// Whether a last layer's outputs come together, while nothing is learned: so they do where a constant is the best answer, as to a penalty
  /// or a loss between the wrong axes. What a loss tells of its labels or targets is known better (`judgeFlat`).
  private mutating func judgeShrinking(_ operation: OperationFigures, _ i: Int, _ seen: Observation) {
    guard operation.operation == "affine", operation.rows >= 4, operation.hasSeveralRows else { return }
    let key = Key(ailment: .collapse, place: i, part: 1)
    if memory.atStart[key] == nil { memory.atStart[key] = operation.rowDeviation }
    let begun = memory.atStart[key] ?? 0
    let loss = seen.loss
    let stands = loss.count >= 64 && loss.recent > 0.97 * loss.before && loss.recent > 0.3 * loss.start
    var shrinks =
      stands && seen.labels.classes == 0 && seen.labels.variance == nil
      && operation.rowDeviation < 0.25 * begun
    // It is so of the last map that counts.
    if shrinks {
      for k in seen.operations.indices where k > i && seen.operations[k].operation == "affine" {
        shrinks = false
      }
    }
    note(.collapse, i, shrinks ? .alarming : .none, part: 1, step: seen.step, patience: 1) { _ in
      Claim(
        place: operation.name,
        evidence:
          "its output differs between examples by \(rounded(operation.rowDeviation)), at the start by \(rounded(begun)), and the loss stands still",
        hint: "Look at what the loss rewards: it seems to be best where all examples get the same.")
    }
  }

  private mutating func judgeAttention(_ seen: Observation) {
    for i in seen.senses.indices where seen.senses[i].kind == .attention && seen.senses[i].isNew {
      let attention = seen.senses[i]
      let isEarly = seen.loss.count <= 24 && !memory.isWarm
      note(
        .attentionCollapsed, i,
        attention.a < 0.3 && isEarly ? .alarming : attention.a < 0.3 ? .suspected : .none,
        step: seen.step
      ) { _ in
        Claim(
          place: attention.name,
          evidence:
            "the largest weight of a row is \(rounded(attention.b)) on average: each row looks at one place")
      }
      note(
        .attentionUniform, i, attention.a > 0.9999 && memory.observations > 12 ? .alarming : .none,
        step: seen.step
      ) { _ in
        Claim(
          place: attention.name,
          evidence: "the entropy of its weights is \(rounded(attention.a)) of the largest there can be")
      }
    }
  }

  /// Small inputs leave half of a layer's units where their bias puts them: what counts is how many more die.
  private mutating func hasDied(_ operation: Int, _ activation: Int, _ share: Float) -> Level {
    let key = Key(ailment: .deadUnits, place: operation, part: activation)
    if memory.atStart[key] == nil { memory.atStart[key] = share }
    if share > 0.9 || share > 0.65 && share > 0.3 + (memory.atStart[key] ?? 0) { return .alarming }
    return share > 0.7 ? .suspected : .none
  }

  private static func name(_ operation: OperationFigures, _ activation: ActivationFigures) -> String {
    activation.name.isEmpty ? operation.name : "\(operation.name) \(activation.name)"
  }
}
