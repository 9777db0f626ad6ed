import Sluice

extension Kind {
  static let rawTable = Kind("a table as it comes, each column in its unit", .data, .tune, isKnown: true)
  static let thirtyfoldInputs = Kind("inputs × 30", .data, .tune, isKnown: true)
  static let gapsInTable = Kind("gaps in a column of a table", .data, .tune, isKnown: true)
  static let mixedUpLabels = Kind("labels in random order, of other data", .data, .tune, isKnown: true)
  static let slippedLabels = Kind(
    "labels that slipped by one row, of other data", .data, .tune, isKnown: true)
  static let mislabeled = Kind("two in five labels wrong", .data, .tune, isKnown: true)
  static let inOrder = Kind(
    "examples in the order of their labels, of other data", .data, .tune, isKnown: true)
  static let rareOthers = Kind("all but one class rare", .data, .tune, isKnown: true)
  static let deadColumns = Kind("most columns of a table constant", .data, .tune, isKnown: true)
  static let tenfoldLater = Kind("inputs ten times as large from some step on", .data, .tune, isKnown: true)
  static let unreadLetters = Kind("seven in ten letters unknown", .data, .tune, isKnown: true)
  static let priceInFull = Kind("prices in thousands as targets", .data, .tune, isKnown: true)
}

/// Faults of sorts that are known from other data and models: of what comes in.
let knownDataFaults: [Fault] = [
  Fault(
    kind: .rawTable, model: .perceptron,
    twin: onOtherData {
      $0.data.columnFactors = [0: 1.3, 4: 400, 5: 12]
      $0.data.columnShifts = [4: 900, 5: 45]
      $0.data.isStandardized = true
      $0.net.units = 48
    },
    change: { $0.data.isStandardized = false },
    words: ["unscaled input"], also: ["loss high at the start", "exploding", "dead units"],
    places: ["input", "column 4", "hidden_0"], mend: "columns standardized"),
  Fault(
    kind: .rawTable, model: .regression, detail: "square meters and meters",
    twin: onOtherData {
      $0.data.columnFactors = [0: 35, 2: 20, 3: 4_000]
      $0.data.columnShifts = [0: 110, 2: 30, 3: 7_000]
      $0.data.isStandardized = true
      $0.net.activation = .gelu
      $0.optimizer.rule = .adamW
      $0.optimizer.decay = 0.01
    },
    change: { $0.data.isStandardized = false },
    words: ["unscaled input"], also: ["loss high at the start", "exploding", "collapse"],
    places: ["input", "column 3", "hidden_0"], mend: "columns standardized"),
  Fault(
    kind: .thirtyfoldInputs, model: .regression, detail: "ReLU, momentum",
    twin: onOtherData {
      $0.net.activation = .relu
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.01
    },
    change: { $0.data.inputFactor = 30 },
    words: ["unscaled input"], also: ["loss high at the start", "exploding", "rate too high", "dead units"],
    places: ["input", "hidden_0"], mend: "columns of unit scale"),
  Fault(
    kind: .gapsInTable, model: .perceptron,
    twin: onOtherData { $0.net.depth = 3 }, change: { $0.data.missingColumn = 11 },
    words: ["input not finite"], places: ["column 11"], mend: "the missing filled in"),
  Fault(
    kind: .gapsInTable, model: .regression,
    twin: onOtherData { $0.data.batch = 64 }, change: { $0.data.missingColumn = 2 },
    words: ["input not finite"], places: ["column 2"], mend: "the missing filled in"),
  Fault(
    kind: .mixedUpLabels, model: .perceptron,
    twin: onOtherData { $0.net.isNormalized = true }, change: { $0.data.hasShuffledLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "labels of their examples"),
  Fault(
    kind: .mixedUpLabels, model: .attention,
    twin: onOtherData { $0.net.units = 32 }, change: { $0.data.hasShuffledLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "labels of their examples"),
  Fault(
    kind: .slippedLabels, model: .regression,
    twin: onOtherData { $0.net.units = 48 }, change: { $0.data.hasMisalignedLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "targets of their examples"),
  Fault(
    kind: .slippedLabels, model: .characters,
    twin: onOtherData { $0.net.cell = .lstm(forgetBias: 1) }, change: { $0.data.hasMisalignedLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "labels of their examples"),
  Fault(
    kind: .mislabeled, model: .perceptron,
    twin: onOtherData { $0.optimizer.rate = 0.005 }, change: { $0.data.labelNoise = 0.5 },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100,
    mend: "the labels looked through"),
  Fault(
    kind: .mislabeled, model: .characters,
    twin: onOtherData { $0.net.units = 32 }, change: { $0.data.labelNoise = 0.5 },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100,
    mend: "the labels looked through"),
  Fault(
    kind: .inOrder, model: .perceptron, detail: "momentum",
    twin: onOtherData {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.05
    },
    change: {
      $0.data.isSorted = true
      $0.data.isShuffled = false
    },
    words: ["unshuffled data"], also: ["spike", "unbalanced classes", "overfitting"],
    mend: "examples shuffled"),
  Fault(
    kind: .inOrder, model: .attention,
    twin: onOtherData(),
    change: {
      $0.data.isSorted = true
      $0.data.isShuffled = false
    },
    words: ["unshuffled data"], also: ["spike", "unbalanced classes", "overfitting"],
    mend: "examples shuffled"),
  Fault(
    kind: .rareOthers, model: .perceptron,
    twin: onOtherData { $0.net.units = 64 }, change: { $0.data.trainingFirstClassShare = 0.97 },
    words: ["unbalanced classes"], also: ["overfitting"], mend: "classes as frequent as elsewhere"),
  Fault(
    kind: .rareOthers, model: .attention,
    twin: onOtherData(), change: { $0.data.trainingFirstClassShare = 0.97 },
    words: ["unbalanced classes"], also: ["overfitting"], mend: "classes as frequent as elsewhere"),
]

/// Faults of sorts that are known from other data and models: of columns, of units and of letters.
let knownColumnFaults: [Fault] = [
  Fault(
    kind: .deadColumns, model: .perceptron,
    twin: onOtherData(), change: { $0.data.constantColumns = [0, 4, 5, 6, 7, 8, 9] },
    words: ["constant input"], places: ["column", "input"], mend: "the columns found again"),
  Fault(
    kind: .deadColumns, model: .regression,
    twin: onOtherData(), change: { $0.data.constantColumns = [0, 4, 5, 6] },
    words: ["constant input"], places: ["column", "input"], mend: "the columns found again"),
  Fault(
    kind: .tenfoldLater, model: .perceptron,
    twin: onOtherData { $0.net.activation = .gelu }, change: { $0.data.unitChange = (110, 10) },
    words: ["input shifted", "spike"], also: ["unscaled input", "loss rising", "overfitting"], visible: 110,
    mend: "one unit"),
  Fault(
    kind: .unreadLetters, model: .characters,
    twin: onOtherData(), change: { $0.data.unknownShare = 0.7 },
    words: ["unknown symbols"], also: ["overfitting"], places: ["embedding"],
    mend: "an alphabet made from the data"),
  Fault(
    kind: .priceInFull, model: .regression,
    twin: onOtherData { $0.data.batch = 16 },
    change: {
      $0.data.targetFactor = 150
      $0.data.targetShift = 300
    },
    words: ["unscaled target"], also: ["loss high at the start"], mend: "targets standardized"),
]
