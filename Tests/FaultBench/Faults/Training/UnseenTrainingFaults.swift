import Sluice

/// Faults that were kept aside once, of the optimizer, of time and of what only validation shows.
let unseenTrainingFaults: [Fault] = [
  Fault(
    kind: .rateTimes20, model: .perceptron, detail: "descent",
    twin: trained(.sgd, at: 0.3),
    change: { $0.optimizer.rate = 6 },
    words: ["rate too high"], also: ["exploding", "loss high at the start"],
    mend: "a rate of 0.3"),
  Fault(
    kind: .rateTimes20, model: .regression,
    change: { $0.optimizer.rate = 0.2 },
    words: ["rate too high"], also: ["exploding", "loss high at the start"],
    mend: "a rate of 0.01"),
  Fault(
    kind: .rateTimes20, model: .characters,
    change: { $0.optimizer.rate = 0.2 },
    words: ["rate too high"], also: ["exploding", "loss high at the start"],
    mend: "a rate of 0.01"),
  Fault(
    kind: .rateTimes20, model: .attention,
    change: { $0.optimizer.rate = 0.2 },
    words: ["rate too high"], also: ["exploding", "loss high at the start"],
    mend: "a rate of 0.01"),
  Fault(
    kind: .rateTimes20, model: .words,
    change: { $0.optimizer.rate = 0.2 },
    words: ["rate too high"], also: ["exploding", "loss high at the start"],
    mend: "a rate of 0.01"),
  Fault(
    kind: .rateHundredth, model: .perceptron,
    change: { $0.optimizer.rate = 1e-4 },
    words: ["rate too low"],
    mend: "a rate of 0.01"),
  Fault(
    kind: .rateHundredth, model: .words,
    change: { $0.optimizer.rate = 1e-4 },
    words: ["rate too low"],
    mend: "a rate of 0.01"),
  Fault(
    kind: .rateHundredth, model: .stems,
    change: { $0.optimizer.rate = 1e-4 },
    words: ["rate too low"],
    mend: "a rate of 0.01"),
  Fault(
    kind: .rateHundredth, model: .regression, detail: "descent",
    twin: {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.1
      $0.steps = 400
    },
    change: { $0.optimizer.rate = 0.001 },
    words: ["rate too low"],
    mend: "a rate of 0.1"),
  Fault(
    kind: .fallsByTen, model: .perceptron,
    change: { $0.optimizer.schedule = Schedule(.step(every: 12, factor: 0.1)) },
    words: ["schedule died", "rate too low"], visible: 40,
    mend: "a fall every 100 steps"),
  Fault(
    kind: .fallsByTen, model: .characters,
    change: { $0.optimizer.schedule = Schedule(.step(every: 12, factor: 0.1)) },
    words: ["schedule died", "rate too low"], visible: 40,
    mend: "a fall every 100 steps"),
  Fault(
    kind: .fallsByTen, model: .words,
    change: { $0.optimizer.schedule = Schedule(.step(every: 12, factor: 0.1)) },
    words: ["schedule died", "rate too low"], visible: 40,
    mend: "a fall every 100 steps"),
  Fault(
    kind: .descentDecay, model: .perceptron,
    twin: trained(.sgd, at: 0.3),
    change: { $0.optimizer.decay = 0.1 },
    words: ["decay too strong"],
    mend: "a decay of 0.0001"),
  Fault(
    kind: .descentDecay, model: .regression,
    twin: trained(.momentum, at: 0.02),
    change: { $0.optimizer.decay = 0.1 },
    words: ["decay too strong"],
    mend: "a decay of 0.0001"),
  Fault(
    kind: .decoupledDecay, model: .characters,
    change: {
      $0.optimizer.rule = .adamW
      $0.optimizer.decay = 10
    },
    words: ["decay too strong"],
    mend: "a decay of 0.01"),
  Fault(
    kind: .decoupledDecay, model: .attention,
    change: {
      $0.optimizer.rule = .adamW
      $0.optimizer.decay = 10
    },
    words: ["decay too strong"],
    mend: "a decay of 0.01"),
  Fault(
    kind: .resumedLow, model: .perceptron,
    change: { $0.optimizer.rateJump = (40, 1e-5) },
    words: ["rate too low", "schedule died"], visible: 40,
    mend: "the rate that it had"),
  Fault(
    kind: .resumedLow, model: .attention,
    change: { $0.optimizer.rateJump = (40, 1e-5) },
    words: ["rate too low", "schedule died"], visible: 40,
    mend: "the rate that it had"),
  Fault(
    kind: .faintRecurrence, model: .characters,
    twin: {
      $0.net.cell = .elman()
      $0.optimizer.rate = 0.005
      $0.data.firstDecides = true
      $0.data.lengths = 5...9
    },
    change: { $0.changes = [.scale("elman.weight_hh", 0.01)] },
    words: ["weights too small", "vanishing over time"], places: ["elman"],
    mend: "orthogonal ones"),
  Fault(
    kind: .faintRecurrence, model: .stems,
    twin: {
      $0.net.cell = .elman()
      $0.optimizer.rate = 0.005
      $0.steps = 300
    },
    change: { $0.changes = [.scale("elman.weight_hh", 0.01)] },
    words: ["weights too small", "vanishing over time"], places: ["elman"],
    mend: "orthogonal ones"),
  Fault(
    kind: .plainTower, model: .characters,
    change: {
      $0.net.cell = .elman()
      $0.net.layers = 5
      $0.changes = [.scale("elman.weight_ih", 0.3)]
    },
    words: ["vanishing over depth", "vanishing over time", "weights too small", "blocked"],
    also: ["not learning from the inputs"],
    mend: "one layer with gates"),
  Fault(
    kind: .plainTower, model: .words,
    change: {
      $0.net.cell = .elman()
      $0.net.layers = 5
      $0.changes = [.scale("elman.weight_ih", 0.3)]
    },
    words: ["vanishing over depth", "vanishing over time", "weights too small", "blocked"],
    also: ["not learning from the inputs"],
    mend: "one layer with gates"),
  Fault(
    kind: .fewMislabeled, model: .perceptron,
    change: {
      $0.data.examples = 64
      $0.data.labelNoise = 0.25
      $0.steps = 400
    },
    words: ["overfitting", "label noise suspected"], visible: 40, harm: .getsWorse,
    mend: "more examples, rightly labeled"),
  Fault(
    kind: .fewMislabeled, model: .characters,
    change: {
      $0.data.examples = 64
      $0.data.labelNoise = 0.25
      $0.steps = 300
    },
    words: ["overfitting", "label noise suspected"], visible: 40, harm: .getsWorse,
    mend: "more examples, rightly labeled"),
  Fault(
    kind: .fewMislabeled, model: .attention,
    change: {
      $0.data.examples = 64
      $0.data.labelNoise = 0.25
    },
    words: ["overfitting", "label noise suspected"], visible: 40, harm: .getsWorse,
    mend: "more examples, rightly labeled"),
  Fault(
    kind: .fewMislabeled, model: .regression,
    change: {
      $0.data.examples = 40
      $0.data.batch = 20
      $0.data.targetNoise = 0.7
      $0.steps = 600
    },
    words: ["overfitting", "label noise suspected"], visible: 40, harm: .getsWorse,
    mend: "more examples, better measured"),
  Fault(
    kind: .fewMislabeled, model: .words, detail: "a noisy text",
    change: {
      $0.data.textLength = 60
      $0.data.certainty = 0.5
      $0.steps = 300
    },
    words: ["overfitting", "label noise suspected"], visible: 40, harm: .getsWorse,
    mend: "more text"),
]
