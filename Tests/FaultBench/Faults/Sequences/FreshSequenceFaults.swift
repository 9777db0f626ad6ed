import Sluice

extension Kind {
  static let plain20 = Kind("a plain cell, 20 letters back", .time, .tune)
  static let sixthOfRecurrence = Kind("recurrent weights ÷ 6", .time, .tune)
  static let recurrenceTimes4 = Kind("recurrent weights × 4", .time, .tune)
  static let forgettingGates = Kind("gates biased to forget, ten letters back", .time, .tune)
  static let threeWords = Kind("chunks of three words, each begun at zero", .time, .tune)
  static let hundredExamples = Kind("a hundred examples and many epochs", .validation, .tune)
  static let rawValidation = Kind("training standardized, validation not", .validation, .tune)
  static let otherAlphabet = Kind("another alphabet for validation", .validation, .tune)
}

/// A classifier of characters of which the first decides, that keeps what it has read.
private func keeping(_ lengths: ClosedRange<Int>, _ cell: CellKind) -> @Sendable (inout Setup) -> Void {
  {
    $0.data.firstDecides = true
    $0.data.lengths = lengths
    $0.net.cell = cell
  }
}

/// Faults that were kept aside once, of time and of what only validation shows; see `freshDataFaults`.
let freshSequenceFaults: [Fault] = [
  Fault(
    kind: .plain20, model: .characters,
    twin: keeping(18...22, .gru(updateBias: 3)), change: { $0.net.cell = .elman() },
    words: ["vanishing over time"], also: ["not learning from the inputs"], places: ["elman"],
    mend: "a gate that keeps"),
  Fault(
    kind: .plain20, model: .characters, detail: "two layers",
    twin: {
      keeping(18...22, .gru(updateBias: 3))(&$0)
      $0.net.layers = 2
    },
    change: { $0.net.cell = .elman() },
    words: ["vanishing over time"], also: ["not learning from the inputs"], places: ["elman"],
    mend: "a gate that keeps"),
  Fault(
    kind: .sixthOfRecurrence, model: .characters,
    twin: {
      keeping(5...9, .elman())(&$0)
      $0.optimizer.rate = 0.005
    },
    change: { $0.changes = [.scale("elman.weight_hh", 1 / 6)] },
    words: ["weights too small", "vanishing over time"], places: ["elman"], mend: "orthogonal ones"),
  Fault(
    kind: .sixthOfRecurrence, model: .characters, detail: "longer texts",
    twin: {
      keeping(8...11, .elman())(&$0)
      $0.optimizer.rate = 0.005
      $0.steps = 300
    },
    change: { $0.changes = [.scale("elman.weight_hh", 1 / 6)] },
    words: ["weights too small", "vanishing over time"], places: ["elman"], mend: "orthogonal ones"),
  Fault(
    kind: .recurrenceTimes4, model: .characters,
    twin: {
      $0.net.cell = .elman()
      $0.optimizer.rate = 0.005
      $0.data.lengths = 15...25
    },
    change: { $0.changes = [.scale("elman.weight_hh", 4)] },
    words: ["weights too large", "saturated", "exploding over time"], places: ["elman"],
    mend: "orthogonal ones"),
  Fault(
    kind: .recurrenceTimes4, model: .words, detail: "plain",
    twin: {
      $0.net.cell = .elman()
      $0.data.chunk = 16
      $0.optimizer.rate = 0.005
    },
    change: { $0.changes = [.scale("elman.weight_hh", 4)] },
    words: ["weights too large", "saturated", "exploding over time"], places: ["elman"],
    mend: "orthogonal ones"),
  Fault(
    kind: .forgettingGates, model: .characters, detail: "GRU",
    twin: keeping(10...14, .gru(updateBias: 3)), change: { $0.net.cell = .gru(updateBias: -2) },
    words: ["vanishing over time", "saturated"], also: ["not learning from the inputs"], places: ["gru"],
    mend: "an update bias of 3"),
  Fault(
    kind: .forgettingGates, model: .characters, detail: "LSTM",
    twin: keeping(10...14, .lstm(forgetBias: 3)), change: { $0.net.cell = .lstm(forgetBias: -2) },
    words: ["vanishing over time", "saturated"], also: ["not learning from the inputs"], places: ["lstm"],
    mend: "a forget bias of 3"),
  Fault(
    kind: .threeWords, model: .words,
    twin: {
      $0.data.chunk = 3
      $0.data.batch = 16
      $0.steps = 400
    },
    change: { $0.net.carriesState = false },
    words: ["state not carried"], mend: "states that go on"),
  Fault(
    kind: .threeWords, model: .words, detail: "GRU",
    twin: {
      $0.data.chunk = 3
      $0.data.batch = 16
      $0.net.cell = .gru(updateBias: 1)
      $0.steps = 400
    },
    change: { $0.net.carriesState = false },
    words: ["state not carried"], mend: "states that go on"),
  Fault(
    kind: .hundredExamples, model: .regression,
    change: {
      $0.data.examples = 80
      $0.data.batch = 16
      $0.steps = 800
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .hundredExamples, model: .characters, detail: "a third of the labels left out",
    twin: { $0.loss.masked = 0.3 },
    change: {
      $0.data.examples = 100
      $0.steps = 400
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .hundredExamples, model: .attention,
    change: {
      $0.data.examples = 100
      $0.steps = 400
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .hundredExamples, model: .words, detail: "a text of 700 words",
    change: {
      $0.data.textLength = 90
      $0.steps = 400
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "a longer text"),
  Fault(
    kind: .hundredExamples, model: .stems, detail: "eight stems",
    change: {
      $0.data.stemCount = 8
      $0.steps = 400
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more stems"),
  Fault(
    kind: .rawValidation, model: .perceptron,
    twin: {
      $0.data.inputFactor = 4
      $0.data.inputShift = 6
      $0.data.isStandardized = true
    },
    change: {
      $0.data.isStandardized = false
      $0.data.standardizesTrainingOnly = true
    },
    words: ["input shifted"], also: ["overfitting"], visible: 20, mend: "one scaling for both parts"),
  Fault(
    kind: .rawValidation, model: .regression,
    twin: {
      $0.data.inputFactor = 4
      $0.data.inputShift = 6
      $0.data.isStandardized = true
    },
    change: {
      $0.data.isStandardized = false
      $0.data.standardizesTrainingOnly = true
    },
    words: ["input shifted"], also: ["overfitting"], visible: 20, mend: "one scaling for both parts"),
  Fault(
    kind: .otherAlphabet, model: .characters, change: { $0.data.recodesOthers = true },
    words: ["input shifted", "overfitting"], visible: 20, mend: "one list of symbols"),
  Fault(
    kind: .otherAlphabet, model: .attention, change: { $0.data.recodesOthers = true },
    words: ["input shifted", "overfitting"], visible: 20, mend: "one list of symbols"),
]
