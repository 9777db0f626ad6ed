extension Diagnosis {
  /// By how many steps a cause may have been seen later than what follows from it. What comes in is looked at more seldom than the rest.
  private static func slack(_ ailment: Ailment, _ consequence: Ailment) -> Int {
    // What never had a gradient was cut off before anything was learned.
    consequence == .noGradient ? 8 : ailment == .inputShifted || ailment == .constantInput ? 72 : 24
  }

  /// What explains an ailment that shows since a step, as a place among the findings: something found, or something suspected, which
  /// becomes a finding by that; nil if it is a cause itself.
  mutating func explanation(of ailment: Ailment, since: Int, _ own: Key, step: Int) -> Int? {
    var best: Int?
    for i in findings.indices where findings[i].cause == nil {
      let known = findings[i]
      // Two detectors of one's own look for two things.
      let isSame = known.ailment == ailment && ailment != .own
      guard isSame || known.ailment.explains(ailment) else { continue }
      // What is over by then explains what it left behind, such as saturated gates.
      guard known.firstStep <= since + Self.slack(known.ailment, ailment) else { continue }
      // A rate that was too high left what later looks so, too.
      if isSame, ailment != .rateTooHigh, let end = known.endStep, end < since { continue }
      if best.map({ known.ailment.stage < findings[$0].ailment.stage }) ?? true { best = i }
    }
    if let best { return best }
    // What is no more than worth knowing makes no suspicion a finding.
    if ailment.severity == .note { return nil }
    var suspected: Key?
    for (key, state) in states where key != own && state.held > 0 && state.finding == nil {
      guard key.ailment.explains(ailment), state.since <= since + Self.slack(key.ailment, ailment),
        claims[key] != nil
      else {
        continue
      }
      if suspected.map({ key < $0 }) ?? true { suspected = key }
    }
    guard let suspected, var state = states[suspected], let claim = claims[suspected] else { return nil }
    begin(suspected.ailment, &state, step, claim, cause: nil)
    states[suspected] = state
    return state.finding
  }

  /// Makes earlier findings that a new cause explains its consequences.
  mutating func takeOver(_ cause: Int) {
    let new = findings[cause]
    for i in findings.indices where i != cause && findings[i].cause == nil {
      guard new.ailment.explains(findings[i].ailment),
        new.firstStep <= findings[i].firstStep + Self.slack(new.ailment, findings[i].ailment)
      else {
        continue
      }
      findings[i].cause = cause
      for k in findings.indices where findings[k].cause == i { findings[k].cause = cause }
    }
  }
}

extension Diagnosis.Key: Comparable {
  static func < (a: Self, b: Self) -> Bool {
    (a.ailment.stage, a.place, a.part) < (b.ailment.stage, b.place, b.part)
  }
}

extension Ailment {
  /// Whether this can be what another comes from.
  func explains(_ other: Ailment) -> Bool {
    self != other && (Self.consequences[self] ?? []).contains(other)
  }

  /// What shows between the layers when numbers are too large or too small there.
  private static let flow: Set<Ailment> = [
    .saturated, .deadUnits, .attentionCollapsed, .attentionUniform, .explodingTime, .vanishingTime,
    .vanishingDepth,
    .blocked, .exploding, .collapse, .nonFinite, .ofNothing, .noGradient,
  ]
  /// What shows in the loss of a model that learns nothing.
  private static let flat: Set<Ailment> = [
    .notFromInputs, .lossFlat, .labelNoise, .validationPlateau, .worseThanBaseline,
  ]
  /// What shows in the loss of a model that goes astray.
  private static let astray: Set<Ailment> = [.lossRising, .spike, .badStart, .nonFinite, .exploding]
  /// What the optimizer seems to do wrong when its gradients are too large or too small.
  private static let rates: Set<Ailment> = [.rateTooHigh, .rateTooLow, .clippedAway, .epsilonLarge, .adding]

  private static let consequences: [Ailment: Set<Ailment>] = [
    .unscaledInput: flow.union(flat).union(astray).union(rates).union([.overfitting, .inputShifted]),
    .constantInput: flat.union([
      .collapse, .blocked, .noGradient, .inputShifted, .deadUnits, .spike, .lossRising,
    ]),
    .inputNotFinite: astray.union(flow),
    .inputShifted: flow.union(flat).union(astray).union([.rateTooHigh, .overfitting, .unscaledInput]),
    .unscaledTarget: flow.union(flat).union(astray).union(rates).union([.overfitting]),
    .unshuffled: flat.union(astray).union([
      .collapse, .overfitting, .rateTooHigh, .saturated, .inputShifted, .labelNoise, .unbalanced,
    ]),
    .unknownSymbols: flat.union([.collapse, .rowsNeverSeen, .noGradient, .blocked]),
    .duplicateRows: flat.union([.collapse, .blocked, .noGradient, .frozen]),
    .leakage: [.validationPlateau],
    .noGradient: flat.union([.blocked, .rateTooLow, .vanishingDepth, .frozen, .vanishingTime, .collapse]),
    .frozen: flat.union([.rateTooLow, .vanishingTime]),
    .noNonlinearity: flat,
    .weightsSmall: flow.union(flat).union(rates).union([.frozen]),
    .weightsLarge: flow.union(flat).union(astray).union(rates).union([
      .temperatureSmall, .decayStrong, .frozen, .overfitting,
    ]),
    .tooMuchDropout: flat.union(flow).union([.spike, .lossRising, .badStart]),
    .withoutGain: flow.union(flat).union(rates).union([.frozen]),
    .ofNothing: flow.union(flat),
    .stateNotCarried: [.worseThanBaseline],
    .stateNeverReset: [.worseThanBaseline],
    .belowLeast: flow.union(flat).union(astray).union(rates).union([
      .overfitting, .weightsLarge, .inputShifted,
    ]),
    .notAveraged: flow.union(flat).union(astray).union(rates),
    .maskedAway: flow.union(flat).union([.rateTooLow, .inputShifted]),
    .temperatureSmall: flow.union(flat).union(astray).union(rates),
    .marginUnreachable: flat.union(flow).union([.badStart]),
    .uphill: flow.union(flat).union(astray).union(rates).union([.overfitting, .momentumHigh, .inputShifted]),
    .adding: flow.union(flat).union(astray).union([.rateTooHigh, .clippedAway, .momentumHigh, .inputShifted]),
    .clippedAway: flat.union([.rateTooLow]),
    .rateTooHigh: flow.union(flat).union(astray).union([.clippedAway, .overfitting, .inputShifted]),
    .rateTooLow: flat,
    .momentumHigh: flow.union(flat).union(astray).union([.rateTooHigh, .clippedAway, .adding]),
    .labelNoise: [.notFromInputs, .lossFlat, .validationPlateau, .worseThanBaseline],
    .decayStrong: flow.union(flat).union([
      .withoutGain, .rateTooLow, .lossRising, .weightsSmall, .rateTooHigh,
    ]),
    .epsilonLarge: flat.union([.rateTooLow]),
    .scheduleDied: flat.union([.rateTooLow, .frozen, .rateTooHigh]),
    .softmaxTwice: flat.union([.rateTooLow, .vanishingTime, .blocked, .labelNoise, .clippedAway]),
    .unbalanced: flat.union(astray).union([
      .collapse, .explodingTime, .overfitting, .deadUnits, .inputShifted,
    ]),
    .nonFinite: flow.union(flat).union(astray),
    .saturated: flat.union([
      .rateTooLow,
      .blocked, .vanishingDepth, .vanishingTime, .collapse, .badStart, .noGradient, .exploding,
    ]),
    .deadUnits: flat.union([.rateTooLow, .blocked, .vanishingTime, .collapse, .noGradient, .badStart]),
    .attentionCollapsed: flat.union([.blocked, .badStart]),
    .attentionUniform: flat.union([.blocked]),
    .explodingTime: flat.union(astray).union([
      .blocked, .clippedAway, .rateTooHigh, .saturated,
    ]),
    .vanishingTime: flat.union([.blocked, .collapse, .rateTooLow]),
    .vanishingDepth: flat.union([.blocked, .collapse, .deadUnits, .rateTooLow]),
    .blocked: flat.union([.rateTooLow]),
    .exploding: [.lossRising, .spike, .nonFinite, .blocked],
    .collapse: flat.union([.blocked]),
    .badStart: astray.subtracting([.badStart]).union([
      .lossFlat, .adding, .rateTooHigh, .clippedAway, .validationPlateau,
    ]),
    .spike: [.lossRising, .exploding],
    .lossRising: flat,
    .notFromInputs: [.lossFlat, .labelNoise, .worseThanBaseline, .validationPlateau],
    .lossFlat: [.worseThanBaseline, .validationPlateau],
    .overfitting: [.validationPlateau, .worseThanBaseline],
  ]
}
