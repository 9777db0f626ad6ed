import Sluice

extension Kind {
  static let readTooEarly = Kind("read where the mask lets nothing come", .architecture, .tune)
  static let overBatch = Kind("a softmax over the batch", .architecture, .tune)
  static let outOfGraph = Kind("the loss of values taken out of the graph", .loss, .tune)
  static let logarithmForgotten = Kind("a likelihood without its logarithm", .loss, .tune)
  static let rareClassHeavy = Kind("a weight of 100 for one class", .loss, .tune)
  static let cutWeights = Kind("weights cut off at 0.01 after each update", .initialization, .tune)
  static let restarted = Kind("the model made anew in the loop over epochs", .initialization, .tune)
}

/// Faults that were kept aside once, of kinds that the bench did not have: of models and losses.
let novelModelFaults: [Fault] = [
  Fault(
    kind: .readTooEarly, model: .attention,
    twin: onOtherData { $0.net.isCausal = true }, change: { $0.net.pool = .first },
    words: ["not learning from the inputs", "loss flat"], also: ["attention collapsed", "overfitting"],
    visible: 60, mend: "read at the last place"),
  Fault(
    kind: .readTooEarly, model: .attention, detail: "two blocks",
    twin: onOtherData {
      $0.net.layers = 2
      $0.net.isCausal = true
      $0.net.units = 32
      $0.optimizer.rate = 0.005
    },
    change: { $0.net.pool = .first },
    words: ["not learning from the inputs", "loss flat"], also: ["attention collapsed", "overfitting"],
    visible: 60, mend: "read at the last place"),
  Fault(
    kind: .overBatch, model: .perceptron,
    twin: onOtherData {
      $0.net.depth = 3
      $0.net.units = 48
      $0.net.activation = .gelu
      $0.optimizer.rule = .adamW
      $0.optimizer.rate = 0.005
    },
    change: { $0.loss.softmaxOverBatch = true },
    words: ["softmax twice", "not learning from the inputs", "loss flat"], visible: 40,
    mend: "a softmax over the classes, in the loss"),
  Fault(
    kind: .overBatch, model: .attention,
    twin: onOtherData {
      $0.net.units = 32
      $0.optimizer.rate = 0.005
    },
    change: { $0.loss.softmaxOverBatch = true },
    words: ["softmax twice", "not learning from the inputs", "loss flat"], visible: 40,
    mend: "a softmax over the classes, in the loss"),
  Fault(
    kind: .outOfGraph, model: .perceptron,
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.05
      $0.data.batch = 64
    },
    change: { $0.loss.isOfDetached = true },
    words: ["no gradient"], also: ["loss flat"], mend: "values that remain in the graph"),
  Fault(
    kind: .outOfGraph, model: .words, change: { $0.loss.isOfDetached = true },
    words: ["no gradient"], also: ["loss flat"], mend: "values that remain in the graph"),
  Fault(
    kind: .outOfGraph, model: .attention,
    twin: onOtherData {
      $0.net.layers = 2
      $0.net.units = 32
      $0.optimizer.rule = .adamW
      $0.optimizer.rate = 0.004
    },
    change: { $0.loss.isOfDetached = true },
    words: ["no gradient"], also: ["loss flat"], mend: "values that remain in the graph"),
  Fault(
    kind: .logarithmForgotten, model: .perceptron, detail: "logits",
    twin: onOtherData {
      $0.net.depth = 4
      $0.net.isNormalized = true
      $0.net.activation = .tanh
      $0.optimizer.rate = 0.005
    },
    change: { $0.loss.likelihood = .logit },
    words: ["loss below its least value"], also: ["exploding", "weights too large"],
    mend: "a cross-entropy of logits"),
  Fault(
    kind: .logarithmForgotten, model: .characters, detail: "logits",
    change: { $0.loss.likelihood = .logit },
    words: ["loss below its least value"], also: ["exploding", "weights too large"],
    mend: "a cross-entropy of logits"),
  Fault(
    kind: .logarithmForgotten, model: .words, detail: "probabilities",
    twin: onOtherData {
      $0.net.cell = .gru(updateBias: 1)
      $0.net.units = 48
    },
    change: { $0.loss.likelihood = .probability },
    words: ["loss below its least value"], mend: "a cross-entropy of logits"),
  Fault(
    kind: .logarithmForgotten, model: .attention, detail: "logits",
    twin: onOtherData {
      $0.net.heads = 4
      $0.optimizer.clipping = .norm(1)
    },
    change: { $0.loss.likelihood = .logit },
    words: ["loss below its least value"], also: ["exploding", "weights too large"],
    mend: "a cross-entropy of logits"),
  Fault(
    kind: .rareClassHeavy, model: .perceptron,
    twin: onOtherData {
      $0.optimizer.rule = .rmsprop
      $0.optimizer.rate = 0.003
      $0.net.units = 64
    },
    change: { $0.loss.classWeights = [1, 1, 1, 1, 100] },
    words: ["unbalanced classes", "not learning from the inputs"],
    also: ["loss not averaged", "loss high at the start", "overfitting", "collapse"],
    mend: "weights by the classes' frequencies"),
  Fault(
    kind: .rareClassHeavy, model: .attention,
    change: { $0.loss.classWeights = [1, 1, 1, 100] },
    words: ["unbalanced classes", "not learning from the inputs"],
    also: ["loss not averaged", "loss high at the start", "overfitting", "collapse"],
    mend: "weights by the classes' frequencies"),
  Fault(
    kind: .cutWeights, model: .perceptron,
    twin: onOtherData { $0.net.units = 48 }, change: { $0.optimizer.weightLimit = 0.01 },
    words: ["weights too small", "vanishing over depth"],
    also: ["not learning from the inputs", "collapse", "blocked", "decay too strong", "frozen"],
    mend: "no limit"),
  Fault(
    kind: .cutWeights, model: .words,
    twin: onOtherData { $0.net.cell = .gru(updateBias: 1) }, change: { $0.optimizer.weightLimit = 0.01 },
    words: ["weights too small", "vanishing over depth"],
    also: ["not learning from the inputs", "collapse", "blocked", "decay too strong", "frozen"],
    mend: "no limit"),
  Fault(
    kind: .restarted, model: .perceptron, detail: "every 64 steps",
    twin: onOtherData {
      $0.optimizer.rule = .nesterov
      $0.optimizer.rate = 0.05
      $0.net.activation = .gelu
    },
    change: { $0.optimizer.restartsEvery = 64 },
    words: ["spike", "loss flat", "loss rising"], also: ["validation plateau"], visible: 65,
    mend: "made once, before the loop"),
  Fault(
    kind: .restarted, model: .attention, detail: "every 30 steps",
    change: { $0.optimizer.restartsEvery = 30 },
    words: ["spike", "loss flat", "loss rising"], also: ["validation plateau"], visible: 31,
    mend: "made once, before the loop"),
]
