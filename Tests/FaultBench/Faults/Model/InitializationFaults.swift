extension Kind {
  static let allLarge = Kind("all weights × 30", .initialization, .tune)
  static let allSmall = Kind("all weights × 0.01", .initialization, .tune)
  static let oneLarge = Kind("one layer's weights × 50", .initialization, .tune)
  static let oneSmall = Kind("one layer's weights × 0.0001", .initialization, .tune)
  static let projectionLarge = Kind("one projection far too large", .initialization, .tune)
  static let tableLarge = Kind("a table of vectors far too large", .initialization, .tune)
  static let deadByBias = Kind("a bias that kills the ReLU", .initialization, .tune)
  static let tanhSaturated = Kind("a bias that saturates the tanh", .initialization, .tune)
  static let deepByDefault = Kind(
    "a deep ReLU stack with initial values for a shallow one", .initialization, .tune)
  static let gainZero = Kind("the gain of the normalization 0.001, and not trained", .initialization, .tune)
  static let sameWeights = Kind("all units begin alike", .initialization, .tune)
  static let outputLarge = Kind("the output layer × 300", .initialization, .tune)
  static let outputBias = Kind("an output bias of 60", .initialization, .tune)
  static let recurrentLarge = Kind("recurrent weights × 30", .initialization, .tune)
  static let nothingToNormalize = Kind("tiny values before a normalization", .initialization, .tune)
}

/// Faults of what the parameters begin with.
let initializationFaults: [Fault] = [
  Fault(
    kind: .allLarge, model: .perceptron, change: { $0.changes = [.scale("", 30)] },
    words: ["weights too large"], also: ["loss high at the start"], mend: "the layers' own initial values"),
  Fault(
    kind: .allLarge, model: .words, change: { $0.changes = [.scale("lstm", 30), .scale("output", 30)] },
    words: ["weights too large"], also: ["loss high at the start", "saturated"],
    places: ["lstm", "output"], mend: "the layers' own initial values"),
  Fault(
    kind: .allSmall, model: .perceptron, detail: "8 deep",
    twin: {
      $0.net.depth = 8
      $0.net.initializer = .kaimingNormal
    },
    change: { $0.changes = [.scale("", 0.01)] },
    words: ["weights too small", "vanishing over depth"], also: ["blocked", "collapse"],
    mend: "the layers' own initial values"),
  Fault(
    kind: .allSmall, model: .characters,
    twin: trained(.sgd, at: 0.5), change: { $0.changes = [.scale("", 0.01)] },
    words: ["weights too small"], also: ["blocked", "collapse"],
    mend: "the layers' own initial values"),
  Fault(
    kind: .oneLarge, model: .perceptron,
    twin: {
      $0.net.depth = 4
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.3
    },
    change: { $0.changes = [.scale("hidden_1.weight", 50)] },
    words: ["weights too large"], also: ["loss high at the start"], places: ["hidden_1"],
    mend: "the layer's own initial values"),
  Fault(
    kind: .oneLarge, model: .regression, twin: { $0.net.depth = 3 },
    change: { $0.changes = [.scale("hidden_1.weight", 50)] },
    words: ["weights too large", "saturated"], places: ["hidden_1"], mend: "the layer's own initial values"),
  Fault(
    kind: .oneSmall, model: .perceptron,
    twin: {
      $0.net.depth = 4
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.3
    },
    change: { $0.changes = [.scale("hidden_2", 1e-4)] },
    words: ["weights too small"], also: ["blocked"], places: ["hidden_2"],
    mend: "the layer's own initial values"),
  Fault(
    kind: .projectionLarge, model: .attention,
    change: { $0.changes = [.scale("block_0.attention.projections.weight", 40)] },
    words: ["weights too large", "attention collapsed"], places: ["block_0.attention", "projections"],
    mend: "the layer's own initial values"),
  Fault(
    kind: .projectionLarge, model: .characters, detail: "of the inputs",
    change: { $0.changes = [.scale("gru.weight_ih", 200)] },
    words: ["weights too large", "saturated"], places: ["gru"], mend: "the layer's own initial values"),
  Fault(
    kind: .projectionLarge, model: .words, detail: "of the inputs",
    change: { $0.changes = [.scale("lstm.weight_ih", 200)] },
    words: ["weights too large", "saturated"], places: ["lstm"], mend: "the layer's own initial values"),
  Fault(
    kind: .tableLarge, model: .characters, change: { $0.changes = [.scale("embedding", 100)] },
    words: ["weights too large"], also: ["saturated"], places: ["embedding"],
    mend: "vectors of deviation 1"),
  Fault(
    kind: .tableLarge, model: .words, change: { $0.changes = [.scale("embedding", 100)] },
    words: ["weights too large"], also: ["saturated"], places: ["embedding"],
    mend: "vectors of deviation 1"),
  Fault(
    kind: .tableLarge, model: .attention, change: { $0.changes = [.scale("embedding", 1_000)] },
    words: ["weights too large"], also: ["loss high at the start"], places: ["embedding"],
    mend: "vectors of deviation 1"),
  Fault(
    kind: .deadByBias, model: .perceptron, change: { $0.changes = [.set("hidden_1.bias", -10)] },
    words: ["dead units"], places: ["hidden_1", "relu"], mend: "a bias of zero"),
  Fault(
    kind: .deadByBias, model: .regression,
    twin: {
      $0.net.activation = .relu
      $0.net.depth = 3
    },
    change: { $0.changes = [.set("hidden_0.bias", -10)] },
    words: ["dead units"], places: ["hidden_0", "relu"], mend: "a bias of zero"),
  Fault(
    kind: .tanhSaturated, model: .perceptron, twin: { $0.net.activation = .tanh },
    change: { $0.changes = [.set("hidden_1.bias", 20)] },
    words: ["saturated"], places: ["hidden_1", "tanh"], mend: "a bias of zero"),
  Fault(
    kind: .tanhSaturated, model: .regression, twin: { $0.net.depth = 3 },
    change: { $0.changes = [.set("hidden_2.bias", 20)] },
    words: ["saturated"], places: ["hidden_2", "tanh"], mend: "a bias of zero"),
  Fault(
    kind: .deepByDefault, model: .perceptron, detail: "18 deep",
    twin: {
      $0.net.depth = 18
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.002
    },
    change: { $0.net.initializer = nil },
    words: ["vanishing over depth", "weights too small"], also: ["collapse"],
    mend: "Kaiming's initial values"),
  Fault(
    kind: .deepByDefault, model: .regression, detail: "22 deep",
    twin: {
      $0.net.activation = .relu
      $0.net.depth = 22
      $0.net.initializer = .kaimingNormal;
      $0.optimizer.rate = 0.002
    },
    change: { $0.net.initializer = nil },
    words: ["vanishing over depth", "weights too small"], also: ["collapse"],
    mend: "Kaiming's initial values"),
  Fault(
    kind: .gainZero, model: .perceptron,
    twin: {
      $0.net.isNormalized = true
      $0.net.depth = 3
    },
    change: { $0.changes = [.set("norm_1.weight", 0.001), .freeze("norm_1.weight")] },
    words: ["normalization without gain"], also: ["frozen", "blocked", "collapse"], places: ["norm_1"],
    mend: "a gain of 1"),
  Fault(
    kind: .gainZero, model: .attention,
    change: {
      $0.changes = [.set("block_0.attention_norm.weight", 0.001), .freeze("block_0.attention_norm.weight")]
    },
    words: ["normalization without gain"], also: ["frozen", "blocked", "attention uniform"],
    places: ["attention_norm"], mend: "a gain of 1"),
  Fault(
    kind: .sameWeights, model: .perceptron,
    change: { $0.changes = [.set("hidden", 0.1), .set("output", 0.1)] },
    words: ["duplicate rows"], places: ["hidden", "output"], mend: "random initial values"),
  Fault(
    kind: .sameWeights, model: .regression,
    change: { $0.changes = [.set("hidden", 0.1), .set("output", 0.1)] },
    words: ["duplicate rows"], places: ["hidden", "output"], mend: "random initial values"),
  Fault(
    kind: .outputLarge, model: .perceptron, change: { $0.changes = [.scale("output", 300)] },
    words: ["weights too large", "loss high at the start"], places: ["output", ""],
    mend: "the layer's own initial values"),
  Fault(
    kind: .outputLarge, model: .words, change: { $0.changes = [.scale("output", 300)] },
    words: ["weights too large", "loss high at the start"], places: ["output", ""],
    mend: "the layer's own initial values"),
  Fault(
    kind: .outputLarge, model: .characters, change: { $0.changes = [.scale("output", 300)] },
    words: ["weights too large", "loss high at the start"], places: ["output", ""],
    mend: "the layer's own initial values"),
  Fault(
    kind: .outputBias, model: .perceptron, change: { $0.changes = [.setElement("output.bias", 1, 60)] },
    words: ["loss high at the start"], also: ["weights too large", "collapse"], mend: "a bias of zero"),
  Fault(
    kind: .outputBias, model: .attention, change: { $0.changes = [.setElement("output.bias", 1, 60)] },
    words: ["loss high at the start"], also: ["weights too large", "collapse"], mend: "a bias of zero"),
  Fault(
    kind: .recurrentLarge, model: .characters, change: { $0.changes = [.scale("gru.weight_hh", 30)] },
    words: ["weights too large", "saturated"], also: ["exploding over time"], places: ["gru"],
    mend: "orthogonal recurrent weights"),
  Fault(
    kind: .recurrentLarge, model: .stems, change: { $0.changes = [.scale("gru.weight_hh", 30)] },
    words: ["weights too large", "saturated"], also: ["exploding over time"], places: ["gru"],
    mend: "orthogonal recurrent weights"),
  Fault(
    kind: .nothingToNormalize, model: .perceptron,
    twin: {
      $0.net.isNormalized = true
      $0.net.depth = 3
    },
    change: { $0.changes = [.scale("hidden_1", 1e-5), .freeze("hidden_1")] },
    words: ["normalization of nothing", "weights too small"], also: ["frozen"],
    places: ["norm_1", "hidden_1"], mend: "the layer's own initial values"),
  Fault(
    kind: .nothingToNormalize, model: .regression, twin: { $0.net.isNormalized = true },
    change: { $0.changes = [.scale("hidden_0", 1e-5), .freeze("hidden_0")] },
    words: ["normalization of nothing", "weights too small"], also: ["frozen"],
    places: ["norm_0", "hidden_0"], mend: "the layer's own initial values"),
]
