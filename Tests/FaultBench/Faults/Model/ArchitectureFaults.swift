extension Kind {
  static let detached = Kind("a layer cut off from the loss", .architecture, .tune)
  static let unused = Kind("a layer whose result is not used", .architecture, .tune)
  static let frozenByMistake = Kind("frozen by mistake", .architecture, .tune)
  static let missingActivation = Kind("no function between layers", .architecture, .tune)
  static let sigmoidStack = Kind("a stack of sigmoids 15 deep", .architecture, .tune)
  static let heavyDropout = Kind("dropout of 0.95", .architecture, .tune)
  static let ignoredInput = Kind("what was read does not reach the output", .architecture, .tune)
  static let sharpAttention = Kind("attention's scores far too large", .architecture, .tune)
  static let flatAttention = Kind("attention's scores all zero", .architecture, .tune)
}

/// Faults of how the layers are put together.
let architectureFaults: [Fault] = [
  Fault(
    kind: .detached, model: .perceptron, twin: { $0.net.depth = 3 }, change: { $0.net.detachedBefore = 2 },
    words: ["no gradient"], places: ["hidden_1"], mend: "not detached"),
  Fault(
    kind: .detached, model: .characters, change: { $0.net.detachedBefore = 1 },
    words: ["no gradient"], places: ["gru"], mend: "not detached"),
  Fault(
    kind: .detached, model: .words, change: { $0.net.detachedBefore = 0 },
    words: ["no gradient"], places: ["lstm"], mend: "not detached"),
  Fault(
    kind: .detached, model: .attention, change: { $0.net.detachedBefore = 0 },
    words: ["no gradient"], places: ["block_0"], mend: "not detached"),
  Fault(
    kind: .unused, model: .perceptron, change: { $0.net.outputReadsInput = true },
    words: ["no gradient"], places: ["hidden_1"], mend: "the output reads the last hidden layer"),
  Fault(
    kind: .unused, model: .regression, change: { $0.net.outputReadsInput = true },
    words: ["no gradient"], places: ["hidden_1"], mend: "the output reads the last hidden layer"),
  Fault(
    kind: .unused, model: .attention, detail: "attention left out of the sum",
    twin: { $0.net.scoreFactor = 1 }, change: { $0.net.forgetsAttention = true },
    words: ["no gradient"], places: ["merged"], mend: "attention's result added"),
  Fault(
    kind: .frozenByMistake, model: .perceptron, change: { $0.changes = [.freeze("hidden")] },
    words: ["frozen"], places: ["hidden"], mend: "trained"),
  Fault(
    kind: .frozenByMistake, model: .characters,
    change: { $0.changes = [.freeze("gru"), .freeze("embedding")] },
    words: ["frozen"], places: ["gru", "embedding"], mend: "trained"),
  Fault(
    kind: .frozenByMistake, model: .words,
    change: { $0.changes = [.freeze("lstm")] },
    words: ["frozen"], places: ["lstm"], mend: "trained"),
  Fault(
    kind: .missingActivation, model: .perceptron, twin: { $0.net.depth = 3 },
    change: { $0.net.linearLayers = [0, 1, 2] },
    words: ["no nonlinearity"], places: ["hidden_1", "hidden_2", "output"], mend: "ReLUs between the layers"),
  Fault(
    kind: .missingActivation, model: .regression, change: { $0.net.linearLayers = [0, 1] },
    words: ["no nonlinearity"], places: ["hidden_1", "output"], mend: "a tanh between the layers"),
  Fault(
    kind: .sigmoidStack, model: .perceptron,
    twin: {
      $0.net.depth = 15
      $0.net.isNormalized = true
      $0.optimizer.rate = 0.003
    },
    change: {
      $0.net.activation = .sigmoid
      $0.net.isNormalized = false
    },
    words: ["vanishing over depth"], also: ["collapse", "blocked", "not learning from the inputs"],
    mend: "ReLUs and normalization"),
  Fault(
    kind: .sigmoidStack, model: .regression,
    twin: {
      $0.net.depth = 15
      $0.net.activation = .relu
      $0.net.isNormalized = true
      $0.optimizer.rate = 0.003
    },
    change: {
      $0.net.activation = .sigmoid
      $0.net.isNormalized = false
    },
    words: ["vanishing over depth"], also: ["collapse", "blocked", "not learning from the inputs"],
    mend: "ReLUs and normalization"),
  Fault(
    kind: .heavyDropout, model: .perceptron, change: { $0.net.dropout = 0.95 },
    words: ["too much dropout"], places: ["dropout", "hidden", ""],
    mend: "dropout of 0.1"),
  Fault(
    kind: .heavyDropout, model: .characters, change: { $0.net.dropout = 0.95 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .heavyDropout, model: .words, change: { $0.net.dropout = 0.95 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .ignoredInput, model: .perceptron, change: { $0.net.summaryFactor = 0 },
    words: ["no gradient", "blocked", "not learning from the inputs", "collapse"],
    places: ["hidden", "multiply", "output", ""], mend: "not multiplied by zero"),
  Fault(
    kind: .ignoredInput, model: .characters, change: { $0.net.summaryFactor = 1e-7 },
    words: ["no gradient", "blocked", "not learning from the inputs", "collapse"],
    places: ["gru", "scale", "multiply", "output", ""], mend: "not multiplied by a tiny number"),
  Fault(
    kind: .ignoredInput, model: .stems, change: { $0.net.summaryFactor = 0 },
    words: ["no gradient", "blocked", "not learning from the inputs", "collapse"],
    places: ["gru", "multiply", "output", ""], mend: "not multiplied by zero"),
  Fault(
    kind: .sharpAttention, model: .attention, detail: "× 300",
    twin: { $0.net.scoreFactor = 1 }, change: { $0.net.scoreFactor = 300 },
    words: ["attention collapsed"], places: ["attention", "block_0"], mend: "scores divided by √size"),
  Fault(
    kind: .sharpAttention, model: .attention, detail: "two blocks",
    twin: {
      $0.net.scoreFactor = 1
      $0.net.layers = 2
    }, change: { $0.net.scoreFactor = 300 },
    words: ["attention collapsed"], places: ["attention", "block_0", "block_1"],
    mend: "scores divided by √size"),
  Fault(
    kind: .flatAttention, model: .attention,
    twin: { $0.net.scoreFactor = 1 }, change: { $0.net.scoreFactor = 0 },
    words: ["attention uniform"], also: ["blocked"], places: ["attention", "block_0"],
    mend: "queries that are used"),
]
