import Sluice

extension Kind {
  static let percentColumn = Kind("a column in percent among columns of unit scale", .data, .tune)
  static let smallBuffer = Kind("sorted data, shuffled in a buffer far smaller than a class", .data, .tune)
  static let otherCode = Kind("a third of the labels counted from another class", .data, .tune)
  static let lostFirst = Kind("a tokenizer that loses the first symbol", .data, .tune)
  static let fiveTimes = Kind("inputs five times as large from some step on", .data, .tune)
  static let missingTargets = Kind("missing targets that are not numbers", .data, .tune)
  static let percentTargets = Kind("targets in percent", .data, .tune)
  static let offsetTargets = Kind("targets with an offset of 40", .data, .tune)
}

/// Faults that were kept aside once, of data and targets: of kinds that no rule was tuned to, their answers written before any was run.
let freshDataFaults: [Fault] = [
  Fault(
    kind: .percentColumn, model: .perceptron,
    change: {
      $0.data.columnFactors = [3: 30]
      $0.data.columnShifts = [3: 50]
    },
    words: ["unscaled input"], places: ["column 3"], mend: "a share from 0 to 1"),
  Fault(
    kind: .percentColumn, model: .regression,
    change: {
      $0.data.columnFactors = [2: 30]
      $0.data.columnShifts = [2: 50]
    },
    words: ["unscaled input"], places: ["column 2"], mend: "a share from 0 to 1"),
  Fault(
    kind: .smallBuffer, model: .perceptron, detail: "a third of the labels left out",
    twin: { $0.loss.masked = 0.3 }, change: { $0.data.order = .buffered(count: 64) },
    words: ["unshuffled data"], also: ["spike", "unbalanced classes", "overfitting"], visible: 17,
    mend: "a buffer of all examples"),
  Fault(
    kind: .smallBuffer, model: .characters, change: { $0.data.order = .buffered(count: 128) },
    words: ["unshuffled data"], also: ["spike", "unbalanced classes", "overfitting"], visible: 17,
    mend: "a buffer of all examples"),
  Fault(
    kind: .smallBuffer, model: .attention, change: { $0.data.order = .buffered(count: 128) },
    words: ["unshuffled data"], also: ["spike", "unbalanced classes", "overfitting"], visible: 17,
    mend: "a buffer of all examples"),
  Fault(
    kind: .smallBuffer, model: .regression, detail: "by target",
    change: { $0.data.order = .buffered(count: 96) },
    words: ["unshuffled data"], also: ["spike", "overfitting"], visible: 17,
    mend: "a buffer of all examples"),
  Fault(
    kind: .otherCode, model: .perceptron, change: { $0.data.otherCodeShare = 0.35 },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100, mend: "one count for all labels"),
  Fault(
    kind: .otherCode, model: .characters, change: { $0.data.otherCodeShare = 0.35 },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100, mend: "one count for all labels"),
  Fault(
    kind: .otherCode, model: .attention, change: { $0.data.otherCodeShare = 0.35 },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100, mend: "one count for all labels"),
  Fault(
    kind: .lostFirst, model: .characters,
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 6...12
      $0.net.cell = .gru(updateBias: 3)
    },
    change: { $0.data.dropsFirst = true },
    words: ["not learning from the inputs", "loss flat"],
    also: ["collapse", "label noise suspected", "overfitting"], visible: 60, mend: "all symbols read"),
  Fault(
    kind: .lostFirst, model: .attention, change: { $0.data.dropsFirst = true },
    words: ["not learning from the inputs", "loss flat"],
    also: ["collapse", "label noise suspected", "overfitting"], visible: 60, mend: "all symbols read"),
  Fault(
    kind: .fiveTimes, model: .perceptron, change: { $0.data.unitChange = (100, 5) },
    words: ["input shifted", "spike"], also: ["loss rising", "overfitting", "unscaled input"], visible: 100,
    mend: "one unit"),
  Fault(
    kind: .fiveTimes, model: .regression, change: { $0.data.unitChange = (100, 5) },
    words: ["input shifted", "spike"], also: ["loss rising", "overfitting", "unscaled input"], visible: 100,
    mend: "one unit"),
  Fault(
    kind: .missingTargets, model: .regression, change: { $0.data.targetSentinel = .nan },
    words: ["non-finite", "input not finite"], mend: "rows without a target left out"),
  Fault(
    kind: .missingTargets, model: .regression, detail: "Huber",
    twin: { $0.loss.regression = .huber }, change: { $0.data.targetSentinel = .nan },
    words: ["non-finite", "input not finite"], mend: "rows without a target left out"),
  Fault(
    kind: .percentTargets, model: .regression,
    change: {
      $0.data.targetFactor = 25
      $0.data.targetShift = 50
    },
    words: ["unscaled target"], also: ["loss high at the start"], mend: "targets of unit scale"),
  Fault(
    kind: .percentTargets, model: .regression, detail: "ReLU, RMSprop",
    twin: {
      $0.net.activation = .relu
      $0.optimizer.rule = .rmsprop
      $0.optimizer.rate = 0.003
    },
    change: {
      $0.data.targetFactor = 25
      $0.data.targetShift = 50
    },
    words: ["unscaled target"], also: ["loss high at the start"], mend: "targets of unit scale"),
  Fault(
    kind: .offsetTargets, model: .regression, change: { $0.data.targetShift = 40 },
    words: ["unscaled target"], also: ["loss high at the start"], mend: "the mean taken off"),
  Fault(
    kind: .offsetTargets, model: .regression, detail: "four deep, GELU",
    twin: {
      $0.net.depth = 4
      $0.net.activation = .gelu
      $0.optimizer.rate = 0.005
    },
    change: { $0.data.targetShift = 40 },
    words: ["unscaled target"], also: ["loss high at the start"], mend: "the mean taken off"),
]
