import Sluice

extension Kind {
  static let rateTimes1000 = Kind("rate × 1,000", .optimizer, .tune)
  static let rateTimes100 = Kind("rate × 100", .optimizer, .tune)
  static let rateThousandth = Kind("rate ÷ 1,000", .optimizer, .tune)
  static let slowGroup = Kind("one group's rate ÷ 10,000", .optimizer, .tune)
  static let endlessWarmUp = Kind("a warm-up that never ends", .optimizer, .tune)
  static let earlySchedule = Kind("a schedule that is over too early", .optimizer, .tune)
  static let keptGradients = Kind("gradients never cleared", .optimizer, .tune)
  static let unscaledAccumulation = Kind("accumulated gradients not divided", .optimizer, .tune)
  static let strongDecay = Kind("weight decay of 1", .optimizer, .tune)
  static let highMomentum = Kind("momentum of 0.999", .optimizer, .tune)
  static let largeEpsilon = Kind("epsilon of 1", .optimizer, .tune)
  static let tinyClipping = Kind("clipping at 0.0001", .optimizer, .tune)
  static let noisySteps = Kind("one example a step at a rate for many", .optimizer, .tune)
}

/// Faults of how the parameters are moved.
let optimizerFaults: [Fault] = [
  Fault(
    kind: .rateTimes1000, model: .perceptron, change: { $0.optimizer.rate *= 1_000 },
    words: ["rate too high"], mend: "the rate divided by 1,000"),
  Fault(
    kind: .rateTimes1000, model: .words, change: { $0.optimizer.rate *= 1_000 },
    words: ["rate too high"], mend: "the rate divided by 1,000"),
  Fault(
    kind: .rateTimes1000, model: .regression,
    twin: {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.02
      $0.optimizer.clipping = .norm(1)
    },
    change: { $0.optimizer.rate *= 1_000 },
    words: ["rate too high"], mend: "the rate divided by 1,000"),
  Fault(
    kind: .rateTimes100, model: .characters, change: { $0.optimizer.rate *= 100 },
    words: ["rate too high"], mend: "the rate divided by 100"),
  Fault(
    kind: .rateTimes100, model: .attention, change: { $0.optimizer.rate *= 100 },
    words: ["rate too high"], mend: "the rate divided by 100"),
  Fault(
    kind: .rateTimes100, model: .stems, change: { $0.optimizer.rate *= 100 },
    words: ["rate too high"], mend: "the rate divided by 100"),
  Fault(
    kind: .rateThousandth, model: .perceptron, change: { $0.optimizer.rate /= 1_000 },
    words: ["rate too low"], mend: "the rate times 1,000"),
  Fault(
    kind: .rateThousandth, model: .words, change: { $0.optimizer.rate /= 1_000 },
    words: ["rate too low"], mend: "the rate times 1,000"),
  Fault(
    kind: .rateThousandth, model: .stems, change: { $0.optimizer.rate /= 1_000 },
    words: ["rate too low"], mend: "the rate times 1,000"),
  Fault(
    kind: .rateThousandth, model: .regression, detail: "of descent",
    twin: trained(.sgd, at: 0.1), change: { $0.optimizer.rate /= 1_000 },
    words: ["rate too low"], mend: "the rate times 1,000"),
  Fault(
    kind: .slowGroup, model: .perceptron, change: { $0.optimizer.group = ("hidden", 1e-4) },
    words: ["rate too low", "frozen"], places: ["hidden"], mend: "one rate for all"),
  Fault(
    kind: .slowGroup, model: .characters, twin: { $0.data.firstDecides = true },
    change: { $0.optimizer.group = ("gru", 1e-4) },
    words: ["rate too low", "frozen"], places: ["gru"], mend: "one rate for all"),
  Fault(
    kind: .slowGroup, model: .attention, change: { $0.optimizer.group = ("block_0", 1e-4) },
    words: ["rate too low", "frozen"], places: ["block_0"], mend: "one rate for all"),
  Fault(
    kind: .endlessWarmUp, model: .perceptron,
    change: { $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 1_000_000) },
    words: ["rate too low"], mend: "a warm-up of 20 steps"),
  Fault(
    kind: .endlessWarmUp, model: .words,
    change: { $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 1_000_000) },
    words: ["rate too low"], mend: "a warm-up of 20 steps"),
  Fault(
    kind: .earlySchedule, model: .perceptron,
    change: { $0.optimizer.schedule = Schedule(.linear(steps: 10)) },
    words: ["schedule died", "rate too low"], visible: 11, mend: "a schedule as long as the training"),
  Fault(
    kind: .earlySchedule, model: .characters,
    change: { $0.optimizer.schedule = Schedule(.cosine(steps: 25)) },
    words: ["schedule died", "rate too low"], visible: 26, mend: "a schedule as long as the training"),
  Fault(
    kind: .earlySchedule, model: .words,
    change: { $0.optimizer.schedule = Schedule(.exponential(factor: 0.8)) },
    words: ["schedule died", "rate too low"], visible: 30, mend: "a schedule as long as the training"),
  Fault(
    kind: .keptGradients, model: .perceptron,
    twin: trained(.sgd, at: 0.1), change: { $0.optimizer.keepsGradients = true },
    words: ["gradients add up"], also: ["rate too high"], mend: "gradients cleared"),
  Fault(
    kind: .keptGradients, model: .regression,
    twin: trained(.sgd, at: 0.1), change: { $0.optimizer.keepsGradients = true },
    words: ["gradients add up"], also: ["rate too high"], mend: "gradients cleared"),
  Fault(
    kind: .keptGradients, model: .characters, change: { $0.optimizer.keepsGradients = true },
    words: ["gradients add up"], mend: "gradients cleared"),
  Fault(
    kind: .unscaledAccumulation, model: .perceptron,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.5
      $0.optimizer.accumulation = 16
      $0.data.batch = 4
      $0.steps = 120
    },
    change: { $0.optimizer.dividesAccumulated = false },
    words: ["rate too high", "loss not averaged"], mend: "each loss divided by the number of passes"),
  Fault(
    kind: .unscaledAccumulation, model: .regression,
    twin: {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.05
      $0.optimizer.accumulation = 16
      $0.data.batch = 4
      $0.steps = 120
    },
    change: { $0.optimizer.dividesAccumulated = false },
    words: ["rate too high", "loss not averaged"], also: ["non-finite"],
    mend: "each loss divided by the number of passes"),
  Fault(
    kind: .strongDecay, model: .perceptron,
    twin: trained(.sgd, at: 0.2), change: { $0.optimizer.decay = 1 },
    words: ["decay too strong"], also: ["collapse"], mend: "decay of 0.001"),
  Fault(
    kind: .strongDecay, model: .words, detail: "coupled with Adam",
    change: { $0.optimizer.decay = 1 },
    words: ["decay too strong"], also: ["collapse"], mend: "decay of 0.0001"),
  Fault(
    kind: .strongDecay, model: .characters, detail: "AdamW",
    twin: { $0.optimizer.rule = .adamW }, change: { $0.optimizer.decay = 10 },
    words: ["decay too strong"], also: ["collapse"], mend: "decay of 0.01"),
  Fault(
    kind: .highMomentum, model: .perceptron,
    twin: trained(.momentum, at: 0.05),
    change: { $0.optimizer.momentum = 0.999 },
    words: ["momentum too high", "rate too high"], visible: 20, mend: "momentum of 0.9"),
  Fault(
    kind: .highMomentum, model: .regression,
    twin: trained(.momentum, at: 0.05),
    change: { $0.optimizer.momentum = 0.999 },
    words: ["momentum too high", "rate too high"], visible: 20, mend: "momentum of 0.9"),
  Fault(
    kind: .largeEpsilon, model: .perceptron, change: { $0.optimizer.epsilon = 10 },
    words: ["epsilon too large", "rate too low"], mend: "epsilon of 1e-8"),
  Fault(
    kind: .largeEpsilon, model: .characters, change: { $0.optimizer.epsilon = 1 },
    words: ["epsilon too large", "rate too low"], mend: "epsilon of 1e-8"),
  Fault(
    kind: .largeEpsilon, model: .words, change: { $0.optimizer.epsilon = 1 },
    words: ["epsilon too large", "rate too low"], mend: "epsilon of 1e-8"),
  Fault(
    kind: .tinyClipping, model: .perceptron,
    twin: trained(.sgd, at: 0.3),
    change: { $0.optimizer.clipping = .norm(1e-4) },
    words: ["clipped away", "rate too low"], mend: "clipping at 1"),
  Fault(
    kind: .tinyClipping, model: .words,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 2
      $0.optimizer.clipping = .norm(1)
    },
    change: { $0.optimizer.clipping = .norm(1e-4) },
    words: ["clipped away", "rate too low"], mend: "clipping at 1"),
  Fault(
    kind: .noisySteps, model: .perceptron,
    twin: trained(.sgd, at: 0.5), change: { $0.data.batch = 1 },
    words: ["rate too high"], mend: "32 examples a step"),
  Fault(
    kind: .noisySteps, model: .regression,
    twin: trained(.sgd, at: 0.2), change: { $0.data.batch = 1 },
    words: ["rate too high"], mend: "32 examples a step"),
]
