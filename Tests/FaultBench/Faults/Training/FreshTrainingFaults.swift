import Sluice

extension Kind {
  static let sharpLogits = Kind("logits × 40 before the loss", .loss, .tune)
  static let maskByInfinity = Kind("a mask times −∞ at some step", .loss, .tune)
  static let weightOf40 = Kind("a weight of 40 on the loss, of descent", .loss, .tune)
  static let muchSmoothing = Kind("labels smoothed by 0.75", .loss, .tune)
  static let rateTimes15 = Kind("rate × 15", .optimizer, .tune)
  static let rateFortieth = Kind("rate ÷ 40", .optimizer, .tune)
  static let epsilonBesideGradients = Kind("an epsilon beside which gradients are small", .optimizer, .tune)
  static let momentumOf98 = Kind("a momentum of 0.98 at the rate for 0.9", .optimizer, .tune)
  static let clippedAtTwoHundredths = Kind("clipping at 0.02, of descent", .optimizer, .tune)
  static let decayOfThree = Kind("AdamW's decay of 3", .optimizer, .tune)
  static let penaltyOfAdam = Kind("a decay of 0.03 added to Adam's gradients", .optimizer, .tune)
  static let slowBody = Kind("all but the ends at a rate ÷ 200", .optimizer, .tune)
  static let fastPart = Kind("one part's rate × 50", .optimizer, .tune)
  static let clearedEveryTenth = Kind("gradients cleared at every tenth step", .optimizer, .tune)
  static let fallsByFive = Kind("a rate that falls fivefold every 15 steps", .optimizer, .tune)
  static let hotStart = Kind("a finished model trained on at a rate far too high", .optimizer, .tune)
}

/// A training that goes on from a finished model, carefully.
private func finishing(_ change: @escaping @Sendable (inout Setup) -> Void = { _ in })
  -> @Sendable (inout Setup) -> Void
{
  {
    change(&$0)
    $0.earlierSteps = 200
    $0.optimizer.rate = 0.001
  }
}

/// Faults that were kept aside once, of the loss; see `freshDataFaults`.
private let freshLossFaults: [Fault] = [
  Fault(
    kind: .sharpLogits, model: .perceptron, change: { $0.loss.logitFactor = 40 },
    words: ["temperature too small", "loss high at the start", "rate too high"], also: ["exploding"],
    mend: "logits as they are"),
  Fault(
    kind: .sharpLogits, model: .words, change: { $0.loss.logitFactor = 40 },
    words: ["temperature too small", "loss high at the start", "rate too high"], also: ["exploding"],
    mend: "logits as they are"),
  Fault(
    kind: .sharpLogits, model: .attention, change: { $0.loss.logitFactor = 40 },
    words: ["temperature too small", "loss high at the start", "rate too high"], also: ["exploding"],
    mend: "logits as they are"),
  Fault(
    kind: .maskByInfinity, model: .characters, change: { $0.loss.accident = (70, .maskByInfinity) },
    words: ["non-finite"], places: ["multiply", "scale"], visible: 70,
    mend: "what is masked replaced, not multiplied"),
  Fault(
    kind: .maskByInfinity, model: .attention, change: { $0.loss.accident = (53, .maskByInfinity) },
    words: ["non-finite"], places: ["multiply", "scale"], visible: 53,
    mend: "what is masked replaced, not multiplied"),
  Fault(
    kind: .maskByInfinity, model: .words, detail: "half of the words not asked for",
    twin: { $0.loss.masked = 0.5 }, change: { $0.loss.accident = (85, .maskByInfinity) },
    words: ["non-finite"], places: ["multiply", "scale"], visible: 85,
    mend: "what is masked replaced, not multiplied"),
  Fault(
    kind: .weightOf40, model: .perceptron, detail: "a third of the labels left out",
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.3
      $0.loss.masked = 0.3
    },
    change: { $0.loss.factor = 40 },
    words: ["rate too high", "loss not averaged"],
    also: ["exploding", "dead units", "weights too large"], mend: "a weight of 1"),
  Fault(
    kind: .weightOf40, model: .characters, detail: "momentum",
    twin: trained(.momentum, at: 0.1), change: { $0.loss.factor = 40 },
    words: ["rate too high", "loss not averaged"],
    also: ["exploding", "saturated", "weights too large"], mend: "a weight of 1"),
  Fault(
    kind: .weightOf40, model: .regression, detail: "ReLU",
    twin: {
      $0.net.activation = .relu
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.05
    },
    change: { $0.loss.factor = 40 },
    words: ["rate too high", "loss not averaged"],
    also: ["exploding", "dead units", "weights too large"], mend: "a weight of 1"),
  Fault(
    kind: .muchSmoothing, model: .perceptron, change: { $0.loss.smoothing = 0.75 },
    words: ["not learning from the inputs", "loss flat", "label noise suspected"], also: ["collapse"],
    visible: 60, mend: "smoothing of 0.1"),
  Fault(
    kind: .muchSmoothing, model: .characters, change: { $0.loss.smoothing = 0.75 },
    words: ["not learning from the inputs", "loss flat", "label noise suspected"], also: ["collapse"],
    visible: 60, mend: "smoothing of 0.1"),
]

/// Faults that were kept aside once, of rates; see `freshDataFaults`.
private let freshRateFaults: [Fault] = [
  Fault(
    kind: .rateTimes15, model: .perceptron, change: { $0.optimizer.rate = 0.15 },
    words: ["rate too high"], also: ["exploding", "loss high at the start", "dead units"],
    mend: "a rate of 0.01"),
  Fault(
    kind: .rateTimes15, model: .words, change: { $0.optimizer.rate = 0.15 },
    words: ["rate too high"], also: ["exploding", "loss high at the start"], mend: "a rate of 0.01"),
  Fault(
    kind: .rateTimes15, model: .attention, change: { $0.optimizer.rate = 0.15 },
    words: ["rate too high"], also: ["exploding", "loss high at the start"], mend: "a rate of 0.01"),
  Fault(
    kind: .rateFortieth, model: .perceptron, detail: "twenty deep, normalized",
    twin: {
      $0.net.depth = 20
      $0.net.isNormalized = true
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.003
    },
    change: { $0.optimizer.rate = 7.5e-5 },
    words: ["rate too low"], mend: "a rate of 0.003"),
  Fault(
    kind: .rateFortieth, model: .regression, change: { $0.optimizer.rate = 2.5e-4 },
    words: ["rate too low"], mend: "a rate of 0.01"),
  Fault(
    kind: .rateFortieth, model: .characters, change: { $0.optimizer.rate = 2.5e-4 },
    words: ["rate too low"], mend: "a rate of 0.01"),
  Fault(
    kind: .rateFortieth, model: .attention, change: { $0.optimizer.rate = 2.5e-4 },
    words: ["rate too low"], mend: "a rate of 0.01"),
  Fault(
    kind: .slowBody, model: .perceptron, detail: "tanh, three deep",
    twin: {
      $0.net.activation = .tanh
      $0.net.depth = 3
    },
    change: { $0.optimizer.group = ("hidden", 0.005) },
    words: ["rate too low"], places: ["hidden"], mend: "one rate for all"),
  Fault(
    kind: .slowBody, model: .words, change: { $0.optimizer.group = ("lstm", 0.005) },
    words: ["rate too low"], places: ["lstm"], mend: "one rate for all"),
  Fault(
    kind: .slowBody, model: .attention, change: { $0.optimizer.group = ("block_0", 0.005) },
    words: ["rate too low"], places: ["block_0"], mend: "one rate for all"),
  Fault(
    kind: .fastPart, model: .words, change: { $0.optimizer.group = ("lstm", 50) },
    words: ["rate too high"], also: ["exploding"], places: ["lstm"], mend: "one rate for all"),
  Fault(
    kind: .fastPart, model: .attention, change: { $0.optimizer.group = ("block_0", 50) },
    words: ["rate too high"], also: ["exploding"], places: ["block_0"], mend: "one rate for all"),
  Fault(
    kind: .fallsByFive, model: .perceptron,
    change: { $0.optimizer.schedule = Schedule(.step(every: 15, factor: 0.2)) },
    words: ["schedule died", "rate too low"], visible: 50, mend: "a fall every 80 steps"),
  Fault(
    kind: .fallsByFive, model: .regression, detail: "momentum",
    twin: trained(.momentum, at: 0.02),
    change: { $0.optimizer.schedule = Schedule(.step(every: 15, factor: 0.2)) },
    words: ["schedule died", "rate too low"], visible: 50, mend: "a fall every 80 steps"),
  Fault(
    kind: .fallsByFive, model: .attention,
    change: { $0.optimizer.schedule = Schedule(.step(every: 15, factor: 0.2)) },
    words: ["schedule died", "rate too low"], visible: 50, mend: "a fall every 80 steps"),
  Fault(
    kind: .fallsByFive, model: .stems,
    change: { $0.optimizer.schedule = Schedule(.step(every: 15, factor: 0.2)) },
    words: ["schedule died", "rate too low"], visible: 50, mend: "a fall every 80 steps"),
  Fault(
    kind: .hotStart, model: .perceptron, twin: finishing(), change: { $0.optimizer.rate = 0.3 },
    words: ["rate too high"], also: ["spike", "exploding", "loss rising", "dead units"],
    mend: "a rate of 0.001"),
  Fault(
    kind: .hotStart, model: .characters, twin: finishing(), change: { $0.optimizer.rate = 0.3 },
    words: ["rate too high"], also: ["spike", "exploding", "loss rising", "saturated"],
    mend: "a rate of 0.001"),
  Fault(
    kind: .hotStart, model: .words, twin: finishing(), change: { $0.optimizer.rate = 0.3 },
    words: ["rate too high"], also: ["spike", "exploding", "loss rising", "saturated"],
    mend: "a rate of 0.001"),
]

let freshTrainingFaults: [Fault] = freshLossFaults + freshRateFaults + freshUpdateFaults
