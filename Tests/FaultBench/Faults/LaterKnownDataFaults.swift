import Sluice

/// Faults kept aside, of sorts that are known in other forms: of what comes in.
let laterKnownDataFaults: [Fault] = [
  Fault(
    kind: .columnInGrams, model: .regression,
    twin: {
      $0.net.activation = .gelu
      $0.net.units = 48
      $0.data.batch = 16
      $0.optimizer.rate = 0.004
      $0.steps = 300
    },
    change: { $0.data.columnFactors = [2: 1_000] },
    words: ["unscaled input"], also: ["loss high at the start", "exploding", "spike"],
    places: ["input", "column 2", "hidden_0"], mend: "one unit"),
  Fault(
    kind: .emptyCells, model: .perceptron,
    twin: {
      $0.net.units = 80
      $0.net.isNormalized = true
      $0.data.batch = 96
      $0.optimizer.rule = .adamW
    },
    change: { $0.data.missingColumn = 6 },
    words: ["input not finite"], places: ["column 6"], mend: "the empty filled in"),
  Fault(
    kind: .targetsInCents, model: .regression, detail: "momentum, Huber",
    twin: onOtherData {
      $0.loss.regression = .huber
      $0.net.units = 24
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.02
    },
    change: { $0.data.targetFactor = 100 },
    words: ["unscaled target"], also: ["loss high at the start"], mend: "targets standardized"),
  Fault(
    kind: .dealtAnew, model: .characters,
    twin: onOtherData {
      $0.net.cell = .layerNormGRU(updateBias: 1)
      $0.net.units = 32
      $0.data.batch = 48
    },
    change: { $0.data.hasShuffledLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "labels beside their examples"),
  Fault(
    kind: .oneTooFar, model: .attention,
    twin: {
      $0.net.units = 24
      $0.net.layers = 2
      $0.optimizer.rate = 0.004
      $0.data.batch = 48
    },
    change: { $0.data.hasMisalignedLabels = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "labels beside their examples"),
  Fault(
    kind: .carelessLabels, model: .attention,
    twin: onOtherData {
      $0.net.units = 32
      $0.net.heads = 4
      $0.optimizer.rate = 0.006
      $0.steps = 300
    },
    change: { $0.data.labelNoise = 0.55 },
    words: ["label noise suspected"], also: ["overfitting"], visible: 60, mend: "labels gone over again"),
  Fault(
    kind: .byClass, model: .characters, detail: "momentum",
    twin: {
      $0.net.cell = .lstm(forgetBias: 1)
      $0.net.units = 32
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.15
      $0.steps = 300
    },
    change: {
      $0.data.isSorted = true
      $0.data.isShuffled = false
    },
    words: ["unshuffled data"], also: ["spike", "overfitting"], visible: 10, mend: "shuffled"),
  Fault(
    kind: .hardlyOthers, model: .attention,
    twin: onOtherData {
      $0.net.units = 24
      $0.data.batch = 64
      $0.optimizer.rate = 0.007
    },
    change: { $0.data.trainingFirstClassShare = 0.97 },
    words: ["unbalanced classes"], also: ["overfitting"], mend: "a sample of all classes"),
  Fault(
    kind: .emptyColumns, model: .regression,
    twin: onOtherData {
      $0.net.units = 72
      $0.net.depth = 3
      $0.optimizer.rule = .rmsprop
      $0.optimizer.rate = 0.002
    },
    change: { $0.data.constantColumns = [0, 3, 4, 5] },
    words: ["constant input"], places: ["input", "column"], mend: "the columns as they were"),
]
