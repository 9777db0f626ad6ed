/// The rules about single parameters and about one beside another.
extension Diagnosis {
  mutating func judgeWeights(_ seen: Observation) {
    let median = medianGradient(seen)
    let faded = fadedWeight(seen)
    note(
      .vanishingDepth, 0, 0, faded != nil, step: seen.step, patience: settings.patience,
      place: { faded == nil ? "" : $0.names[faded ?? 0] },
      evidence: { _ in
        "mean |gradient| \(faded.map { seen.parameters[$0].gradient.meanAbsolute } ?? 0), rising weight by weight after it"
      })
    let leastStep = leastStep(seen)
    let limit = max(GradientFlow.nearZero, GradientFlow.nearZeroShare * median)
    for i in names.indices where seen.isWatched[i] {
      let figures = seen.parameters[i]
      let gradient = figures.gradient
      if gradient.maximum > 0 { everMoved[i] = true }
      let isMissing = figures.isTrained && !everMoved[i]
      note(
        .noGradient, i, 0, isMissing, step: seen.step, patience: settings.patience,
        place: { $0.names[i] }, evidence: { _ in "its gradient has been 0 since the start" })
      // An update below the precision of the values is lost; that is a matter of the rate or of the gradient.
      let isStill =
        everMoved[i] && gradient.maximum > 0 && figures.update.maximum == 0
        && leastStep * gradient.maximum > 2e-7 * figures.weight.maximum
      let isForgotten = !figures.isTrained && !isMeantFrozen[i]
      judgeScale(i, figures, step: seen.step)
      note(
        .frozen, i, 0, isForgotten || isStill, step: seen.step, patience: settings.patience,
        place: { $0.names[i] },
        evidence: { _ in
          figures.isTrained
            ? "it has a gradient of \(gradient.meanAbsolute) and its values do not change"
            : "it is not trained"
        })
      guard roles[i] == .weight, figures.isTrained else { continue }
      let isLow = everMoved[i] && gradient.meanAbsolute < limit
      note(
        .blocked, i, 0, isLow, step: seen.step, patience: settings.patience,
        place: { $0.names[i] },
        evidence: { _ in "mean |gradient| \(gradient.meanAbsolute); the median of the weights is \(median)" })
    }
  }

  /// The least that any parameter moved by, divided by its gradient: the rate of a plain rule. Infinite if none moved.
  private func leastStep(_ seen: Observation) -> Float {
    var least = Float.infinity
    for i in names.indices where seen.isWatched[i] {
      let figures = seen.parameters[i]
      guard figures.update.maximum > 0, figures.gradient.meanAbsolute > 0 else { continue }
      least = min(least, figures.update.meanAbsolute / figures.gradient.meanAbsolute)
    }
    return least
  }

  /// Whether weights that began at a wrong scale still have it.
  private mutating func judgeScale(_ i: Int, _ figures: ParameterFigures, step: Int) {
    let scale = scale(i, figures)
    if observations == 1 { beganAtScale[i] = scale }
    let deviation = figures.weight.rootMeanSquare
    let isSmall = scale == .small && beganAtScale[i] == .small
    let isLarge = scale == .large && beganAtScale[i] == .large
    note(
      .weightsSmall, i, 0, isSmall, step: step, patience: 1, place: { $0.names[i] },
      evidence: { $0.size(deviation, i) })
    note(
      .weightsLarge, i, 0, isLarge, step: step, patience: 1, place: { $0.names[i] },
      evidence: { $0.size(deviation, i) })
  }

  private func size(_ deviation: Float, _ i: Int) -> String {
    "its values have a size of \(deviation); for as many inputs \(1 / roots[i]) is usual"
  }

  /// The size of weights by that which neither raises nor lowers what goes through them, 1/√inputs.
  func scale(_ i: Int, _ figures: ParameterFigures) -> WeightScale {
    let gain = figures.weight.rootMeanSquare * roots[i]
    if gain > 0, gain < 0.01 { return .small }
    return gain > 10 && !isAlone[i] ? .large : .usual
  }

  private mutating func medianGradient(_ seen: Observation) -> Float {
    var count = 0
    for i in names.indices where isCompared(i, seen) {
      let value = seen.parameters[i].gradient.meanAbsolute
      var place = count
      while place > 0, sorted[place - 1] > value {
        sorted[place] = sorted[place - 1]
        place -= 1
      }
      sorted[place] = value
      count += 1
    }
    return count == 0 ? 0 : sorted[count / 2]
  }

  /// The first weight from which on the gradient rises steadily, by four weights and a thousandfold or more in all.
  private func fadedWeight(_ seen: Observation) -> Int? {
    for i in names.indices where isCompared(i, seen) {
      let first = seen.parameters[i].gradient.meanAbsolute
      var value = first
      var rises = 0
      var k = i + 1
      while k < names.count {
        if isCompared(k, seen) {
          let next = seen.parameters[k].gradient.meanAbsolute
          if !(next > 2 * value) { break }
          value = next
          rises += 1
          if rises >= 4, value > 1e3 * first { return i }
        }
        k += 1
      }
    }
    return nil
  }

  private func isCompared(_ i: Int, _ seen: Observation) -> Bool {
    roles[i] == .weight && seen.isWatched[i] && seen.parameters[i].isTrained
  }
}

/// How large weights are for the number of their inputs.
enum WeightScale: Int, Sendable { case small, usual, large }
