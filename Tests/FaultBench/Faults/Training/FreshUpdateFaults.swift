import Sluice

/// Faults that were kept aside once, of what an update makes of gradients, and of decay; see `freshDataFaults`.
let freshUpdateFaults: [Fault] = [
  Fault(
    kind: .epsilonBesideGradients, model: .regression, detail: "RMSprop",
    twin: trained(.rmsprop, at: 0.003), change: { $0.optimizer.epsilon = 0.5 },
    words: ["epsilon too large", "rate too low"], mend: "an epsilon of 1e-8"),
  Fault(
    kind: .epsilonBesideGradients, model: .words, change: { $0.optimizer.epsilon = 0.05 },
    words: ["epsilon too large", "rate too low"], mend: "an epsilon of 1e-8"),
  Fault(
    kind: .epsilonBesideGradients, model: .characters, change: { $0.optimizer.epsilon = 0.05 },
    words: ["epsilon too large", "rate too low"], mend: "an epsilon of 1e-8"),
  Fault(
    kind: .momentumOf98, model: .perceptron,
    twin: trained(.momentum, at: 0.1), change: { $0.optimizer.momentum = 0.98 },
    words: ["momentum too high", "rate too high"], mend: "a momentum of 0.9"),
  Fault(
    kind: .momentumOf98, model: .regression,
    twin: trained(.momentum, at: 0.02), change: { $0.optimizer.momentum = 0.98 },
    words: ["momentum too high", "rate too high"], mend: "a momentum of 0.9"),
  Fault(
    kind: .clippedAtTwoHundredths, model: .perceptron,
    twin: trained(.sgd, at: 0.3), change: { $0.optimizer.clipping = .norm(0.02) },
    words: ["clipped away", "rate too low"], mend: "a limit of 1"),
  Fault(
    kind: .clippedAtTwoHundredths, model: .characters,
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.5
      $0.steps = 300
    },
    change: { $0.optimizer.clipping = .norm(0.02) },
    words: ["clipped away", "rate too low"], mend: "a limit of 1"),
  Fault(
    kind: .clippedAtTwoHundredths, model: .regression,
    twin: trained(.sgd, at: 0.1), change: { $0.optimizer.clipping = .norm(0.02) },
    words: ["clipped away", "rate too low"], mend: "a limit of 1"),
  Fault(
    kind: .decayOfThree, model: .regression,
    change: {
      $0.optimizer.rule = .adamW
      $0.optimizer.decay = 3
    },
    words: ["decay too strong"], mend: "a decay of 0.01"),
  Fault(
    kind: .decayOfThree, model: .stems,
    change: {
      $0.optimizer.rule = .adamW
      $0.optimizer.decay = 3
    },
    words: ["decay too strong"], mend: "a decay of 0.01"),
  Fault(
    kind: .decayOfThree, model: .words, detail: "GRU",
    twin: { $0.net.cell = .gru(updateBias: 1) },
    change: {
      $0.optimizer.rule = .adamW
      $0.optimizer.decay = 3
    },
    words: ["decay too strong"], mend: "a decay of 0.01"),
  Fault(
    kind: .penaltyOfAdam, model: .perceptron, change: { $0.optimizer.decay = 0.03 },
    words: ["decay too strong"], mend: "a decay of 0.0001"),
  Fault(
    kind: .penaltyOfAdam, model: .words, change: { $0.optimizer.decay = 0.03 },
    words: ["decay too strong"], mend: "a decay of 0.0001"),
  Fault(
    kind: .penaltyOfAdam, model: .attention, change: { $0.optimizer.decay = 0.03 },
    words: ["decay too strong"], mend: "a decay of 0.0001"),
  Fault(
    kind: .clearedEveryTenth, model: .characters,
    twin: trained(.momentum, at: 0.1),
    change: {
      $0.optimizer.keepsGradients = true
      $0.optimizer.clearsEvery = 10
    },
    words: ["gradients add up"], also: ["rate too high", "exploding"], visible: 5,
    mend: "cleared at every step"),
  Fault(
    kind: .clearedEveryTenth, model: .regression,
    twin: trained(.momentum, at: 0.02),
    change: {
      $0.optimizer.keepsGradients = true
      $0.optimizer.clearsEvery = 10
    },
    words: ["gradients add up"], also: ["rate too high", "exploding"], visible: 5,
    mend: "cleared at every step"),
]
