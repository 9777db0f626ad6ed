/// The rules about the loss of the validation part, beside that of the training.
extension Diagnosis {
  /// A loss that leaps up in training, and a validation's that rises from then on while that of the training falls again: what was learned
  /// before holds in the validation part, and no longer in the training part. A bad batch would be forgotten in both.
  private mutating func judgeChange(
    _ validation: ValidationHistory, _ loss: LossHistory, _ isWorse: Bool, _ step: Int
  ) {
    guard let spike = findings.firstIndex(where: { $0.ailment == .spike }) else { return }
    let since = findings[spike].firstStep
    let isChanged = isWorse && validation.bestStep <= since + 1 && validation.last > 1.3 * validation.best
    guard !findings.contains(where: { $0.ailment == .unshuffled }) else { return }
    note(.inputShifted, -1, isChanged ? .alarming : .none, step: step, patience: 1, since: since) { _ in
      Claim(
        evidence:
          "at step \(since) the loss leapt up, and while that of the training fell again that of the validation rose from \(rounded(validation.best)) to \(rounded(validation.last)): what was learned until then holds no longer"
      )
    }
  }

  /// How much labels take that seem to be wrong: what they cost, beside the loss of a model that knows nothing. A few wrong ones are in most data, and most
  /// models learn in spite of them.
  func severity(ofNoise cost: Float) -> Severity { cost < 0.3 * memory.ignorance ? .note : .warning }

  /// The rules about the validation part, each time it was measured.
  ///
  /// - Parameter isPlain: whether the training's loss is a mean of what the validation's is, with nothing added and nothing dropped.
  mutating func judge(
    _ validation: ValidationHistory, _ loss: LossHistory, margin: Float?, isPlain: Bool = false, step: Int
  ) {
    // Before it began to learn it was right about as often in both parts: what costs far more from the first measurement on is read otherwise.
    let worst = max(loss.start, loss.first)
    let isElsewhere =
      isPlain && validation.count <= 2 && worst > 0 && validation.best > 2.5 * worst
      && loss.recent > 0.3 * worst && loss.recent < 1.2 * worst
    note(.inputShifted, -2, isElsewhere ? .alarming : .none, step: step, patience: 2) { _ in
      Claim(
        place: "validation",
        evidence:
          "the validation's loss is \(rounded(validation.last)), far above the \(rounded(worst)) that the training began with: its inputs or labels seem to be read otherwise",
        hint: "Compare both parts: units, order of columns, symbols, how classes are numbered.")
    }
    // The same function costs less where nobody spoiled what it is compared with.
    let isBetter =
      isPlain && loss.recent > 0.9 * loss.slow
      && (validation.lowCount >= 4 && loss.recent > 0.1 * loss.start
        || validation.lowerCount >= 6 && loss.recent > 0.35 * memory.ignorance)
    note(.labelNoise, 1, isBetter ? .alarming : .none, step: step, patience: 1) {
      Claim(
        severity: $0.severity(ofNoise: loss.recent - validation.smooth),
        evidence:
          "the loss stands at \(rounded(loss.recent)), and that of the validation part at \(rounded(validation.smooth)): the training part's labels seem to be worse",
        hint:
          "Look at the examples of the training part that stay most wrong; their labels or targets may be.")
    }
    // All there was to learn: from where the training began, or from all distances equal.
    let start = max(max(loss.start, loss.first, margin ?? -.infinity), memory.ignorance)
    // What it has risen by counts beside what it had fallen by before.
    let rise = 0.15 * abs(validation.best) + 0.3 * max(start - validation.best, 0)
    // So does how far apart the two parts have come, of all there was to learn.
    let range = start - loss.recent
    let isApart =
      validation.isComparable && validation.best > 0 && validation.smooth - loss.recent > 0.5 * range
      && validation.smooth > 1.1 * validation.best
      && loss.recent < 0.25 * loss.start
    // Nothing is left to learn, of a good deal that validation shows there was.
    let isExhausted =
      validation.isComparable && validation.count >= 5 && validation.best > 0 && loss.recent >= 0
      && loss.recent < 0.01 * max(loss.start, loss.first)
      && validation.smooth - loss.recent > 0.3 * range && validation.last > 0.95 * validation.before
    let isWorse =
      isApart && validation.worseCount >= 2 || isExhausted
      || validation.worseCount >= 3 && min(validation.last, validation.smooth) > validation.best + rise
        && loss.recent < validation.bestTraining - 0.15 * abs(validation.bestTraining)
    judgeChange(validation, loss, isWorse, step)
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
