import Sluice

extension Kind {
  static let restingGroup = Kind("a group with a rate of zero", .optimizer, .tune)
  static let dividedTwice = Kind("a mean divided by the batch once more", .loss, .tune)
  static let tenthEpsilon = Kind("an epsilon of 0.1 or more", .optimizer, .tune)
  static let oneConstant = Kind("weights of one constant", .initialization, .tune)
  static let bytes = Kind("inputs as bytes", .data, .tune)
  static let halfWrong = Kind("half of the labels wrong", .data, .tune)
  static let coldNeighbors = Kind("a temperature of 1,000", .loss, .tune)
  static let muchDropout = Kind("dropout of 0.85", .architecture, .tune)
  static let deepTanh = Kind("a stack of tanhs 25 deep", .architecture, .tune)
  static let raisedMomentum = Kind("momentum raised to 0.99 at the old rate", .optimizer, .tune)
  static let tightClipping = Kind("clipping at 0.005, of descent", .optimizer, .tune)
  static let borrowedOutput = Kind("an output layer of another model, frozen", .architecture, .tune)
  static let scaledDown = Kind("gradients divided by a scale that the loss never had", .optimizer, .tune)
  static let scaledUp = Kind("a scale of the loss that is never divided out", .optimizer, .tune)
  static let recounted = Kind("classes counted anew from some step on", .data, .tune)
  static let largeRecurrence = Kind("recurrent weights × 8", .initialization, .tune)
  static let faintLogits = Kind("logits ÷ 1,000 before the loss", .loss, .tune)
  static let forgetful = Kind("a cell that forgets what decides, 40 letters back", .time, .tune)
  static let twiceRecurrence = Kind("recurrent weights twice too large over long sequences", .time, .tune)
  static let fewForWide = Kind("a wide model for a few examples", .validation, .tune)
  static let offCenter = Kind("inputs that hardly vary around one", .data, .tune)
}

/// Faults that were kept aside once, and tuned on since.
let commonFaults: [Fault] = [
  Fault(
    kind: .restingGroup, model: .perceptron, detail: "of a hidden layer",
    change: { $0.optimizer.group = ("hidden_0", 0) },
    words: ["frozen", "rate too low"], places: ["hidden_0"], mend: "one rate for all"),
  Fault(
    kind: .restingGroup, model: .words, detail: "of the cell",
    change: { $0.optimizer.group = ("lstm", 0) },
    words: ["frozen", "rate too low"], places: ["lstm"], mend: "one rate for all"),
  Fault(
    kind: .restingGroup, model: .stems, detail: "of the cell",
    change: { $0.optimizer.group = ("gru", 0) },
    words: ["frozen", "rate too low"], places: ["gru"], mend: "one rate for all"),
  Fault(
    kind: .dividedTwice, model: .perceptron,
    twin: trained(.sgd, at: 0.3), change: { $0.loss.factor = 1 / 32 },
    words: ["rate too low"], visible: 60, mend: "a mean"),
  Fault(
    kind: .dividedTwice, model: .characters,
    twin: trained(.momentum, at: 0.1), change: { $0.loss.factor = 1 / 96 },
    words: ["rate too low"], visible: 60, mend: "a mean"),
  Fault(
    kind: .tenthEpsilon, model: .regression, detail: "RMSprop",
    twin: trained(.rmsprop, at: 0.003), change: { $0.optimizer.epsilon = 1 },
    words: ["epsilon too large", "rate too low"], mend: "an epsilon of 1e-8"),
  Fault(
    kind: .tenthEpsilon, model: .attention, detail: "Adam",
    change: { $0.optimizer.epsilon = 0.1 },
    words: ["epsilon too large", "rate too low"], mend: "an epsilon of 1e-8"),
  Fault(
    kind: .oneConstant, model: .perceptron, detail: "of a hidden layer",
    change: { $0.changes = [.set("hidden_1.weight", 0.1)] },
    words: ["duplicate rows"], also: ["collapse"], places: ["hidden_1"], mend: "random values"),
  Fault(
    kind: .oneConstant, model: .characters, detail: "of what a gate reads",
    change: { $0.changes = [.set("gru.weight_ih", 0.3)] },
    words: ["duplicate rows"], also: ["collapse", "saturated"], places: ["gru"], mend: "random values"),
  Fault(
    kind: .bytes, model: .perceptron,
    change: {
      $0.data.inputFactor = 50
      $0.data.inputShift = 128
    }, words: ["unscaled input"], places: ["input"], mend: "inputs from −1 to 1"),
  Fault(
    kind: .bytes, model: .regression,
    change: {
      $0.data.inputFactor = 50
      $0.data.inputShift = 128
    }, words: ["unscaled input"], places: ["input"], mend: "inputs from −1 to 1"),
  Fault(
    kind: .halfWrong, model: .perceptron, change: { $0.data.labelNoise = 0.5 },
    words: ["label noise suspected", "not learning from the inputs"], also: ["overfitting"], visible: 100,
    mend: "labels looked through"),
  Fault(
    kind: .halfWrong, model: .attention, change: { $0.data.labelNoise = 0.5 },
    words: ["label noise suspected", "not learning from the inputs"], also: ["overfitting"], visible: 100,
    mend: "labels looked through"),
  Fault(
    kind: .coldNeighbors, model: .stems,
    twin: {
      $0.loss.stems = .neighbors
      $0.steps = 150
    }, change: { $0.loss.temperature = 1_000 },
    words: ["loss flat", "rate too low", "not learning from the inputs"], also: ["collapse"], visible: 60,
    mend: "a temperature of 0.5"),
  Fault(
    kind: .muchDropout, model: .attention, twin: { $0.net.units = 32 }, change: { $0.net.dropout = 0.85 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .muchDropout, model: .perceptron, change: { $0.net.dropout = 0.85 },
    words: ["too much dropout"], mend: "dropout of 0.1"),
  Fault(
    kind: .muchDropout, model: .stems, detail: "of the state", change: { $0.net.recurrentDropout = 0.85 },
    words: ["too much dropout"], mend: "none"),
  Fault(
    kind: .deepTanh, model: .perceptron, twin: { $0.net.activation = .tanh },
    change: { $0.net.depth = 25 },
    words: ["vanishing over depth", "blocked"], also: ["collapse"], mend: "two layers"),
  Fault(
    kind: .deepTanh, model: .regression, change: { $0.net.depth = 25 },
    words: ["vanishing over depth", "blocked"], also: ["collapse"], mend: "two layers"),
  Fault(
    kind: .raisedMomentum, model: .perceptron,
    twin: trained(.momentum, at: 0.1), change: { $0.optimizer.momentum = 0.99 },
    words: ["momentum too high", "rate too high"], mend: "a momentum of 0.9"),
  Fault(
    kind: .raisedMomentum, model: .regression,
    twin: trained(.nesterov, at: 0.02), change: { $0.optimizer.momentum = 0.99 },
    words: ["momentum too high", "rate too high"], mend: "a momentum of 0.9"),
  Fault(
    kind: .raisedMomentum, model: .characters,
    twin: trained(.momentum, at: 0.1), change: { $0.optimizer.momentum = 0.99 },
    words: ["momentum too high", "rate too high"], mend: "a momentum of 0.9"),
  Fault(
    kind: .tightClipping, model: .perceptron,
    twin: trained(.sgd, at: 0.3), change: { $0.optimizer.clipping = .norm(0.005) },
    words: ["clipped away", "rate too low"], mend: "a limit of 1"),
  Fault(
    kind: .tightClipping, model: .words,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 2
      $0.optimizer.clipping = .norm(1)
      $0.steps = 400
    }, change: { $0.optimizer.clipping = .norm(0.005) },
    words: ["clipped away", "rate too low"], mend: "a limit of 1"),
  Fault(
    kind: .borrowedOutput, model: .perceptron,
    change: { $0.changes = [.scale("output", 0.001), .freeze("output")] },
    words: ["frozen", "weights too small"], places: ["output"], mend: "an output layer that is trained"),
  Fault(
    kind: .borrowedOutput, model: .characters,
    change: { $0.changes = [.scale("output", 0.001), .freeze("output")] },
    words: ["frozen", "weights too small"], places: ["output"], mend: "an output layer that is trained"),
  Fault(
    kind: .scaledDown, model: .perceptron,
    twin: trained(.sgd, at: 0.3), change: { $0.optimizer.gradientFactor = 1 / 1_024 },
    words: ["rate too low"], visible: 8, mend: "gradients as they are"),
  Fault(
    kind: .scaledDown, model: .regression,
    twin: trained(.momentum, at: 0.02), change: { $0.optimizer.gradientFactor = 1 / 1_024 },
    words: ["rate too low"], visible: 8, mend: "gradients as they are"),
  Fault(
    kind: .scaledUp, model: .perceptron,
    twin: trained(.sgd, at: 0.3), change: { $0.optimizer.gradientFactor = 1_024 },
    words: ["rate too high"], also: ["exploding", "weights too large"], mend: "the scale divided out"),
  Fault(
    kind: .scaledUp, model: .words,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 1
      $0.steps = 400
    }, change: { $0.optimizer.gradientFactor = 1_024 },
    words: ["rate too high"], also: ["exploding", "weights too large"], mend: "the scale divided out"),
  Fault(
    kind: .recounted, model: .perceptron, change: { $0.data.recountedFrom = 120 },
    words: ["input shifted"], also: ["spike", "overfitting"], visible: 120, mend: "one count of the classes"),
  Fault(
    kind: .recounted, model: .attention, change: { $0.data.recountedFrom = 120 },
    words: ["input shifted"], also: ["spike", "overfitting"], visible: 120, mend: "one count of the classes"),
  Fault(
    kind: .recounted, model: .characters, change: { $0.data.recountedFrom = 120 },
    words: ["input shifted"], also: ["spike", "overfitting"], visible: 120, mend: "one count of the classes"),
  Fault(
    kind: .offCenter, model: .perceptron,
    change: {
      $0.data.inputFactor = 0.001
      $0.data.inputShift = 1
    }, words: ["unscaled input", "constant input", "collapse"], mend: "inputs that vary by about 1"),
  Fault(
    kind: .largeRecurrence, model: .characters, twin: { $0.net.cell = .elman() },
    change: { $0.changes = [.scale("elman.weight_hh", 8)] },
    words: ["weights too large", "saturated", "exploding over time"], places: ["elman"],
    mend: "orthogonal ones"),
  Fault(
    kind: .largeRecurrence, model: .stems, change: { $0.changes = [.scale("gru.weight_hh", 8)] },
    words: ["weights too large", "saturated", "exploding over time"], places: ["gru"],
    mend: "orthogonal ones"),
  Fault(
    kind: .largeRecurrence, model: .words, change: { $0.changes = [.scale("lstm.weight_hh", 8)] },
    words: ["weights too large", "saturated", "exploding over time"], places: ["lstm"],
    mend: "orthogonal ones"),
  Fault(
    kind: .faintLogits, model: .perceptron, change: { $0.loss.logitFactor = 0.001 },
    words: ["rate too low", "loss flat", "not learning from the inputs", "weights too small"], visible: 60,
    mend: "logits as they are"),
  Fault(
    kind: .faintLogits, model: .words, change: { $0.loss.logitFactor = 0.001 },
    words: ["rate too low", "loss flat", "not learning from the inputs", "weights too small"], visible: 60,
    mend: "logits as they are"),
  Fault(
    kind: .forgetful, model: .characters, detail: "LSTM",
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 35...45
      $0.net.cell = .lstm(forgetBias: 5)
    }, change: { $0.net.cell = .lstm(forgetBias: 0) },
    words: ["vanishing over time"], also: ["not learning from the inputs"], places: ["lstm"],
    mend: "a forget bias of 5"),
  Fault(
    kind: .forgetful, model: .characters, detail: "GRU",
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 35...45
      $0.net.cell = .gru(updateBias: 5)
    }, change: { $0.net.cell = .gru(updateBias: 0) },
    words: ["vanishing over time"], also: ["not learning from the inputs"], places: ["gru"],
    mend: "an update bias of 5"),
  Fault(
    kind: .forgetful, model: .characters, detail: "plain",
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 35...45
      $0.net.cell = .gru(updateBias: 5)
    }, change: { $0.net.cell = .elman() },
    words: ["vanishing over time"], also: ["not learning from the inputs"], places: ["elman"],
    mend: "a gate that keeps"),
  Fault(
    kind: .twiceRecurrence, model: .characters,
    twin: {
      $0.net.cell = .elman()
      $0.data.lengths = 25...35
    }, change: { $0.changes = [.scale("elman.weight_hh", 2.5)] },
    words: ["exploding over time", "weights too large", "saturated"], places: ["elman"],
    mend: "orthogonal ones"),
  Fault(
    kind: .twiceRecurrence, model: .words,
    twin: {
      $0.net.cell = .elman()
      $0.data.chunk = 24
    }, change: { $0.changes = [.scale("elman.weight_hh", 2.5)] },
    words: ["exploding over time", "weights too large", "saturated"], places: ["elman"],
    mend: "orthogonal ones"),
  Fault(
    kind: .fewForWide, model: .perceptron,
    twin: {
      $0.net.units = 96
      $0.optimizer.rate = 0.003
    },
    change: {
      $0.data.examples = 32
      $0.steps = 400
    }, words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .fewForWide, model: .regression,
    twin: {
      $0.net.units = 128
      $0.optimizer.rate = 0.003
    },
    change: {
      $0.data.examples = 24
      $0.data.batch = 8
      $0.steps = 600
    }, words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .fewForWide, model: .characters, twin: { $0.net.units = 64 },
    change: {
      $0.data.examples = 48
      $0.data.batch = 16
      $0.steps = 300
    }, words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .fewForWide, model: .attention, twin: { $0.net.units = 32 },
    change: {
      $0.data.examples = 48
      $0.data.batch = 16
    }, words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .fewForWide, model: .words, twin: { $0.net.units = 64 },
    change: {
      $0.data.textLength = 40
      $0.steps = 300
    }, words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more text"),
]
