import CLibrary
import SluiceCore

/// The rules about the training's loss.
extension Diagnosis {
  /// The rules about the training's loss, every eighth step whatever is observed.
  mutating func judge(
    _ loss: LossHistory, _ labels: LossFigures, _ update: UpdateRecord, _ validation: ValidationHistory,
    margin: Float?, hasDropout: Bool = false, step: Int
  ) {
    judgeSchedule(update, step: step)
    let said = settings.chanceLoss ?? labels.chance
    // Of more than three numbers an array is made.
    memory.ignorance = max(max(loss.first, loss.start, said ?? 0), labels.variance ?? 0, margin ?? 0)
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
        hint: loss.first < ($0.settings.leastLoss ?? 0)
          ? nil : "It began above: a term of it has the wrong sign, or falls without end.",
        remedy: loss.first < ($0.settings.leastLoss ?? 0) ? .flipLoss : nil)
    }
    // A single example says little: sixteen losses at least.
    let begun = loss.count <= 2 ? loss.first : min(loss.first, loss.start)
    // A model of numbers that knows nothing gives zeros, or their mean; the layers that begin do not give much more.
    let zeros = labels.meanSquare.map { 5 * $0 } ?? .infinity
    let isBad =
      (begun > 1.5 * chance && begun > chance + 0.1 || begun > zeros)
      && loss.count * max(labels.rows, 1) >= 16
    note(
      .badStart, 0, isBad && loss.count <= 3 * LossHistory.startCount ? .alarming : .none, step: step,
      patience: 1
    ) { _ in
      Claim(
        evidence:
          "the first loss is \(rounded(loss.first)), a model that knows nothing has \(rounded(min(chance, zeros / 5)))"
      )
    }
    let rises =
      loss.count >= 16 && loss.start > 0 && loss.recent > 1.5 * loss.start && loss.recent > 1.2 * loss.best
      && (loss.recent > loss.start + 2 * loss.spread || loss.recent > 6 * loss.start)
    let (firstRate, rate) = (memory.firstRate, memory.rate)
    let isRaised = firstRate > 0 && rate > 3 * firstRate
    note(
      .rateTooHigh, 2, rises && loss.recent > 4 * loss.start && !isAgainst(loss) ? .alarming : .none,
      step: step
    ) { _ in
      Claim(
        evidence: "the loss has grown from \(rounded(loss.start)) to \(rounded(loss.recent))"
          + (isRaised ? "; the rate has grown from \(rounded(firstRate)) to \(rounded(rate))" : ""),
        hint: isRaised
          ? "Set the learning rate to \(rounded(firstRate)) and keep it so."
          : "Multiply the learning rate by 0.1.",
        remedy: isRaised ? .holdRate(firstRate) : .multiplyRate(0.1))
    }
    // A rate that somebody raises, and a loss that rises with it.
    let risesWithRate =
      isRaised && loss.count >= 32 && loss.recent > 1.15 * loss.slow && loss.recent > 2 * loss.best
      && loss.best > 0
    note(.rateTooHigh, 3, risesWithRate ? .alarming : .none, step: step, patience: 2) { _ in
      Claim(
        evidence:
          "the rate has grown from \(rounded(firstRate)) to \(rounded(rate)), and the loss from \(rounded(loss.best)) to \(rounded(loss.recent))",
        hint: "Set the learning rate to \(rounded(firstRate)) and keep it so.", remedy: .holdRate(firstRate))
    }
    note(.lossRising, 0, rises ? .alarming : .none, step: step) { _ in
      Claim(evidence: "the loss began at \(rounded(loss.start)) and is \(rounded(loss.recent))")
    }
    // Where several gradients add up to an update there are as many losses to each.
    let updates = update.count > 0 ? min(update.count, loss.count) : loss.count
    judgeFlat(loss, labels, validation, chance, margin, hasDropout, updates, step)
    // Of few examples a loss leaps by itself.
    let isLost =
      loss.restarts > 0 && loss.count < loss.restart + 64 && labels.rows >= 8 && !memory.isWarm
      && loss.start > 0.6 * memory.ignorance
    note(
      .lossRising, 1, isLost ? .alarming : .none, step: step, patience: 1, since: loss.restart
    ) { _ in
      Claim(
        evidence:
          "at step \(loss.restart) the loss leapt from \(rounded(loss.restartFrom)) to about the \(rounded(loss.start)) that it began with, and stayed there: all that was learned is lost",
        hint: "Look at what happens there: is the model, or are its values, made anew inside the loop?")
    }
    // Small changes are no fault of the rate where the loss falls by them all the same.
    let hasHardlyFallen =
      loss.slow > loss.start - 0.08 * abs(loss.start) && loss.recent > loss.start - 0.12 * abs(loss.start)
    // Or it comes down all the time, and after long has not come down to what a model knows that knows nothing.
    let isCreeping =
      updates >= 96 && isCreeping(loss, chance) && memory.largestRatio > 0 && memory.largestRatio < 0.03
    // Gradients that still point where the first ones did say that a larger step would have gone the same way. Where distances are learned
    // they do so on the plateau that comes first.
    let isSteady = margin == nil && memory.agreement > 0.25 && memory.largestRatio < 4e-3
    // Steps a thirtieth of what is usual, all the same way, bring a loss down slowly, on a plateau too. After long they are small where much is
    // learned.
    let isFaint =
      updates >= 96 && (updates < 400 || loss.recent > 0.8 * loss.start)
      && memory.agreement > 0.35 && memory.largestRatio < 0.06 * memory.usualRatio
      && loss.recent > 0.4 * loss.start && (margin == nil || loss.recent > 0.2 * (margin ?? 0))
    let isSlow =
      !memory.isWarm
      && (isFaint && memory.largestRatio > 0
        || updates >= 64 && memory.largestRatio > 0 && (memory.largestRatio < 1e-3 || isSteady)
          && hasHardlyFallen
        || isCreeping && hasHardlyFallen)
    let ratio = memory.largestRatio
    let factor = min(1e6, max(10, memory.usualRatio / max(ratio, 1e-12)))
    note(.rateTooLow, -1, isSlow ? .alarming : .none, step: step, patience: 2) { _ in
      Claim(
        evidence:
          "no weight changes by more than \(rounded(ratio)) of its size in a step, and after \(loss.count) steps the loss has come from \(rounded(loss.start)) to \(rounded(loss.recent))",
        hint: "Multiply the learning rate by \(rounded(factor)).", remedy: .multiplyRate(factor))
    }
  }

  /// Whether the loss never was below its start and steps are small: what rises so goes the wrong way, and no smaller rate turns it round.
  private func isAgainst(_ loss: LossHistory) -> Bool {
    memory.largestRatio < 0.1 && loss.best > 0.98 * loss.start
  }

  /// Whether the loss is above that of a model that knows nothing, and has never been lower than it is.
  private func isCreeping(_ loss: LossHistory, _ chance: Float) -> Bool {
    loss.recent > 1.04 * chance && loss.recent < 1.015 * loss.best && loss.slow > loss.recent
      && loss.recent < 0.99 * loss.start
  }

  private mutating func judgeFlat(
    _ loss: LossHistory, _ labels: LossFigures, _ validation: ValidationHistory, _ chance: Float,
    _ margin: Float?, _ hasDropout: Bool, _ updates: Int, _ step: Int
  ) {
    let isKnown = updates >= 96
    // Its own scatter is what a fall has to stand out from.
    let scatter = loss.spread / 6
    let falls = loss.recent < loss.before - max(0.01 * abs(loss.recent), scatter)
    let reference = min(loss.start, chance)
    let level = reference - 0.03 * abs(reference) + 0.25 * loss.spread
    let isNoLower = !(loss.recent < level) && !(min(loss.slow, loss.before) < level)
    // Without looking at its input a model can know how frequent labels are; one of triplets can make all distances equal.
    let known = settings.baselineLoss ?? labels.entropy ?? labels.variance ?? margin
    let baseline = known ?? .infinity
    // What dropout hides in training, the validation shows.
    let isBelow =
      (hasDropout || margin == nil) && validation.isComparable
      && validation.best < baseline - 0.04 * abs(baseline)
    let isAtBaseline =
      known != nil && !isBelow && !(loss.recent < baseline - 0.04 * abs(baseline) - scatter)
      && loss.recent < 1.3 * baseline
    // Learning single examples by heart goes slowly, too.
    let comesOff = loss.recent < loss.before - 0.015 * abs(loss.recent) - scatter
    // Where distances are learned, and what comes next in a text, a plateau at first is usual.
    let isSlowKind = margin != nil || labels.isLanguage || labels.classes > 64
    // The validation may say the same.
    let isConfirmed = updates >= 140 && validation.worseCount >= 3
    // Of small batches it takes as many examples; triplets do not say how many there are.
    let isSeen = margin != nil || updates * max(labels.rows, 1) >= 1_500
    let isLong = isConfirmed || isSeen && updates >= (margin != nil ? 300 : isSlowKind ? 240 : 96)
    // A model of text comes down to the frequencies of words first, and goes on from there.
    let hasArrived = margin != nil || !isSlowKind || isConfirmed || loss.stands
    // As long as gradients still point the same way it is on its way somewhere.
    let isLost = memory.agreement < 0.4 || updates >= 400
    note(
      .notFromInputs, 0,
      isLong && isLost && isAtBaseline && !comesOff && hasArrived && !isCreeping(loss, chance)
        ? .alarming : .none,
      step: step
    ) { _ in
      Claim(
        evidence:
          "the loss is \(rounded(loss.recent)) after \(loss.count) steps; without looking at the input it would be \(rounded(baseline))"
      )
    }
    // What stands above what a model knows that knows nothing is thrown about by its own steps.
    let isThrown =
      isNoLower && chance < .infinity && loss.recent > 1.03 * chance + 1.5 * scatter
      && loss.slow > 1.03 * chance
      // What never was lower has not been thrown up there, but did not come down.
      && loss.recent > loss.best + 0.02 * abs(loss.best)
    // Losses of single batches far above it, as often as not: each step undoes what others learned.
    let isTossed =
      updates >= 120 && chance < .infinity && loss.slow > 0.85 * chance && loss.slow > 0.8 * loss.start
      && loss.spread > (loss.slow > chance ? 0.4 : 0.7) * chance
    note(
      .rateTooHigh, 1,
      isKnown && (isThrown && !falls || isTossed) && memory.largestRatio > 1e-3 && !isAgainst(loss)
        ? .alarming : .none,
      step: step
    ) { _ in
      Claim(
        evidence:
          "after \(loss.count) steps the loss is \(rounded(loss.recent)) and scatters by \(rounded(loss.spread)); a model that knows nothing has \(rounded(chance))",
        hint: "Multiply the learning rate by 0.1, or take larger batches.", remedy: .multiplyRate(0.1))
    }
    note(
      .lossFlat, 0,
      !memory.isWarm && (margin == nil ? isKnown && (isSeen || labels.rows == 0) : isLong) && isNoLower
        && !isAtBaseline && !falls ? .alarming : .none,
      step: step
    ) { _ in
      Claim(
        evidence:
          "the loss began at \(rounded(loss.start)) and is \(rounded(loss.recent)) after \(loss.count) steps")
    }
    // Something is learned, and soon no more: worth knowing, for it may be all there is.
    let hasStopped =
      updates >= 140 && margin == nil && !isSlowKind && loss.stands && isSeen && !memory.isWarm
      && loss.recent > 0.7 * min(baseline, reference) && loss.slow > 0.7 * min(baseline, reference)
      && loss.recent > 0.97 * loss.before && (validation.count == 0 || validation.worseCount >= 2)
    note(.lossFlat, 1, hasStopped ? .alarming : .none, step: step, patience: 3) { _ in
      Claim(
        severity: .note,
        evidence:
          "the loss has hardly been lower than \(rounded(loss.recent)) for long; without looking at the input it would be \(rounded(min(baseline, reference)))",
        hint: "If more can be known from the inputs, look at how they and the labels come together.")
    }
    judgeNoise(loss, labels, step)
  }

  /// Rows that are learned and rows that are contradicted, and none between: so it looks where some labels are wrong.
  private mutating func judgeNoise(_ loss: LossHistory, _ labels: LossFigures, _ step: Int) {
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
    note(.labelNoise, 0, isDivided && isStanding ? .alarming : .none, step: step, patience: 5) {
      Claim(
        severity: $0.severity(ofNoise: labels.upperShare * (labels.upperMean - labels.lowerMean)),
        evidence:
          "\(percentage(labels.upperShare)) of the rows have a loss of about \(rounded(labels.upperMean)), more than by chance, and the others \(rounded(labels.lowerMean))"
      )
    }
  }
}
