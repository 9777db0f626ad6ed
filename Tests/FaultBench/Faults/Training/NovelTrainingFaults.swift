import Sluice

extension Kind {
  static let fewBits = Kind("weights kept in a format of few bits", .optimizer, .tune)
  static let averagedBack = Kind("a running mean of weights trained on", .optimizer, .tune)
  static let everAtWarmUp = Kind("the optimizer made anew in every epoch, in its warm-up", .optimizer, .tune)
  static let highPeaks = Kind("a cycle of rates with a peak far too high", .optimizer, .tune)
  static let flushedGradients = Kind("small gradients flushed to zero by half precision", .optimizer, .tune)
}

/// Faults that were kept aside once, of kinds that the bench did not have: of optimizers and of time.
let novelTrainingFaults: [Fault] = [
  Fault(
    kind: .fewBits, model: .perceptron, detail: "seven bits, Adam at 0.0005",
    twin: onOtherData {
      $0.optimizer.rate = 5e-4
      $0.net.units = 96
      $0.steps = 900
    },
    change: { $0.optimizer.weightBits = 7 },
    words: ["frozen", "rate too low"], also: ["loss flat"], mend: "a copy of the weights in full"),
  Fault(
    kind: .fewBits, model: .attention, detail: "three bits",
    twin: onOtherData { $0.optimizer.rate = 0.003 }, change: { $0.optimizer.weightBits = 3 },
    words: ["frozen", "rate too low"], also: ["loss flat"], mend: "a copy of the weights in full"),
  Fault(
    kind: .fewBits, model: .regression, detail: "two bits, descent",
    twin: onOtherData {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.02
      $0.steps = 400
    },
    change: { $0.optimizer.weightBits = 2 },
    words: ["frozen", "rate too low"], also: ["loss flat"], mend: "a copy of the weights in full"),
  Fault(
    kind: .averagedBack, model: .perceptron,
    twin: onOtherData {
      $0.optimizer.rule = .nesterov
      $0.optimizer.rate = 0.05
      $0.net.activation = .gelu
    },
    change: { $0.optimizer.keptShare = 0.99 },
    words: ["rate too low"], also: ["frozen"], mend: "the mean kept beside the weights"),
  Fault(
    kind: .averagedBack, model: .stems,
    twin: onOtherData {
      $0.net.cell = .lstm(forgetBias: 1)
      $0.net.units = 32
    },
    change: { $0.optimizer.keptShare = 0.99 },
    words: ["rate too low"], also: ["frozen"], mend: "the mean kept beside the weights"),
  Fault(
    kind: .everAtWarmUp, model: .words,
    twin: onOtherData { $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 40) },
    change: {
      $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 400)
      $0.optimizer.remadeEvery = 10
    },
    words: ["rate too low"], mend: "made once, before the loop"),
  Fault(
    kind: .everAtWarmUp, model: .perceptron, detail: "momentum",
    twin: {
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.05
      $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 40)
    },
    change: {
      $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 200)
      $0.optimizer.remadeEvery = 4
    },
    words: ["rate too low"], mend: "made once, before the loop"),
  Fault(
    kind: .highPeaks, model: .perceptron,
    twin: onOtherData {
      $0.net.units = 96
      $0.net.dropout = 0.2
      $0.optimizer.rate = 0.005
    },
    change: { $0.optimizer.peaks = (16, 60) },
    words: ["rate too high"], also: ["spike", "exploding", "dead units"], visible: 16,
    mend: "a peak of twice the rate"),
  Fault(
    kind: .highPeaks, model: .characters,
    twin: onOtherData { $0.optimizer.rate = 0.005 }, change: { $0.optimizer.peaks = (16, 100) },
    words: ["rate too high"], also: ["spike", "exploding", "saturated"], visible: 16,
    mend: "a peak of twice the rate"),
  Fault(
    kind: .highPeaks, model: .words, change: { $0.optimizer.peaks = (20, 60) },
    words: ["rate too high"], also: ["spike", "exploding", "saturated"], visible: 20,
    mend: "a peak of twice the rate"),
  Fault(
    kind: .flushedGradients, model: .perceptron, detail: "descent",
    twin: onOtherData {
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.3
      $0.steps = 400
    },
    change: { $0.optimizer.gradientFloor = 0.03 },
    words: ["no gradient", "rate too low"], also: ["frozen", "loss flat"], mend: "a scale of the loss"),
  Fault(
    kind: .flushedGradients, model: .words, detail: "of the cell",
    twin: onOtherData {
      $0.optimizer.rule = .adamW
      $0.optimizer.clipping = .norm(1)
      $0.data.chunk = 16
    },
    change: { $0.optimizer.gradientFloor = 0.02 },
    words: ["no gradient", "rate too low"], also: ["frozen", "loss flat"], mend: "a scale of the loss"),
]
