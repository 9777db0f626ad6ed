import Sluice

extension Kind {
  static let plainFarBack = Kind("a plain cell and a motif far back", .time, .tune, isKnown: true)
  static let loudRecurrence = Kind("recurrent weights × 5", .time, .tune, isKnown: true)
  static let quickForgetting = Kind("gates that forget a motif far back", .time, .tune, isKnown: true)
  static let turnedAxes = Kind("a batch of time first read as example first", .time, .tune, isKnown: true)
  static let paddingAsked = Kind("the padding to be predicted", .time, .tune, isKnown: true)
  static let maskTurned = Kind("a mask of padding the wrong way round", .time, .tune, isKnown: true)
  static let seenBefore = Kind(
    "validated on what was trained on, of other data", .validation, .tune, isKnown: true)
  static let byHeart = Kind("learned by heart", .validation, .tune, isKnown: true)
  static let unscaledHoldout = Kind(
    "a scaler that validation never goes through", .validation, .tune, isKnown: true)
  static let renumbered = Kind("letters of validation numbered anew", .validation, .tune, isKnown: true)
}

/// A classifier of strings that begin with their motif.
private func beginning(
  _ lengths: ClosedRange<Int>, _ cell: CellKind
) -> @Sendable (inout Setup) -> Void {
  {
    $0.readOther()
    $0.data.firstDecides = true
    $0.data.lengths = lengths
    $0.net.cell = cell
    $0.steps = 300
  }
}

/// Faults of sorts that are known from other data and models: of time.
let knownSequenceFaults: [Fault] = [
  Fault(
    kind: .plainFarBack, model: .characters, detail: "25 letters",
    twin: beginning(23...28, .gru(updateBias: 3)),
    change: { $0.net.cell = .elman() },
    words: ["vanishing over time"], also: ["not learning from the inputs", "exploding over time"],
    places: ["elman"], mend: "a cell with gates"),
  Fault(
    kind: .loudRecurrence, model: .characters,
    twin: onOtherData {
      $0.net.cell = .elman()
      $0.optimizer.rate = 0.005
      $0.net.units = 32
      $0.steps = 300
    },
    change: { $0.changes = [.scale("elman.weight_hh", 5)] },
    words: ["weights too large", "saturated", "exploding over time"], also: ["exploding"],
    places: ["elman"], mend: "orthogonal ones"),
  Fault(
    kind: .loudRecurrence, model: .stems, detail: "LSTM",
    twin: onOtherData { $0.net.cell = .lstm(forgetBias: 1) },
    change: { $0.changes = [.scale("lstm.weight_hh", 5)] },
    words: ["weights too large", "saturated", "exploding over time"], also: ["exploding"],
    places: ["lstm"], mend: "orthogonal ones"),
  Fault(
    kind: .quickForgetting, model: .characters, detail: "LSTM",
    twin: beginning(20...26, .lstm(forgetBias: 4)),
    change: { $0.net.cell = .lstm(forgetBias: -2) },
    words: ["vanishing over time", "saturated"], also: ["not learning from the inputs"],
    places: ["lstm"], mend: "a forget bias of 1 or more"),
  Fault(
    kind: .turnedAxes, model: .characters,
    twin: onOtherData { $0.data.lengths = 16...16 }, change: { $0.data.mixesTime = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "axes as they are"),
  Fault(
    kind: .turnedAxes, model: .attention,
    twin: onOtherData { $0.data.lengths = 12...12 }, change: { $0.data.mixesTime = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "axes as they are"),
  Fault(
    kind: .paddingAsked, model: .words,
    twin: onOtherData { $0.data.paddedTo = 60 }, change: { $0.loss.countsPadding = true },
    words: ["unbalanced classes"], also: ["unknown symbols", "rate too low"], mend: "the padding ignored"),
  Fault(
    kind: .maskTurned, model: .words,
    twin: onOtherData { $0.data.paddedTo = 12 }, change: { $0.loss.masksReversed = true },
    words: ["masked away", "unbalanced classes"], also: ["no gradient", "overfitting", "collapse"],
    mend: "the mask turned"),
]

/// Faults of sorts that are known from other data and models: of what only validation shows.
let knownValidationFaults: [Fault] = [
  Fault(
    kind: .seenBefore, model: .perceptron,
    twin: onOtherData {
      $0.data.examples = 400
      $0.optimizer.rate = 0.007
    }, change: { $0.data.leaks = true },
    words: ["leakage"], visible: 20, harm: .deceives, mend: "other examples"),
  Fault(
    kind: .seenBefore, model: .regression, detail: "with a little noise",
    twin: onOtherData { $0.data.examples = 256 },
    change: {
      $0.data.leaksNearly = true
      $0.data.examples = 64
    },
    words: ["leakage"], also: ["overfitting"], visible: 20, harm: .deceives, mend: "other examples"),
  Fault(
    kind: .byHeart, model: .perceptron, detail: "60 rows",
    twin: onOtherData { $0.net.units = 64 },
    change: {
      $0.data.examples = 60
      $0.data.batch = 20
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .byHeart, model: .attention, detail: "80 strings",
    twin: onOtherData(),
    change: {
      $0.data.examples = 80
      $0.data.batch = 16
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .byHeart, model: .words, detail: "a short text",
    twin: onOtherData { $0.net.units = 48 },
    change: {
      $0.data.textLength = 60
      $0.steps = 400
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "a longer text"),
  Fault(
    kind: .unscaledHoldout, model: .perceptron,
    twin: onOtherData {
      $0.data.columnFactors = [4: 30, 5: 12]
      $0.data.columnShifts = [4: 40, 5: 45]
      $0.data.isStandardized = true
    },
    change: {
      $0.data.isStandardized = false
      $0.data.standardizesTrainingOnly = true
    },
    words: ["input shifted"], also: ["overfitting"], visible: 20, mend: "one scaler for all"),
  Fault(
    kind: .renumbered, model: .characters, twin: onOtherData(), change: { $0.data.recodesOthers = true },
    words: ["input shifted", "overfitting"], visible: 20, mend: "one list of letters"),
]
