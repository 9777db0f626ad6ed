import Sluice

extension Kind {
  static let halvedFiveTimes = Kind("dropout of 0.5 after each of five layers", .architecture, .tune)
  static let faintStack = Kind("each of five layers a little too small", .initialization, .tune)
  static let fainterLogits = Kind("logits ÷ 100 before the loss", .loss, .tune)
  static let smallerUnit = Kind("validation in a unit 25 times as large", .validation, .tune)
  static let uphillSequences = Kind("gradients with the other sign, of sequences", .optimizer, .tune)
  static let hundredthSequences = Kind("rate ÷ 100, of sequences", .optimizer, .tune)
  static let loudGateBiases = Kind("biases of a first layer × 200", .initialization, .tune)
}

/// Faults that no single figure is far out of scale for, or that only both parts together show.
let wholeFaults: [Fault] = [
  Fault(
    kind: .halvedFiveTimes, model: .perceptron,
    twin: {
      $0.net.depth = 5
      $0.net.initializer = .kaimingNormal
      $0.optimizer.rate = 0.003
    }, change: { $0.net.dropout = 0.5 },
    words: ["too much dropout"], also: ["loss high at the start"], mend: "dropout of 0.1"),
  Fault(
    kind: .halvedFiveTimes, model: .regression,
    twin: {
      $0.net.depth = 5
      $0.optimizer.rate = 0.005
    }, change: { $0.net.dropout = 0.5 },
    words: ["too much dropout"], mend: "none"),
  Fault(
    kind: .faintStack, model: .perceptron,
    twin: {
      $0.net.depth = 5
      $0.optimizer.rate = 0.005
    }, change: { $0.net.initializer = .normal(deviation: 0.03) },
    words: ["weights too small", "vanishing over depth"], places: ["hidden"],
    mend: "one that looks at the width"),
  Fault(
    kind: .faintStack, model: .regression,
    twin: {
      $0.net.depth = 5
      $0.optimizer.rate = 0.005
    }, change: { $0.net.initializer = .normal(deviation: 0.03) },
    words: ["weights too small", "vanishing over depth"], places: ["hidden"],
    mend: "one that looks at the width"),
  Fault(
    kind: .fainterLogits, model: .characters, change: { $0.loss.logitFactor = 0.01 },
    words: ["rate too low", "weights too small"], mend: "logits as they are"),
  Fault(
    kind: .smallerUnit, model: .perceptron, change: { $0.data.validationFactor = 0.04 },
    words: ["input shifted"], also: ["overfitting"], visible: 20, mend: "one unit for both parts"),
  Fault(
    kind: .smallerUnit, model: .regression, change: { $0.data.validationFactor = 0.04 },
    words: ["input shifted"], also: ["overfitting"], visible: 20, mend: "one unit for both parts"),
  Fault(
    kind: .uphillSequences, model: .characters, change: { $0.optimizer.gradientFactor = -1 },
    words: ["steps uphill", "loss rising"], also: ["weights too large", "exploding"], visible: 8,
    mend: "the gradient subtracted"),
  Fault(
    kind: .uphillSequences, model: .attention, change: { $0.optimizer.gradientFactor = -1 },
    words: ["steps uphill", "loss rising"], also: ["weights too large", "exploding"], visible: 8,
    mend: "the gradient subtracted"),
  Fault(
    kind: .hundredthSequences, model: .attention, change: { $0.optimizer.rate = 1e-4 },
    words: ["rate too low"], mend: "a rate of 0.01"),
  Fault(
    kind: .hundredthSequences, model: .characters, change: { $0.optimizer.rate = 1e-4 },
    words: ["rate too low"], mend: "a rate of 0.01"),
  Fault(
    kind: .loudGateBiases, model: .perceptron, detail: "tanh", twin: { $0.net.activation = .tanh },
    change: { $0.changes = [.scale("hidden_0.bias", 200)] },
    words: ["weights too large", "saturated"], also: ["loss high at the start"], places: ["hidden_0"],
    mend: "the usual biases"),
]
