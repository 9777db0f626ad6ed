import SluiceCore

/// The rule about gradients that are cut.
extension Diagnosis {
  mutating func judgeClipping(_ seen: Observation) {
    let scale = seen.update.gradientScale
    let isCut = seen.update.isClipping && scale < 0.02
    let (ratio, _) = largestRatio(seen)
    // Steps of one length, far below the gradient's, at which the loss has hardly come down after long.
    let loss = seen.loss
    let isShort =
      seen.update.isClipping && scale < 0.1 && ratio < 0.01 && loss.count >= 64
      && loss.recent > 0.75 * max(loss.start, loss.first)
      && !isAdaptive(seen)
    let isAway = isShort || isCut && (ratio < 1e-3 || scale < 1e-3)
    note(
      .clippedAway, 0, isAway ? .alarming : isCut ? .suspected : .none, step: seen.step
    ) { _ in
      Claim(
        evidence:
          "the gradient's norm of \(rounded(seen.gradientNorm)) is cut to \(rounded(scale * seen.gradientNorm))",
        hint: "Set the limit to \(rounded(seen.gradientNorm)), or leave clipping out.",
        remedy: .clipNorm(seen.gradientNorm))
    }
  }
}
