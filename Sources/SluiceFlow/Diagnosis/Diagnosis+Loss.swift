import CLibrary

/// The rules about the loss, of the training and of the validation part.
extension Diagnosis {
  /// The rules about the training's loss, every eighth step whatever is observed.
  mutating func judge(_ loss: LossHistory, _ labels: LossFigures, margin: Float?, step: Int) {
    let said = settings.chanceLoss ?? labels.chance
    // What was said is of a mean; where the loss is a sum, what its labels say counts.
    let chance = (labels.isSum ? labels.chance ?? said : said) ?? .infinity
    note(
      .belowLeast, 0, loss.count > 0 && loss.recent < (settings.leastLoss ?? -.infinity) - 1e-3 ? .alarming : .none,
      step: step, patience: 1
    ) {
      Claim(
        evidence: "the loss is \(rounded(loss.recent)), its least value \(rounded($0.settings.leastLoss ?? 0))",
        remedy: .flipLoss)
    }
    let isBad = loss.first > 1.5 * chance && loss.first > chance + 0.1
    note(
      .badStart, 0, isBad && loss.count <= 3 * LossHistory.startCount ? .alarming : .none, step: step, patience: 1
    ) { _ in
      Claim(
        evidence: "the first loss is \(rounded(loss.first)), a model that knows nothing has \(rounded(chance))")
    }
    let rises =
      loss.count >= 16 && loss.start > 0 && loss.recent > 1.5 * loss.start && loss.recent > loss.start + 2 * loss.spread
      && loss.recent > 1.2 * loss.best
    note(.lossRising, 0, rises ? .alarming : .none, step: step) { _ in
      Claim(evidence: "the loss began at \(rounded(loss.start)) and is \(rounded(loss.recent))")
    }
    judgeFlat(loss, labels, chance, margin, step)
  }

  private mutating func judgeFlat(
    _ loss: LossHistory, _ labels: LossFigures, _ chance: Float, _ margin: Float?, _ step: Int
  ) {
    let isKnown = loss.count >= 96
    // Its own scatter is what a fall has to stand out from.
    let scatter = loss.spread / 6
    let falls = loss.recent < loss.slow - max(0.005 * abs(loss.slow), scatter)
    let reference = min(loss.start, chance)
    let level = reference - 0.03 * abs(reference) + 0.25 * loss.spread
    let isNoLower = !(loss.recent < level) && !(loss.slow < level)
    // Without looking at its input a model can know how frequent labels are; one of triplets can make all distances equal.
    let known = settings.baselineLoss ?? labels.entropy ?? margin
    let baseline = known ?? .infinity
    let isAtBaseline =
      known != nil && !(loss.recent < baseline - 0.04 * abs(baseline) - scatter) && loss.recent < 1.3 * baseline
    // Learning single examples by heart goes slowly, too.
    let comesOff = loss.recent < loss.slow - 0.015 * abs(loss.slow) - scatter
    note(.notFromInputs, 0, isKnown && isAtBaseline && !comesOff ? .alarming : .none, step: step) { _ in
      Claim(
        evidence:
          "the loss is \(rounded(loss.recent)) after \(loss.count) steps; without looking at the input it would be \(rounded(baseline))"
      )
    }
    // What stands above what a model knows that knows nothing is thrown about by its own steps.
    let isThrown = isNoLower && chance < .infinity && loss.recent > 1.03 * chance + scatter && loss.slow > 1.03 * chance
    note(.rateTooHigh, 1, isKnown && isThrown && !falls ? .alarming : .none, step: step) { _ in
      Claim(
        evidence:
          "after \(loss.count) steps the loss is \(rounded(loss.recent)) and scatters by \(rounded(loss.spread)); a model that knows nothing has \(rounded(chance))",
        hint: "Multiply the learning rate by 0.1, or take larger batches.", remedy: .multiplyRate(0.1))
    }
    note(.lossFlat, 0, isKnown && isNoLower && !isAtBaseline && !falls ? .alarming : .none, step: step) { _ in
      Claim(
        evidence: "the loss began at \(rounded(loss.start)) and is \(rounded(loss.recent)) after \(loss.count) steps")
    }
    judgeNoise(loss, labels, falls, step)
    if debugFlow { print("    step \(step) recent \(loss.recent) slow \(loss.slow) spread \(loss.spread) peak \(loss.peak) base \(baseline) chance \(chance) falls \(falls) atBase \(isAtBaseline) noise \(labels.betweenShare) \(labels.upperShare) \(labels.upperMean) \(labels.lowerMean) \(labels.upperSpread)") }
  }

  /// Rows that are learned and rows that are contradicted, and none between: so it looks where some labels are wrong.
  private mutating func judgeNoise(_ loss: LossHistory, _ labels: LossFigures, _ falls: Bool, _ step: Int) {
    // What the next word is nobody knows; that is no mistake in the labels.
    guard labels.classes > 1, !labels.isLanguage else { return }
    let chance = logf(Float(labels.classes))
    let isDivided =
      labels.betweenShare > 0.73 && labels.upperShare > 0.08 && labels.upperShare < 0.45
      && labels.upperMean > 1.1 * chance && labels.lowerMean < 0.6 * chance && labels.upperSpread < 0.4
    // A loss that still falls well has not come to what labels contradict.
    let isStanding =
      loss.count >= 64 && loss.recent > 0.2 * chance && loss.recent < 0.95 * loss.start && loss.recent > 0.93 * loss.slow
    note(.labelNoise, 0, isDivided && isStanding ? .alarming : .none, step: step, patience: 5) { _ in
      Claim(
        evidence:
          "\(percentage(labels.upperShare)) of the rows have a loss of about \(rounded(labels.upperMean)), more than by chance, and the others \(rounded(labels.lowerMean))"
      )
    }
  }

  /// The rules about the validation part, each time it was measured.
  mutating func judge(_ validation: ValidationHistory, _ loss: LossHistory, step: Int) {
    // What it has risen by counts beside what it had fallen by before.
    let rise = 0.15 * abs(validation.best) + 0.3 * max(loss.start - validation.best, 0)
    let isWorse =
      validation.worseCount >= 3 && min(validation.last, validation.smooth) > validation.best + rise
      && loss.recent < validation.bestTraining - 0.15 * abs(validation.bestTraining)
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
