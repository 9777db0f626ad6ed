/// The rules about the training as a whole: what is not finite, the gradient's size, the rate, the loss.
extension Diagnosis {
  mutating func judgeNumbers(_ seen: Observation) {
    var worst = 0
    for i in names.indices where seen.parameters[i].gradient.nonFiniteCount > 0 { worst = i }
    note(
      .nonFinite, 1, worst, seen.nonFiniteCount > 0, step: seen.step, patience: 1,
      place: { $0.names.isEmpty ? "" : $0.names[worst] },
      evidence: { _ in "\(seen.nonFiniteCount) elements of the gradient are not finite" })
    // The usual norm is a slow geometric mean, so that one large gradient does not hide the next.
    let norm = max(seen.gradientNorm, .leastNormalMagnitude)
    if observations == 1 {
      usualNorm = norm
      firstNorm = norm
    }
    let usual = usualNorm
    let explodes = norm > 100 * usual && observations > 5
    note(
      .exploding, 0, 0, explodes, step: seen.step, patience: 2, place: { _ in "" },
      evidence: { _ in "the gradient's norm is \(norm), usual in this run is \(usual)" })
    if !explodes { usualNorm = usual * root16(norm / usual) }
  }

  /// The sixteenth root, by four square roots.
  private func root16(_ x: Float) -> Float {
    x.squareRoot().squareRoot().squareRoot().squareRoot()
  }

  mutating func judgeRate(_ seen: Observation) {
    var (highest, place): (Float, Int) = (0, 0)
    var alike = 0
    var compared = 0
    for i in names.indices where roles[i] == .weight && seen.isWatched[i] {
      let figures = seen.parameters[i]
      if figures.updateRatio > highest, scale(i, figures) != .small {
        (highest, place) = (figures.updateRatio, i)
      }
      if figures.direction != 0 {
        compared += 1
        if figures.direction > 0.9 { alike += 1 }
      }
    }
    largestRatio = max(largestRatio, highest)
    let loss = seen.loss
    note(
      .rateTooHigh, 0, 0, highest > 0.5 && !(loss.recent < loss.start.reduced(to: 0.98)) && observations > 1,
      step: seen.step, patience: settings.patience, place: { $0.names[place] },
      evidence: { _ in
        "one update changes it by \(percentage(highest)) of its size, and the loss does not fall"
      })
    note(
      .rateTooHigh, 1, 0, highest > 3, step: seen.step, patience: 1, place: { $0.names[place] },
      evidence: { _ in "one update changes it by \(percentage(highest)) of its size" })
    let largest = largestRatio
    note(
      .rateTooLow, 0, 0, observations > 1 && largest < 3e-5, step: seen.step,
      patience: 2 * settings.patience, place: { _ in "" },
      evidence: { _ in "no weight has changed by more than \(largest) of its size in one step" })
    let (norm, first) = (seen.gradientNorm, firstNorm)
    note(
      .adding, 0, 0, compared > 0 && alike == compared && norm > 3 * first, step: seen.step,
      patience: settings.patience, place: { _ in "" },
      evidence: { _ in "successive gradients point the same way and their norm grew from \(first) to \(norm)"
      })
  }

  mutating func judgeLoss(_ seen: Observation) {
    let loss = seen.loss
    let chance = settings.chanceLoss ?? .infinity
    note(
      .badStart, 0, 0,
      loss.count > 1 && loss.start > 1.5 * chance && loss.count <= 3 * LossHistory.startCount,
      step: seen.step, patience: 1, place: { _ in "" },
      evidence: { _ in "the first losses are \(loss.start), a model that knows nothing has \(chance)" })
    note(
      .belowLeast, 0, 0, loss.count > 0 && loss.recent < (settings.leastLoss ?? -.infinity) - 1e-3,
      step: seen.step, patience: 2, place: { _ in "" },
      evidence: { $0.belowLeast(loss) })
    let base = min(loss.start, chance)
    note(
      .lossFlat, 0, 0, loss.count >= 100 && observations >= 15 && !(loss.best < base.reduced(to: 0.98)),
      step: seen.step,
      patience: settings.patience, place: { _ in "" },
      evidence: { _ in "the loss began at \(loss.start) and is \(loss.recent) after \(loss.count) steps" })
    judgeBaseline(seen)
    note(
      .lossRising, 0, 0,
      loss.count > 20 && loss.start > 0 && loss.recent > 1.5 * loss.start
        && loss.recent > 1.2 * loss.best, step: seen.step,
      patience: 2, place: { _ in "" },
      evidence: { _ in "the loss began at \(loss.start) and is \(loss.recent)" })
  }

  /// Whether the model has learned more than it could without its input.
  private mutating func judgeBaseline(_ seen: Observation) {
    let loss = seen.loss
    if loss.count >= 2 * lowest.count { lowest = (loss.count, loss.best, lowest.last) }
    guard let known = settings.baselineLoss else { return }
    let isStill = loss.best > lowest.before.reduced(to: 0.98)
    note(
      .lossFlat, 1, 0,
      loss.count >= 200 && observations >= 15 && loss.best > known.reduced(to: 0.97) && isStill,
      step: seen.step, patience: settings.patience, place: { _ in "" },
      evidence: { _ in
        "the loss is \(loss.recent) after \(loss.count) steps; without looking at the input it would be \(known)"
      })
  }

  private func belowLeast(_ loss: LossHistory) -> String {
    "the loss is \(loss.recent), its least value \(settings.leastLoss ?? -.infinity)"
  }
}

extension Float {
  /// What a loss has to come below to be that share of this one; of a loss below zero as far below it.
  fileprivate func reduced(to share: Float) -> Float { (self >= 0 ? share : 2 - share) * self }
}

/// A share as it is read, with one digit after the point.
func percentage(_ share: Float) -> String {
  let tenths = (Double(share) * 1000).rounded()
  guard tenths.isFinite, tenths < 1e12 else { return "\(share * 100) %" }
  return "\(Int(tenths) / 10).\(Int(tenths) % 10) %"
}
