/// What can be wrong with a training.
///
/// The raw values are the names in logs and on the screen. `Diagnosis` has the rule of each.
public enum Ailment: String, Sendable, CaseIterable, Codable {
  // What comes in.
  case unscaledInput = "unscaled input"
  case constantInput = "constant input"
  case inputNotFinite = "input not finite"
  case inputShifted = "input shifted"
  case unscaledTarget = "unscaled target"
  case unshuffled = "unshuffled data"
  case unbalanced = "unbalanced classes"
  case unknownSymbols = "unknown symbols"
  case rowsNeverSeen = "rows never seen"
  case duplicateRows = "duplicate rows"
  case leakage

  // How the model is made.
  case noGradient = "no gradient"
  case frozen
  case noNonlinearity = "no nonlinearity"
  case weightsSmall = "weights too small"
  case weightsLarge = "weights too large"
  case tooMuchDropout = "too much dropout"
  case withoutGain = "normalization without gain"
  case ofNothing = "normalization of nothing"
  case stateNotCarried = "state not carried"
  case stateNeverReset = "state never reset"

  // The loss.
  case softmaxTwice = "softmax twice"
  case belowLeast = "loss below its least value"
  case notAveraged = "loss not averaged"
  case maskedAway = "masked away"
  case temperatureSmall = "temperature too small"
  case marginUnreachable = "margin unreachable"

  // The optimizer.
  case uphill = "steps uphill"
  case adding = "gradients add up"
  case clippedAway = "clipped away"
  case rateTooHigh = "rate too high"
  case rateTooLow = "rate too low"
  case momentumHigh = "momentum too high"
  case decayStrong = "decay too strong"
  case epsilonLarge = "epsilon too large"
  case scheduleDied = "schedule died"

  // What is seen of it between the layers.
  case nonFinite = "non-finite"
  case saturated
  case deadUnits = "dead units"
  case attentionCollapsed = "attention collapsed"
  case attentionUniform = "attention uniform"
  case explodingTime = "exploding over time"
  case vanishingTime = "vanishing over time"
  case vanishingDepth = "vanishing over depth"
  case blocked
  case exploding
  case collapse

  // What is seen of it in the loss.
  case badStart = "loss high at the start"
  case spike
  case lossRising = "loss rising"
  case notFromInputs = "not learning from the inputs"
  case lossFlat = "loss flat"
  case labelNoise = "label noise suspected"
  case overfitting
  case validationPlateau = "validation plateau"
  case worseThanBaseline = "worse than the baseline"

  /// What a detector of one's own looks for; the finding has the detector's name. See `FlowDetector`.
  case own

  /// How far from the start of what happens in a step an ailment is seen: the earlier, the more likely it is a cause.
  var stage: Int { Self.stages[self] ?? 0 }

  private static let stages = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

  /// How much it takes from a training.
  public var severity: Severity {
    switch self {
    case .rowsNeverSeen, .validationPlateau: .note
    case .overfitting, .spike, .labelNoise, .worseThanBaseline, .rateTooLow, .deadUnits,
      .inputShifted, .constantInput, .noNonlinearity, .momentumHigh, .epsilonLarge, .attentionUniform,
      .attentionCollapsed, .saturated, .frozen, .unbalanced, .vanishingTime, .stateNeverReset,
      .stateNotCarried, .own:
      .warning
    default: .fault
    }
  }
}

/// How much a finding takes from a training.
public enum Severity: String, Sendable, Comparable, Codable {
  /// Worth knowing; a training like this may well be as it should.
  case note
  /// The training learns less than it could.
  case warning
  /// It learns nothing, or something else than is wanted.
  case fault

  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

  var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
}
