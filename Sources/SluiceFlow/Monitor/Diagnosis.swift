import SluiceCore

/// Judges what a monitor sees, by rules that need to hold for several observations in a row.
///
/// | finding | holds when |
/// | --- | --- |
/// | non-finite | the loss or an element of a gradient is not finite; reported at once |
/// | no gradient | a trained parameter's gradient has been zero everywhere since the training began |
/// | blocked | a weight's mean absolute gradient is below 10⁻⁴ of the median of all weights, or below 10⁻¹² |
/// | vanishing over depth | from a weight on, at least four more in a row have twice the mean absolute gradient of the one before, a thousandfold in all |
/// | vanishing over time | far from the end of sequences of 12 steps or more the gradient is below 10⁻⁵ of its largest |
/// | exploding | the gradient's norm is above 100 times its own usual size in this run |
/// | dead units | more than half of a ReLU's units are 0 for every example |
/// | saturated | more than nine tenths of an activation's or a gate's values have lost their slope |
/// | frozen | a parameter is not trained, or has a gradient and its values do not change |
/// | rate too high | an update changes a weight by three times its size, or by half of it while the loss is not below that of the start |
/// | rate too low | no weight ever changed by more than 10⁻⁴·⁵ of its size in one step |
/// | gradients add up | successive gradients of dense weights point the same way (cosine above 0.9) and their norm grows threefold |
/// | loss high at the start | the first losses are above 1.5 times that of a model that knows nothing |
/// | loss below its least value | it is |
/// | loss flat | after 15 observations and 100 steps the loss is less than 2 % below that of the start |
/// | loss rising | the recent loss is above 1.5 times that of the start and above 1.2 times the best |
/// | collapse | after 100 steps an output differs between examples by less than 10⁻⁴ of its size |
///
/// The thresholds that look at sizes are relative to the other layers or to the run's own start, because absolute sizes say
/// little. They were set so that none of the rules speaks on healthy trainings with ten seeds.
public struct Diagnosis: Sendable {
  /// All findings in the order they were reported, also those that have ended.
  public private(set) var findings: [Finding] = []

  let names: [String]
  let roles: [ParameterRole]
  let settings: FlowSettings
  private var states: [Key: Hysteresis] = [:]
  private var usualNorm: Float = 0
  private var observations = 0
  private var everMoved: [Bool]
  private var largestRatio: Float = 0
  private var firstNorm: Float = 0
  var sorted: [Float]

  /// One rule at one place.
  private struct Key: Hashable {
    let ailment: Ailment
    let place: Int
    let part: Int
  }

  init(parameters: [ParameterDescription], settings: FlowSettings) {
    names = parameters.map { GradientFlow.barName($0.name) }
    roles = parameters.map(\.role)
    self.settings = settings
    everMoved = Array(repeating: false, count: names.count)
    sorted = Array(repeating: 0, count: names.count)
    states.reserveCapacity(1024)
  }

  /// The findings that hold now.
  public var current: [Finding] { findings.filter { $0.endStep == nil } }

  /// Notes that the loss was not finite and where that began.
  mutating func report(nonFinite origin: NonFinite?, step: Int) {
    note(
      .nonFinite, 0, 0, true, step: step, patience: 1, place: { _ in origin?.layer ?? origin?.source ?? "" },
      evidence: { _ in origin.map { "\($0)" } ?? "the loss is not finite" })
  }

  mutating func judge(_ seen: Observation) {
    observations += 1
    judgeNumbers(seen)
    judgeWeights(seen)
    judgeOperations(seen)
    judgeTime(seen)
    judgeRate(seen)
    judgeLoss(seen)
  }

  // MARK: Rules

  private mutating func judgeNumbers(_ seen: Observation) {
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

  private mutating func judgeWeights(_ seen: Observation) {
    let median = medianGradient(seen)
    let faded = fadedWeight(seen)
    note(
      .vanishingDepth, 0, 0, faded != nil, step: seen.step, patience: settings.patience,
      place: { faded == nil ? "" : $0.names[faded ?? 0] },
      evidence: { _ in
        "mean |gradient| \(faded.map { seen.parameters[$0].gradient.meanAbsolute } ?? 0), rising weight by weight after it"
      })
    let limit = max(GradientFlow.nearZero, GradientFlow.nearZeroShare * median)
    for i in names.indices where seen.isWatched[i] {
      let figures = seen.parameters[i]
      let gradient = figures.gradient
      if gradient.maximum > 0 { everMoved[i] = true }
      let isMissing = figures.isTrained && !everMoved[i]
      note(
        .noGradient, i, 0, isMissing, step: seen.step, patience: settings.patience,
        place: { $0.names[i] }, evidence: { _ in "its gradient has been 0 since the start" })
      let isStill = everMoved[i] && gradient.maximum > 0 && figures.update.maximum == 0
      note(
        .frozen, i, 0, !figures.isTrained || isStill, step: seen.step, patience: settings.patience,
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

  private mutating func judgeOperations(_ seen: Observation) {
    for i in seen.operations.indices where seen.operations[i].runs > 0 {
      let operation = seen.operations[i]
      for k in operation.activations.indices {
        let activation = operation.activations[k]
        let (saturated, dead) = (activation.saturatedShare, activation.deadShare)
        note(
          .saturated, i, k, saturated > 0.9, step: seen.step, patience: settings.patience,
          place: { _ in Self.name(operation, activation) },
          evidence: { _ in "\(percentage(saturated)) of its values have lost their slope" })
        note(
          .deadUnits, i, k, dead > 0.5, step: seen.step, patience: settings.patience,
          place: { _ in Self.name(operation, activation) },
          evidence: { _ in "\(percentage(dead)) of its units are 0 for every example" })
      }
      let size = (operation.mean * operation.mean + operation.deviation * operation.deviation).squareRoot()
      let isSame =
        seen.step > 100 && size > 0 && operation.rowDeviation < 1e-4 * size
        && operation.hasSeveralRows
      note(
        .collapse, i, 0, isSame, step: seen.step, patience: settings.patience,
        place: { _ in operation.name },
        evidence: { _ in
          "its output differs between examples by \(operation.rowDeviation), its size is \(size)"
        })
    }
  }

  private static func name(_ operation: OperationFigures, _ activation: ActivationFigures) -> String {
    activation.name.isEmpty ? operation.name : "\(operation.name) \(activation.name)"
  }

  private mutating func judgeTime(_ seen: Observation) {
    for i in seen.times.indices {
      let time = seen.times[i]
      var largest: Float = 0
      for b in 0..<time.binCount { largest = max(largest, time.means[b]) }
      let steps = time.binCount * time.stepsPerBin
      // The farthest quarter as a whole: a single sequence may be the only one of its length.
      var far: Float = 0
      let firstFar = time.binCount - max(time.binCount / 4, 1)
      if time.binCount > 0 {
        for b in firstFar..<time.binCount { far = max(far, time.means[b]) }
      }
      note(
        .vanishingTime, i, 0, steps >= 12 && largest > 0 && far < 1e-5 * largest, step: seen.step,
        patience: settings.patience, place: { _ in time.name },
        evidence: { _ in
          "\(firstFar * time.stepsPerBin) steps before the end the gradient is \(far), its largest is \(largest)"
        }
      )
    }
  }

  private mutating func judgeRate(_ seen: Observation) {
    var (highest, place): (Float, Int) = (0, 0)
    var alike = 0
    var compared = 0
    for i in names.indices where roles[i] == .weight && seen.isWatched[i] {
      let figures = seen.parameters[i]
      if figures.updateRatio > highest { (highest, place) = (figures.updateRatio, i) }
      if figures.direction != 0 {
        compared += 1
        if figures.direction > 0.9 { alike += 1 }
      }
    }
    largestRatio = max(largestRatio, highest)
    let loss = seen.loss
    note(
      .rateTooHigh, 0, 0, highest > 0.5 && !(loss.recent < 0.98 * loss.start) && observations > 1,
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

  private mutating func judgeLoss(_ seen: Observation) {
    let loss = seen.loss
    let chance = settings.chanceLoss ?? .infinity
    note(
      .badStart, 0, 0,
      loss.count > 1 && loss.start > 1.5 * chance && loss.count <= 3 * LossHistory.startCount,
      step: seen.step, patience: 1, place: { _ in "" },
      evidence: { _ in "the first losses are \(loss.start), a model that knows nothing has \(chance)" })
    note(
      .belowLeast, 0, 0, loss.count > 0 && loss.recent < settings.leastLoss - 1e-3, step: seen.step,
      patience: 2, place: { _ in "" },
      evidence: { $0.belowLeast(loss) })
    let base = min(loss.start, chance)
    note(
      .lossFlat, 0, 0, loss.count >= 100 && observations >= 15 && !(loss.best < 0.98 * base), step: seen.step,
      patience: settings.patience, place: { _ in "" },
      evidence: { _ in "the loss began at \(loss.start) and is \(loss.recent) after \(loss.count) steps" })
    note(
      .lossRising, 0, 0,
      loss.count > 20 && loss.start > 0 && loss.recent > 1.5 * loss.start
        && loss.recent > 1.2 * loss.best, step: seen.step,
      patience: 2, place: { _ in "" },
      evidence: { _ in "the loss began at \(loss.start) and is \(loss.recent)" })
  }

  private func belowLeast(_ loss: LossHistory) -> String {
    "the loss is \(loss.recent), its least value \(settings.leastLoss)"
  }

  // MARK: Hysteresis

  /// Notes whether a rule holds at a place; the texts are made only when a finding begins.
  private mutating func note(
    _ ailment: Ailment, _ place: Int, _ part: Int, _ holds: Bool, step: Int, patience: Int,
    place name: (borrowing Diagnosis) -> String, evidence: (borrowing Diagnosis) -> String
  ) {
    let key = Key(ailment: ailment, place: place, part: part)
    var state = states[key] ?? Hysteresis()
    if !holds && state.held == 0 { return }
    switch state.add(holds, step: step, patience: patience) {
    case .none: break
    case .begins:
      state.finding = findings.count
      findings.append(
        Finding(
          ailment: ailment, place: name(self), firstStep: state.since, reportedStep: step, endStep: nil,
          evidence: evidence(self)))
    case .ends:
      if let finding = state.finding { findings[finding].endStep = step }
      state.finding = nil
    }
    states[key] = state
  }
}

private func percentage(_ share: Float) -> String {
  let tenths = (Double(share) * 1000).rounded()
  guard tenths.isFinite, tenths < 1e12 else { return "\(share * 100) %" }
  return "\(Int(tenths) / 10).\(Int(tenths) % 10) %"
}
