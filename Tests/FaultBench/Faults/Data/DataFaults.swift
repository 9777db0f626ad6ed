extension Kind {
  static let shuffledLabels = Kind("labels shuffled", .data, .tune)
  static let misalignedLabels = Kind("labels off by one example", .data, .tune)
  static let labelNoise = Kind("30 % of the labels wrong", .data, .tune)
  static let largeColumn = Kind("one column × 1,000", .data, .tune)
  static let largeInputs = Kind("inputs × 100", .data, .tune)
  static let shiftedInputs = Kind("inputs + 100", .data, .tune)
  static let constantColumns = Kind("columns that are constant", .data, .tune)
  static let missingValues = Kind("a column with missing values", .data, .tune)
  static let sortedData = Kind("data sorted by label", .data, .tune)
  static let unitChange = Kind("another unit from some step on", .data, .tune)
  static let largeTargets = Kind("targets far from unit scale", .data, .tune)
  static let oneClass = Kind("one class nearly always", .data, .tune)
  static let badBatch = Kind("one bad batch", .data, .tune)
  static let unknownSymbols = Kind("all symbols unknown", .data, .tune)
}

/// Faults of what the model reads.
let dataFaults: [Fault] = [
  Fault(
    kind: .shuffledLabels, model: .perceptron, change: { $0.data.hasShuffledLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "labels of their examples"),
  Fault(
    kind: .shuffledLabels, model: .characters, change: { $0.data.hasShuffledLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "labels of their examples"),
  Fault(
    kind: .shuffledLabels, model: .attention, change: { $0.data.hasShuffledLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 80, mend: "labels of their examples"),
  Fault(
    kind: .shuffledLabels, model: .stems, detail: "stems", change: { $0.data.hasShuffledLabels = true },
    words: ["not learning from the inputs", "loss flat"],
    also: ["overfitting", "label noise suspected", "collapse"],
    visible: 80, mend: "words of their stems"),
  Fault(
    kind: .misalignedLabels, model: .perceptron, change: { $0.data.hasMisalignedLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "labels of their examples"),
  Fault(
    kind: .misalignedLabels, model: .characters, change: { $0.data.hasMisalignedLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "labels of their examples"),
  Fault(
    kind: .misalignedLabels, model: .words, detail: "far off", change: { $0.data.hasMisalignedLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 80, mend: "the next word as the label"),
  Fault(
    kind: .labelNoise, model: .perceptron, change: { $0.data.labelNoise = 0.4 },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100,
    mend: "labels looked through"),
  Fault(
    kind: .labelNoise, model: .characters, change: { $0.data.labelNoise = 0.4 },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100,
    mend: "labels looked through"),
  Fault(
    kind: .largeColumn, model: .perceptron, change: { $0.data.columnFactors = [3: 1_000] },
    words: ["unscaled input"], places: ["column 3"], mend: "columns standardized"),
  Fault(
    kind: .largeColumn, model: .regression, change: { $0.data.columnFactors = [5: 1_000] },
    words: ["unscaled input"], places: ["column 5"], mend: "columns standardized"),
  Fault(
    kind: .largeInputs, model: .perceptron,
    twin: { $0.net.activation = .tanh }, change: { $0.data.inputFactor = 100 },
    words: ["unscaled input"], places: ["hidden_0", "input"], mend: "columns standardized"),
  Fault(
    kind: .largeInputs, model: .regression, change: { $0.data.inputFactor = 100 },
    words: ["unscaled input"], places: ["hidden_0", "input"], mend: "columns standardized"),
  Fault(
    kind: .shiftedInputs, model: .perceptron, change: { $0.data.inputShift = 100 },
    words: ["unscaled input"], also: ["input shifted"], places: ["hidden_0", "input"],
    mend: "columns standardized"),
  Fault(
    kind: .shiftedInputs, model: .regression, change: { $0.data.inputShift = 100 },
    words: ["unscaled input"], also: ["input shifted"], places: ["hidden_0", "input"],
    mend: "columns standardized"),
  Fault(
    kind: .constantColumns, model: .perceptron, change: { $0.data.constantColumns = [0, 1, 2, 3, 4, 5] },
    words: ["constant input"], places: ["column"], mend: "columns read rightly"),
  Fault(
    kind: .constantColumns, model: .regression, change: { $0.data.constantColumns = [0, 1] },
    words: ["constant input"], places: ["column 0", "column 1"], mend: "columns read rightly"),
  Fault(
    kind: .missingValues, model: .perceptron, change: { $0.data.missingColumn = 2 },
    words: ["input not finite"], places: ["column 2"], mend: "the missing filled in"),
  Fault(
    kind: .missingValues, model: .regression, change: { $0.data.missingColumn = 4 },
    words: ["input not finite"], places: ["column 4"], mend: "the missing filled in"),
  Fault(
    kind: .sortedData, model: .perceptron,
    twin: {
      $0.data.examples = 6_000
      $0.steps = 180
    },
    change: {
      $0.data.isSorted = true
      $0.data.isShuffled = false
    },
    words: ["unshuffled data"], mend: "examples in random order"),
  Fault(
    kind: .sortedData, model: .characters,
    twin: {
      $0.data.examples = 6_000
      $0.steps = 180
    },
    change: {
      $0.data.isSorted = true
      $0.data.isShuffled = false
    },
    words: ["unshuffled data"], mend: "examples in random order"),
  Fault(
    kind: .sortedData, model: .regression, detail: "by target",
    change: {
      $0.data.isSorted = true
      $0.data.isShuffled = false
    },
    words: ["unshuffled data"], mend: "examples in random order"),
  Fault(
    kind: .unitChange, model: .perceptron, change: { $0.data.unitChange = (120, 50) },
    words: ["input shifted"], also: ["unscaled input"], visible: 120, harm: .spikes, mend: "one unit"),
  Fault(
    kind: .unitChange, model: .regression, change: { $0.data.unitChange = (120, 50) },
    words: ["input shifted"], also: ["unscaled input"], visible: 120, harm: .spikes, mend: "one unit"),
  Fault(
    kind: .largeTargets, model: .regression, detail: "× 1,000", change: { $0.data.targetFactor = 1_000 },
    words: ["unscaled target"], mend: "targets standardized"),
  Fault(
    kind: .largeTargets, model: .regression, detail: "+ 500", change: { $0.data.targetShift = 500 },
    words: ["unscaled target"], mend: "targets standardized"),
  Fault(
    kind: .oneClass, model: .perceptron, change: { $0.data.firstClassShare = 0.97 },
    words: ["unbalanced classes"], also: ["overfitting"], harm: .getsWorse, mend: "classes as often"),
  Fault(
    kind: .oneClass, model: .words, detail: "padding counted",
    twin: { $0.data.paddedTo = 40 }, change: { $0.loss.countsPadding = true },
    words: ["unbalanced classes"], mend: "padding left out of the loss"),
  Fault(
    kind: .badBatch, model: .perceptron, change: { $0.data.badBatch = (140, -500) },
    words: ["spike", "input shifted"], also: ["unscaled input"], visible: 140, harm: .spikes,
    mend: "the batch left out"),
  Fault(
    kind: .badBatch, model: .regression, change: { $0.data.badBatch = (140, -500) },
    words: ["spike", "input shifted"], also: ["unscaled input"], visible: 140, harm: .spikes,
    mend: "the batch left out"),
  Fault(
    kind: .unknownSymbols, model: .characters, change: { $0.data.isAllUnknown = true },
    words: ["unknown symbols", "rows never seen"], places: ["embedding"],
    mend: "an alphabet made from the data"),
  Fault(
    kind: .unknownSymbols, model: .words, change: { $0.data.isAllUnknown = true },
    words: ["unknown symbols", "rows never seen"], places: ["embedding"],
    mend: "a vocabulary made from the data"),
  Fault(
    kind: .unknownSymbols, model: .stems, change: { $0.data.isAllUnknown = true },
    words: ["unknown symbols", "rows never seen"], places: ["embedding"],
    mend: "an alphabet made from the data"),
]
