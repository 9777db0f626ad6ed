import Sluice

extension Kind {
  static let summed = Kind("a sum instead of a mean", .loss, .tune)
  static let flipped = Kind("the sign of the loss", .loss, .tune)
  static let softmaxTwice = Kind("softmax applied twice", .loss, .tune)
  static let wrongAxis = Kind("a loss along the wrong axes", .loss, .tune)
  static let logarithmOfZero = Kind("a logarithm of zero at some step", .loss, .tune)
  static let divisionByZero = Kind("a division by zero at some step", .loss, .tune)
  static let overflow = Kind("an overflow at some step", .loss, .tune)
  static let maskedAway = Kind("nearly all of the loss masked", .loss, .tune)
  static let tinyTemperature = Kind("a temperature that is tiny", .loss, .tune)
  static let largeMargin = Kind("a margin that cannot be reached", .loss, .tune)
  static let tinyLoss = Kind("the loss times a millionth", .loss, .tune)
}

/// Faults of what is minimized.
let lossFaults: [Fault] = [
  Fault(
    kind: .summed, model: .perceptron,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.3
      $0.data.batch = 64
    },
    change: { $0.loss.reduction = .sum },
    words: ["loss not averaged"], also: ["rate too high", "loss high at the start"], mend: "a mean"),
  Fault(
    kind: .summed, model: .regression,
    twin: {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.05
      $0.data.batch = 64
    },
    change: { $0.loss.reduction = .sum },
    words: ["loss not averaged"], also: ["rate too high", "non-finite"], mend: "a mean"),
  Fault(
    kind: .summed, model: .words,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 2
      $0.optimizer.clipping = .norm(1)
    },
    change: {
      $0.loss.reduction = .sum
      $0.optimizer.clipping = .none
    },
    words: ["loss not averaged"], also: ["rate too high", "loss high at the start"], mend: "a mean"),
  Fault(
    kind: .flipped, model: .perceptron, change: { $0.loss.factor = -1 },
    words: ["loss below its least value"], mend: "the other sign"),
  Fault(
    kind: .flipped, model: .regression, change: { $0.loss.factor = -1 },
    words: ["loss below its least value"], mend: "the other sign"),
  Fault(
    kind: .flipped, model: .characters, change: { $0.loss.factor = -1 },
    words: ["loss below its least value"], mend: "the other sign"),
  Fault(
    kind: .flipped, model: .stems, change: { $0.loss.factor = -1 },
    words: ["loss below its least value"], mend: "the other sign"),
  Fault(
    kind: .softmaxTwice, model: .characters,
    twin: trained(.sgd, at: 0.5), change: { $0.loss.softmaxTwice = true },
    words: ["softmax twice", "label noise suspected", "loss flat", "validation plateau"], visible: 100,
    mend: "plain logits to the loss"),
  Fault(
    kind: .softmaxTwice, model: .words, change: { $0.loss.softmaxTwice = true },
    words: [
      "softmax twice", "label noise suspected", "loss flat", "validation plateau",
      "not learning from the inputs",
    ],
    visible: 100, mend: "plain logits to the loss"),
  // These two took the place of a softmax over the batch, which turned out to do next to no harm: it learns as a contrastive loss does.
  Fault(
    kind: .wrongAxis, model: .regression, detail: "every output against every target",
    change: { $0.loss.wrongAxis = true },
    words: ["not learning from the inputs", "loss flat", "collapse"], visible: 60,
    mend: "shapes that agree"),
  Fault(
    kind: .wrongAxis, model: .words, detail: "targets by time, outputs by stream",
    change: { $0.loss.wrongAxis = true },
    words: ["not learning from the inputs", "loss flat"], visible: 80, mend: "one order for both"),
  Fault(
    kind: .logarithmOfZero, model: .perceptron, change: { $0.loss.accident = (40, .logarithmOfZero) },
    words: ["non-finite"], places: ["log"], visible: 40, mend: "a logarithm of what is above zero"),
  Fault(
    kind: .logarithmOfZero, model: .words, change: { $0.loss.accident = (90, .logarithmOfZero) },
    words: ["non-finite"], places: ["log"], visible: 90, mend: "a logarithm of what is above zero"),
  Fault(
    kind: .divisionByZero, model: .characters, change: { $0.loss.accident = (60, .divisionByZero) },
    words: ["non-finite"], places: ["div"], visible: 60, mend: "something added below"),
  Fault(
    kind: .divisionByZero, model: .attention, change: { $0.loss.accident = (60, .divisionByZero) },
    words: ["non-finite"], places: ["div"], visible: 60, mend: "something added below"),
  Fault(
    kind: .overflow, model: .regression, change: { $0.loss.accident = (60, .overflow) },
    words: ["non-finite"], places: ["exp"], visible: 60, mend: "an exponent with a bound"),
  Fault(
    kind: .overflow, model: .attention, change: { $0.loss.accident = (75, .overflow) },
    words: ["non-finite"], places: ["exp"], visible: 75, mend: "an exponent with a bound"),
  Fault(
    kind: .maskedAway, model: .words, change: { $0.loss.masked = 0.99 },
    words: ["masked away"], mend: "the right mask"),
  Fault(
    kind: .maskedAway, model: .characters, change: { $0.loss.masked = 0.98 },
    words: ["masked away"], mend: "the right mask"),
  Fault(
    kind: .tinyTemperature, model: .stems, detail: "cosine",
    twin: {
      $0.loss.stems = .neighbors
      $0.loss.distance = .cosine
      $0.loss.temperature = 0.2
    },
    change: { $0.loss.temperature = 1e-5 },
    words: ["temperature too small"], also: ["loss high at the start", "exploding"],
    mend: "a temperature of the usual distance"),
  Fault(
    kind: .tinyTemperature, model: .stems, detail: "squared distances",
    twin: {
      $0.loss.stems = .neighbors
      $0.loss.temperature = 0.5
    },
    change: { $0.loss.temperature = 1e-6 },
    words: ["temperature too small"], also: ["loss high at the start", "exploding"],
    mend: "a temperature of the usual distance"),
  Fault(
    kind: .largeMargin, model: .stems, detail: "triplets", change: { $0.loss.margin = 5 },
    words: ["margin unreachable"], mend: "a margin of 0.3"),
  Fault(
    kind: .largeMargin, model: .stems, detail: "triplets, LSTM",
    twin: { $0.net.cell = .lstm(forgetBias: 1) }, change: { $0.loss.margin = 4 },
    words: ["margin unreachable"], mend: "a margin of 0.3"),
  Fault(
    kind: .tinyLoss, model: .perceptron,
    twin: trained(.sgd, at: 0.3), change: { $0.loss.factor = 1e-6 },
    words: ["rate too low", "blocked"], mend: "the loss as it is"),
  Fault(
    kind: .tinyLoss, model: .characters, detail: "below Adam's epsilon", change: { $0.loss.factor = 1e-10 },
    words: ["rate too low", "blocked", "epsilon too large"], mend: "the loss as it is"),
]
