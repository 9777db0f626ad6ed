import Sluice

extension Kind {
  static let rateOfDescent = Kind("descent's rate with an adaptive rule", .optimizer, .tune)
  static let rateOfAdam = Kind("Adam's rate with another rule", .optimizer, .tune)
  static let growingRate = Kind("a rate that grows at every step", .optimizer, .tune)
  static let groupDecay = Kind("a decay for one part that undoes it", .optimizer, .tune)
  static let firstMoment = Kind("Adam's first β of 0.999", .optimizer, .tune)
  static let valueClipping = Kind("elements clipped at 0.00001", .optimizer, .tune)
  static let fastGroup = Kind("one part's rate × 300", .optimizer, .tune)
  static let clearedSeldom = Kind("gradients cleared once an epoch", .optimizer, .tune)
  static let clearedEarly = Kind("gradients cleared before the update", .optimizer, .tune)
  static let uphill = Kind("an update that goes uphill", .optimizer, .tune)
  static let copyMoved = Kind("the optimizer moves a copy", .optimizer, .tune)
}

/// Faults of how the parameters are moved, beyond those in `optimizerFaults`.
let updateFaults: [Fault] = [
  Fault(
    kind: .rateOfDescent, model: .characters, detail: "Adam",
    change: { $0.optimizer.rate = 0.5 },
    words: ["rate too high"], also: ["weights too large"], mend: "a rate of 0.01"),
  Fault(
    kind: .rateOfDescent, model: .words, detail: "RMSprop",
    twin: trained(.rmsprop, at: 0.005), change: { $0.optimizer.rate = 1 },
    words: ["rate too high"], also: ["weights too large"], mend: "a rate of 0.005"),
  Fault(
    kind: .rateOfDescent, model: .regression, detail: "AdamW",
    twin: { $0.optimizer.rule = .adamW }, change: { $0.optimizer.rate = 0.5 },
    words: ["rate too high"], also: ["weights too large", "saturated"], mend: "a rate of 0.01"),
  Fault(
    kind: .rateOfAdam, model: .perceptron, detail: "descent",
    twin: trained(.sgd, at: 0.3), change: { $0.optimizer.rate = 0.001 },
    words: ["rate too low"], mend: "a rate of 0.3"),
  Fault(
    kind: .rateOfAdam, model: .attention, detail: "Adagrad",
    twin: trained(.adagrad, at: 0.1), change: { $0.optimizer.rate = 0.001 },
    words: ["rate too low", "schedule died"], mend: "a rate of 0.1"),
  Fault(
    kind: .rateOfAdam, model: .words, detail: "descent",
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 2
      $0.optimizer.clipping = .norm(1)
    }, change: { $0.optimizer.rate = 0.003 },
    words: ["rate too low"], mend: "a rate of 2"),
  Fault(
    kind: .growingRate, model: .perceptron, change: { $0.optimizer.growth = 1.04 },
    words: ["rate too high"], also: ["spike"], visible: 100, mend: "a constant rate"),
  Fault(
    kind: .growingRate, model: .characters, change: { $0.optimizer.growth = 1.04 },
    words: ["rate too high"], also: ["spike"], visible: 100, mend: "a constant rate"),
  Fault(
    kind: .growingRate, model: .stems, change: { $0.optimizer.growth = 1.04 },
    words: ["rate too high"], also: ["spike", "collapse"], visible: 100, mend: "a constant rate"),
  Fault(
    kind: .groupDecay, model: .perceptron, detail: "of the hidden layers",
    twin: { $0.optimizer.rule = .adamW },
    change: { $0.optimizer.groupDecay = ("hidden", 20) },
    words: ["decay too strong"], also: ["collapse"], places: ["hidden"], mend: "decay of 0.01"),
  Fault(
    kind: .groupDecay, model: .attention, detail: "of the block",
    twin: { $0.optimizer.rule = .adamW },
    change: { $0.optimizer.groupDecay = ("block_0", 20) },
    words: ["decay too strong"], also: ["attention uniform", "normalization without gain"],
    places: ["block_0"], mend: "decay of 0.01"),
  Fault(
    kind: .firstMoment, model: .perceptron, change: { $0.optimizer.momentum = 0.999 },
    words: ["momentum too high", "rate too high"], visible: 20, mend: "a first β of 0.9"),
  Fault(
    kind: .firstMoment, model: .words, change: { $0.optimizer.momentum = 0.999 },
    words: ["momentum too high", "rate too high"], visible: 20, mend: "a first β of 0.9"),
  Fault(
    kind: .valueClipping, model: .characters,
    twin: trained(.sgd, at: 0.5), change: { $0.optimizer.clipping = .value(1e-5) },
    words: ["clipped away", "rate too low"], mend: "clipping at 1"),
  Fault(
    kind: .valueClipping, model: .regression,
    twin: trained(.momentum, at: 0.03), change: { $0.optimizer.clipping = .value(1e-5) },
    words: ["clipped away", "rate too low"], mend: "clipping at 1"),
  Fault(
    kind: .fastGroup, model: .perceptron, change: { $0.optimizer.group = ("hidden_0", 300) },
    words: ["rate too high"], also: ["weights too large"], places: ["hidden_0"], mend: "one rate for all"),
  Fault(
    kind: .fastGroup, model: .characters, change: { $0.optimizer.group = ("gru", 300) },
    words: ["rate too high"], also: ["weights too large", "saturated"], places: ["gru"],
    mend: "one rate for all"),
  Fault(
    kind: .fastGroup, model: .stems, change: { $0.optimizer.group = ("embedding", 1_000) },
    words: ["rate too high"], also: ["weights too large", "saturated"], places: ["embedding"],
    mend: "one rate for all"),
  Fault(
    kind: .clearedSeldom, model: .perceptron,
    twin: trained(.sgd, at: 0.3),
    change: {
      $0.optimizer.keepsGradients = true
      $0.optimizer.clearsEvery = 24
    },
    words: ["gradients add up"], also: ["rate too high", "spike"], mend: "gradients cleared at every step"),
  Fault(
    kind: .clearedSeldom, model: .regression,
    twin: trained(.momentum, at: 0.03),
    change: {
      $0.optimizer.keepsGradients = true
      $0.optimizer.clearsEvery = 32
    },
    words: ["gradients add up"], also: ["rate too high", "spike", "saturated"],
    mend: "gradients cleared at every step"),
  Fault(
    kind: .clearedEarly, model: .perceptron, change: { $0.optimizer.clearsBeforeUpdate = true },
    words: ["frozen", "rate too low", "no gradient"], also: ["loss flat"],
    mend: "gradients cleared after the update"),
  Fault(
    kind: .clearedEarly, model: .characters, change: { $0.optimizer.clearsBeforeUpdate = true },
    words: ["frozen", "rate too low", "no gradient"], also: ["loss flat"],
    mend: "gradients cleared after the update"),
  Fault(
    kind: .clearedEarly, model: .attention, change: { $0.optimizer.clearsBeforeUpdate = true },
    words: ["frozen", "rate too low", "no gradient"], also: ["loss flat"],
    mend: "gradients cleared after the update"),
  Fault(
    kind: .uphill, model: .perceptron, change: { $0.optimizer.gradientFactor = -1 },
    words: ["loss rising", "steps uphill"], also: ["weights too large"], mend: "the gradient subtracted"),
  Fault(
    kind: .uphill, model: .regression,
    twin: trained(.sgd, at: 0.1), change: { $0.optimizer.gradientFactor = -1 },
    words: ["loss rising", "steps uphill"],
    also: ["weights too large", "saturated", "non-finite", "exploding"],
    mend: "the gradient subtracted"),
  Fault(
    kind: .copyMoved, model: .perceptron, detail: "of all", change: { $0.optimizer.movesCopyOf = "" },
    words: ["frozen", "rate too low"], also: ["loss flat"], mend: "an optimizer of the model's own values"),
  Fault(
    kind: .copyMoved, model: .words, detail: "of the recurrent layer",
    change: { $0.optimizer.movesCopyOf = "lstm" },
    words: ["frozen", "rate too low"], places: ["lstm"], mend: "an optimizer of the model's own values"),
  Fault(
    kind: .copyMoved, model: .stems, detail: "of all",
    change: { $0.optimizer.movesCopyOf = "" },
    words: ["frozen", "rate too low"], also: ["loss flat"], mend: "an optimizer of the model's own values"),
]
