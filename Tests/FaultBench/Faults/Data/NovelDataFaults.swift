import Sluice

extension Kind {
  static let wholeNumbers = Kind("shares converted to whole numbers", .data, .tune)
  static let codeAsNumber = Kind("a category's code read as a number", .data, .tune)
  static let stuckSensor = Kind("a sensor that sticks from some step on", .data, .tune)
  static let lateLabels = Kind("labels of the batch before from some step on", .data, .tune)
  static let reshaped = Kind("a reshape where a transposition belongs", .data, .tune)
  static let muchAugmentation = Kind("augmented with noise that drowns the inputs", .data, .tune)
  static let cutShort = Kind("sequences cut off after a few symbols", .data, .tune)
  static let orderLost = Kind("sequences made to sets", .data, .tune)
  static let toldByColumn = Kind("a column made from the label", .validation, .tune)
  static let firstRowsOnly = Kind("a sampler that deals out the first rows only", .validation, .tune)
  static let otherClassOrder = Kind("classes of validation in another order", .validation, .tune)
  static let wordAskedForIsRead = Kind("the word asked for is the one read", .validation, .tune)
}

/// Faults that were kept aside once, of kinds that the bench did not have: of data. The answers were written before any of them was run.
let novelDataFaults: [Fault] = [
  Fault(
    kind: .wholeNumbers, model: .perceptron,
    twin: onOtherData {
      $0.data.inputFactor = 0.2
      $0.optimizer.rate = 0.02
    },
    change: { $0.data.roundsInputs = true },
    words: ["constant input"], also: ["not learning from the inputs", "unscaled input"],
    places: ["column", "input", "hidden_0"], mend: "divided before they are converted"),
  Fault(
    kind: .wholeNumbers, model: .regression,
    twin: {
      $0.data.inputFactor = 0.25
      $0.optimizer.rate = 0.02
      $0.net.units = 48
    },
    change: { $0.data.roundsInputs = true },
    words: ["constant input"], also: ["not learning from the inputs", "unscaled input"],
    places: ["column", "input", "hidden_0"], mend: "divided before they are converted"),
  Fault(
    kind: .codeAsNumber, model: .perceptron, detail: "a postal code",
    twin: onOtherData {
      $0.net.units = 96
      $0.net.dropout = 0.2
      $0.optimizer.rate = 0.005
    },
    change: { $0.data.codesCategory = true },
    words: ["unscaled input"], also: ["loss high at the start", "exploding", "dead units"],
    places: ["column 6", "input", "hidden_0"], mend: "a column for each value"),
  Fault(
    kind: .codeAsNumber, model: .regression, detail: "a region's code",
    twin: onOtherData { $0.net.activation = .relu }, change: { $0.data.codesCategory = true },
    words: ["unscaled input"], also: ["loss high at the start", "exploding", "dead units"],
    places: ["column 4", "input", "hidden_0"], mend: "a column for each value"),
  Fault(
    kind: .stuckSensor, model: .perceptron,
    twin: onOtherData {
      $0.net.depth = 3
      $0.net.units = 48
      $0.net.activation = .gelu
      $0.optimizer.rule = .adamW
      $0.optimizer.rate = 0.005
    },
    change: { $0.data.stuckColumn = (80, 4) },
    words: ["input shifted", "constant input"], places: ["column 4", "hidden_0", "input"], visible: 80,
    mend: "a sensor that says when it fails"),
  Fault(
    kind: .stuckSensor, model: .regression,
    change: { $0.data.stuckColumn = (70, 0) },
    words: ["input shifted", "constant input"], places: ["column 0", "hidden_0", "input"], visible: 70,
    mend: "a sensor that says when it fails"),
  Fault(
    kind: .lateLabels, model: .perceptron,
    twin: onOtherData { $0.net.units = 48 }, change: { $0.data.lagsLabelsFrom = 100 },
    words: ["spike", "loss rising", "not learning from the inputs"],
    also: ["input shifted", "label noise suspected", "overfitting"], visible: 100,
    mend: "labels that come with their inputs"),
  Fault(
    kind: .lateLabels, model: .characters,
    twin: onOtherData {
      $0.net.cell = .lstm(forgetBias: 1)
      $0.net.units = 32
    },
    change: { $0.data.lagsLabelsFrom = 100 },
    words: ["spike", "loss rising", "not learning from the inputs"],
    also: ["input shifted", "label noise suspected", "overfitting"], visible: 100,
    mend: "labels that come with their inputs"),
  Fault(
    kind: .reshaped, model: .perceptron,
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.05
      $0.data.batch = 64
    },
    change: { $0.data.mixesRows = true },
    words: ["not learning from the inputs", "loss flat"],
    also: ["overfitting", "label noise suspected", "input shifted"], visible: 60, mend: "a transposition"),
  Fault(
    kind: .reshaped, model: .regression,
    twin: { $0.net.units = 48 }, change: { $0.data.mixesRows = true },
    words: ["not learning from the inputs", "loss flat"],
    also: ["overfitting", "label noise suspected", "input shifted"], visible: 60, mend: "a transposition"),
  Fault(
    kind: .muchAugmentation, model: .perceptron,
    twin: {
      $0.net.units = 64
      $0.data.augmentation = 0.1
    },
    change: { $0.data.augmentation = 3 },
    words: ["not learning from the inputs", "loss flat", "unscaled input", "label noise suspected"],
    also: ["overfitting", "input shifted"], visible: 60, mend: "noise of 0.1"),
  Fault(
    kind: .muchAugmentation, model: .regression,
    twin: onOtherData { $0.data.augmentation = 0.05 }, change: { $0.data.augmentation = 3 },
    words: ["not learning from the inputs", "loss flat", "unscaled input", "label noise suspected"],
    also: ["overfitting", "input shifted"], visible: 60, mend: "noise of 0.05"),
  Fault(
    kind: .cutShort, model: .characters, detail: "after four",
    twin: onOtherData {
      $0.net.layers = 2
      $0.optimizer.rate = 0.005
    },
    change: { $0.data.cutTo = 4 },
    words: ["not learning from the inputs", "loss flat", "label noise suspected", "overfitting"], visible: 60,
    mend: "a limit beyond the longest"),
  Fault(
    kind: .cutShort, model: .attention, detail: "after four",
    twin: onOtherData {
      $0.net.units = 32
      $0.optimizer.rate = 0.005
    },
    change: { $0.data.cutTo = 4 },
    words: ["not learning from the inputs", "loss flat", "label noise suspected", "overfitting"], visible: 60,
    mend: "a limit beyond the longest"),
  Fault(
    kind: .orderLost, model: .characters,
    twin: onOtherData {
      $0.data.batch = 64
      $0.optimizer.rule = .adamW
      $0.optimizer.clipping = .norm(1)
    },
    change: { $0.data.losesOrder = true },
    words: ["label noise suspected", "loss flat", "overfitting"], also: ["not learning from the inputs"],
    visible: 60, mend: "lists that keep their order"),
  Fault(
    kind: .orderLost, model: .attention,
    change: { $0.data.losesOrder = true },
    words: ["not learning from the inputs", "loss flat", "label noise suspected", "overfitting"], visible: 60,
    mend: "lists that keep their order"),
]

/// Faults that were kept aside once, of kinds that the bench did not have: of what only validation shows.
let novelValidationFaults: [Fault] = [
  Fault(
    kind: .toldByColumn, model: .perceptron, detail: "in both parts",
    twin: onOtherData {
      $0.net.depth = 4
      $0.net.isNormalized = true
      $0.net.activation = .tanh
      $0.optimizer.rate = 0.005
    },
    change: { $0.data.tellingColumn = (11, true) },
    words: ["leakage"], visible: 20, harm: .deceives, mend: "the column left out"),
  Fault(
    kind: .toldByColumn, model: .perceptron, detail: "in the training part",
    change: { $0.data.tellingColumn = (7, false) },
    words: ["leakage", "overfitting", "input shifted"], visible: 20, mend: "the column left out"),
  Fault(
    kind: .toldByColumn, model: .regression, detail: "in the training part",
    twin: onOtherData {
      $0.net.activation = .gelu
      $0.net.units = 48
      $0.optimizer.rule = .adamW
    },
    change: { $0.data.tellingColumn = (7, false) },
    words: ["leakage", "overfitting", "input shifted"], visible: 20, mend: "the column left out"),
  Fault(
    kind: .firstRowsOnly, model: .perceptron,
    twin: onOtherData { $0.data.batch = 16 },
    change: {
      $0.data.dealtOut = 48
      $0.steps = 300
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "a sampler of all rows"),
  Fault(
    kind: .firstRowsOnly, model: .characters,
    twin: onOtherData {
      $0.net.cell = .lstm(forgetBias: 1)
      $0.net.units = 32
    },
    change: { $0.data.dealtOut = 64 },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "a sampler of all rows"),
  Fault(
    kind: .otherClassOrder, model: .perceptron,
    twin: onOtherData {
      $0.optimizer.rule = .rmsprop
      $0.optimizer.rate = 0.003
      $0.net.units = 64
    },
    change: { $0.data.recountsOthers = true },
    words: ["overfitting", "input shifted"], visible: 20, mend: "one list of classes"),
  Fault(
    kind: .otherClassOrder, model: .attention,
    change: { $0.data.recountsOthers = true },
    words: ["overfitting", "input shifted"], visible: 20, mend: "one list of classes"),
  Fault(
    kind: .wordAskedForIsRead, model: .words,
    twin: onOtherData {
      $0.net.layers = 2
      $0.data.batch = 16
    },
    change: { $0.data.asksForWordRead = true },
    words: ["leakage", "overfitting"], visible: 20, mend: "the word after it"),
  Fault(
    kind: .wordAskedForIsRead, model: .words, detail: "GRU",
    twin: { $0.net.cell = .gru(updateBias: 1) }, change: { $0.data.asksForWordRead = true },
    words: ["leakage", "overfitting"], visible: 20, mend: "the word after it"),
]
