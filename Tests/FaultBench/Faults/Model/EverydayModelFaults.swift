extension Kind {
  static let allZero = Kind("all begins at zero", .initialization, .tune)
  static let corrupted = Kind("one weight of a file that was damaged", .initialization, .tune)
  static let missingWeight = Kind("one weight that is not a number", .initialization, .tune)
  static let zeroGain = Kind("a gain of zero before a ReLU", .initialization, .tune)
  static let lastSoftmax = Kind("a model that ends in a softmax", .architecture, .tune)
  static let boundedClassifier = Kind("a function after the logits", .architecture, .tune)
  static let keptShare = Kind("dropout by the share to keep", .architecture, .tune)
  static let onlyBiases = Kind("all weights frozen, biases trained", .architecture, .tune)
  static let encoderDetached = Kind("an encoder run without gradients", .architecture, .tune)
}

/// Everyday mistakes with what a model begins with and how it is put together.
let everydayModelFaults: [Fault] = [
  Fault(
    kind: .allZero, model: .perceptron, change: { $0.changes = [.set("", 0)] },
    words: ["weights too small", "duplicate rows", "no gradient", "dead units"],
    also: ["blocked", "collapse", "not learning from the inputs", "loss flat"],
    mend: "random initial values"),
  Fault(
    kind: .allZero, model: .characters, detail: "but the table",
    change: { $0.changes = [.set("gru", 0), .set("output", 0)] },
    words: ["weights too small", "duplicate rows", "no gradient"],
    also: ["blocked", "collapse", "not learning from the inputs", "loss flat"],
    mend: "random initial values"),
  Fault(
    kind: .corrupted, model: .perceptron, change: { $0.changes = [.setElement("hidden_1.weight", 5, 1e5)] },
    words: ["weights too large", "loss high at the start"], also: ["exploding", "dead units"],
    places: ["hidden_1", ""], mend: "the file written again"),
  Fault(
    kind: .corrupted, model: .words, change: { $0.changes = [.setElement("output.weight", 40, 3e3)] },
    words: ["weights too large", "loss high at the start"], also: ["exploding"], places: ["output", ""],
    mend: "the file written again"),
  Fault(
    kind: .corrupted, model: .attention,
    change: { $0.changes = [.setElement("block_0.contract.weight", 7, 1e4)] },
    words: ["weights too large", "loss high at the start"], also: ["exploding"], places: ["block_0", ""],
    mend: "the file written again"),
  Fault(
    kind: .missingWeight, model: .perceptron,
    change: { $0.changes = [.setElement("hidden_0.weight", 3, .nan)] },
    words: ["non-finite"], places: ["hidden_0"], mend: "values checked when read"),
  Fault(
    kind: .missingWeight, model: .words, change: { $0.changes = [.setElement("lstm.bias", 2, .nan)] },
    words: ["non-finite"], places: ["lstm"], mend: "values checked when read"),
  Fault(
    kind: .missingWeight, model: .attention,
    change: { $0.changes = [.setElement("block_0.expand.weight", 9, .nan)] },
    words: ["non-finite"], places: ["block_0.expand"], mend: "values checked when read"),
  Fault(
    kind: .zeroGain, model: .perceptron,
    twin: {
      $0.net.isNormalized = true
      $0.net.depth = 3
    }, change: { $0.changes = [.set("norm_2.weight", 0)] },
    words: ["normalization without gain"], also: ["dead units", "no gradient", "blocked", "collapse"],
    places: ["norm_2"], mend: "a gain of 1"),
  Fault(
    kind: .zeroGain, model: .regression,
    twin: {
      $0.net.isNormalized = true
      $0.net.activation = .relu
    }, change: { $0.changes = [.set("norm_1.weight", 0)] },
    words: ["normalization without gain"], also: ["dead units", "no gradient", "blocked", "collapse"],
    places: ["norm_1"], mend: "a gain of 1"),
  Fault(
    kind: .lastSoftmax, model: .perceptron, change: { $0.net.outputActivation = .softmax },
    words: ["softmax twice"], visible: 20, mend: "logits to the loss"),
  Fault(
    kind: .lastSoftmax, model: .perceptron, detail: "normalized, tanh, descent",
    twin: {
      $0.net.isNormalized = true
      $0.net.activation = .tanh
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.05
    }, change: { $0.net.outputActivation = .softmax },
    words: ["softmax twice"], visible: 20, mend: "logits to the loss"),
  Fault(
    kind: .lastSoftmax, model: .attention, detail: "descent",
    twin: {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.03
      $0.steps = 400
    }, change: { $0.loss.softmaxTwice = true },
    words: ["softmax twice"], visible: 20, mend: "logits to the loss"),
  Fault(
    kind: .boundedClassifier, model: .perceptron, detail: "a sigmoid",
    change: { $0.net.outputActivation = .sigmoid },
    words: ["softmax twice", "saturated"], also: ["validation plateau", "label noise suspected"],
    visible: 40, mend: "logits to the loss"),
  Fault(
    kind: .boundedClassifier, model: .perceptron, detail: "a tanh",
    change: { $0.net.outputActivation = .tanh },
    words: ["saturated"], also: ["validation plateau", "label noise suspected"],
    places: ["output", "tanh", ""], visible: 40, mend: "logits to the loss"),
  Fault(
    kind: .keptShare, model: .attention, change: { $0.net.dropout = 0.9 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .keptShare, model: .stems, change: { $0.net.dropout = 0.9 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .keptShare, model: .regression, change: { $0.net.dropout = 0.9 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .onlyBiases, model: .perceptron,
    change: {
      $0.changes = [.freeze("hidden_0.weight"), .freeze("hidden_1.weight"), .freeze("output.weight")]
    },
    words: ["frozen"], places: ["hidden", "output"], mend: "weights trained"),
  Fault(
    kind: .onlyBiases, model: .attention,
    change: {
      $0.changes = [
        .freeze("embedding"), .freeze("positions"), .freeze("block_0.attention.projections.weight"),
        .freeze("block_0.attention.output.weight"), .freeze("block_0.expand.weight"),
        .freeze("block_0.contract.weight"), .freeze("output.weight"),
      ]
    },
    words: ["frozen"], places: ["embedding", "positions", "block_0", "output"], mend: "weights trained"),
  Fault(
    kind: .encoderDetached, model: .stems, twin: { $0.net.units = 8 }, change: { $0.net.detachedBefore = 0 },
    words: ["no gradient"], places: ["gru"], mend: "a tape that records"),
  Fault(
    kind: .encoderDetached, model: .regression, change: { $0.net.detachedBefore = 2 },
    words: ["no gradient"], places: ["hidden_1"], mend: "a tape that records"),
]
