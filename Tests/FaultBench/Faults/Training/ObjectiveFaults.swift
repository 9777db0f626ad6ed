extension Kind {
  static let loudLoss = Kind("the loss × 1,000", .loss, .tune)
  static let reversedMask = Kind("a mask the wrong way round", .loss, .tune)
  static let oneLabelCounts = Kind("all labels ignored but one", .loss, .tune)
  static let slopeOfRoot = Kind("the slope of a root at zero at some step", .loss, .tune)
  static let rootOfNegative = Kind("a root of a negative number at some step", .loss, .tune)
  static let maskedRow = Kind("a softmax of nothing but −∞ at some step", .loss, .tune)
  static let wrongPairs = Kind("pairs chosen wrongly", .loss, .tune)
  static let fullSmoothing = Kind("labels smoothed by 0.98", .loss, .tune)
  static let loudPenalty = Kind("a penalty that outweighs the loss", .loss, .tune)
}

/// Faults of what is minimized, beyond those in `lossFaults`.
let objectiveFaults: [Fault] = [
  Fault(
    kind: .loudLoss, model: .perceptron,
    twin: trained(.sgd, at: 0.3), change: { $0.loss.factor = 1_000 },
    words: ["rate too high", "loss high at the start"], also: ["non-finite", "exploding"],
    mend: "the loss as it is"),
  Fault(
    kind: .loudLoss, model: .words,
    twin: trained(.sgd, at: 1), change: { $0.loss.factor = 1_000 },
    words: ["rate too high", "loss high at the start"], also: ["non-finite", "exploding", "saturated"],
    mend: "the loss as it is"),
  Fault(
    kind: .loudLoss, model: .attention,
    twin: {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.03
      $0.steps = 400
    }, change: { $0.loss.factor = 1_000 },
    words: ["rate too high", "loss high at the start"], also: ["non-finite", "exploding"],
    mend: "the loss as it is"),
  Fault(
    kind: .reversedMask, model: .words, twin: { $0.data.paddedTo = 16 },
    change: { $0.loss.masksReversed = true },
    words: ["unbalanced classes", "masked away"], also: ["overfitting", "collapse"],
    mend: "the mask of the words"),
  Fault(
    kind: .oneLabelCounts, model: .perceptron, change: { $0.loss.onlyLabel = 2 },
    words: ["unbalanced classes", "masked away"], also: ["overfitting", "collapse"],
    mend: "weights for all classes"),
  Fault(
    kind: .oneLabelCounts, model: .characters, change: { $0.loss.onlyLabel = 1 },
    words: ["unbalanced classes", "masked away"], also: ["overfitting", "collapse"],
    mend: "weights for all classes"),
  Fault(
    kind: .oneLabelCounts, model: .attention, change: { $0.loss.onlyLabel = 0 },
    words: ["unbalanced classes", "masked away"], also: ["overfitting", "collapse"],
    mend: "weights for all classes"),
  Fault(
    kind: .slopeOfRoot, model: .perceptron, change: { $0.loss.accident = (50, .slopeOfRoot) },
    words: ["non-finite"], places: ["power"], visible: 50, mend: "something added below the root"),
  Fault(
    kind: .slopeOfRoot, model: .regression, change: { $0.loss.accident = (80, .slopeOfRoot) },
    words: ["non-finite"], places: ["power"], visible: 80, mend: "something added below the root"),
  Fault(
    kind: .rootOfNegative, model: .characters, change: { $0.loss.accident = (45, .rootOfNegative) },
    words: ["non-finite"], places: ["root", "sqrt"], visible: 45, mend: "a variance of at least 0"),
  Fault(
    kind: .rootOfNegative, model: .words, change: { $0.loss.accident = (70, .rootOfNegative) },
    words: ["non-finite"], places: ["root", "sqrt"], visible: 70, mend: "a variance of at least 0"),
  Fault(
    kind: .maskedRow, model: .attention, change: { $0.loss.accident = (55, .maskedRow) },
    words: ["non-finite"], places: ["softmax", "add", "shift"], visible: 55,
    mend: "a mask that leaves something"),
  Fault(
    kind: .maskedRow, model: .perceptron, change: { $0.loss.accident = (55, .maskedRow) },
    words: ["non-finite"], places: ["softmax", "add", "shift"], visible: 55,
    mend: "a mask that leaves something"),
  Fault(
    kind: .wrongPairs, model: .stems, detail: "negatives of the anchor's stem",
    change: { $0.loss.pairing = .negativesAlike },
    words: ["not learning from the inputs", "loss flat"], also: ["collapse"], visible: 60,
    mend: "negatives of another stem"),
  Fault(
    kind: .wrongPairs, model: .stems, detail: "positives and negatives swapped",
    change: { $0.loss.pairing = .swapped },
    words: ["not learning from the inputs", "loss flat", "collapse"], visible: 60,
    mend: "positives where they belong"),
  Fault(
    kind: .fullSmoothing, model: .perceptron, change: { $0.loss.smoothing = 0.98 },
    words: ["not learning from the inputs", "loss flat", "label noise suspected"], also: ["collapse"],
    visible: 60, mend: "smoothing of 0.1"),
  Fault(
    kind: .fullSmoothing, model: .attention, change: { $0.loss.smoothing = 0.98 },
    words: ["not learning from the inputs", "loss flat", "label noise suspected"], also: ["collapse"],
    visible: 60, mend: "smoothing of 0.1"),
  Fault(
    kind: .loudPenalty, model: .characters, change: { $0.loss.penalty = 50 },
    words: ["collapse", "not learning from the inputs", "loss flat"], also: ["decay too strong"], visible: 30,
    mend: "a penalty of 0.001"),
  Fault(
    kind: .loudPenalty, model: .regression, change: { $0.loss.penalty = 50 },
    words: ["collapse", "not learning from the inputs", "loss flat"], also: ["decay too strong"], visible: 30,
    mend: "a penalty of 0.001"),
]
