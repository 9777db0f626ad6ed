import SluiceCore

/// Cross-entropy with smoothed labels, or with classes of different weight, or both.
///
/// **Shapes.** `logits` [n, classes], `labels` [n], `weights` [classes] if given, the loss a scalar.
/// **Formula** (Szegedy et al. 2016, equation 8; weights as in PyTorch), with p the softmax of row i, y its label,
/// ε the smoothing and C the classes:
///
///     loss_i = −(1 − ε) w_y ln p_y − ε / C · Σ_c w_c ln p_c
///
/// The mean divides the sum by the sum of the labels' weights.
/// **Numerics and edges** as for `crossEntropy` without them: −ln p_c is ln Σ e^(x − max) and max − x_c, which are
/// not added up in single precision, so an offset common to all logits costs no accuracy; rows labeled
/// `ignoredLabel` count nowhere; a mean over no weight is 0.
/// **Backward.** With q_c the factor of −ln p_c above, dx_c = p_c Σ q − q_c.
///
/// - Parameters:
///   - smoothing: ε, from 0 to 1.
///   - weights: one for each class, none negative; nil for 1 each. A constant.
/// - Precondition: as for `crossEntropy`, and there is one weight for each class.
/// - Complexity: O(n · classes); allocates nothing.
public func crossEntropy(
  _ logits: Tensor, _ labels: [Int32], smoothing: Float, weights: Tensor? = nil,
  reduction: Reduction = .mean, _ tape: inout Tape
) -> Tensor {
  let shape = tape.shape(of: logits)
  let (rows, classes) = (shape.rows, shape.width)
  require(labels.count == rows, "A cross-entropy needs one label for each row.")
  require(smoothing >= 0 && smoothing <= 1, "Smoothing is from 0 to 1.")
  let copied = tape.copyIndices(labels)
  _ = countedLabels(tape.indices(copied), classes: classes)
  // Holds the softmax, then each row's share of the slope.
  let slopes = tape.makeWorkspace(rows * classes)
  let (values, p) = (tape.values(of: logits), tape.floats(slopes))
  let largest = tape.indices(tape.makeIndices(rows))
  for row in 0..<rows {
    largest[row] = Int32(placeOfLargest(values[row * classes..<(row + 1) * classes]))
  }
  // The cross-entropy with the largest logit as the label is ln Σ e^(x − max), to its last bits however small.
  let sums = tape.floats(tape.makeWorkspace(rows))
  tape.engine.crossEntropy(
    values, labels: largest, ignoring: ignoredLabel, width: classes, softmax: p, losses: sums)
  let classWeights = weights.map { tape.values(of: $0) }
  require(
    classWeights.map { $0.count == classes } ?? true, "There is one weight for each class.")
  var total = 0.0
  var divisor = 0.0
  for row in 0..<rows {
    let part = p[row * classes..<(row + 1) * classes]
    guard labels[row] != ignoredLabel else {
      tape.engine.fill(part, with: 0)
      continue
    }
    let label = Int(labels[row])
    let top = Double(values[row * classes + Int(largest[row])])
    // In single precision the many small terms of very many classes would not add up to their sum.
    var sum = 0.0
    for c in 0..<classes { sum += Double(factor(c)) }
    let mass = Float(sum)
    for c in 0..<classes {
      let q = factor(c)
      if q != 0 { total += Double(q) * (Double(sums[row]) + (top - Double(values[row * classes + c]))) }
      part[c] = part[c] * mass - q
    }
    divisor += Double(classWeights?[label] ?? 1)

    func factor(_ c: Int) -> Float {
      (smoothing / Float(classes) + (c == label ? 1 - smoothing : 0)) * (classWeights?[c] ?? 1)
    }
  }
  let scale = reduction == .mean ? (divisor > 0 ? 1 / divisor : 0) : 1
  let loss = tape.makeTensor(Shape(), requiresGradient: tape.requiresGradient(logits))
  tape.values(of: loss)[0] = Float(total * scale)
  tape.record(
    SmoothedCrossEntropy(
      logits: logits, loss: loss, slopes: slopes, scale: Float(scale), labels: copied,
      isSum: reduction == .sum))
  return loss
}

private struct SmoothedCrossEntropy: TapeOperation {
  static let name: StaticString = "crossEntropy"
  let logits: Tensor
  let loss: Tensor
  let slopes: Workspace
  let scale: Float
  let labels: IndexRange
  let isSum: Bool

  var inputs: TensorList { TensorList(logits) }
  var outputs: TensorList { TensorList(loss) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(.labels(tape.indices(labels), classes: tape.shape(of: logits).width, isSum: isSum))
  }

  func backward(_ tape: inout Tape) {
    guard let dLoss = tape.adjoint(of: loss) else { return }
    tape.contribute(tape.floats(slopes), scaledBy: scale * dLoss[0], to: logits)
  }
}
