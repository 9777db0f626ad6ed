extension Kind {
  static let sameBatch = Kind("one batch again and again", .validation, .tune)
  static let nearCopies = Kind("validated on near copies of training examples", .validation, .tune)
  static let otherUnit = Kind("validation in another unit", .validation, .tune)
}

/// Faults that only the validation part can show, beyond those in `validationFaults`.
let holdoutFaults: [Fault] = [
  Fault(
    kind: .sameBatch, model: .perceptron, change: { $0.data.order = .sameBatch },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "the next batch at every step"),
  Fault(
    kind: .sameBatch, model: .characters, change: { $0.data.order = .sameBatch },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "the next batch at every step"),
  Fault(
    kind: .sameBatch, model: .words, change: { $0.data.order = .sameBatch },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "the next chunk at every step"),
  Fault(
    kind: .nearCopies, model: .perceptron, twin: { $0.data.examples = 256 },
    change: { $0.data.leaksNearly = true },
    words: ["leakage"], visible: 20, harm: .deceives, mend: "other examples"),
  Fault(
    kind: .nearCopies, model: .regression,
    twin: {
      $0.data.examples = 128
      $0.steps = 400
    },
    change: { $0.data.leaksNearly = true },
    words: ["leakage"], visible: 20, harm: .deceives, mend: "other examples"),
  Fault(
    kind: .otherUnit, model: .perceptron, change: { $0.data.validationFactor = 25 },
    words: ["input shifted"], also: ["overfitting"], visible: 20, mend: "one unit for both parts"),
  Fault(
    kind: .otherUnit, model: .regression, change: { $0.data.validationFactor = 25 },
    words: ["input shifted"], also: ["overfitting"], visible: 20, mend: "one unit for both parts"),
]
