import SluiceCore

/// The rules about what gets no gradient, and about values that do not move by theirs.
extension Diagnosis {
  /// What gets no gradient, and what does not move by it.
  mutating func judgeGradients(_ seen: Observation) {
    let leastStep = leastStep(seen)
    var forgotten = 0
    for i in names.indices where seen.isWatched[i] && !seen.parameters[i].isTrained && !isMeantFrozen[i] {
      forgotten += 1
    }
    // The one nearest to the loss comes first: what is cut off there cuts off all before it.
    for k in names.indices {
      let i = names.count - 1 - k
      guard seen.isWatched[i] else { continue }
      let figures = seen.parameters[i]
      let gradient = figures.gradient
      if gradient.maximum > 0 || gradient.nonFiniteCount > 0 { memory.everMoved[i] = true }
      let isMissing = figures.isTrained && !memory.everMoved[i] && seen.loss.last != 0
      note(.noGradient, i, isMissing ? .alarming : .none, step: seen.step, patience: 4) {
        Claim(place: $0.names[i], evidence: "its gradient has been 0 since the start")
      }
      // An update below the precision of the values is lost; that is a matter of the rate or of the gradient.
      let isStill =
        seen.isUpdated && figures.hasUpdate && memory.everMoved[i] && gradient.maximum > 0
        && figures.update.maximum == 0
        && seen.update.scheduleFactor > 1e-3 * memory.peakFactor
        && leastStep * gradient.maximum > 2e-7 * figures.weight.maximum
      // Of values that are kept in few bits most updates are lost, and the others are far too large.
      let isCoarse =
        figures.isTrained && figures.hasUpdate && shapes[i].rank > 1 && !isTable[i]
        && figures.update.zeroShare > 0.8 && gradient.zeroShare < 0.5
        && figures.update.maximum > 1e-4 * figures.weight.rootMeanSquare && !isLearned(seen)
      note(.frozen, i, isCoarse ? .alarming : .none, part: 1, step: seen.step, patience: 6) {
        Claim(
          place: $0.names[i],
          evidence:
            "an update leaves \(percentage(figures.update.zeroShare)) of its values as they are, and moves the others by up to \(rounded(figures.update.maximum))",
          hint: "Keep the values that are trained in 32 bits, and round a copy of them; or raise the rate.")
      }
      let isForgotten = !figures.isTrained && !isMeantFrozen[i]
      note(.frozen, i, isForgotten || isStill ? .alarming : .none, step: seen.step, patience: 4) {
        Claim(
          place: $0.names[i],
          evidence: figures.isTrained
            ? "it has a gradient of \(rounded(gradient.meanAbsolute)) and its values do not change"
              + (figures.settings?.rate == 0 ? ": its rate is 0" : "")
            : "it is not trained, and nobody said that it is not to be"
              + (forgotten > 1 ? "; nor are \(forgotten - 1) other parameters" : ""),
          hint: figures.isTrained || forgotten < 2 ? nil : "Train them, or say that they are meant to stay.",
          remedy: figures.isTrained ? nil : .unfreeze(forgotten > 1 ? "" : $0.parameterNames[i]))
      }
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
}
