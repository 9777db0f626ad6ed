import Sluice

extension Setup {
  /// Follows a remedy to the letter.
  mutating func follow(_ remedy: Remedy) {
    switch remedy {
    case .multiplyRate(let factor):
      optimizer.rate *= factor
    case .multiplyGroupRate(let name, let factor):
      guard let group = optimizer.group, name.hasPrefix(group.prefix) else { return optimizer.rate *= factor }
      optimizer.group?.factor = group.factor * factor
    case .holdRate(let rate):
      (optimizer.rate, optimizer.growth, optimizer.rateJump) = (rate, 1, nil)
      optimizer.schedule = .constant
    case .scaleWeights(let name, let factor): changes.append(.scaleOne(name, factor))
    case .initialize:
      changes = changes.filter(\.isFreeze)
      net.initializer = nil
    case .scaleInputs: data.isStandardized = true
    case .scaleTargets: data.hasStandardizedTargets = true
    case .clipNorm(let limit): optimizer.clipping = .norm(limit)
    case .setDecay(let decay): optimizer.decay = decay
    case .setGroupDecay(let name, let decay):
      guard let group = optimizer.groupDecay, name.hasPrefix(group.prefix) else {
        return optimizer.decay = decay
      }
      optimizer.groupDecay?.decay = decay
    case .setMomentum(let momentum): optimizer.momentum = momentum
    case .setEpsilon(let epsilon): optimizer.epsilon = epsilon
    case .setTemperature(let temperature): loss.temperature = temperature
    case .setMargin(let margin): loss.margin = margin
    case .setDropout(let share):
      if net.outputDropout > share { net.outputDropout = share }
      if net.recurrentDropout > share { net.recurrentDropout = share }
      if net.dropout > share { net.dropout = share }
    case .clearGradients:
      optimizer.keepsGradients = false
    case .shuffle:
      data.isShuffled = true
      data.order = .asDealt
    case .unfreeze(let name): changes = changes.filter { !$0.freezes(name) }
    case .averageLoss:
      loss.reduction = .mean
      optimizer.dividesAccumulated = true
    case .flipLoss: loss.factor = -loss.factor
    case .constantSchedule: optimizer.schedule = .constant
    case .gate(let bias):
      net.cell = .gru(updateBias: bias)
      // What was done to the weights of the plain cell is no part of the other.
      changes = []
    case .addNonlinearity: net.linearLayers = []
    case .carryState: net.carriesState = true
    case .stopAt(let step): steps = max(step, 10)
    }
  }
}

extension Change {
  func freezes(_ name: String) -> Bool {
    if case .freeze(let prefix) = self { name.isEmpty || name.hasPrefix(prefix) } else { false }
  }

  var isFreeze: Bool { if case .freeze = self { true } else { false } }
}

/// What came of a first finding's remedy.
struct Repair: Sendable {
  let result: FaultResult
  let remedy: Remedy
  /// Nil if the remedy cannot be followed.
  let outcome: Outcome?

  /// Whether the training learns well now: as well as the one without the fault, but for a tenth.
  var heals: Bool {
    guard let outcome else { return false }
    if case .stopAt = remedy {
      // What it ends with has to be about the best that validation saw.
      let least = result.faulty.validation.map(\.loss).min() ?? 0
      return outcome.end <= 1.15 * least
    }
    return result.share(of: outcome) >= 0.9
  }

  var line: String {
    "\(heals ? "heals " : "FAILS ")  \(result.fault.name), seed \(result.seed): \(remedy): learned "
      + "\(fixed(Double(result.learned), 2)), "
      + (outcome.map { "then \(fixed(Double(result.share(of: $0)), 2))" } ?? "cannot be followed")
  }

  /// Follows the first finding of each run that has a remedy.
  static func all(of results: [FaultResult]) throws -> [Repair] {
    let withRemedy = results.filter { $0.faulty.verdict.first?.remedy != nil }
    return try inParallel(withRemedy) { result in
      let remedy = result.faulty.verdict[0].remedy!
      var setup = result.fault.faultySetup(seed: result.seed)
      setup.follow(remedy)
      do {
        return Repair(result: result, remedy: remedy, outcome: try train(setup))
      } catch is Change.Missing {
        return Repair(result: result, remedy: remedy, outcome: nil)
      }
    }
  }
}
