import Sluice

extension Kind {
  static let columnsReordered = Kind("columns of validation in another order", .validation, .held)
  static let paddedOtherSide = Kind("padded on the left, and validation on the right", .validation, .held)
  static let readBackwards = Kind("sequences of validation read backwards", .validation, .held)
  static let cutUnshuffled = Kind("sorted data cut in two without shuffling", .validation, .held)
  static let meanFarBehind = Kind(
    "a running mean of weights evaluated that lies far behind", .validation, .held)
  static let evaluatedInTraining = Kind("dropout left on in validation", .validation, .held)
  static let rowsNormalized = Kind("rows divided by their norm instead of columns", .data, .held)
  static let batchStandardized = Kind("each small batch standardized by itself", .data, .held)
  static let narrowCrops = Kind("random windows that miss what decides", .data, .held)
  static let mostReplaced = Kind("an augmentation that replaces most symbols", .data, .held)
  static let blendedRows = Kind("rows blended, their labels not", .data, .held)
  static let lateGradients = Kind("gradients that come many steps late", .optimizer, .held)
  static let noisyGradients = Kind("noise on gradients that drowns them", .optimizer, .held)
}

/// Faults kept aside, of kinds that the bench did not have: of what comes in.
let laterNovelDataFaults: [Fault] = [
  Fault(
    kind: .rowsNormalized, model: .perceptron,
    twin: onOtherData {
      $0.data.columnFactors = [4: 40, 5: 12]
      $0.data.columnShifts = [4: 5_000, 5: 45]
      $0.data.isStandardized = true
      $0.net.units = 64
      $0.optimizer.rate = 0.006
    },
    change: {
      $0.data.isStandardized = false
      $0.data.normalizesRows = true
    },
    words: ["constant input", "unscaled input"], also: ["not learning from the inputs", "loss flat"],
    mend: "columns standardized"),
  Fault(
    kind: .rowsNormalized, model: .regression,
    twin: onOtherData {
      $0.data.columnFactors = [0: 35, 3: 400]
      $0.data.columnShifts = [0: 110, 3: 7_000]
      $0.data.isStandardized = true
      $0.net.activation = .relu
      $0.net.units = 48
      $0.optimizer.rate = 0.006
    },
    change: {
      $0.data.isStandardized = false
      $0.data.normalizesRows = true
    },
    words: ["constant input", "unscaled input"], also: ["not learning from the inputs", "loss flat"],
    mend: "columns standardized"),
  Fault(
    kind: .batchStandardized, model: .perceptron, detail: "batches of 4",
    twin: {
      $0.data.batch = 4
      $0.net.units = 48
      $0.optimizer.rate = 0.002
      $0.steps = 600
    },
    change: { $0.data.standardizesBatches = true },
    words: ["input shifted", "label noise suspected", "overfitting"], visible: 20,
    mend: "moments of the training part"),
  Fault(
    kind: .narrowCrops, model: .characters,
    twin: onOtherData {
      $0.net.pool = .maximum
      $0.net.units = 32
      $0.optimizer.rule = .amsgrad
    },
    change: { $0.data.cropsTo = 4 },
    words: ["label noise suspected", "input shifted", "not learning from the inputs", "loss flat"],
    also: ["overfitting"], visible: 40, mend: "whole strings, or wide windows"),
  Fault(
    kind: .narrowCrops, model: .attention,
    twin: {
      $0.net.units = 24
      $0.net.layers = 2
      $0.data.lengths = 8...16
      $0.optimizer.rate = 0.004
      $0.steps = 360
    },
    change: { $0.data.cropsTo = 6 },
    words: ["label noise suspected", "input shifted", "not learning from the inputs", "loss flat"],
    also: ["overfitting"], visible: 40, mend: "whole strings, or wide windows"),
  Fault(
    kind: .mostReplaced, model: .characters,
    twin: {
      $0.net.units = 32
      $0.net.layers = 2
      $0.optimizer.rate = 0.006
    },
    change: { $0.data.replacedShare = 0.85 },
    words: ["label noise suspected", "input shifted", "not learning from the inputs", "loss flat"],
    also: ["overfitting"], visible: 40, mend: "one symbol in twenty"),
  Fault(
    kind: .mostReplaced, model: .attention,
    twin: onOtherData {
      $0.net.units = 40
      $0.optimizer.rule = .adamW
      $0.optimizer.rate = 0.004
      $0.steps = 360
    },
    change: { $0.data.replacedShare = 0.7 },
    words: ["label noise suspected", "input shifted", "not learning from the inputs", "loss flat"],
    also: ["overfitting"], visible: 40, mend: "one symbol in twenty"),
  Fault(
    kind: .blendedRows, model: .perceptron,
    twin: {
      $0.net.units = 56
      $0.net.depth = 3
      $0.optimizer.rate = 0.005
    },
    change: { $0.data.blended = 1 },
    words: ["label noise suspected", "input shifted"], also: ["overfitting"], visible: 40,
    mend: "labels blended likewise"),
  Fault(
    kind: .blendedRows, model: .regression,
    twin: onOtherData {
      $0.net.units = 56
      $0.net.activation = .gelu
      $0.optimizer.rate = 0.006
    },
    change: { $0.data.blended = 1 },
    words: ["label noise suspected", "input shifted"], also: ["overfitting"], visible: 40,
    mend: "targets blended likewise"),
]

/// Faults kept aside, of kinds that the bench did not have: of what an update is made of.
let laterNovelUpdateFaults: [Fault] = [
  Fault(
    kind: .lateGradients, model: .perceptron, detail: "30 steps, momentum",
    twin: {
      $0.net.units = 48
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.06
      $0.data.batch = 64
    },
    change: { $0.optimizer.gradientDelay = 30 },
    words: ["rate too high", "momentum too high"],
    also: ["exploding", "loss rising", "dead units", "weights too large"], visible: 30,
    mend: "gradients of the weights as they are"),
  Fault(
    kind: .lateGradients, model: .regression, detail: "40 steps, Adam",
    twin: onOtherData {
      $0.net.units = 64
      $0.optimizer.rate = 0.01
    },
    change: { $0.optimizer.gradientDelay = 40 },
    words: ["rate too high", "momentum too high"], also: ["exploding", "loss rising", "saturated"],
    visible: 40, mend: "gradients of the weights as they are"),
  Fault(
    kind: .noisyGradients, model: .perceptron, detail: "descent",
    twin: onOtherData {
      $0.net.units = 48
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.2
      $0.data.batch = 64
    },
    change: { $0.optimizer.gradientNoise = 0.5 },
    words: ["rate too high", "loss flat", "exploding"],
    also: ["loss rising", "weights too large", "dead units", "loss high at the start"],
    mend: "noise that is small beside the gradients"),
  Fault(
    kind: .noisyGradients, model: .characters, detail: "Adam",
    twin: {
      $0.net.units = 48
      $0.optimizer.rate = 0.006
    },
    change: { $0.optimizer.gradientNoise = 1 },
    words: ["rate too high", "loss flat", "exploding"],
    also: ["loss rising", "weights too large", "saturated", "loss high at the start"],
    mend: "noise that is small beside the gradients"),
]

/// Faults kept aside, of kinds that the bench did not have.
let laterNovelFaults: [Fault] = laterNovelValidationFaults + laterNovelDataFaults + laterNovelUpdateFaults
