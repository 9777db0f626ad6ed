import Sluice

extension Setup {
  /// Follows a remedy to the letter.
  ///
  /// - Returns: whether there is something in this training that it can change.
  mutating func follow(_ remedy: Remedy) -> Bool {
    switch remedy {
    case .multiplyRate(let factor): optimizer.rate *= factor
    case .scaleWeights(let name, let factor):
      changes = changes.filter { !$0.freezes }
      changes.append(.scale(name, factor))
    case .scaleInputs: data.isStandardized = true
    case .scaleTargets: data.hasStandardizedTargets = true
    case .clipNorm(let limit): optimizer.clipping = .norm(limit)
    case .setDecay(let decay): optimizer.decay = decay
    case .setMomentum(let momentum): optimizer.momentum = momentum
    case .setEpsilon(let epsilon): optimizer.epsilon = epsilon
    case .setTemperature(let temperature): loss.temperature = temperature
    case .setMargin(let margin): loss.margin = margin
    case .setDropout(let share): net.dropout = share
    case .resetBias(let name): changes.append(.resetBias(name))
    case .clearGradients: optimizer.keepsGradients = false
    case .shuffle: data.isShuffled = true
    case .unfreeze: changes = changes.filter { !$0.freezes }
    case .averageLoss:
      loss.reduction = .mean
      optimizer.dividesAccumulated = true
    case .flipLoss: loss.factor = -loss.factor
    case .constantSchedule: optimizer.schedule = .constant
    case .gate:
      net.cell = .gru(updateBias: 1)
      // What was done to the weights of the plain cell is no part of the other.
      changes = []
    case .addNonlinearity: net.linearLayers = []
    case .carryState: net.carriesState = true
    case .stopAt(let step): steps = max(step, 1)
    }
    return true
  }
}

extension Change {
  var freezes: Bool { if case .freeze = self { true } else { false } }
}

/// What came of a first finding's remedy.
struct Repair: Sendable {
  let result: FaultResult
  let remedy: Remedy
  let outcome: Outcome

  /// Whether the training learns well now: as well as the one without the fault, but for a tenth.
  var heals: Bool {
    if case .stopAt = remedy {
      // What it ends with has to be about the best that validation saw.
      let least = result.faulty.validation.map(\.loss).min() ?? 0
      return outcome.end <= 1.15 * least
    }
    return result.share(of: outcome) >= 0.9
  }

  var line: String {
    "\(heals ? "heals " : "FAILS ")  \(result.fault.name), seed \(result.seed): \(remedy): learned "
      + "\(fixed(Double(result.learned), 2)), then \(fixed(Double(result.share(of: outcome)), 2))"
  }

  /// Follows the first finding of each run that has a remedy.
  static func all(of results: [FaultResult]) throws -> [Repair] {
    let withRemedy = results.filter { $0.faulty.verdict.first?.remedy != nil }
    return try inParallel(withRemedy) { result in
      let remedy = result.faulty.verdict[0].remedy!
      var setup = result.fault.faultySetup(seed: result.seed)
      _ = setup.follow(remedy)
      return Repair(result: result, remedy: remedy, outcome: try train(setup))
    }
  }
}
