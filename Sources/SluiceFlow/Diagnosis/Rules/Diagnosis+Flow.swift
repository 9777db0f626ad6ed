import CLibrary
import SluiceCore

/// The rules about the gradient on its way: what is not finite, how large it is, where it is lost.
extension Diagnosis {
  /// Notes that the loss was not finite and where that began.
  mutating func report(nonFinite origin: NonFinite?, step: Int) {
    if let origin, origin.origin == .input {
      note(.inputNotFinite, -1, .alarming, step: step, patience: 1) { _ in
        let column = origin.index.last ?? 0
        return Claim(
          place: "\(origin.layer ?? origin.source) input column \(column)", evidence: "\(origin)")
      }
    }
    note(.nonFinite, 0, .alarming, step: step, patience: 1) { _ in
      Claim(
        place: origin?.layer ?? origin?.source ?? "",
        evidence: origin.map { "\($0)" } ?? "the loss is not finite")
    }
  }

  /// Notes that the gradient was not finite and which operation gave the first such number back.
  mutating func report(nonFiniteGradient origin: NonFinite?, _ count: Int, step: Int) {
    note(.nonFinite, 0, .alarming, step: step, patience: 1) { _ in
      Claim(
        place: origin?.layer ?? origin?.source ?? "",
        evidence: origin.map { "\($0)" } ?? "\(count) elements of the gradient are not finite")
    }
  }

  /// Notes that a loss stood out, at once, and that it is over, three steps later.
  ///
  /// - Parameter value: the loss; nil for one as usual.
  mutating func judge(spike value: Float?, _ loss: LossHistory, step: Int) {
    note(.spike, 0, value == nil ? .none : .alarming, step: step, patience: 1) {
      // What costs little beside all there was to learn is forgotten with the next batches.
      Claim(
        severity: (value ?? 0) < 0.3 * $0.memory.ignorance ? .note : nil,
        evidence:
          "the loss of this batch is \(rounded(value ?? 0)); those before it were about \(rounded(loss.recent))",
        remedy: .clipNorm(1))
    }
  }

  mutating func judgeNumbers(_ seen: Observation) {
    if seen.nonFiniteCount == 0, seen.loss.last.isFinite {
      note(.nonFinite, 0, .none, step: seen.step, patience: 1) { _ in Claim(evidence: "") }
    } else {
      report(nonFiniteGradient: nil, seen.nonFiniteCount, step: seen.step)
    }
    let norm = seen.gradientNorm
    guard norm > 0 else { return }
    if memory.usualNorm == 0 { memory.usualNorm = norm }
    if memory.observations <= 10 { memory.earlyNorm = max(memory.earlyNorm, norm) }
    let usual = memory.usualNorm
    let explodes = norm > 100 * usual && norm > 10 * memory.earlyNorm && memory.observations > 5
    note(.exploding, 0, explodes ? .alarming : .none, step: seen.step, patience: 2) { _ in
      Claim(
        evidence: "the gradient's norm is \(rounded(norm)), usual in this run is \(rounded(usual))",
        hint: "Limit the gradient's norm to \(rounded(usual)).", remedy: .clipNorm(usual))
    }
    // A slow geometric mean, so that one large gradient does not hide the next.
    if !explodes {
      memory.usualNorm = usual * (norm / usual).squareRoot().squareRoot().squareRoot().squareRoot()
    }
  }

  mutating func judgeDepth(_ seen: Observation) {
    var (first, last, count): (Int, Int, Int) = (-1, -1, 0)
    for i in names.indices where isCompared(i, seen) {
      if first < 0 { first = i }
      last = i
      count += 1
    }
    guard count > 0 else { return }
    if count >= 4 { judgeFall(first, last, count, seen) }
    judgeBlocked(seen)
  }

  /// Whether the gradient falls, or grows, by orders of magnitude from the last weights to the first.
  private mutating func judgeFall(_ first: Int, _ last: Int, _ count: Int, _ seen: Observation) {
    let third = max(count / 3, 1)
    let (near, far) = (level(from: last, by: -1, third, seen), level(from: first, by: 1, third, seen))
    guard near > 0, far > 0 else { return }
    // One step down is a block, and has its own name; a fall goes on from weight to weight.
    let (rises, steepest) = steps(seen)
    let total = near / far
    let isFall = total > 1e3 && steepest < total.squareRoot() * 3.2 && rises * 3 > count
    // Less of a fall, from the start on, is what is wrong with many layers that learn nothing.
    let key = Key(ailment: .vanishingDepth, place: 0, part: 0)
    let begun = memory.atStart[key] ?? total
    if memory.observations == 1 { memory.atStart[key] = total }
    let loss = seen.loss
    let stands =
      loss.count >= 96 && loss.slow > 0.93 * min(loss.start, seen.labels.chance ?? .infinity)
      && loss.recent > 0.9 * loss.start
    let isFaded = count >= 6 && begun > 30 && total > 10 && stands
    note(
      .vanishingDepth, 0, isFall || isFaded ? .alarming : total > 30 && count >= 6 ? .suspected : .none,
      step: seen.step
    ) {
      Claim(
        place: $0.names[first],
        evidence:
          "the mean |gradient| of the first \(third) weights is \(rounded(far)), of the last \(third) it is \(rounded(near))"
      )
    }
    let isGrowth = 1 / total > 1e3
    note(
      .exploding, 1, isGrowth ? .alarming : 1 / total > 200 && count >= 6 ? .suspected : .none,
      step: seen.step
    ) {
      Claim(
        place: $0.names[first],
        evidence:
          "on its way to the first \(third) weights the gradient grows from \(rounded(near)) to \(rounded(far))"
      )
    }
  }

  /// The geometric mean of the mean absolute gradients of some weights in a row, those of zero left out.
  private func level(from start: Int, by step: Int, _ wanted: Int, _ seen: Observation) -> Float {
    var (product, taken, i): (Double, Int, Int) = (0, 0, start)
    while taken < wanted, names.indices.contains(i) {
      let size = seen.parameters[i].gradient.meanAbsolute
      if isCompared(i, seen), size > 0 {
        product += Double(size.exponent) + Double(size.significand) - 1
        taken += 1
      }
      i += step
    }
    guard taken > 0 else { return 0 }
    let mean = product / Double(taken)
    return Float(
      sign: .plus, exponent: Int(mean.rounded(.down)), significand: 1 + Float(mean - mean.rounded(.down)))
  }

  /// How many weights have a larger gradient than the one before them, and by how much the largest of these steps is.
  private func steps(_ seen: Observation) -> (rises: Int, steepest: Float) {
    var (before, rises, steepest): (Float, Int, Float) = (0, 0, 1)
    for i in names.indices where isCompared(i, seen) {
      let size = seen.parameters[i].gradient.meanAbsolute
      if before > 0, size > before {
        rises += 1
        steepest = max(steepest, size / before)
      }
      before = size
    }
    return (rises, steepest)
  }

  /// Weights that get next to nothing of what those behind them get.
  private mutating func judgeBlocked(_ seen: Observation) {
    var behind = 0
    // From the loss on: the first that is found is where it is lost.
    for k in names.indices {
      let i = names.count - 1 - k
      guard isCompared(i, seen) else { continue }
      let size = seen.parameters[i].gradient.meanAbsolute
      let quartile = behind == 0 ? 0 : sorted[behind / 4]
      let isLow =
        memory.everMoved[i] && quartile > GradientFlow.nearZero
        && size < max(1e-4 * quartile, GradientFlow.nearZero)
      let isOld = seen.loss.count > 60 && isLearned(seen)
      note(.blocked, i, isLow && !isOld ? .alarming : .none, step: seen.step, patience: settings.patience + 1)
      {
        Claim(
          place: $0.names[i],
          evidence:
            "mean |gradient| \(rounded(size)); a quarter of the weights behind it have less than \(rounded(quartile))"
        )
      }
      guard !isLow else { continue }
      sorted.insertInOrder(size, among: &behind)
    }
  }

  func isCompared(_ i: Int, _ seen: Observation) -> Bool {
    roles[i] == .weight && seen.isWatched[i] && seen.parameters[i].isTrained
  }

  /// Whether most of what can be learned has been: then what is quiet is so because there is little to do.
  func isLearned(_ seen: Observation) -> Bool {
    let loss = seen.loss
    guard loss.count >= 20, loss.start > 0 else { return false }
    return loss.recent < 0.4 * min(loss.start, seen.labels.chance ?? .infinity)
  }

  mutating func judgeTime(_ seen: Observation) {
    for i in seen.times.indices {
      let time = seen.times[i]
      let steps = time.binCount * time.stepsPerBin
      var (largest, far): (Float, Float) = (0, 0)
      for b in 0..<time.binCount { largest = max(largest, time.means[b]) }
      // The farthest quarter as a whole: a single sequence may be the only one of its length.
      let firstFar = time.binCount - max(time.binCount / 4, 1)
      if time.binCount > 0 { for b in firstFar..<time.binCount { far = max(far, time.means[b]) } }
      // Where every step has a loss of its own, the last one's may be small: what counts is the nearer half.
      var near: Float = 0
      for b in 0..<(time.binCount + 1) / 2 { near = max(near, time.means[b]) }
      let isLong = steps >= 12 && near > 0
      note(
        .explodingTime, i,
        isLong && far > 1e3 * near ? .alarming : isLong && far > 100 * near ? .suspected : .none,
        step: seen.step
      ) { _ in
        Claim(
          place: time.name,
          evidence:
            "\(firstFar * time.stepsPerBin) steps before the end the gradient is \(rounded(far)), in the nearer half at most \(rounded(near))",
          remedy: .clipNorm(1))
      }
      let vanishes = isLong && largest > 0 && far < 1e-5 * largest && !isLearned(seen)
      // Less of a fall explains why nothing is learned over many steps, and is no finding where something is.
      let fades = largest > 0 && (steps >= 10 && far < 3e-3 * largest || steps >= 16 && far < 0.01 * largest)
      let bias = logf(Float(max(steps - 1, 3)))
      note(
        .vanishingTime, i, vanishes ? .alarming : fades ? .suspected : .none, step: seen.step,
        patience: settings.patience + 1
      ) { _ in
        Claim(
          place: time.name,
          evidence:
            "\(firstFar * time.stepsPerBin) steps before the end the gradient is \(rounded(far)), its largest is \(rounded(largest))",
          hint:
            "Use a gated cell whose gate is biased to keep, by \(rounded(bias)), the logarithm of the steps; orthogonal recurrent weights; or shorter sequences.",
          remedy: .gate(bias))
      }
    }
  }

  /// Gradients that nobody clears: each is added to the ones before.
  mutating func judgeAdding(_ seen: Observation) {
    var (alike, all) = (0.0, 0.0)
    for i in names.indices where seen.isWatched[i] && seen.parameters[i].direction != 0 {
      let gradient = seen.parameters[i].gradient
      let square =
        Double(gradient.rootMeanSquare) * Double(gradient.rootMeanSquare) * Double(gradient.elementCount)
      alike += Double(seen.parameters[i].direction) * square
      all += square
    }
    if all > 0 { memory.agreement += (Float(alike / all) - memory.agreement) * 0.125 }
    let (norm, previous) = (seen.gradientNorm, memory.lastNorm)
    if memory.firstNorm == 0 { memory.firstNorm = norm }
    let grows = all > 0 && alike > 0.8 * all && norm > 0.9 * memory.lastNorm
    if grows {
      if memory.addingCount == 0 { memory.firstNorm = memory.lastNorm }
      memory.addingCount += 1
    } else {
      memory.addingCount = 0
      memory.addsFromStart = false
      memory.firstNorm = norm
    }
    memory.lastNorm = norm
    let first = memory.firstNorm
    // What is added at the second update is a whole gradient, not a little more of the first one.
    if memory.observations == 2 {
      let (now, then, cosine) = (Double(norm), Double(first), all > 0 ? alike / all : 0)
      let added = max(now * now + then * then - 2 * cosine * now * then, 0).squareRoot()
      // It goes the way of the first, more or less.
      memory.addsFromStart = grows && added > 0.5 * then && now * cosine - then > 0.1 * added
      memory.firstGrowth = Float(now / max(then, 1e-30))
    }
    // A sum grows by one gradient at a time, not by a factor, as on a steep slope.
    let isSum = norm < 2.5 * Float(memory.addingCount + 1) * first
    // A slope that gets steeper on the way down leads to ever lower losses; one that is gone up was never below the start.
    let loss = seen.loss
    let descends =
      memory.leastLoss < loss.first - 0.03 * abs(loss.first)
      && loss.last < memory.leastLoss + 0.03 * abs(loss.first)
    let ascends =
      loss.recent > loss.first + 0.1 * abs(loss.first)
      && memory.leastLoss > loss.first - 0.04 * abs(loss.first)
    // Of gradients that had nothing in common the sum would still grow by the root of their number.
    let least = 0.8 * Float(memory.addingCount + 1).squareRoot() * first
    // Each gradient is a smaller part of the sum than the one before; where gradients themselves grow they grow on. Or it goes on evenly
    // for long.
    let isAlarming =
      grows && isSum && memory.observations <= 24
      && (memory.addsFromStart && memory.addingCount >= 9 && norm > 1.8 * first && norm > least
        && norm < 0.85 * memory.firstGrowth * previous
        || memory.addingCount >= 8 && norm > 2.5 * first && norm < 1.15 * previous && !descends && !ascends)
    note(.adding, 0, isAlarming ? .alarming : .none, step: seen.step, patience: 1) {
      Claim(
        evidence:
          "the gradients of \($0.memory.addingCount) updates in a row point the same way, and their norm grew from \(rounded(first)) to \(rounded(norm))",
        remedy: .clearGradients)
    }
  }
}
