extension Ailment {
  /// How far from the start of what happens in a step an ailment is seen, and its place among all: the earlier, the more likely it is a
  /// cause. It is asked for at every step, and to look up a case by its text would take longer than the rules.
  var stage: Int {
    switch self {
    case .unscaledInput: 0
    case .constantInput: 1
    case .inputNotFinite: 2
    case .inputShifted: 3
    case .unscaledTarget: 4
    case .unshuffled: 5
    case .unbalanced: 6
    case .unknownSymbols: 7
    case .rowsNeverSeen: 8
    case .duplicateRows: 9
    case .leakage: 10
    case .noGradient: 11
    case .frozen: 12
    case .noNonlinearity: 13
    case .weightsSmall: 14
    case .weightsLarge: 15
    case .tooMuchDropout: 16
    case .withoutGain: 17
    case .ofNothing: 18
    case .stateNotCarried: 19
    case .stateNeverReset: 20
    case .softmaxTwice: 21
    case .belowLeast: 22
    case .notAveraged: 23
    case .maskedAway: 24
    case .temperatureSmall: 25
    case .marginUnreachable: 26
    case .uphill: 27
    case .adding: 28
    case .clippedAway: 29
    case .rateTooHigh: 30
    case .rateTooLow: 31
    case .momentumHigh: 32
    case .decayStrong: 33
    case .epsilonLarge: 34
    case .scheduleDied: 35
    case .nonFinite: 36
    case .saturated: 37
    case .deadUnits: 38
    case .attentionCollapsed: 39
    case .attentionUniform: 40
    case .explodingTime: 41
    case .vanishingTime: 42
    case .vanishingDepth: 43
    case .blocked: 44
    case .exploding: 45
    case .collapse: 46
    case .badStart: 47
    case .spike: 48
    case .lossRising: 49
    case .notFromInputs: 50
    case .lossFlat: 51
    case .labelNoise: 52
    case .overfitting: 53
    case .validationPlateau: 54
    case .worseThanBaseline: 55
    case .own: 56
    }
  }
}
