import Sluice

extension Kind {
  static let turnedInputs = Kind("inputs with the other sign from some step on", .data, .tune)
  static let faintColumns = Kind("some columns 10,000 times too small", .data, .tune)
  static let wildValue = Kind("one value of 10,000 in one batch", .data, .tune)
  static let recoded = Kind("symbols numbered anew from some step on", .data, .tune)
  static let growingLayers = Kind(
    "weights three times too large in each of many layers", .initialization, .tune)
  static let fixedDeviation = Kind(
    "an initializer of deviation 0.005 whatever the width", .initialization, .tune)
  static let loudBiases = Kind("biases × 100", .initialization, .tune)
  static let gatesOfEight = Kind("all biases of a cell at 8", .time, .tune)
  static let dropoutEverywhere = Kind("dropout of 0.6 after each of six layers", .architecture, .tune)
  static let headOnly = Kind("all frozen but the output layer", .architecture, .tune)
  static let weightlessLoss = Kind("a loss with a weight of zero", .loss, .tune)
  static let turnedLoss = Kind("a loss with the other sign from some step on", .loss, .tune)
  static let growingLoss = Kind("a weight of the loss that grows at every step", .loss, .tune)
  static let rateTimes20 = Kind("rate × 20", .optimizer, .tune)
  static let rateHundredth = Kind("rate ÷ 100", .optimizer, .tune)
  static let fallsByTen = Kind("a rate that falls tenfold every 12 steps", .optimizer, .tune)
  static let descentDecay = Kind("a decay of 0.1 of descent", .optimizer, .tune)
  static let decoupledDecay = Kind("AdamW's decay of 10", .optimizer, .tune)
  static let resumedLow = Kind("resumed at a rate far lower", .optimizer, .tune)
  static let faintRecurrence = Kind("recurrent weights ÷ 100", .time, .tune)
  static let plainTower = Kind("plain recurrent layers five deep", .time, .tune)
  static let fewMislabeled = Kind("few examples, a fifth of them mislabeled", .validation, .tune)
}

/// Faults that were kept aside once, and tuned on since.
let unseenFaults: [Fault] = [
  Fault(
    kind: .turnedInputs, model: .perceptron,
    change: { $0.data.unitChange = (120, -1) },
    words: ["input shifted", "spike"], also: ["loss rising", "overfitting"], visible: 120,
    mend: "one sign"),
  Fault(
    kind: .turnedInputs, model: .regression,
    change: { $0.data.unitChange = (120, -1) },
    words: ["input shifted", "spike"], also: ["loss rising", "overfitting"], visible: 120,
    mend: "one sign"),
  Fault(
    kind: .faintColumns, model: .perceptron,
    change: { $0.data.columnFactors = [0: 1e-4, 1: 1e-4, 2: 1e-4, 3: 1e-4] },
    words: ["unscaled input", "constant input"], places: ["input"],
    mend: "columns of unit scale"),
  Fault(
    kind: .faintColumns, model: .regression,
    change: { $0.data.columnFactors = [0: 1e-4, 3: 1e-4] },
    words: ["unscaled input", "constant input"], places: ["input"],
    mend: "columns of unit scale"),
  Fault(
    kind: .wildValue, model: .perceptron,
    change: { $0.data.badValue = (100, 2, 1e4) },
    words: ["spike", "input shifted", "unscaled input"], also: ["exploding"], visible: 100, harm: .spikes,
    mend: "that value left out"),
  Fault(
    kind: .wildValue, model: .regression,
    change: { $0.data.badValue = (100, 0, 1e4) },
    words: ["spike", "input shifted", "unscaled input"], also: ["exploding"], visible: 100, harm: .spikes,
    mend: "that value left out"),
  Fault(
    kind: .recoded, model: .characters,
    change: { $0.data.recodedFrom = 120 },
    words: ["input shifted", "spike"], also: ["loss rising", "overfitting"], visible: 120,
    mend: "one list of symbols"),
  Fault(
    kind: .recoded, model: .attention,
    change: { $0.data.recodedFrom = 120 },
    words: ["input shifted", "spike"], also: ["loss rising", "overfitting"], visible: 120,
    mend: "one list of symbols"),
  Fault(
    kind: .growingLayers, model: .perceptron,
    twin: {
      $0.net.depth = 8
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.scale("hidden", 3)] },
    words: ["weights too large"], also: ["loss high at the start", "exploding"], places: ["hidden"],
    mend: "the usual values"),
  Fault(
    kind: .growingLayers, model: .regression,
    twin: {
      $0.net.depth = 4
      $0.optimizer.rate = 0.005
    },
    change: { $0.changes = [.scale("hidden", 8)] },
    words: ["weights too large", "saturated"], also: ["loss high at the start"], places: ["hidden"],
    mend: "the usual values"),
  Fault(
    kind: .fixedDeviation, model: .perceptron,
    twin: { $0.net.depth = 4 },
    change: { $0.net.initializer = .normal(deviation: 0.005) },
    words: ["weights too small", "vanishing over depth"], places: ["hidden"],
    mend: "one that looks at the width"),
  Fault(
    kind: .fixedDeviation, model: .regression,
    twin: {
      $0.net.depth = 4
      $0.optimizer.rate = 0.005
    },
    change: { $0.net.initializer = .normal(deviation: 0.005) },
    words: ["weights too small", "vanishing over depth"], places: ["hidden"],
    mend: "one that looks at the width"),
  Fault(
    kind: .loudBiases, model: .perceptron,
    twin: { $0.net.activation = .relu },
    change: { $0.changes = [.scale("hidden_0.bias", 100), .scale("hidden_1.bias", 100)] },
    words: ["weights too large", "dead units", "loss high at the start"],
    mend: "the usual biases"),
  Fault(
    kind: .loudBiases, model: .regression,
    change: { $0.changes = [.scale("hidden_0.bias", 100), .scale("hidden_1.bias", 100)] },
    words: ["weights too large", "saturated"], places: ["hidden"],
    mend: "the usual biases"),
  Fault(
    kind: .gatesOfEight, model: .characters,
    change: { $0.changes = [.set("gru.bias", 8)] },
    words: ["saturated", "weights too large"], places: ["gru"],
    mend: "the usual biases"),
  Fault(
    kind: .gatesOfEight, model: .words,
    change: { $0.changes = [.set("lstm.bias", 8)] },
    words: ["saturated", "weights too large"], places: ["lstm"],
    mend: "the usual biases"),
  Fault(
    kind: .gatesOfEight, model: .stems,
    change: { $0.changes = [.set("gru.bias", 8)] },
    words: ["saturated", "weights too large"], places: ["gru"],
    mend: "the usual biases"),
  Fault(
    kind: .dropoutEverywhere, model: .perceptron,
    twin: {
      $0.net.depth = 6
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.003
    },
    change: { $0.net.dropout = 0.6 },
    words: ["too much dropout"],
    mend: "dropout of 0.1"),
  Fault(
    kind: .dropoutEverywhere, model: .regression,
    twin: {
      $0.net.depth = 6
      $0.optimizer.rate = 0.005
    },
    change: { $0.net.dropout = 0.6 },
    words: ["too much dropout"],
    mend: "none"),
  Fault(
    kind: .headOnly, model: .perceptron, detail: "four deep",
    twin: {
      $0.net.depth = 4
      $0.net.activation = .tanh
    },
    change: { $0.changes = [.freeze("hidden")] },
    words: ["frozen"], places: ["hidden"],
    mend: "all of it trained"),
  Fault(
    kind: .headOnly, model: .attention,
    change: { $0.changes = [.freeze("embedding"), .freeze("positions"), .freeze("block_0")] },
    words: ["frozen"], places: ["embedding", "positions", "block_0"],
    mend: "all of it trained"),
  Fault(
    kind: .headOnly, model: .stems,
    change: { $0.changes = [.freeze("embedding"), .freeze("gru")] },
    words: ["frozen"], places: ["embedding", "gru"],
    mend: "all of it trained"),
  Fault(
    kind: .weightlessLoss, model: .perceptron,
    change: { $0.loss.factor = 0 },
    words: ["no gradient", "loss flat"],
    mend: "a weight of 1"),
  Fault(
    kind: .weightlessLoss, model: .words,
    change: { $0.loss.factor = 0 },
    words: ["no gradient", "loss flat"],
    mend: "a weight of 1"),
  Fault(
    kind: .weightlessLoss, model: .stems,
    change: { $0.loss.factor = 0 },
    words: ["no gradient", "loss flat"],
    mend: "a weight of 1"),
  Fault(
    kind: .turnedLoss, model: .perceptron,
    change: { $0.loss.flippedFrom = 100 },
    words: ["loss below its least value", "steps uphill", "loss rising"], visible: 100,
    mend: "one sign"),
  Fault(
    kind: .turnedLoss, model: .characters,
    change: { $0.loss.flippedFrom = 100 },
    words: ["loss below its least value", "steps uphill", "loss rising"], visible: 100,
    mend: "one sign"),
  Fault(
    kind: .turnedLoss, model: .words,
    change: { $0.loss.flippedFrom = 100 },
    words: ["loss below its least value", "steps uphill", "loss rising"], visible: 100,
    mend: "one sign"),
  Fault(
    kind: .turnedLoss, model: .attention,
    change: { $0.loss.flippedFrom = 100 },
    words: ["loss below its least value", "steps uphill", "loss rising"], visible: 100,
    mend: "one sign"),
  Fault(
    kind: .growingLoss, model: .perceptron,
    twin: trained(.sgd, at: 0.3),
    change: { $0.loss.growth = 1.06 },
    words: ["rate too high", "exploding", "loss rising", "loss not averaged"], visible: 40,
    mend: "one weight"),
  Fault(
    kind: .growingLoss, model: .characters,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.5
      $0.steps = 300
    },
    change: { $0.loss.growth = 1.06 },
    words: ["rate too high", "exploding", "loss rising", "loss not averaged"], visible: 40,
    mend: "one weight"),
]
