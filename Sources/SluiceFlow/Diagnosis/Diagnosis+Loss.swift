import CLibrary

/// The rules about the loss, of the training and of the validation part.
extension Diagnosis {
  mutating func judgeLoss(_ seen: Observation) {
    let loss = seen.loss
    let chance = settings.chanceLoss ?? seen.labels.chance ?? .infinity
    judgeSum(seen, chance)
    note(
      .belowLeast, 0, loss.count > 0 && loss.recent < (settings.leastLoss ?? -.infinity) - 1e-3 ? .alarming : .none,
      step: seen.step, patience: 2
    ) {
      Claim(
        evidence: "the loss is \(rounded(loss.recent)), its least value \(rounded($0.settings.leastLoss ?? 0))",
        remedy: .flipLoss)
    }
    let isBad = loss.count > 1 && loss.first > 1.5 * chance && loss.first > chance + 0.1
    note(
      .badStart, 0, isBad && loss.count <= 3 * LossHistory.startCount ? .alarming : .none, step: seen.step,
      patience: 4
    ) { _ in
      Claim(
        evidence: "the first loss is \(rounded(loss.first)), a model that knows nothing has \(rounded(chance))")
    }
    let base = min(loss.first, loss.start)
    note(
      .lossRising, 0,
      loss.count > 8 && base > 0 && loss.recent > 1.5 * base && loss.recent > 1.2 * min(loss.best, base)
        ? .alarming : .none,
      step: seen.step
    ) { _ in
      Claim(evidence: "the loss began at \(rounded(base)) and is \(rounded(loss.recent))")
    }
    judgeFlat(seen, chance)
  }

  /// A sum over rows does no harm by itself, if the rate is as much smaller.
  private mutating func judgeSum(_ seen: Observation, _ chance: Float) {
    let labels = seen.labels
    let counted = labels.rows - labels.ignored
    let isSum = labels.isSum && labels.isRoot && counted >= 4
    note(.notAveraged, 0, isSum ? .suspected : .none, step: seen.step) { _ in
      Claim(
        evidence: "it is a sum over \(counted) rows, so the gradient is \(counted) times that of a mean",
        hint: "Divide the loss by \(counted), or the rate.", remedy: .averageLoss)
    }
  }

  private mutating func judgeFlat(_ seen: Observation, _ chance: Float) {
    let loss = seen.loss
    let isKnown = loss.count >= 100 && memory.observations >= 15
    // Its own scatter is what a fall has to stand out from.
    let scatter = loss.spread / 6
    let falls = loss.recent < loss.slow - max(0.005 * abs(loss.slow), scatter)
    let reference = min(loss.start, chance == .infinity ? loss.start : chance)
    let isNoLower = !(loss.recent < reference - 0.03 * abs(reference))
    let known = settings.baselineLoss ?? seen.labels.entropy
    let baseline = known ?? .infinity
    let isAtBaseline =
      known != nil && !(loss.recent < baseline - 0.03 * abs(baseline) - scatter) && loss.recent < 1.3 * baseline
    note(
      .notFromInputs, 0, isKnown && isAtBaseline && !falls ? .alarming : .none, step: seen.step,
      patience: settings.patience
    ) { _ in
      Claim(
        evidence:
          "the loss is \(rounded(loss.recent)) after \(loss.count) steps; without looking at the input it would be \(rounded(baseline))"
      )
    }
    note(
      .lossFlat, 0, isKnown && isNoLower && !isAtBaseline && !falls ? .alarming : .none, step: seen.step,
      patience: settings.patience
    ) { _ in
      Claim(
        evidence: "the loss began at \(rounded(loss.start)) and is \(rounded(loss.recent)) after \(loss.count) steps")
    }
  }

  /// The rules about the validation part, each time it was measured.
  mutating func judge(_ validation: ValidationHistory, _ loss: LossHistory, step: Int) {
    let rise = 0.05 * abs(validation.best) + 1e-4
    let isWorse =
      validation.worseCount >= 2 && validation.last > validation.best + rise && loss.recent < validation.bestTraining
    note(.overfitting, 0, isWorse ? .alarming : .none, step: step, patience: 1) { _ in
      Claim(
        evidence:
          "the validation's loss was \(rounded(validation.best)) at step \(validation.bestStep) and is \(rounded(validation.last)), while that of the training fell from \(rounded(validation.bestTraining)) to \(rounded(loss.recent))",
        hint: "Keep the model of step \(validation.bestStep); more data, dropout or decay help, or a smaller model.",
        remedy: .stopAt(validation.bestStep))
    }
    let baseline = validation.baseline ?? .infinity
    let isBelow = validation.count >= 5 && validation.worseCount >= 2 && validation.best > baseline
    note(.worseThanBaseline, 0, isBelow ? .alarming : .none, step: step, patience: 1) { _ in
      Claim(
        evidence:
          "the validation's loss is \(rounded(validation.best)) at best, that of a simpler method \(rounded(baseline))")
    }
  }
}
