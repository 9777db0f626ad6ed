import Sluice

/// What was said of one fault with one seed.
struct FaultResult: Sendable {
  let fault: Fault
  let seed: UInt64
  let faulty: Outcome
  let healthy: Outcome

  private func isRight(_ finding: Finding) -> Bool { fault.words.contains(finding.ailment.rawValue) }

  /// The finding that names the fault: of several the one that is first in the verdict, else the one reported first.
  var naming: Finding? { faulty.verdict.first(where: isRight) ?? faulty.findings.first(where: isRight) }
  var isNamed: Bool { naming != nil }
  /// Whether the first line is the cause.
  var isNamedFirst: Bool { faulty.verdict.first.map(isRight) ?? false }
  var isPlaceRight: Bool {
    guard let naming else { return false }
    return fault.places.isEmpty
      || fault.places.contains { $0.isEmpty ? naming.place.isEmpty : naming.place.contains($0) }
  }
  var isSilent: Bool { faulty.findings.isEmpty }
  /// The causes that are told: each word once a place, however often it began anew.
  var roots: [Finding] {
    var seen: Set<String> = []
    return faulty.verdict.filter { seen.insert("\($0.ailment.rawValue) \($0.place)").inserted }
  }
  var rightRoots: Int { roots.count { isRight($0) || fault.also.contains($0.ailment.rawValue) } }
  var delay: Int? { naming.map { max($0.reportedStep - fault.visible, 0) } }

  /// Of what the healthy training's loss falls by, the share that the faulty one's falls by.
  var learned: Float { share(of: faulty) }

  func share(of outcome: Outcome) -> Float {
    let fall = healthy.start - healthy.end
    guard outcome.end.isFinite, fall > 0 else { return 0 }
    return min(max((healthy.start - outcome.end) / fall, -9), 9)
  }

  /// How much is learned on the mean over the training: less, where it is learned later.
  func meanShare(of outcome: Outcome) -> Float {
    let fall = healthy.start - healthy.end
    let shares = outcome.tenths.map { $0.isFinite ? max((healthy.start - $0) / fall, 0) : 0 }
    return shares.reduce(0, +) / Float(max(shares.count, 1))
  }

  /// Whether the fault does harm in this run: what does none is no fault.
  var doesHarm: Bool {
    switch fault.harm {
    case .learnsLess:
      return learned < 0.9 || meanShare(of: faulty) < 0.85 * meanShare(of: healthy)
        || !(faulty.end <= 1.4 * healthy.end + 0.02 * healthy.start.magnitude)
    case .deceives:
      guard let last = faulty.validation.last else { return false }
      return last.loss < 0.7 * faulty.end
    case .spikes:
      let step = fault.visible
      let before = faulty.losses[..<(step - 1)].suffix(20).max() ?? 0
      return faulty.losses[(step - 1)...].contains { !($0 <= 3 * before) }
    case .getsWorse:
      let least = faulty.validation.map(\.loss).min() ?? 0
      return !(faulty.end <= 1.15 * least) || learned < 0.9
    case .staysAboveBaseline:
      guard let baseline = fault.faultySetup(seed: seed).watch.baseline else { return false }
      return faulty.validation.allSatisfy { $0.loss > baseline }
    }
  }

  /// Whether the training without the fault is one: it has to learn well, or else the comparison says nothing.
  var isTwinHealthy: Bool { healthy.learnsWell(as: fault.healthySetup(seed: seed)) }
}

extension Outcome {
  /// Whether a training that is meant to be healthy is: its loss on fresh examples has to fall clearly.
  func learnsWell(as setup: Setup) -> Bool {
    guard end.isFinite, losses.allSatisfy(\.isFinite) else { return false }
    switch setup.model {
    case .perceptron, .characters, .attention: return end < 0.75 * start
    case .regression: return setup.loss.regression == .gaussian ? end < start - 0.3 : end < 0.5 * start
    case .words: return end < start - 0.8
    case .stems: return end < 0.6 * start
    }
  }
}
