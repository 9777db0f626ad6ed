import Sluice

extension Kind {
  static let batchSum = Kind("a sum over the batch at the rate for its mean", .loss, .tune, isKnown: true)
  static let wrongSign = Kind("a loss that is maximized", .loss, .tune, isKnown: true)
  static let logOfZero = Kind("the logarithm of a zero, of other data", .loss, .tune, isKnown: true)
  static let divided = Kind("something over zero, of other data", .loss, .tune, isKnown: true)
  static let coldTemperature = Kind("a temperature of 0.002", .loss, .tune, isKnown: true)
  static let fewAsked = Kind("a mask that leaves two rows in a hundred", .loss, .tune, isKnown: true)
  static let rateTimes30 = Kind("rate × 30", .optimizer, .tune, isKnown: true)
  static let rateEightieth = Kind("rate ÷ 80", .optimizer, .tune, isKnown: true)
  static let neverCleared = Kind("zero_grad forgotten", .optimizer, .tune, isKnown: true)
  static let undivided = Kind("gradients of eight batches not averaged", .optimizer, .tune, isKnown: true)
  static let notGiven = Kind("parameters that the optimizer was not given", .optimizer, .tune, isKnown: true)
  static let decayOf2 = Kind("AdamW's decay of 2", .optimizer, .tune, isKnown: true)
  static let tightNorm = Kind("clipping at 0.005", .optimizer, .tune, isKnown: true)
  static let momentumOf99 = Kind("a momentum of 0.99 at the rate for 0.9", .optimizer, .tune, isKnown: true)
  static let tooShort = Kind("a schedule made for a tenth of the steps", .optimizer, .tune, isKnown: true)
  static let warmUpMissing = Kind("a high rate without its warm-up", .optimizer, .tune, isKnown: true)
}

/// Faults of sorts that are known from other data and models: of the loss.
let knownLossFaults: [Fault] = [
  Fault(
    kind: .batchSum, model: .perceptron, detail: "momentum, batch of 64",
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.03
      $0.data.batch = 64
    },
    change: { $0.loss.reduction = .sum },
    words: ["loss not averaged", "rate too high"],
    also: ["loss high at the start", "exploding", "dead units", "weights too large"], mend: "a mean"),
  Fault(
    kind: .batchSum, model: .regression, detail: "descent",
    twin: onOtherData {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.05
    },
    change: { $0.loss.reduction = .sum },
    words: ["loss not averaged", "rate too high"],
    also: ["loss high at the start", "exploding", "saturated", "weights too large"], mend: "a mean"),
  Fault(
    kind: .wrongSign, model: .attention, twin: onOtherData(), change: { $0.loss.factor = -1 },
    words: ["loss below its least value", "steps uphill"], mend: "the loss as it is"),
  Fault(
    kind: .wrongSign, model: .regression,
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.01
    },
    change: { $0.loss.factor = -1 },
    words: ["loss below its least value", "steps uphill"], also: ["exploding"], mend: "the loss as it is"),
  Fault(
    kind: .logOfZero, model: .attention, twin: onOtherData(),
    change: { $0.loss.accident = (64, .logarithmOfZero) },
    words: ["non-finite"], places: ["log"], visible: 64, mend: "log-softmax"),
  Fault(
    kind: .divided, model: .regression, twin: onOtherData { $0.net.activation = .gelu },
    change: { $0.loss.accident = (33, .divisionByZero) },
    words: ["non-finite"], places: ["div"], visible: 33, mend: "something added below the line"),
  Fault(
    kind: .coldTemperature, model: .stems,
    twin: onOtherData {
      $0.loss.stems = .neighbors
      $0.loss.distance = .cosine
      $0.loss.temperature = 0.2
      $0.steps = 150
    },
    change: { $0.loss.temperature = 0.002 },
    words: ["temperature too small"], also: ["loss high at the start", "exploding"], mend: "0.2"),
  Fault(
    kind: .fewAsked, model: .words, twin: onOtherData(), change: { $0.loss.masked = 0.98 },
    words: ["masked away"], mend: "a mask of what is asked"),
  Fault(
    kind: .fewAsked, model: .characters, twin: onOtherData { $0.data.batch = 64 },
    change: { $0.loss.masked = 0.98 }, words: ["masked away"], mend: "a mask of what is asked"),
]

/// Faults of sorts that are known from other data and models: of rates and schedules.
let knownRateFaults: [Fault] = [
  Fault(
    kind: .rateTimes30, model: .perceptron, detail: "Adam, three deep",
    twin: onOtherData {
      $0.net.depth = 3
      $0.optimizer.rate = 0.005
    },
    change: { $0.optimizer.rate = 0.15 },
    words: ["rate too high"], also: ["exploding", "loss high at the start", "dead units"],
    mend: "a rate of 0.005"),
  Fault(
    kind: .rateTimes30, model: .regression, detail: "momentum",
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.01
    },
    change: { $0.optimizer.rate = 0.3 },
    words: ["rate too high"],
    also: ["exploding", "loss high at the start", "saturated", "weights too large"],
    mend: "a rate of 0.01"),
  Fault(
    kind: .rateTimes30, model: .characters, detail: "RMSprop",
    twin: onOtherData {
      $0.optimizer.rule = .rmsprop
      $0.optimizer.rate = 0.004
    },
    change: { $0.optimizer.rate = 0.12 },
    words: ["rate too high"], also: ["exploding", "loss high at the start", "saturated"],
    mend: "a rate of 0.004"),
  Fault(
    kind: .rateTimes30, model: .attention, detail: "two blocks, AdamW",
    twin: onOtherData {
      $0.net.layers = 2
      $0.net.units = 32
      $0.optimizer.rule = .adamW
      $0.optimizer.rate = 0.004
    },
    change: { $0.optimizer.rate = 0.12 },
    words: ["rate too high"], also: ["exploding", "loss high at the start"], mend: "a rate of 0.004"),
  Fault(
    kind: .rateEightieth, model: .perceptron, detail: "AdamW, 96 wide",
    twin: onOtherData {
      $0.net.units = 96
      $0.optimizer.rule = .adamW
      $0.optimizer.rate = 0.004
    },
    change: { $0.optimizer.rate = 5e-5 },
    words: ["rate too low"], mend: "a rate of 0.004"),
  Fault(
    kind: .rateEightieth, model: .regression, detail: "descent",
    twin: onOtherData {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.08
    },
    change: { $0.optimizer.rate = 0.001 },
    words: ["rate too low"], mend: "a rate of 0.08"),
  Fault(
    kind: .rateEightieth, model: .words, detail: "GRU",
    twin: onOtherData { $0.net.cell = .gru(updateBias: 1) }, change: { $0.optimizer.rate = 1.25e-4 },
    words: ["rate too low"], mend: "a rate of 0.01"),
  Fault(
    kind: .rateEightieth, model: .stems,
    twin: onOtherData { $0.net.units = 48 }, change: { $0.optimizer.rate = 1.25e-4 },
    words: ["rate too low"], mend: "a rate of 0.01"),
  Fault(
    kind: .tooShort, model: .perceptron, detail: "descent, a line",
    twin: onOtherData {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.2
      $0.optimizer.schedule = Schedule(.linear(steps: 400))
      $0.steps = 400
    },
    change: { $0.optimizer.schedule = Schedule(.linear(steps: 40)) },
    words: ["schedule died", "rate too low"], visible: 41, mend: "a schedule of all steps"),
  Fault(
    kind: .tooShort, model: .words, detail: "cosine",
    twin: onOtherData { $0.optimizer.schedule = Schedule(.cosine(steps: 240)) },
    change: { $0.optimizer.schedule = Schedule(.cosine(steps: 24)) },
    words: ["schedule died", "rate too low"], visible: 25, mend: "a schedule of all steps"),
  Fault(
    kind: .tooShort, model: .attention, detail: "cosine",
    twin: onOtherData { $0.optimizer.schedule = Schedule(.cosine(steps: 240), warmUpSteps: 10) },
    change: { $0.optimizer.schedule = Schedule(.cosine(steps: 24)) },
    words: ["schedule died", "rate too low"], visible: 25, mend: "a schedule of all steps"),
  Fault(
    kind: .warmUpMissing, model: .attention, detail: "six blocks",
    twin: onOtherData {
      $0.net.layers = 6
      $0.net.units = 32
      $0.optimizer.rate = 0.02
      $0.optimizer.schedule = Schedule(.cosine(steps: 300), warmUpSteps: 100)
      $0.steps = 300
    },
    change: { $0.optimizer.schedule = Schedule(.constant) },
    words: ["rate too high"], also: ["exploding", "loss high at the start"], mend: "a warm-up"),
]

/// Faults of sorts that are known from other data and models: of what an update makes of gradients.
let knownUpdateFaults: [Fault] = [
  Fault(
    kind: .neverCleared, model: .perceptron, detail: "momentum",
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.02
      $0.net.activation = .gelu
    },
    change: { $0.optimizer.keepsGradients = true },
    words: ["gradients add up"], also: ["rate too high", "exploding"], visible: 5,
    mend: "cleared at every step"),
  Fault(
    kind: .neverCleared, model: .attention, detail: "Adam",
    twin: onOtherData(), change: { $0.optimizer.keepsGradients = true },
    words: ["gradients add up"], also: ["rate too high", "exploding"], visible: 5,
    mend: "cleared at every step"),
  Fault(
    kind: .undivided, model: .perceptron, detail: "descent",
    twin: onOtherData {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.3
      $0.optimizer.accumulation = 8
      $0.data.batch = 8
    },
    change: { $0.optimizer.dividesAccumulated = false },
    words: ["rate too high", "loss not averaged"], also: ["exploding", "dead units", "weights too large"],
    mend: "divided by eight"),
  Fault(
    kind: .notGiven, model: .characters, detail: "the cell",
    twin: onOtherData(), change: { $0.optimizer.group = ("gru", 0) },
    words: ["frozen", "rate too low"], places: ["gru"], mend: "all parameters given"),
  Fault(
    kind: .notGiven, model: .regression, detail: "hidden layers",
    twin: onOtherData { $0.net.units = 16 }, change: { $0.optimizer.group = ("hidden", 0) },
    words: ["frozen", "rate too low"], places: ["hidden"], mend: "all parameters given"),
  Fault(
    kind: .decayOf2, model: .perceptron,
    twin: onOtherData {
      $0.optimizer.rule = .adamW
      $0.optimizer.rate = 0.005
      $0.optimizer.decay = 0.01
    },
    change: { $0.optimizer.decay = 2 }, words: ["decay too strong"], also: ["collapse"],
    mend: "a decay of 0.01"),
  Fault(
    kind: .decayOf2, model: .attention,
    twin: onOtherData { $0.optimizer.rule = .adamW }, change: { $0.optimizer.decay = 2 },
    words: ["decay too strong"], also: ["collapse"], mend: "a decay of 0.01"),
  Fault(
    kind: .tightNorm, model: .words, detail: "momentum",
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.2
      $0.optimizer.clipping = .norm(1)
      $0.steps = 400
    },
    change: { $0.optimizer.clipping = .norm(0.005) },
    words: ["clipped away", "rate too low"], mend: "a limit of 1"),
  Fault(
    kind: .tightNorm, model: .perceptron, detail: "Nesterov",
    twin: onOtherData {
      $0.optimizer.rule = .nesterov
      $0.optimizer.rate = 0.05
    },
    change: { $0.optimizer.clipping = .norm(0.005) },
    words: ["clipped away", "rate too low"], mend: "a limit of 1"),
  Fault(
    kind: .momentumOf99, model: .perceptron,
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.1
    },
    change: { $0.optimizer.momentum = 0.99 },
    words: ["momentum too high", "rate too high"], also: ["exploding", "dead units"],
    mend: "a momentum of 0.9"),
  Fault(
    kind: .momentumOf99, model: .characters,
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.2
      $0.steps = 400
    },
    change: { $0.optimizer.momentum = 0.99 },
    words: ["momentum too high", "rate too high"], also: ["exploding", "saturated"],
    mend: "a momentum of 0.9"),
]
