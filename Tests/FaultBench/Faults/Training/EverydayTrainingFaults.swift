import Sluice

extension Kind {
  static let summedBatch = Kind("a sum over a batch that was made larger", .loss, .tune)
  static let rewardedSize = Kind("a penalty with the wrong sign", .loss, .tune)
  static let hotLogits = Kind("logits × 300 before the loss", .loss, .tune)
  static let softmaxByHand = Kind("a softmax by hand that overflows at some step", .loss, .tune)
  static let epochDecay = Kind("an epoch's fall of the rate made at every step", .optimizer, .tune)
  static let rateJump = Kind("resumed at a rate far higher", .optimizer, .tune)
  static let coupledDecay = Kind("a decay of 0.1 added to an adaptive rule's gradients", .optimizer, .tune)
  static let nesterov = Kind("Nesterov's momentum of 0.998", .optimizer, .tune)
  static let batchOfOne = Kind("a batch of one for want of memory", .optimizer, .tune)
  static let updatedSeldom = Kind("an update once an epoch only", .optimizer, .tune)
}

/// Everyday mistakes with what is minimized and how.
let everydayTrainingFaults: [Fault] = [
  Fault(
    kind: .summedBatch, model: .characters,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.5
      $0.data.batch = 96
    }, change: { $0.loss.reduction = .sum },
    words: ["loss not averaged"], also: ["rate too high", "loss high at the start"], mend: "a mean"),
  Fault(
    kind: .summedBatch, model: .attention,
    twin: {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.03
      $0.data.batch = 64
      $0.steps = 400
    }, change: { $0.loss.reduction = .sum },
    words: ["loss not averaged"], also: ["rate too high", "loss high at the start"], mend: "a mean"),
  Fault(
    kind: .rewardedSize, model: .perceptron, change: { $0.loss.penalty = -0.5 },
    words: ["loss below its least value"], also: ["weights too large", "exploding"], visible: 10,
    mend: "the penalty added"),
  Fault(
    kind: .rewardedSize, model: .regression, change: { $0.loss.penalty = -2 },
    words: ["loss below its least value"], also: ["weights too large", "exploding", "saturated"], visible: 10,
    mend: "the penalty added"),
  Fault(
    kind: .hotLogits, model: .perceptron, change: { $0.loss.logitFactor = 300 },
    words: ["loss high at the start", "temperature too small", "weights too large"], also: ["exploding"],
    mend: "logits as they are"),
  Fault(
    kind: .hotLogits, model: .words, change: { $0.loss.logitFactor = 300 },
    words: ["loss high at the start", "temperature too small", "weights too large"], also: ["exploding"],
    mend: "logits as they are"),
  Fault(
    kind: .softmaxByHand, model: .perceptron, change: { $0.loss.accident = (50, .softmaxByHand) },
    words: ["non-finite"], places: ["exp"], visible: 50, mend: "the largest logit taken off first"),
  Fault(
    kind: .softmaxByHand, model: .words, change: { $0.loss.accident = (65, .softmaxByHand) },
    words: ["non-finite"], places: ["exp"], visible: 65, mend: "the largest logit taken off first"),
  Fault(
    kind: .epochDecay, model: .attention,
    change: { $0.optimizer.schedule = Schedule(.step(every: 1, factor: 0.85)) },
    words: ["schedule died", "rate too low"], visible: 20, mend: "the fall after each epoch"),
  Fault(
    kind: .epochDecay, model: .stems,
    change: { $0.optimizer.schedule = Schedule(.step(every: 1, factor: 0.85)) },
    words: ["schedule died", "rate too low"], visible: 20, mend: "the fall after each epoch"),
  Fault(
    kind: .epochDecay, model: .regression, detail: "set by hand", change: { $0.optimizer.growth = 0.85 },
    words: ["schedule died", "rate too low"], visible: 20, mend: "the fall after each epoch"),
  Fault(
    kind: .rateJump, model: .perceptron, change: { $0.optimizer.rateJump = (120, 300) },
    words: ["rate too high"], also: ["spike", "weights too large", "dead units"], visible: 120,
    mend: "the rate of before"),
  Fault(
    kind: .rateJump, model: .words, change: { $0.optimizer.rateJump = (120, 100) },
    words: ["rate too high"], also: ["spike", "weights too large", "saturated"], visible: 120,
    mend: "the rate of before"),
  Fault(
    kind: .rateJump, model: .attention, change: { $0.optimizer.rateJump = (40, 100) },
    words: ["rate too high"], also: ["spike", "weights too large"], visible: 40,
    mend: "the rate of before"),
  Fault(
    kind: .coupledDecay, model: .regression, change: { $0.optimizer.decay = 0.1 },
    words: ["decay too strong"], also: ["collapse"], mend: "decay of 0.0001"),
  Fault(
    kind: .coupledDecay, model: .attention, change: { $0.optimizer.decay = 0.1 },
    words: ["decay too strong"], also: ["collapse"], mend: "decay of 0.0001"),
  Fault(
    kind: .coupledDecay, model: .stems, change: { $0.optimizer.decay = 0.1 },
    words: ["decay too strong"], also: ["collapse"], mend: "decay of 0.0001"),
  Fault(
    kind: .nesterov, model: .regression,
    twin: trained(.nesterov, at: 0.05), change: { $0.optimizer.momentum = 0.998 },
    words: ["momentum too high", "rate too high"], visible: 20, mend: "momentum of 0.9"),
  Fault(
    kind: .nesterov, model: .characters,
    twin: trained(.nesterov, at: 0.1), change: { $0.optimizer.momentum = 0.998 },
    words: ["momentum too high", "rate too high"], visible: 20, mend: "momentum of 0.9"),
  Fault(
    kind: .batchOfOne, model: .characters,
    twin: trained(.sgd, at: 0.5), change: { $0.data.batch = 1 },
    words: ["rate too high"], mend: "32 examples a step"),
  Fault(
    kind: .batchOfOne, model: .attention, change: { $0.data.batch = 1 },
    words: ["rate too high"], mend: "32 examples a step"),
  Fault(
    kind: .updatedSeldom, model: .perceptron, change: { $0.optimizer.updatesEvery = 64 },
    words: ["frozen", "rate too low"], also: ["loss flat"], mend: "an update at every step"),
  Fault(
    kind: .updatedSeldom, model: .characters, change: { $0.optimizer.updatesEvery = 64 },
    words: ["frozen", "rate too low"], also: ["loss flat"], mend: "an update at every step"),
]
