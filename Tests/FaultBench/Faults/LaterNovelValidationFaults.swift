import Sluice

/// Faults kept aside, of kinds that the bench did not have: of what only validation shows.
let laterNovelValidationFaults: [Fault] = [
  Fault(
    kind: .columnsReordered, model: .perceptron,
    twin: {
      $0.net.depth = 3
      $0.net.units = 24
      $0.net.activation = .gelu
      $0.optimizer.rule = .amsgrad
      $0.optimizer.rate = 0.006
    },
    change: { $0.data.reordersOthers = true },
    words: ["input shifted", "overfitting"], visible: 20, mend: "columns by their names"),
  Fault(
    kind: .columnsReordered, model: .regression,
    twin: onOtherData {
      $0.net.units = 40
      $0.loss.regression = .huber
      $0.optimizer.rule = .nesterov
      $0.optimizer.rate = 0.01
    },
    change: { $0.data.reordersOthers = true },
    words: ["input shifted", "overfitting"], visible: 20, mend: "columns by their names"),
  Fault(
    kind: .paddedOtherSide, model: .characters,
    twin: {
      $0.data.paddedTo = 30
      $0.data.padsLeft = true
      $0.net.units = 40
      $0.data.batch = 48
    },
    change: { $0.data.padsOthersRight = true },
    words: ["input shifted", "overfitting"], also: ["unknown symbols"], visible: 20,
    mend: "one side for both parts"),
  Fault(
    kind: .paddedOtherSide, model: .characters, detail: "LSTM",
    twin: onOtherData {
      $0.data.paddedTo = 40
      $0.data.padsLeft = true
      $0.net.cell = .lstm(forgetBias: 1)
      $0.net.units = 40
      $0.optimizer.clipping = .norm(1)
      $0.steps = 300
    },
    change: { $0.data.padsOthersRight = true },
    words: ["input shifted", "overfitting"], also: ["unknown symbols"], visible: 20,
    mend: "one side for both parts"),
  Fault(
    kind: .readBackwards, model: .characters, detail: "motifs",
    twin: onOtherData {
      $0.net.units = 56
      $0.data.batch = 16
      $0.optimizer.rule = .rmsprop
      $0.optimizer.rate = 0.003
      $0.steps = 300
    },
    change: { $0.data.reversesOthers = true },
    words: ["input shifted", "overfitting"], visible: 20, mend: "one direction for both parts"),
  Fault(
    kind: .readBackwards, model: .characters, detail: "the first decides",
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 4...9
      $0.net.cell = .lstm(forgetBias: 2)
      $0.net.units = 36
    },
    change: { $0.data.reversesOthers = true },
    words: ["input shifted", "overfitting"], visible: 20, mend: "one direction for both parts"),
  Fault(
    kind: .cutUnshuffled, model: .perceptron,
    twin: {
      $0.net.units = 80
      $0.net.activation = .tanh
      $0.optimizer.rule = .adamW
      $0.optimizer.decay = 0.02
      $0.optimizer.rate = 0.006
    },
    change: { $0.data.unseenShare = 0.28 },
    words: ["input shifted", "overfitting"], also: ["unbalanced classes"], visible: 20,
    mend: "shuffled before the cut"),
  Fault(
    kind: .cutUnshuffled, model: .regression,
    twin: onOtherData {
      $0.net.activation = .relu
      $0.net.units = 24
      $0.net.depth = 3
      $0.optimizer.rate = 0.004
      $0.data.batch = 64
    },
    change: { $0.data.unseenShare = 0.4 },
    words: ["input shifted", "overfitting"], visible: 20, mend: "shuffled before the cut"),
  Fault(
    kind: .cutUnshuffled, model: .attention,
    twin: {
      $0.net.units = 24
      $0.net.heads = 3
      $0.optimizer.rate = 0.006
    },
    change: { $0.data.unseenShare = 0.28 },
    words: ["input shifted", "overfitting"], also: ["unbalanced classes"], visible: 20,
    mend: "shuffled before the cut"),
  Fault(
    kind: .meanFarBehind, model: .perceptron,
    twin: onOtherData {
      $0.net.units = 72
      $0.net.activation = .gelu
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.04
      $0.data.batch = 48
    },
    change: { $0.watch.evaluatesMean = 0.9998 },
    words: ["validation plateau", "overfitting"], visible: 40, mend: "a mean over the last steps"),
  Fault(
    kind: .meanFarBehind, model: .words,
    twin: {
      $0.net.cell = .gru(updateBias: 1)
      $0.net.units = 40
      $0.data.batch = 12
    },
    change: { $0.watch.evaluatesMean = 0.9998 },
    words: ["validation plateau", "overfitting"], visible: 40, mend: "a mean over the last steps"),
  Fault(
    kind: .evaluatedInTraining, model: .perceptron,
    twin: {
      $0.net.units = 96
      $0.net.depth = 3
      $0.net.dropout = 0.5
      $0.optimizer.rate = 0.004
    },
    change: { $0.watch.evaluatesAsTraining = true },
    words: ["too much dropout", "validation plateau", "overfitting"], visible: 20,
    mend: "evaluation without dropout"),
]
