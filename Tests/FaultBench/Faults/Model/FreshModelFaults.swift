import Sluice

extension Kind {
  static let fiveTimesAll = Kind("all weights × 5", .initialization, .tune)
  static let fifthOfEach = Kind("the weights of each hidden layer ÷ 5", .initialization, .tune)
  static let lowShift = Kind("a shift of the normalization that kills the ReLU", .initialization, .tune)
  static let sureOfOne = Kind("an output bias of 15 for one class", .initialization, .tune)
  static let loudReading = Kind("the weights of what a cell reads × 40", .initialization, .tune)
  static let faintFirst = Kind("the first layer's weights ÷ 50, of descent", .initialization, .tune)
  static let eightSigmoids = Kind("sigmoids between eight layers", .architecture, .tune)
  static let narrowDropout = Kind("dropout of 0.75 of a narrow net", .architecture, .tune)
  static let sharpQueries = Kind("queries × 30", .architecture, .tune)
  static let loudSummary = Kind("hidden values × 400 before the output", .architecture, .tune)
}

/// Faults that were kept aside once, of initial values and of what a model is made of; see `freshDataFaults`.
let freshModelFaults: [Fault] = [
  Fault(
    kind: .fiveTimesAll, model: .perceptron, detail: "four deep",
    twin: {
      $0.net.depth = 4
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.scale("hidden", 5), .scale("output", 5)] },
    words: ["weights too large"], also: ["loss high at the start", "exploding", "dead units"],
    mend: "the usual values"),
  Fault(
    kind: .fiveTimesAll, model: .regression, detail: "four deep",
    twin: {
      $0.net.depth = 4
      $0.optimizer.rate = 0.005
    },
    change: { $0.changes = [.scale("hidden", 5), .scale("output", 5)] },
    words: ["weights too large", "saturated"], also: ["loss high at the start", "exploding"],
    mend: "the usual values"),
  Fault(
    kind: .fiveTimesAll, model: .words, detail: "GRU",
    twin: { $0.net.cell = .gru(updateBias: 1) },
    change: { $0.changes = [.scale("embedding", 5), .scale("gru", 5), .scale("output", 5)] },
    words: ["weights too large", "saturated"], also: ["loss high at the start", "exploding over time"],
    mend: "the usual values"),
  Fault(
    kind: .fifthOfEach, model: .perceptron, detail: "six deep",
    twin: {
      $0.net.depth = 6
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.scale("hidden", 0.2)] },
    words: ["weights too small", "vanishing over depth"], also: ["blocked"], places: ["hidden"],
    mend: "the usual values"),
  Fault(
    kind: .fifthOfEach, model: .regression, detail: "six deep, tanh",
    twin: {
      $0.net.depth = 6
      $0.net.initializer = .xavierUniform
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.scale("hidden", 0.2)] },
    words: ["weights too small", "vanishing over depth"], also: ["blocked"], places: ["hidden"],
    mend: "the usual values"),
  Fault(
    kind: .lowShift, model: .perceptron, detail: "three deep",
    twin: {
      $0.net.depth = 3
      $0.net.isNormalized = true
    },
    change: { $0.changes = [.set("norm_1.bias", -4)] },
    words: ["dead units", "weights too large"], places: ["norm_1", "hidden_1"], mend: "a shift of zero"),
  Fault(
    kind: .lowShift, model: .regression, detail: "ReLU",
    twin: {
      $0.net.activation = .relu
      $0.net.isNormalized = true
    },
    change: { $0.changes = [.set("norm_0.bias", -4)] },
    words: ["dead units", "weights too large"], places: ["norm_0", "hidden_0"], mend: "a shift of zero"),
  Fault(
    kind: .sureOfOne, model: .attention, change: { $0.changes = [.setElement("output.bias", 1, 15)] },
    words: ["loss high at the start", "weights too large"], mend: "the logarithms of the frequencies"),
  Fault(
    kind: .sureOfOne, model: .words, detail: "two layers",
    twin: { $0.net.layers = 2 },
    change: { $0.changes = [.setElement("output.bias", 5, 15)] },
    words: ["loss high at the start", "weights too large"], mend: "the logarithms of the frequencies"),
  Fault(
    kind: .loudReading, model: .characters, change: { $0.changes = [.scale("gru.weight_ih", 40)] },
    words: ["weights too large", "saturated"], places: ["gru"], mend: "the usual values"),
  Fault(
    kind: .loudReading, model: .stems, change: { $0.changes = [.scale("gru.weight_ih", 40)] },
    words: ["weights too large", "saturated"], places: ["gru"], mend: "the usual values"),
  Fault(
    kind: .faintFirst, model: .perceptron, twin: trained(.sgd, at: 0.3),
    change: { $0.changes = [.scale("hidden_0.weight", 0.02)] },
    words: ["weights too small"], places: ["hidden_0"], mend: "the usual values"),
  Fault(
    kind: .faintFirst, model: .regression, twin: trained(.sgd, at: 0.1),
    change: { $0.changes = [.scale("hidden_0.weight", 0.02)] },
    words: ["weights too small"], places: ["hidden_0"], mend: "the usual values"),
  Fault(
    kind: .eightSigmoids, model: .perceptron,
    twin: {
      $0.net.depth = 8
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.003
    },
    change: { $0.net.activation = .sigmoid },
    words: ["vanishing over depth", "blocked"],
    also: ["loss flat", "collapse", "not learning from the inputs"], mend: "ReLUs"),
  Fault(
    kind: .eightSigmoids, model: .regression,
    twin: {
      $0.net.depth = 8
      $0.net.initializer = .xavierUniform
      $0.optimizer.rate = 0.003
    },
    change: { $0.net.activation = .sigmoid },
    words: ["vanishing over depth", "blocked"],
    also: ["loss flat", "collapse", "not learning from the inputs"], mend: "tanhs"),
  Fault(
    kind: .narrowDropout, model: .perceptron,
    twin: {
      $0.net.units = 16
      $0.net.depth = 3
    },
    change: { $0.net.dropout = 0.75 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .narrowDropout, model: .attention,
    change: { $0.net.dropout = 0.75 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .narrowDropout, model: .stems,
    twin: { $0.net.units = 16 },
    change: { $0.net.dropout = 0.75 },
    words: ["too much dropout"], mend: "none"),
  Fault(
    kind: .sharpQueries, model: .attention,
    twin: { $0.net.scoreFactor = 1 }, change: { $0.net.scoreFactor = 30 },
    words: ["attention collapsed"], places: ["attention", "block_0"], mend: "scores divided by √size"),
  Fault(
    kind: .sharpQueries, model: .attention, detail: "long sequences",
    twin: {
      $0.net.scoreFactor = 1
      $0.data.lengths = 15...25
    },
    change: { $0.net.scoreFactor = 30 },
    words: ["attention collapsed"], places: ["attention", "block_0"], mend: "scores divided by √size"),
  Fault(
    kind: .loudSummary, model: .characters, change: { $0.net.summaryFactor = 400 },
    words: ["loss high at the start", "rate too high"], also: ["exploding", "spike"], mend: "no factor"),
  Fault(
    kind: .loudSummary, model: .regression, change: { $0.net.summaryFactor = 400 },
    words: ["loss high at the start", "rate too high"], also: ["exploding", "spike"], mend: "no factor"),
]
