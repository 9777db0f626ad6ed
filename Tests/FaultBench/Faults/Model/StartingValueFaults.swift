extension Kind {
  static let uncentered = Kind("random weights that are not centered", .initialization, .tune)
  static let standardNormal = Kind("all weights of a standard normal", .initialization, .tune)
  static let zeroLayer = Kind("a layer that begins at zero", .initialization, .tune)
  static let tableSmall = Kind("a table of vectors far too small", .initialization, .tune)
  static let positionsLarge = Kind("positions that drown the symbols", .initialization, .tune)
  static let gainLarge = Kind("a gain of the normalization of 300", .initialization, .tune)
  static let equalVectors = Kind("a fixed table in which all vectors are equal", .initialization, .tune)
}

/// Faults of what the parameters begin with, beyond those in `initializationFaults`.
let startingValueFaults: [Fault] = [
  Fault(
    kind: .uncentered, model: .perceptron, detail: "from 0 to 1",
    twin: { $0.net.depth = 4 },
    change: { $0.net.initializer = .uniform(0, 1) },
    words: ["weights too large"], also: ["loss high at the start", "exploding"],
    mend: "weights around zero"),
  Fault(
    kind: .uncentered, model: .regression, detail: "from 0 to 1, tanh",
    twin: { $0.net.depth = 3 },
    change: { $0.net.initializer = .uniform(0, 1) },
    words: ["weights too large", "saturated"], also: ["loss high at the start"],
    mend: "weights around zero"),
  Fault(
    kind: .uncentered, model: .perceptron, detail: "below zero",
    twin: { $0.net.depth = 3 },
    change: { $0.net.initializer = .uniform(-0.4, -0.05) },
    words: ["dead units"], also: ["collapse", "no gradient"], places: ["hidden", "relu"],
    mend: "weights around zero"),
  Fault(
    kind: .standardNormal, model: .perceptron,
    twin: {
      $0.net.depth = 6
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.003
    },
    change: { $0.net.initializer = .normal(deviation: 1) },
    words: ["weights too large"], also: ["loss high at the start", "exploding"],
    mend: "a deviation by the number of inputs"),
  Fault(
    kind: .standardNormal, model: .regression, detail: "tanh",
    twin: { $0.net.depth = 4 },
    change: { $0.net.initializer = .normal(deviation: 1) },
    words: ["weights too large", "saturated"], also: ["loss high at the start"],
    mend: "a deviation by the number of inputs"),
  Fault(
    kind: .zeroLayer, model: .perceptron, twin: { $0.net.depth = 3 },
    change: { $0.changes = [.set("hidden_1", 0)] },
    words: ["weights too small", "duplicate rows", "dead units"],
    also: ["no gradient", "blocked", "collapse"],
    places: ["hidden_1", "relu"], mend: "random initial values"),
  Fault(
    kind: .zeroLayer, model: .regression, detail: "two layers, tanh",
    change: { $0.changes = [.set("hidden_1", 0), .set("output", 0)] },
    words: ["weights too small", "duplicate rows"], also: ["no gradient", "blocked", "collapse"],
    places: ["hidden_1", "output"], mend: "random initial values"),
  Fault(
    kind: .tableSmall, model: .characters,
    twin: trained(.sgd, at: 0.5),
    change: { $0.changes = [.scale("embedding", 1e-4)] },
    words: ["weights too small"], also: ["blocked", "collapse"], places: ["embedding"],
    mend: "vectors of deviation 1"),
  Fault(
    kind: .tableSmall, model: .words,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 2
      $0.optimizer.clipping = .norm(1)
    },
    change: { $0.changes = [.scale("embedding", 1e-4)] },
    words: ["weights too small"], also: ["blocked", "collapse"], places: ["embedding"],
    mend: "vectors of deviation 1"),
  Fault(
    kind: .positionsLarge, model: .attention, change: { $0.changes = [.scale("positions", 100)] },
    words: ["weights too large"], also: ["loss high at the start", "attention collapsed"],
    places: ["positions"], mend: "positions of the symbols' scale"),
  Fault(
    kind: .gainLarge, model: .perceptron,
    twin: {
      $0.net.isNormalized = true
      $0.net.depth = 3
    },
    change: { $0.changes = [.set("norm_2.weight", 300)] },
    words: ["weights too large", "loss high at the start"], places: ["norm_2", ""], mend: "a gain of 1"),
  Fault(
    kind: .gainLarge, model: .attention,
    change: { $0.changes = [.set("block_0.attention_norm.weight", 300)] },
    words: ["weights too large", "attention collapsed"], places: ["attention_norm", "block_0.attention"],
    mend: "a gain of 1"),
  Fault(
    kind: .equalVectors, model: .characters,
    change: { $0.changes = [.set("embedding", 0.3), .freeze("embedding")] },
    words: ["duplicate rows"], also: ["frozen", "not learning from the inputs", "loss flat"],
    places: ["embedding"], mend: "a table with its values read in"),
  Fault(
    kind: .equalVectors, model: .words,
    change: { $0.changes = [.set("embedding", 0.3), .freeze("embedding")] },
    words: ["duplicate rows"], also: ["frozen", "not learning from the inputs", "loss flat"],
    places: ["embedding"], mend: "a table with its values read in"),
]
