import SluiceCore

/// The rules about what the optimizer does: rate, schedule, clipping, momentum, decay, epsilon.
extension Diagnosis {
  mutating func judgeOptimizer(_ seen: Observation) {
    guard seen.isUpdated, seen.update.count > 0 else { return }
    judgeClipping(seen)
    var (momentum, decay, epsilon): (Float, Float, Float) = (0, 0, 0)
    var (decayed, decayedAs, compared): (Int, Float, Int) = (0, 0, 0)
    // The first weight that decays so, and how many of all do.
    var (decayPlace, decayCount, weights) = (-1, 0, 0)
    var gradientSize: Float = 0
    // By how much an adaptive rule's epsilon is larger than the gradient of each weight, in order.
    var shares = 0
    // Weights that are half as large as at the start.
    var shrunk = 0
    // What decay adds to the loss, where it goes through the gradient.
    var penalty: Float = 0
    for i in names.indices where seen.isWatched[i] && seen.parameters[i].isTrained && roles[i] == .weight {
      guard let settings = seen.parameters[i].settings else { continue }
      momentum = max(momentum, settings.momentum)
      let share = settings.rate * seen.update.scheduleFactor * settings.decay
      let figures = seen.parameters[i]
      // Of a rule that divides by the gradient's size, what it is made larger by is what counts.
      let isAddedMuch =
        settings.isAdaptive && !settings.isDecoupled
        && settings.decay * figures.weight.rootMeanSquare > figures.gradient.rootMeanSquare
        && memory.observations <= 16
      weights += 1
      if figures.weight.rootMeanSquare < 0.55 * memory.startSizes[i] { shrunk += 1 }
      if !settings.isDecoupled, !isTable[i] {
        let size = figures.weight.rootMeanSquare
        penalty += 0.5 * settings.decay * size * size * Float(figures.weight.elementCount)
        if settings.isAdaptive { decayedAs = max(decayedAs, settings.decay) }
      }
      if share > 1e-3, settings.isDecoupled || !settings.isAdaptive {
        if decayPlace < 0 { decayPlace = i }
        decayCount += 1
      }
      if share > decay, settings.isDecoupled || !settings.isAdaptive {
        (decay, decayedAs) = (share, settings.decay)
      }
      if isAddedMuch { (decayed, decayedAs) = (decayed + 1, settings.decay) }
      if settings.isAdaptive, figures.gradient.rootMeanSquare > 0 {
        compared += 1
        epsilon = max(epsilon, settings.epsilon)
        gradientSize = max(gradientSize, figures.gradient.rootMeanSquare)
        sorted.insertInOrder(settings.epsilon / figures.gradient.rootMeanSquare, among: &shares)
      }
    }
    // More than half of all there is to learn.
    let worth = max(abs(seen.loss.first), abs(seen.loss.start))
    let isHeavy = compared > 0 && penalty > 0.5 * worth && memory.observations <= 16
    // Weights that shrink to half before anything is learned.
    let isShrinking =
      shrunk * 2 > weights && weights > 0 && decayedAs > 0 && seen.loss.count <= 256 && !isLearned(seen)
    let isDecaying = decay > 1e-3 || isShrinking || compared > 0 && decayed * 2 > compared || isHeavy
    note(.decayStrong, 0, isDecaying ? .alarming : decay > 5e-4 ? .suspected : .none, step: seen.step) {
      let isShare = decay > 1e-3
      let usual =
        isShare || penalty == 0
        ? decayedAs * min(0.1, 2e-5 / max(decay, 2e-4)) : decayedAs * min(0.1, 1e-3 * worth / penalty)
      let isOfPart = decayCount > 0 && decayCount < weights
      return Claim(
        place: isOfPart ? $0.names[decayPlace] : "",
        evidence: isShare
          ? "at each step it takes \(percentage(decay)) of every weight"
          : isHeavy
            ? "it adds \(rounded(penalty)) to a loss of \(rounded(worth))"
            : isShrinking
              ? "\(shrunk) of \(weights) weights have shrunk to half of their size, and little is learned"
              : "it adds more to the gradient of \(decayed) weights than the loss does",
        hint: "Set the weight decay to \(rounded(usual)) instead of \(rounded(decayedAs)).",
        remedy: isOfPart ? .setGroupDecay($0.parameterNames[decayPlace], usual) : .setDecay(usual))
    }
    let loss = seen.loss
    let isHigh = momentum >= 0.975
    // A plain rule then makes steps hundreds of times as large as its rate, and goes on for as long after a turn.
    let isExtreme = momentum >= 0.995 && compared == 0
    let isAstray = loss.count > 3 && loss.recent > 1.1 * min(loss.first, loss.best) && loss.first > 0
    note(
      .momentumHigh, 0, isHigh ? (isAstray || isExtreme ? .alarming : .suspected) : .none, step: seen.step
    ) { _ in
      Claim(
        evidence:
          "a momentum of \(momentum) makes a steady gradient \(rounded(1 / max(1 - momentum, 1e-6))) times as large",
        hint: "Set the momentum to 0.9.", remedy: .setMomentum(0.9))
    }
    // Beyond a few times the gradients' size it makes steps as much smaller, and all weights alike: the rule adapts to nothing.
    let isEpsilonKnown = compared > 0 && epsilon > 1e-4 && memory.observations <= 40
    let isEpsilonLarge = isEpsilonKnown && (sorted[0] > 3 || sorted[compared / 2] > 10)
    note(
      .epsilonLarge, 0,
      isEpsilonLarge ? .alarming : isEpsilonKnown && sorted[compared / 2] > 1 ? .suspected : .none,
      step: seen.step
    ) { _ in
      Claim(
        evidence:
          "it is \(rounded(epsilon)); the gradients have sizes of up to \(rounded(gradientSize)), so that all updates are small",
        hint: "Set epsilon to 1e-8.", remedy: .setEpsilon(1e-8))
    }
  }

  /// Takes note of the largest rate of all parameters, which a program may change by itself, beside a schedule.
  mutating func note(rate: Float) {
    // Nothing at all says something only after another rate.
    guard rate.isFinite, rate > 0 || memory.firstRate > 0 else { return }
    memory.rate = rate
    if memory.firstRate == 0 { memory.firstRate = rate }
    memory.peakRate = max(memory.peakRate, rate)
  }

  /// Whether the schedule, or whoever sets the rate, has taken it to nothing while there is more to come; every eighth step, whatever is observed.
  mutating func judgeSchedule(_ update: UpdateRecord, step: Int) {
    guard update.count > 0 else { return }
    let factor = update.scheduleFactor
    memory.peakFactor = max(memory.peakFactor, factor)
    let isSetLow = memory.rate * factor < 1e-3 * memory.peakRate * memory.peakFactor
    let isNothing = factor < 1e-3 * memory.peakFactor || isSetLow
    if !isNothing { memory.deadSince = 0 } else if memory.deadSince == 0 { memory.deadSince = step }
    // A cosine that ends with the training is that low for its last fiftieth; one that halves when the validation gains no more can be for a
    // tenth.
    let isDead = isNothing && step >= memory.deadSince + max(12, memory.deadSince / 8)
    note(.scheduleDied, 0, isDead ? .alarming : isNothing ? .suspected : .none, step: step, patience: 1) {
      if factor >= 1e-3 * $0.memory.peakFactor {
        return Claim(
          evidence:
            "since step \($0.memory.deadSince) the rate is \(rounded($0.memory.rate)); it was \(rounded($0.memory.peakRate))",
          hint: "Keep the rate at \(rounded($0.memory.peakRate)), or let it fall more slowly.",
          remedy: .holdRate($0.memory.peakRate))
      }
      return Claim(
        evidence:
          "since step \($0.memory.deadSince) its factor is \(rounded(factor)); it was \(rounded($0.memory.peakFactor))",
        remedy: .constantSchedule)
    }
  }

  /// Whether a rule divides by the gradient's size. By index: an iterator may allocate in debug builds.
  func isAdaptive(_ seen: Observation) -> Bool {
    for i in seen.parameters.indices where seen.parameters[i].settings?.isAdaptive == true { return true }
    return false
  }

  /// The largest update of a weight by its size, and which weight it is. Weights that are nearly zero are left out.
  func largestRatio(_ seen: Observation) -> (Float, Int) {
    var (highest, place): (Float, Int) = (0, -1)
    for i in names.indices where roles[i] == .weight && seen.isWatched[i] && seen.parameters[i].hasUpdate {
      let figures = seen.parameters[i]
      guard figures.isTrained, figures.updateRatio > highest, isOfSize(i, figures) else { continue }
      (highest, place) = (figures.updateRatio, i)
    }
    return (highest, place)
  }

  /// Whether a weight is large enough for its changes to be compared with.
  private func isOfSize(_ i: Int, _ figures: ParameterFigures) -> Bool {
    let gain = gain(i, figures)
    return gain == 0 ? figures.weight.rootMeanSquare > 0.01 : gain > 0.08
  }

  mutating func judgeRate(_ seen: Observation) {
    guard seen.isUpdated else { return }
    var (highest, place) = largestRatio(seen)
    let loss = seen.loss
    let reference = min(loss.first, loss.start)
    let isAbove = loss.count > 1 && loss.last > reference + 0.1 * abs(reference)
    let falls = loss.recent < reference - 0.02 * abs(reference)
    // A step beyond all sizes is one by itself. One that is larger than what it moves is too large if the loss does not fall after it.
    let isHuge = highest > 10
    if highest > 0.5, highest > memory.hugeRatio || memory.observations > memory.hugeAt + Self.afterHuge {
      (memory.hugeRatio, memory.hugePlace, memory.hugeAt) = (highest, place, memory.observations)
    }
    let isAfter =
      memory.hugeAt > 0
      && (memory.hugeAt + 1...memory.hugeAt + Self.afterHuge).contains(memory.observations)
    let isThrown = isAfter && memory.hugeRatio > 1.5 && loss.last > loss.first - 0.02 * abs(loss.first)
    // What it left shows later, too, such as gates that lost their slope.
    let hasLeft = memory.hugeAt > 0 && memory.observations <= memory.hugeAt + 3 * Self.afterHuge
    let highStart = max(loss.first, loss.start)
    let isLarge = highest > 0.4 && !falls && memory.observations > 6 && loss.recent > highStart + loss.spread
    let isHarmful =
      highest > 0.1 && isAbove && memory.observations > 4
      && loss.recent > highStart + 0.1 * abs(highStart) + loss.spread
    if isThrown, memory.hugeRatio > highest { (highest, place) = (memory.hugeRatio, memory.hugePlace) }
    let factor = min(0.1, max(1e-7, usualRatio(seen) / max(highest, 1e-9)))
    let fast = place >= 0 ? fastGroup(place, seen) : nil
    note(
      .rateTooHigh, 0,
      isHuge || isThrown || isLarge || isHarmful
        ? .alarming : highest > 0.2 || hasLeft ? .suspected : .none,
      step: seen.step,
      patience: isHuge ? 1 : isThrown ? 2 : settings.patience
    ) {
      Claim(
        place: place >= 0 ? $0.names[place] : "",
        evidence: "one update changes it by \(percentage(highest)) of its size, and the loss does not fall"
          + (fast.map { "; its group's rate is \(rounded(1 / $0)) times that of others" } ?? ""),
        hint: fast.map { "Multiply the rate of its group by \(rounded($0))." }
          ?? "Multiply the learning rate by \(rounded(factor)).",
        remedy: fast.map { [name = $0.parameterNames[max(place, 0)]] in .multiplyGroupRate(name, $0) }
          ?? .multiplyRate(factor))
    }
    judgeLowRate(seen)
    judgeAdding(seen)
  }

  /// For how many observations what the loss does is what a step left that was larger than what it moved.
  private static let afterHuge = 12

  /// By how much a weight usually changes in a step, as a share of its size, when it begins to learn: the less, the more weights add up.
  private func usualRatio(_ seen: Observation) -> Float {
    var count = 0
    for i in names.indices where seen.parameters[i].isTrained { count += shapes[i].count }
    return count < 100_000 ? 0.03 : count < 1_000_000 ? 0.01 : 0.003
  }

  /// What the rate of a weight has to be multiplied by to be that of the slowest group, if it is at least ten times as large.
  private func fastGroup(_ place: Int, _ seen: Observation) -> Float? {
    guard let own = seen.parameters[place].settings?.rate, own > 0 else { return nil }
    var least = own
    for i in names.indices where seen.parameters[i].isTrained && roles[i] == .weight {
      if let rate = seen.parameters[i].settings?.rate, rate > 0 { least = min(least, rate) }
    }
    return least < 0.1 * own ? least / own : nil
  }

  private mutating func judgeLowRate(_ seen: Observation) {
    var largest: Float = 0
    var rate: Float = 0
    for i in names.indices where roles[i] == .weight && seen.isWatched[i] && seen.parameters[i].hasUpdate {
      let figures = seen.parameters[i]
      guard figures.gradient.maximum > 0, figures.isTrained else { continue }
      let share: Float = memory.observations <= 2 ? 1 : 0.25
      memory.ratios[i] += (figures.updateRatio - memory.ratios[i]) * share
      largest = max(largest, memory.ratios[i])
      rate = max(rate, figures.settings?.rate ?? 0)
    }
    let loss = seen.loss
    let falls = loss.count > 20 && loss.recent < loss.slow - 0.01 * abs(loss.slow)
    memory.largestRatio = largest
    let isLow = largest > 0 && largest < 3e-5 && !falls
    let isWarmingUp =
      seen.update.count > 0 && seen.update.scheduleFactor < 1e-3
      && seen.update.scheduleFactor >= memory.peakFactor
    memory.usualRatio = usualRatio(seen)
    let factor = min(1e6, max(10, memory.usualRatio / max(largest, 1e-12)))
    note(
      .rateTooLow, 0, isLow ? .alarming : largest > 0 && largest < 5e-4 && !falls ? .suspected : .none,
      step: seen.step,
      patience: 8
    ) { _ in
      Claim(
        evidence: "no weight changes by more than \(rounded(largest)) of its size in a step"
          + (isWarmingUp
            ? "; the schedule's factor is \(rounded(seen.update.scheduleFactor)) and hardly grows" : ""),
        hint: isWarmingUp ? "Shorten the warm-up." : "Multiply the learning rate by \(rounded(factor)).",
        remedy: isWarmingUp ? .constantSchedule : .multiplyRate(factor))
    }
    guard !isLow, rate > 0 else { return }
    for i in names.indices where roles[i] == .weight && seen.isWatched[i] && seen.parameters[i].hasUpdate {
      let figures = seen.parameters[i]
      guard let own = figures.settings?.rate, own > 0, figures.gradient.maximum > 0, figures.isTrained else {
        continue
      }
      let isSlow = own < 1e-2 * rate && memory.ratios[i] < max(3e-5, 0.02 * largest)
      note(.rateTooLow, i + 1, isSlow ? .alarming : .none, step: seen.step, patience: 6) {
        Claim(
          place: $0.names[i],
          evidence:
            "its group's rate is \(rounded(own)), and it changes by \(rounded($0.memory.ratios[i])) of its size in a step",
          hint: "Give its group a rate of about \(rounded(rate)).",
          remedy: .multiplyGroupRate($0.parameterNames[i], rate / own))
      }
    }
  }
}
