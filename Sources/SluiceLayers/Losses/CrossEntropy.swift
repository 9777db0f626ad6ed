import SluiceCore

/// How a loss over rows becomes one number.
public enum Reduction: Sendable {
  /// Divided by the number of rows that count.
  case mean
  /// Added up.
  case sum
}

/// The label of a row that takes no part in a loss, as in PyTorch.
public let ignoredLabel: Int32 = -100

/// The cross-entropy of the softmax of each row with the row's label: `−log softmax(x)[label]`.
///
/// **Shapes.** `logits` [n, classes], `labels` [n], the loss a scalar.
/// **Numerics.** The maximum of a row is taken off before the exponential, so large logits do not overflow. What a row costs
/// is finite where its label's logit is at most 3.4028235e38, the largest float, below the largest logit, and infinite
/// where it is further below, as it can only be of logits above half of that; the gradient is finite in any case. The mean of
/// finite losses is finite.
/// **Edges.** A logit of −∞ is a probability of 0, which costs ∞ where it is the label's. With one of +∞ or NaN, or none but −∞,
/// the loss is NaN.
/// Rows labeled `ignoredLabel` count neither in the sum nor in the mean and get gradient 0. The
/// mean over no rows is 0.
/// **Backward.** dx = (softmax(x) − onehot(label)), divided by the rows that count for the mean.
///
/// - Precondition: there is one label for each row, from 0 up to, not including, the number of classes, or
///   `ignoredLabel`.
/// - Complexity: O(n · classes); allocates nothing.
public func crossEntropy(
  _ logits: Tensor, _ labels: [Int32], reduction: Reduction = .mean, _ tape: inout Tape
) -> Tensor {
  require(
    labels.count == tape.shape(of: logits).rows, "A cross-entropy needs one label for each row.")
  return crossEntropy(logits, tape.copyIndices(labels), reduction: reduction, &tape)
}

/// The cross-entropy where each class has a weight: Σ weight[labelᵢ] · lossᵢ / Σ weight[labelᵢ], as in PyTorch.
///
/// **Edges.** As without weights; a weight of 0 leaves a class out, and the mean over no weight at all is 0.
///
/// - Precondition: there is a weight for each class, finite and not negative.
/// - Complexity: O(n · classes); allocates nothing.
public func crossEntropy(
  _ logits: Tensor, _ labels: [Int32], weights: [Float], _ tape: inout Tape
) -> Tensor {
  require(
    labels.count == tape.shape(of: logits).rows, "A cross-entropy needs one label for each row.")
  return crossEntropy(logits, tape.copyIndices(labels), weights: weights, &tape)
}

/// The same with labels in the tape's memory.
package func crossEntropy(
  _ logits: Tensor, _ labels: IndexRange, weights: [Float], _ tape: inout Tape
) -> Tensor {
  require(
    weights.count == tape.shape(of: logits).width, "A weighted cross-entropy needs a weight for each class.")
  let rowWeights = tape.makeWorkspace(labels.count)
  let (places, values) = (tape.indices(labels), tape.floats(rowWeights))
  var total = 0.0
  for i in 0..<places.count {
    let isCounted = places[i] >= 0 && Int(places[i]) < weights.count
    values[i] = isCounted ? weights[Int(places[i])] : 0
    total += Double(values[i])
  }
  return crossEntropy(
    logits, labels, reduction: .mean, weights: rowWeights, divisor: total > 0 ? Float(total) : 1, &tape)
}

/// The same with labels in the tape's memory.
///
/// - Parameter temperature: what the scores were divided by to become logits, where the labels are no classes but the scores' own
///   places; nil for classes.
package func crossEntropy(
  _ logits: Tensor, _ labels: IndexRange, reduction: Reduction, temperature: Float? = nil,
  weights: Workspace? = nil, divisor given: Float? = nil, _ tape: inout Tape
) -> Tensor {
  let shape = tape.shape(of: logits)
  let rows = shape.rows
  let classes = shape.width
  let counted = countedLabels(tape.indices(labels), classes: classes)
  let divisor: Float = given ?? (reduction == .mean ? Float(max(counted, 1)) : 1)
  let loss = tape.makeTensor(Shape(), requiresGradient: tape.requiresGradient(logits))
  let softmax = tape.makeWorkspace(rows * classes)
  let losses = tape.makeWorkspace(rows)
  tape.engine.crossEntropy(
    tape.values(of: logits), labels: tape.indices(labels), ignoring: ignoredLabel, width: classes,
    softmax: tape.floats(softmax), losses: tape.floats(losses))
  if let weights {
    let (losses, weights) = (tape.floats(losses), tape.floats(weights))
    for i in 0..<rows { losses[i] = weights[i] == 0 ? 0 : losses[i] * weights[i] }
  }
  tape.values(of: loss)[0] = tape.engine.sum(tape.floats(losses), dividedBy: divisor)
  tape.record(
    CrossEntropy(
      logits: logits, loss: loss, softmax: softmax, losses: losses, labels: labels, width: classes,
      scale: 1 / divisor, isSum: reduction == .sum, temperature: temperature, weights: weights))
  return loss
}

/// The labels that are not ignored.
///
/// - Precondition: the others are classes.
func countedLabels(_ labels: Indices, classes: Int) -> Int {
  var counted = 0
  for i in 0..<labels.count where labels[i] != ignoredLabel {
    require(labels[i] >= 0 && labels[i] < classes, "A label lies outside the classes.")
    counted += 1
  }
  return counted
}

/// The root of the mean variance of a row's numbers, over at most 64 rows, as far apart as possible; 0 for none.
private func meanRowDeviation(_ x: Floats, width: Int) -> Double {
  let rows = width == 0 ? 0 : x.count / width
  let looked = min(rows, 64)
  var variances = 0.0
  for i in 0..<looked {
    let row = x[i * rows / looked * width..<(i * rows / looked + 1) * width]
    var sum = 0.0
    for k in 0..<width { sum += Double(row[k]) }
    let mean = sum / Double(width)
    var squares = 0.0
    for k in 0..<width { squares += (Double(row[k]) - mean) * (Double(row[k]) - mean) }
    variances += squares / Double(width)
  }
  return (variances / Double(max(looked, 1))).squareRoot()
}

/// The first place of the largest of the numbers, of which there is one.
func placeOfLargest(_ x: Floats) -> Int {
  var place = 0
  for i in 0..<x.count where x[i] > x[place] { place = i }
  return place
}

private struct CrossEntropy: TapeOperation {
  static let name: StaticString = "crossEntropy"
  let logits: Tensor
  let loss: Tensor
  let softmax: Workspace
  let losses: Workspace
  let labels: IndexRange
  let width: Int
  let scale: Float
  let isSum: Bool
  let temperature: Float?
  /// What each row's loss is multiplied with; nil for 1.
  let weights: Workspace?

  var inputs: TensorList { TensorList(logits) }
  var outputs: TensorList { TensorList(loss) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    guard let temperature else {
      return OperationSenses(
        .labels(tape.indices(labels), classes: width, isSum: isSum), .rowLosses(tape.floats(losses)))
    }
    let deviation = meanRowDeviation(tape.values(of: logits), width: width)
    return OperationSenses(.temperature(temperature, spread: Float(deviation * Double(temperature))))
  }

  func backward(_ tape: inout Tape) {
    guard let dLoss = tape.adjoint(of: loss), let dx = tape.contribution(to: logits) else { return }
    if let weights {
      let slopes = tape.floats(tape.makeWorkspace(dx.floats.count))
      tape.engine.crossEntropyGradient(
        tape.floats(softmax), labels: tape.indices(labels), ignoring: ignoredLabel, width: width,
        scale: scale * dLoss[0], into: slopes, accumulate: false)
      let factors = tape.floats(weights)
      for i in 0..<slopes.count {
        let factor = factors[i / width]
        dx.add(factor == 0 ? 0 : slopes[i] * factor, at: i)
      }
      return
    }
    tape.engine.crossEntropyGradient(
      tape.floats(softmax), labels: tape.indices(labels), ignoring: ignoredLabel, width: width,
      scale: scale * dLoss[0], into: dx.floats, accumulate: dx.accumulate)
  }
}
