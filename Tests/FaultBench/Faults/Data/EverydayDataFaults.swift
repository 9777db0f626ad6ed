extension Kind {
  static let mixedUnits = Kind("each column in a unit of its own", .data, .tune)
  static let timestamp = Kind("a column of seconds since 1970", .data, .tune)
  static let defaultLabels = Kind("missing labels read as class 0", .data, .tune)
  static let confusedClasses = Kind("two classes that were labeled as one or the other", .data, .tune)
  static let noisyTargets = Kind("targets measured badly", .data, .tune)
  static let filesInTurn = Kind("a file for each class, read in turn", .data, .tune)
  static let shuffledRows = Kind("inputs shuffled within the batch, labels not", .data, .tune)
  static let drift = Kind("a sensor that drifts", .data, .tune)
  static let oneMissing = Kind("one value missing in one batch", .data, .tune)
  static let filteredClass = Kind("a filter that leaves nearly one class to train on", .data, .tune)
  static let otherScript = Kind("an alphabet that lacks most letters", .data, .tune)
}

/// Everyday mistakes with what a model reads.
let everydayDataFaults: [Fault] = [
  Fault(
    kind: .mixedUnits, model: .perceptron, change: { $0.data.columnFactors = [0: 10_000, 3: 1e-3, 6: 200] },
    words: ["unscaled input"], also: ["loss high at the start"],
    places: ["column 0", "column 3", "column 6", "hidden_0", "input"], mend: "columns standardized"),
  Fault(
    kind: .mixedUnits, model: .regression, change: { $0.data.columnFactors = [1: 500, 4: 1e-3, 5: 60] },
    words: ["unscaled input"], also: ["loss high at the start", "saturated"],
    places: ["column 1", "column 4", "column 5", "hidden_0", "input"], mend: "columns standardized"),
  Fault(
    kind: .timestamp, model: .perceptron,
    change: {
      $0.data.columnFactors = [5: 1e5]
      $0.data.columnShifts = [5: 1.7e9]
    },
    words: ["unscaled input"], also: ["loss high at the start", "constant input", "exploding"],
    places: ["column 5"], mend: "the hour and the day as columns"),
  Fault(
    kind: .timestamp, model: .regression,
    change: {
      $0.data.columnFactors = [2: 1e5]
      $0.data.columnShifts = [2: 1.7e9]
    },
    words: ["unscaled input"], also: ["loss high at the start", "constant input", "saturated"],
    places: ["column 2"], mend: "the hour and the day as columns"),
  Fault(
    kind: .defaultLabels, model: .perceptron, change: { $0.data.defaultLabelShare = 0.4 },
    words: ["label noise suspected", "unbalanced classes"], also: ["overfitting"],
    visible: 100, mend: "examples without a label left out"),
  Fault(
    kind: .defaultLabels, model: .attention, change: { $0.data.defaultLabelShare = 0.4 },
    words: ["label noise suspected", "unbalanced classes"], also: ["overfitting"],
    visible: 100, mend: "examples without a label left out"),
  Fault(
    kind: .confusedClasses, model: .perceptron, change: { $0.data.confusedClasses = (1, 2) },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100,
    mend: "both classes' labels looked through"),
  Fault(
    kind: .confusedClasses, model: .characters, change: { $0.data.confusedClasses = (0, 3) },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100,
    mend: "both classes' labels looked through"),
  Fault(
    kind: .noisyTargets, model: .regression, change: { $0.data.targetNoise = 2.5 },
    words: ["label noise suspected"], also: ["overfitting"], visible: 60,
    mend: "targets measured again"),
  Fault(
    kind: .filesInTurn, model: .characters, change: { $0.data.order = .filesInTurn(batches: 20) },
    words: ["unshuffled data"], also: ["spike", "unbalanced classes"], visible: 21,
    mend: "batches from all files"),
  Fault(
    kind: .filesInTurn, model: .attention, change: { $0.data.order = .filesInTurn(batches: 20) },
    words: ["unshuffled data"], also: ["spike", "unbalanced classes"], visible: 21,
    mend: "batches from all files"),
  Fault(
    kind: .filesInTurn, model: .regression, detail: "by target",
    change: { $0.data.order = .filesInTurn(batches: 20) },
    words: ["unshuffled data"], also: ["spike"], visible: 21, mend: "batches from all files"),
  Fault(
    kind: .shuffledRows, model: .perceptron, change: { $0.data.shufflesRows = true },
    words: ["not learning from the inputs", "loss flat"], also: ["collapse", "label noise suspected"],
    visible: 60, mend: "one order for both"),
  Fault(
    kind: .shuffledRows, model: .regression, change: { $0.data.shufflesRows = true },
    words: ["not learning from the inputs", "loss flat"], also: ["collapse", "label noise suspected"],
    visible: 60, mend: "one order for both"),
  Fault(
    kind: .shuffledRows, model: .characters, change: { $0.data.shufflesRows = true },
    words: ["not learning from the inputs", "loss flat"], also: ["collapse", "label noise suspected"],
    visible: 60, mend: "one order for both"),
  Fault(
    kind: .drift, model: .perceptron, change: { $0.data.drift = 0.05 },
    words: ["input shifted"], also: ["unscaled input"], places: ["hidden_0", "input", "column"],
    visible: 60, mend: "inputs compared with a reference"),
  Fault(
    kind: .drift, model: .regression, change: { $0.data.drift = 0.05 },
    words: ["input shifted"], also: ["unscaled input", "saturated"],
    places: ["hidden_0", "input", "column"],
    visible: 60, mend: "inputs compared with a reference"),
  Fault(
    kind: .oneMissing, model: .perceptron, change: { $0.data.badValue = (70, 3, .nan) },
    words: ["input not finite"], places: ["column 3"], visible: 70, mend: "rows checked as they are read"),
  Fault(
    kind: .oneMissing, model: .regression, detail: "infinite",
    change: { $0.data.badValue = (95, 5, .infinity) },
    words: ["input not finite"], places: ["column 5"], visible: 95, mend: "rows checked as they are read"),
  Fault(
    kind: .filteredClass, model: .perceptron, change: { $0.data.trainingFirstClassShare = 0.95 },
    words: ["unbalanced classes"], also: ["overfitting", "collapse"], mend: "no filter"),
  Fault(
    kind: .filteredClass, model: .characters, change: { $0.data.trainingFirstClassShare = 0.95 },
    words: ["unbalanced classes"], also: ["overfitting", "collapse"], mend: "no filter"),
  Fault(
    kind: .otherScript, model: .stems, detail: "three of fourteen", change: { $0.data.knownSymbols = 3 },
    words: ["unknown symbols", "rows never seen"], also: ["overfitting"], places: ["embedding"],
    mend: "an alphabet made from the data"),
]
