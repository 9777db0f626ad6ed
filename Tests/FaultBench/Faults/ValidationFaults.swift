import Sluice

extension Kind {
  static let leaked = Kind("validated on examples of the training part", .validation, .tune)
  static let fewExamples = Kind("40 examples learned by heart", .validation, .tune)
  static let belowBaseline = Kind("worse than a simpler method", .validation, .tune)
  static let tooLong = Kind("trained far too long on noise", .validation, .tune)
}

/// Faults that only the validation part can show.
let validationFaults: [Fault] = [
  Fault(
    kind: .leaked, model: .perceptron, detail: "small part",
    twin: { $0.data.examples = 256 }, change: { $0.data.leaks = true },
    words: ["leakage"], visible: 20, harm: .deceives, mend: "other examples"),
  Fault(
    kind: .leaked, model: .characters, detail: "small part",
    twin: { $0.data.examples = 256 }, change: { $0.data.leaks = true },
    words: ["leakage"], visible: 20, harm: .deceives, mend: "other examples"),
  Fault(
    kind: .fewExamples, model: .perceptron,
    change: {
      $0.data.examples = 40
      $0.data.batch = 20
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .fewExamples, model: .characters,
    change: {
      $0.data.examples = 40
      $0.data.batch = 20
    },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .fewExamples, model: .attention,
    change: {
      $0.data.examples = 40
      $0.data.batch = 20
    },
    words: ["overfitting"], visible: 60, harm: .getsWorse, mend: "more examples"),
  Fault(
    kind: .belowBaseline, model: .regression, detail: "one unit",
    twin: { $0.watch.baseline = 0.3 },
    change: {
      $0.net.units = 1
      $0.net.depth = 1
    },
    words: ["worse than the baseline"], visible: 100, harm: .staysAboveBaseline, mend: "more units"),
  Fault(
    kind: .belowBaseline, model: .words, detail: "two units",
    twin: { $0.watch.baseline = 2.6 }, change: { $0.net.units = 2 },
    words: ["worse than the baseline"], visible: 100, harm: .staysAboveBaseline, mend: "more units"),
  Fault(
    kind: .tooLong, model: .perceptron,
    twin: { $0.data.labelNoise = 0.1 },
    change: {
      $0.data.labelNoise = 0.5
      $0.data.examples = 160
      $0.steps = 400
    },
    words: ["overfitting"], also: ["label noise suspected"], visible: 60, harm: .getsWorse,
    mend: "an end where validation is lowest"),
  Fault(
    kind: .tooLong, model: .regression, detail: "shuffled targets",
    change: {
      $0.data.hasShuffledLabels = true
      $0.data.examples = 128
      $0.steps = 400
    },
    words: ["overfitting"], also: ["not learning from the inputs", "label noise suspected"], visible: 60,
    harm: .getsWorse, mend: "an end where validation is lowest"),
]
