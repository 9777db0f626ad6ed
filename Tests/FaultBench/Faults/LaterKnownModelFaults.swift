import Sluice

/// Faults kept aside, of sorts that are known in other forms: of models and how they begin.
let laterKnownModelFaults: [Fault] = [
  Fault(
    kind: .unitDeviation, model: .perceptron, detail: "tanh",
    twin: onOtherData {
      $0.net.units = 96
      $0.net.depth = 3
      $0.net.activation = .tanh
      $0.optimizer.rate = 0.003
    },
    change: { $0.net.initializer = .normal(deviation: 1) },
    words: ["weights too large", "saturated"], also: ["loss high at the start"], places: ["hidden", "tanh"],
    mend: "one that looks at the width"),
  Fault(
    kind: .smallDeviation, model: .perceptron, detail: "GELU",
    twin: {
      $0.net.depth = 6
      $0.net.units = 40
      $0.net.activation = .gelu
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.003
    },
    change: { $0.net.initializer = .normal(deviation: 0.02) },
    words: ["weights too small", "vanishing over depth"], also: ["collapse", "blocked"], places: ["hidden"],
    mend: "one that looks at the width"),
  Fault(
    kind: .negativeBiases, model: .perceptron,
    twin: onOtherData {
      $0.net.units = 64
      $0.optimizer.rule = .adamW
      $0.optimizer.rate = 0.004
    },
    change: { $0.changes = [.set("hidden_1.bias", -5)] },
    words: ["dead units"], also: ["blocked", "no gradient", "collapse"], places: ["hidden_1", "relu"],
    mend: "biases of zero"),
  Fault(
    kind: .biasesOf6, model: .stems, detail: "GRU",
    twin: onOtherData {
      $0.net.units = 40
      $0.optimizer.rate = 0.006
    },
    change: { $0.changes = [.set("gru.bias", 6)] },
    words: ["saturated"], also: ["blocked", "collapse", "weights too large"], places: ["gru"],
    mend: "the usual biases"),
  Fault(
    kind: .neverTrained, model: .attention,
    twin: onOtherData {
      $0.net.units = 24
      $0.net.layers = 2
      $0.optimizer.rate = 0.005
    },
    change: { $0.changes = [.freeze("block"), .freeze("embedding")] },
    words: ["frozen"], places: ["block", "embedding"], mend: "all of it trained"),
  Fault(
    kind: .detachedPart, model: .attention,
    twin: {
      $0.net.units = 32
      $0.net.heads = 4
      $0.net.layers = 2
      $0.optimizer.rate = 0.005
    },
    change: { $0.net.detachedBefore = 0 },
    words: ["no gradient"], places: ["block", "embedding", "positions"], mend: "left in the graph"),
  Fault(
    kind: .dropout93, model: .words,
    twin: onOtherData {
      $0.net.cell = .gru(updateBias: 1)
      $0.net.units = 48
      $0.net.dropout = 0.1
    },
    change: { $0.net.dropout = 0.93 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .loudLoop, model: .characters, detail: "LSTM",
    twin: {
      $0.net.cell = .lstm(forgetBias: 1)
      $0.net.units = 48
      $0.data.lengths = 12...20
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.scale("lstm.weight_hh", 6)] },
    words: ["weights too large", "saturated", "exploding over time"], also: ["exploding"],
    places: ["lstm"], mend: "orthogonal ones"),
  Fault(
    kind: .begunAnew, model: .words,
    twin: {
      $0.net.units = 48
      $0.data.chunk = 3
      $0.data.batch = 12
      $0.data.certainty = 1
      $0.steps = 400
    },
    change: { $0.net.carriesState = false },
    words: ["state not carried"], mend: "the state handed on"),
  Fault(
    kind: .trainingAgain, model: .characters,
    twin: onOtherData {
      $0.data.examples = 500
      $0.net.units = 40
      $0.optimizer.rate = 0.006
      $0.steps = 240
    },
    change: {
      $0.data.examples = 256
      $0.data.leaks = true
    },
    words: ["leakage"], also: ["overfitting"], visible: 20, harm: .deceives, mend: "other examples"),
  Fault(
    kind: .smallAndLong, model: .characters, detail: "90 strings",
    twin: onOtherData {
      $0.net.units = 48
      $0.net.cell = .layerNormLSTM(forgetBias: 1)
    },
    change: {
      $0.data.examples = 90
      $0.data.batch = 30
      $0.steps = 300
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .validationRaw, model: .regression,
    twin: onOtherData {
      $0.data.columnFactors = [0: 35, 2: 20]
      $0.data.columnShifts = [0: 110, 2: 30]
      $0.data.isStandardized = true
      $0.net.activation = .gelu
      $0.net.units = 24
    },
    change: {
      $0.data.isStandardized = false
      $0.data.standardizesTrainingOnly = true
    },
    words: ["input shifted"], also: ["overfitting"], visible: 20, mend: "one scaler for all"),
  Fault(
    kind: .loudSymbols, model: .characters, detail: "LSTM",
    twin: onOtherData { $0.net.cell = .lstm(forgetBias: 1) },
    change: { $0.changes = [.scale("embedding", 20)] },
    words: ["weights too large"], also: ["saturated"], places: ["embedding"], mend: "the usual size"),
  Fault(
    kind: .sigmoidsDeep, model: .regression, detail: "nine deep",
    twin: onOtherData {
      $0.net.depth = 9
      $0.net.activation = .gelu
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.002
    },
    change: { $0.net.activation = .sigmoid },
    words: ["vanishing over depth"], also: ["collapse", "blocked", "not learning from the inputs"],
    mend: "functions with a slope"),
  Fault(
    kind: .firstStateRead, model: .characters, detail: "LSTM",
    twin: onOtherData { $0.net.cell = .lstm(forgetBias: 1) },
    change: { $0.net.pool = .first },
    words: ["no gradient"], also: ["not learning from the inputs", "vanishing over time", "overfitting"],
    places: ["lstm", "weight_hh"], mend: "the last state of each sequence"),
]
