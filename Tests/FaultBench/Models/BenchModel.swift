import Foundation
import Sluice

/// A small model with its data, as a program of its own has it.
protocol BenchModel {
  init(_ setup: Setup, in parameters: inout Parameters) throws
  /// The loss of the next batch of the training part.
  ///
  /// - Parameter step: the number of the update, from 1.
  mutating func trainingLoss(_ step: Int, _ tape: inout Tape) -> Tensor
  /// The loss of the part that the training's own validation looks at, rightly computed.
  mutating func validationLoss(_ tape: inout Tape) -> Float
  /// The loss on examples that nobody saw, with their true labels, rightly computed.
  mutating func freshLoss(_ tape: inout Tape) -> Float
  /// The loss of a model that knows nothing.
  var chanceLoss: Float? { get }
  /// The loss of a model that knows how frequent labels are, and nothing of the input; nil where it is not reckoned.
  var frequencyLoss: Float? { get }
  /// What tells the examples of both parts apart, as a program tells a monitor; nil where it does not.
  var split: (training: [Int], validation: [Int])? { get }
  /// The examples of both parts where they are rows of numbers; nil where they are not.
  var rowSplit: (training: Columns, validation: Columns)? { get }
}

extension BenchModel {
  var rowSplit: (training: Columns, validation: Columns)? { nil }
  var split: (training: [Int], validation: [Int])? { nil }
  var frequencyLoss: Float? { nil }
}

extension LossSetup {
  /// A classifier's loss of logits.
  func ofClasses(_ logits: Tensor, _ labels: [Int32], _ tape: inout Tape) -> Tensor {
    var logits = logitFactor == 1 ? logits : multiply(logits, logitFactor, &tape)
    if isOfDetached { logits = tape.detached(logits) }
    if softmaxOverBatch { logits = softmax(logits, axis: 0, &tape) }
    let given = softmaxTwice ? softmax(logits, &tape) : logits
    if likelihood != .logarithm { return ofLabels(given, labels, &tape) }
    if let classWeights { return crossEntropy(given, labels, weights: classWeights, &tape) }
    if smoothing > 0 {
      return crossEntropy(given, labels, smoothing: smoothing, reduction: reduction, &tape)
    }
    return crossEntropy(given, labels, reduction: reduction, &tape)
  }

  /// What is left of a likelihood where its logarithm was forgotten: less the mean of the labels' probabilities, or of their logits.
  private func ofLabels(_ logits: Tensor, _ labels: [Int32], _ tape: inout Tape) -> Tensor {
    let shape = tape.shape(of: logits)
    var chosen = [Float](repeating: 0, count: shape.count)
    let counted = labels.count { $0 != ignoredLabel }
    for (row, label) in labels.enumerated() where label != ignoredLabel {
      chosen[row * shape.width + Int(label)] = -1 / Float(counted)
    }
    let given = likelihood == .probability ? softmax(logits, &tape) : logits
    return sum(multiply(given, tape.input(chosen, shape), &tape), &tape)
  }

  /// The loss as it is handed to the backward pass.
  func finished(_ loss: Tensor, from x: Tensor, _ step: Int, _ tape: inout Tape) -> Tensor {
    var scale = growth == 1 ? factor : factor * pow(growth, Float(step))
    if let flippedFrom, step >= flippedFrom { scale = -scale }
    var loss = scale == 1 ? loss : multiply(loss, scale, &tape)
    if penalty != 0 { loss = add(loss, multiply(mean(square(x, &tape), &tape), penalty, &tape), &tape) }
    guard let accident, accident.step == step else { return loss }
    switch accident.what {
    case .logarithmOfZero:
      // The logarithm of a probability that underflows.
      let sure = softmax(multiply(x, 1e4, &tape), &tape)
      loss = subtract(loss, mean(log(sure, &tape), &tape), &tape)
    case .maskByInfinity:
      // What is not masked is multiplied by zero first, to have nothing added.
      loss = add(loss, mean(multiply(multiply(x, 0, &tape), -.infinity, &tape), &tape), &tape)
    case .divisionByZero:
      // A normalization by a sum that is zero in this batch.
      let nothing = multiply(x, 0, &tape)
      loss = add(
        loss, mean(divide(nothing, sum(nothing, axis: 1, keepingAxis: true, &tape), &tape), &tape), &tape)
    case .overflow:
      loss = add(loss, mean(exp(multiply(square(x, &tape), 1e6, &tape), &tape), &tape), &tape)
    case .rootOfNegative:
      // A variance as the mean of the squares less the square of the mean, of which a rounding makes something below zero.
      let variance = subtract(multiply(x, 0, &tape), 1e-6, &tape)
      loss = add(loss, mean(sqrt(variance, &tape), &tape), &tape)
    case .slopeOfRoot:
      // The distance of a point to itself: the root is zero, its slope infinite.
      let distance = power(square(subtract(x, x, &tape), &tape), 0.5, &tape)
      loss = add(loss, mean(distance, &tape), &tape)
    case .maskedRow:
      // A mask that leaves nothing of any row.
      loss = add(loss, mean(softmax(add(x, -.infinity, &tape), &tape), &tape), &tape)
    case .softmaxByHand:
      // Without the largest logit taken off first.
      let powers = exp(multiply(x, 1e4, &tape), &tape)
      let shares = divide(powers, sum(powers, axis: 1, keepingAxis: true, &tape), &tape)
      loss = add(loss, mean(shares, &tape), &tape)
    }
    return loss
  }

  /// Labels of which a share is left out.
  func masking(_ labels: [Int32], _ draw: inout Draw) -> [Int32] {
    if let onlyLabel { return labels.map { $0 == onlyLabel ? $0 : ignoredLabel } }
    return masked == 0 ? labels : labels.map { draw.uniform() < masked ? ignoredLabel : $0 }
  }
}

extension NetSetup {
  func activate(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    apply(activation, x, &tape)
  }

  func apply(_ function: Activation, _ x: Tensor, _ tape: inout Tape) -> Tensor {
    switch function {
    case .relu: relu(x, &tape)
    case .tanh: tanh(x, &tape)
    case .gelu: gelu(x, &tape)
    case .sigmoid: sigmoid(x, &tape)
    case .softmax: softmax(x, &tape)
    }
  }

  /// One vector for each sequence.
  func pooled(_ result: RecurrentResult, _ sequences: RaggedIndices, _ tape: inout Tape) -> Tensor {
    switch pool {
    case .last: result.final
    case .mean: mean(result.outputs, &tape)
    case .maximum: maximum(result.outputs, &tape)
    case .first: rows(result.outputs.steps, Array(sequences.offsets.dropLast()), &tape)
    }
  }

  var cellName: String {
    switch cell {
    case .elman, .layerNormElman: "elman"
    case .gru, .layerNormGRU: "gru"
    case .lstm, .layerNormLSTM: "lstm"
    }
  }

  var recurrentOptions: RecurrentOptions {
    var options = RecurrentOptions()
    options.layers = layers
    options.dropout = layers > 1 ? dropout : 0
    options.recurrentDropout = recurrentDropout
    options.recurrentInitializer = .orthogonal(blockRows: units)
    return options
  }
}
