import CLibrary
import SluiceCore

/// The rules about the loss, of the training and of the validation part.
extension Diagnosis {
  /// The rules about the training's loss, every eighth step whatever is observed.
  mutating func judge(
    _ loss: LossHistory, _ labels: LossFigures, _ update: UpdateRecord, _ validation: ValidationHistory,
    margin: Float?, step: Int
  ) {
    judgeSchedule(update, step: step)
    let said = settings.chanceLoss ?? labels.chance
    // What was said is of a mean; where the loss is a sum, what its labels say counts.
    let chance = (labels.isSum ? labels.chance ?? said : said) ?? .infinity
    note(
      .belowLeast, 0,
      loss.count > 0 && loss.recent < (settings.leastLoss ?? -.infinity) - 1e-3 ? .alarming : .none,
      step: step, patience: 1
    ) {
      Claim(
        evidence:
          "the loss is \(rounded(loss.recent)), its least value \(rounded($0.settings.leastLoss ?? 0))",
        remedy: .flipLoss)
    }
    // A single example says little: sixteen losses at least.
    let begun = loss.count <= 2 ? loss.first : min(loss.first, loss.start)
    let isBad = begun > 1.5 * chance && begun > chance + 0.1 && loss.count * max(labels.rows, 1) >= 16
    note(
      .badStart, 0, isBad && loss.count <= 3 * LossHistory.startCount ? .alarming : .none, step: step,
      patience: 1
    ) { _ in
      Claim(
        evidence:
          "the first loss is \(rounded(loss.first)), a model that knows nothing has \(rounded(chance))")
    }
    let rises =
      loss.count >= 16 && loss.start > 0 && loss.recent > 1.5 * loss.start && loss.recent > 1.2 * loss.best
      && (loss.recent > loss.start + 2 * loss.spread || loss.recent > 6 * loss.start)
    note(.rateTooHigh, 2, rises && loss.recent > 4 * loss.start ? .alarming : .none, step: step) { _ in
      Claim(
        evidence: "the loss has grown from \(rounded(loss.start)) to \(rounded(loss.recent))",
        hint: "Multiply the learning rate by 0.1.", remedy: .multiplyRate(0.1))
    }
    note(.lossRising, 0, rises ? .alarming : .none, step: step) { _ in
      Claim(evidence: "the loss began at \(rounded(loss.start)) and is \(rounded(loss.recent))")
    }
    // Where several gradients add up to an update there are as many losses to each.
    let updates = update.count > 0 ? min(update.count, loss.count) : loss.count
    judgeFlat(loss, labels, validation, chance, margin, updates, step)
    // Small changes are no fault of the rate where the loss falls by them all the same.
    let isSlow =
      updates >= 64 && memory.largestRatio > 0 && memory.largestRatio < 1e-3
      && loss.slow > loss.start - 0.08 * abs(loss.start) && loss.recent > loss.start - 0.12 * abs(loss.start)
    let ratio = memory.largestRatio
    let factor = min(1e6, max(10, 3e-3 / max(ratio, 1e-12)))
    note(.rateTooLow, -1, isSlow ? .alarming : .none, step: step, patience: 2) { _ in
      Claim(
        evidence:
          "no weight changes by more than \(rounded(ratio)) of its size in a step, and after \(loss.count) steps the loss has come from \(rounded(loss.start)) to \(rounded(loss.recent))",
        hint: "Multiply the learning rate by \(rounded(factor)).", remedy: .multiplyRate(factor))
    }
  }

  private mutating func judgeFlat(
    _ loss: LossHistory, _ labels: LossFigures, _ validation: ValidationHistory, _ chance: Float,
    _ margin: Float?, _ updates: Int, _ step: Int
  ) {
    let isKnown = updates >= 96
    // Its own scatter is what a fall has to stand out from.
    let scatter = loss.spread / 6
    let falls = loss.recent < loss.before - max(0.01 * abs(loss.recent), scatter)
    let reference = min(loss.start, chance)
    let level = reference - 0.03 * abs(reference) + 0.25 * loss.spread
    let isNoLower = !(loss.recent < level) && !(min(loss.slow, loss.before) < level)
    // Without looking at its input a model can know how frequent labels are; one of triplets can make all distances equal.
    let known = settings.baselineLoss ?? labels.entropy ?? margin
    let baseline = known ?? .infinity
    // What dropout hides in training, the validation shows.
    let isBelow = validation.isComparable && validation.best < baseline - 0.04 * abs(baseline)
    let isAtBaseline =
      known != nil && !isBelow && !(loss.recent < baseline - 0.04 * abs(baseline) - scatter)
      && loss.recent < 1.3 * baseline
    // Learning single examples by heart goes slowly, too.
    let comesOff = loss.recent < loss.before - 0.015 * abs(loss.recent) - scatter
    // Where distances are learned, and what comes next in a text, a plateau at first is usual.
    let isLong = updates >= (margin != nil ? 300 : labels.isLanguage || labels.classes > 64 ? 240 : 96)
    note(.notFromInputs, 0, isLong && isAtBaseline && !comesOff ? .alarming : .none, step: step) { _ in
      Claim(
        evidence:
          "the loss is \(rounded(loss.recent)) after \(loss.count) steps; without looking at the input it would be \(rounded(baseline))"
      )
    }
    // What stands above what a model knows that knows nothing is thrown about by its own steps.
    let isThrown =
      isNoLower && chance < .infinity && loss.recent > 1.03 * chance + scatter && loss.slow > 1.03 * chance
    note(
      .rateTooHigh, 1, isKnown && isThrown && !falls && memory.largestRatio > 1e-3 ? .alarming : .none,
      step: step
    ) { _ in
      Claim(
        evidence:
          "after \(loss.count) steps the loss is \(rounded(loss.recent)) and scatters by \(rounded(loss.spread)); a model that knows nothing has \(rounded(chance))",
        hint: "Multiply the learning rate by 0.1, or take larger batches.", remedy: .multiplyRate(0.1))
    }
    note(
      .lossFlat, 0,
      (margin == nil ? isKnown : isLong) && isNoLower && !isAtBaseline && !falls ? .alarming : .none,
      step: step
    ) { _ in
      Claim(
        evidence:
          "the loss began at \(rounded(loss.start)) and is \(rounded(loss.recent)) after \(loss.count) steps")
    }
    judgeNoise(loss, labels, falls, step)
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
      loss.count >= 64 && loss.recent > 0.2 * chance && loss.recent < 0.95 * loss.start
      && loss.recent > 0.93 * loss.slow
    note(.labelNoise, 0, isDivided && isStanding ? .alarming : .none, step: step, patience: 5) { _ in
      Claim(
        evidence:
          "\(percentage(labels.upperShare)) of the rows have a loss of about \(rounded(labels.upperMean)), more than by chance, and the others \(rounded(labels.lowerMean))"
      )
    }
  }

  /// The rules about the validation part, each time it was measured.
  mutating func judge(_ validation: ValidationHistory, _ loss: LossHistory, margin: Float?, step: Int) {
    // All there was to learn: from where the training began, or from all distances equal.
    let start = max(loss.start, loss.first, margin ?? -.infinity)
    // What it has risen by counts beside what it had fallen by before.
    let rise = 0.15 * abs(validation.best) + 0.3 * max(start - validation.best, 0)
    // So does how far apart the two parts have come, of all there was to learn.
    let range = start - loss.recent
    let isApart =
      validation.isComparable && validation.best > 0 && validation.smooth - loss.recent > 0.5 * range
      && validation.smooth > 1.1 * validation.best
      && loss.recent < 0.25 * loss.start
    let isWorse =
      isApart && validation.worseCount >= 2
      || validation.worseCount >= 3 && min(validation.last, validation.smooth) > validation.best + rise
        && loss.recent < validation.bestTraining - 0.15 * abs(validation.bestTraining)
    note(.overfitting, 0, isWorse ? .alarming : .none, step: step, patience: 1) { _ in
      Claim(
        evidence:
          "the validation's loss was \(rounded(validation.best)) at step \(validation.bestStep) and is \(rounded(validation.last)), while that of the training fell from \(rounded(validation.bestTraining)) to \(rounded(loss.recent))",
        hint:
          "Keep the model of step \(validation.bestStep); more data, dropout or decay help, or a smaller model.",
        remedy: .stopAt(validation.bestStep))
    }
    let stands = validation.worseCount >= 6 && !isWorse && validation.last < validation.best + rise
    note(.validationPlateau, 0, stands ? .alarming : .none, step: step, patience: 1) { _ in
      Claim(
        evidence:
          "the validation's loss has not been lower than \(rounded(validation.best)), that of step \(validation.bestStep)"
      )
    }
    let baseline = validation.baseline ?? .infinity
    // At the pace of the last measurements it would not get there in twice the time.
    let ahead = max(validation.before - validation.last, 0) / 3 * Float(validation.count)
    let isBelow = validation.count >= 6 && validation.best > baseline && validation.last - ahead > baseline
    note(.worseThanBaseline, 0, isBelow ? .alarming : .none, step: step, patience: 1) { _ in
      Claim(
        evidence:
          "the validation's loss is \(rounded(validation.best)) at best, that of a simpler method \(rounded(baseline))"
      )
    }
  }
}
