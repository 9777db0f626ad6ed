import Sluice

extension Kind {
  static let eightfoldWeights = Kind("all weights × 8", .initialization, .tune, isKnown: true)
  static let hundredthDeviation = Kind(
    "an initializer of deviation 0.01, of other data", .initialization, .tune, isKnown: true)
  static let zeroStart = Kind("hidden layers that begin at zero", .initialization, .tune, isKnown: true)
  static let lowBias = Kind("a bias of −6 before a ReLU", .initialization, .tune, isKnown: true)
  static let highBias = Kind("biases of 5 before a tanh or gates", .initialization, .tune, isKnown: true)
  static let deepPlain = Kind(
    "a deep net without the normalization that it needs", .architecture, .tune, isKnown: true)
  static let tenSigmoids = Kind("ten layers of sigmoids", .architecture, .tune, isKnown: true)
  static let allLinear = Kind("functions between layers forgotten", .architecture, .tune, isKnown: true)
  static let leftFrozen = Kind("frozen for a first phase and left so", .architecture, .tune, isKnown: true)
  static let cutOff = Kind("a layer's result taken out of the graph", .architecture, .tune, isKnown: true)
  static let ninetyDropout = Kind("dropout of 0.9", .architecture, .tune, isKnown: true)
  static let probabilities = Kind("probabilities where logits belong", .architecture, .tune, isKnown: true)
}

/// Faults of sorts that are known from other data and models: of initial values.
let knownStartFaults: [Fault] = [
  Fault(
    kind: .eightfoldWeights, model: .perceptron, detail: "four deep",
    twin: onOtherData {
      $0.net.depth = 4
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.scale("", 8)] },
    words: ["weights too large"], also: ["loss high at the start", "exploding"], mend: "the usual values"),
  Fault(
    kind: .eightfoldWeights, model: .words, detail: "GRU",
    twin: onOtherData {
      $0.net.cell = .gru(updateBias: 1)
      $0.net.units = 48
    },
    change: { $0.changes = [.scale("gru.weight", 8), .scale("output.weight", 8)] },
    words: ["weights too large", "saturated"], also: ["loss high at the start", "exploding over time"],
    mend: "the usual values"),
  Fault(
    kind: .hundredthDeviation, model: .perceptron, detail: "tanh, six deep",
    twin: onOtherData {
      $0.net.depth = 6
      $0.net.activation = .tanh
      $0.net.initializer = .xavierUniform
      $0.optimizer.rate = 0.003
    },
    change: { $0.net.initializer = .normal(deviation: 0.01) },
    words: ["weights too small", "vanishing over depth"], also: ["blocked", "collapse"], places: ["hidden"],
    mend: "one that looks at the width"),
  Fault(
    kind: .hundredthDeviation, model: .regression, detail: "GELU, five deep, momentum",
    twin: onOtherData {
      $0.net.depth = 5
      $0.net.activation = .gelu
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.003
    },
    change: { $0.net.initializer = .normal(deviation: 0.01) },
    words: ["weights too small", "vanishing over depth"], also: ["blocked", "collapse"], places: ["hidden"],
    mend: "one that looks at the width"),
  Fault(
    kind: .zeroStart, model: .perceptron,
    twin: onOtherData { $0.net.activation = .tanh }, change: { $0.changes = [.set("hidden", 0)] },
    words: ["duplicate rows", "weights too small"], also: ["no gradient", "blocked", "collapse"],
    places: ["hidden"], mend: "random values"),
  Fault(
    kind: .zeroStart, model: .regression,
    twin: onOtherData { $0.net.activation = .relu }, change: { $0.changes = [.set("hidden", 0)] },
    words: ["duplicate rows", "weights too small"], also: ["no gradient", "blocked", "collapse"],
    places: ["hidden"], mend: "random values"),
  Fault(
    kind: .lowBias, model: .perceptron,
    twin: onOtherData {
      $0.net.units = 64
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.set("hidden_1.bias", -6)] },
    words: ["dead units"], also: ["blocked", "collapse", "weights too large"], places: ["hidden_1", "relu"],
    mend: "a bias of zero"),
  Fault(
    kind: .lowBias, model: .regression, detail: "three deep",
    twin: onOtherData {
      $0.net.depth = 3
      $0.net.activation = .relu
    },
    change: { $0.changes = [.set("hidden_0.bias", -6)] },
    words: ["dead units"], also: ["blocked", "collapse", "weights too large"],
    places: ["hidden_0", "relu"], mend: "a bias of zero"),
  Fault(
    kind: .highBias, model: .perceptron, detail: "tanh",
    twin: onOtherData {
      $0.net.activation = .tanh
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.set("hidden_1.bias", 5)] },
    words: ["saturated"], also: ["blocked", "collapse", "weights too large"], places: ["hidden_1", "tanh"],
    mend: "a bias of zero"),
  Fault(
    kind: .highBias, model: .characters, detail: "GRU",
    twin: onOtherData { $0.optimizer.rate = 0.005 }, change: { $0.changes = [.set("gru.bias", 5)] },
    words: ["saturated"], also: ["blocked", "collapse", "weights too large"], places: ["gru"],
    mend: "the usual biases"),
]

/// Faults of sorts that are known from other data and models: of what a model is made of.
let knownModelFaults: [Fault] = [
  Fault(
    kind: .deepPlain, model: .perceptron, detail: "tanh, ten deep, momentum",
    twin: onOtherData {
      $0.net.depth = 10
      $0.net.isNormalized = true
      $0.net.activation = .tanh
      $0.net.units = 48
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.02
      $0.data.examples = 4_096
      $0.steps = 400
    },
    change: { $0.net.isNormalized = false },
    words: ["vanishing over depth", "weights too small"], also: ["collapse", "blocked"],
    mend: "layers normalized"),
  Fault(
    kind: .deepPlain, model: .regression, detail: "GELU, 14 deep, momentum",
    twin: onOtherData {
      $0.net.depth = 14
      $0.net.activation = .gelu
      $0.net.isNormalized = true
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.003
    },
    change: { $0.net.isNormalized = false },
    words: ["vanishing over depth", "weights too small"], also: ["collapse", "blocked"],
    mend: "layers normalized"),
  Fault(
    kind: .tenSigmoids, model: .perceptron,
    twin: onOtherData {
      $0.net.depth = 10
      $0.net.activation = .gelu
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.002
    },
    change: { $0.net.activation = .sigmoid },
    words: ["vanishing over depth"], also: ["collapse", "blocked", "not learning from the inputs"],
    mend: "functions with a slope"),
  Fault(
    kind: .allLinear, model: .perceptron, detail: "three deep",
    twin: onOtherData {
      $0.net.depth = 3
      $0.net.units = 64
      $0.optimizer.rate = 0.005
    },
    change: { $0.net.linearLayers = [0, 1, 2] },
    words: ["no nonlinearity"], places: ["hidden_1", "hidden_2", "output"], mend: "ReLUs"),
  Fault(
    kind: .allLinear, model: .regression,
    twin: onOtherData { $0.net.units = 16 }, change: { $0.net.linearLayers = [0, 1] },
    words: ["no nonlinearity"], places: ["hidden_1", "output"], mend: "tanhs"),
  Fault(
    kind: .leftFrozen, model: .characters,
    twin: onOtherData { $0.net.cell = .lstm(forgetBias: 1) },
    change: { $0.changes = [.freeze("embedding"), .freeze("lstm")] },
    words: ["frozen"], places: ["embedding", "lstm"], mend: "all of it trained"),
  Fault(
    kind: .leftFrozen, model: .perceptron, detail: "three deep, normalized",
    twin: onOtherData {
      $0.net.depth = 3
      $0.net.isNormalized = true
      $0.net.units = 16
    },
    change: { $0.changes = [.freeze("hidden"), .freeze("norm")] },
    words: ["frozen"], places: ["hidden", "norm"], mend: "all of it trained"),
  Fault(
    kind: .cutOff, model: .perceptron, detail: "four deep",
    twin: onOtherData {
      $0.net.depth = 4
      $0.net.units = 24
    },
    change: { $0.net.detachedBefore = 3 },
    words: ["no gradient"], places: ["hidden"], mend: "left in the graph"),
  Fault(
    kind: .cutOff, model: .words,
    twin: onOtherData { $0.net.cell = .gru(updateBias: 1) }, change: { $0.net.detachedBefore = 0 },
    words: ["no gradient"], places: ["gru", "embedding"], mend: "left in the graph"),
  Fault(
    kind: .ninetyDropout, model: .perceptron,
    twin: onOtherData { $0.net.units = 64 }, change: { $0.net.dropout = 0.9 },
    words: ["too much dropout"], mend: "dropout of 0.2"),
  Fault(
    kind: .ninetyDropout, model: .attention,
    twin: onOtherData {
      $0.net.units = 32
      $0.net.dropout = 0.1
    },
    change: { $0.net.dropout = 0.9 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .probabilities, model: .perceptron, detail: "momentum",
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.05
    },
    change: { $0.net.outputActivation = .softmax },
    words: ["softmax twice"], visible: 20, mend: "logits"),
  Fault(
    kind: .probabilities, model: .words,
    twin: onOtherData(), change: { $0.loss.softmaxTwice = true },
    words: ["softmax twice"], visible: 20, mend: "logits"),
  Fault(
    kind: .probabilities, model: .attention,
    twin: onOtherData { $0.optimizer.rule = .adamW }, change: { $0.loss.softmaxTwice = true },
    words: ["softmax twice"], visible: 20, mend: "logits"),
]
