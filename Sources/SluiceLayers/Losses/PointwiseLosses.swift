import SluiceCore

import CLibrary

/// The mean, or sum, of (x − target)² over all elements.
///
/// **Shapes.** x and target are equal; the loss a scalar. The mean over no element is 0.
/// **Backward.** dx = 2 (x − target), divided by the elements for the mean. The target gets no gradient; where both
/// need one, write it as `mean(square(subtract(a, b, &tape), &tape), &tape)`.
///
/// - Precondition: the shapes are equal.
public func meanSquaredError(
  _ x: Tensor, _ target: Tensor, reduction: Reduction = .mean, _ tape: inout Tape
) -> Tensor { pointwise(.square, x, target, 0, reduction, &tape) }

/// Huber's loss of every element: ½ e² for |e| ≤ delta, else delta (|e| − ½ delta), with e = x − target.
///
/// **Source.** Huber 1964; as in PyTorch. Large errors pull with a constant force. Shapes and gradient as for
/// `meanSquaredError`.
///
/// - Precondition: the shapes are equal and delta is positive.
public func huber(
  _ x: Tensor, _ target: Tensor, delta: Float = 1, reduction: Reduction = .mean, _ tape: inout Tape
) -> Tensor {
  require(delta > 0, "The width of Huber's loss is positive.")
  return pointwise(.huber, x, target, delta, reduction, &tape)
}

/// The cross-entropy of the logistic function of each logit with a target from 0 to 1:
/// −t ln σ(x) − (1 − t) ln(1 − σ(x)).
///
/// **Numerics.** max(x, 0) − x t + ln(1 + e^−|x|): no probability is rounded to 0 or 1 first, so finite logits give
/// finite losses of up to |x|.
/// **Edges.** At an infinite logit its limit: 0 at ∞ for t = 1 and at −∞ for t = 0, and ∞ for any other target.
/// **Backward.** dx = σ(x) − t, at ∞ and −∞ too. Shapes as for `meanSquaredError`.
public func binaryCrossEntropy(
  logits x: Tensor, _ target: Tensor, reduction: Reduction = .mean, _ tape: inout Tape
) -> Tensor { pointwise(.binaryCrossEntropy, x, target, 0, reduction, &tape) }

/// The hinge of every element: max(0, 1 − x t), with targets of −1 and 1.
///
/// **Backward.** dx = −t where x t < 1, else 0. Shapes as for `meanSquaredError`.
public func hinge(
  _ x: Tensor, _ target: Tensor, reduction: Reduction = .mean, _ tape: inout Tape
) -> Tensor { pointwise(.hinge, x, target, 0, reduction, &tape) }

/// The formulas. Where single precision overflows they are computed in double precision, for their mean may be a float yet:
/// so a loss is finite where the result is. Of two infinities of one sign the difference, and so the loss, is NaN.
///
/// Comparisons are written so that NaN, in a number or its target, comes out of both.
private enum PointwiseKind: UInt8, Sendable {
  case square, huber, binaryCrossEntropy, hinge

  func loss(_ x: Float, _ t: Float, _ delta: Float) -> Double {
    let loss = singleLoss(x, t, delta)
    return loss.isFinite ? Double(loss) : largeLoss(Double(x), Double(t), Double(delta))
  }

  /// What multiplies the upstream gradient `factor`.
  func slope(_ x: Float, _ t: Float, _ delta: Float, times factor: Float) -> Float {
    let slope = slope(x, t, delta)
    if self == .square, slope.isInfinite { return Float(2 * (Double(x) - Double(t)) * Double(factor)) }
    return slope * factor
  }

  /// The loss where one in single precision is not finite.
  private func largeLoss(_ x: Double, _ t: Double, _ delta: Double) -> Double {
    let e = x - t
    switch self {
    case .square: return e * e
    case .huber: return e.magnitude <= delta ? 0.5 * e * e : delta * (e.magnitude - 0.5 * delta)
    case .binaryCrossEntropy:
      if x.isNaN { return x }
      // The factor of |x|, which an infinite x must not meet where it is 0.
      let share = x > 0 ? 1 - t : t
      return share == 0 ? 0 : share * x.magnitude
    case .hinge: return x * t >= 1 ? 0 : 1 - x * t
    }
  }

  private func singleLoss(_ x: Float, _ t: Float, _ delta: Float) -> Float {
    let e = x - t
    switch self {
    case .square: return e * e
    case .huber: return e.magnitude <= delta ? 0.5 * e * e : delta * (e.magnitude - 0.5 * delta)
    case .binaryCrossEntropy: return max(x, 0) - x * t + log1pf(expf(-x.magnitude))
    // Not `max`: of 0 and NaN it is 0.
    case .hinge: return x * t >= 1 ? 0 : 1 - x * t
    }
  }

  private func slope(_ x: Float, _ t: Float, _ delta: Float) -> Float {
    let e = x - t
    switch self {
    case .square: return 2 * e
    case .huber: return e > delta ? delta : e < -delta ? -delta : e
    case .binaryCrossEntropy: return 1 / (1 + expf(-x)) - t
    case .hinge: return x * t < 1 ? -t : x * t >= 1 ? 0 : .nan
    }
  }
}

private func pointwise(
  _ kind: PointwiseKind, _ x: Tensor, _ target: Tensor, _ delta: Float, _ reduction: Reduction,
  _ tape: inout Tape
) -> Tensor {
  require(tape.shape(of: x) == tape.shape(of: target), "There is one target for each element.")
  let loss = tape.makeTensor(Shape(), requiresGradient: tape.requiresGradient(x))
  let (values, targets) = (tape.values(of: x), tape.values(of: target))
  let scale: Float = reduction == .mean ? 1 / Float(max(values.count, 1)) : 1
  var total = 0.0
  for i in 0..<values.count {
    total += kind.loss(values[i], targets[i], delta)
  }
  let sum = Float(total)
  tape.values(of: loss)[0] =
    sum.isFinite ? sum * scale : Float(reduction == .mean ? total / Double(max(values.count, 1)) : total)
  tape.record(
    PointwiseLoss(
      kind: kind, x: x, target: target, loss: loss, delta: delta, scale: scale, isSum: reduction == .sum))
  return loss
}

private struct PointwiseLoss: TapeOperation {
  static let name: StaticString = "pointwise loss"
  let kind: PointwiseKind
  let x: Tensor
  let target: Tensor
  let loss: Tensor
  let delta: Float
  let scale: Float
  let isSum: Bool

  var function: StaticString {
    switch kind {
    case .square: "mean squared error"
    case .huber: "Huber loss"
    case .binaryCrossEntropy: "binary cross-entropy"
    case .hinge: "hinge loss"
    }
  }
  var inputs: TensorList { TensorList(x, target) }
  var outputs: TensorList { TensorList(loss) }

  /// A vector of numbers is one for each row.
  func senses(_ tape: borrowing Tape) -> OperationSenses {
    let shape = tape.shape(of: target)
    return OperationSenses(
      .targets(
        tape.values(of: target), width: shape.rank > 1 ? shape.width : 1, isSum: isSum,
        error: kind == .square ? .square : kind == .binaryCrossEntropy ? .logit : .other))
  }

  func backward(_ tape: inout Tape) {
    guard let dLoss = tape.adjoint(of: loss), let dx = tape.contribution(to: x) else { return }
    let (values, targets) = (tape.values(of: x), tape.values(of: target))
    let factor = dLoss[0] * scale
    for i in 0..<values.count { dx.add(kind.slope(values[i], targets[i], delta, times: factor), at: i) }
  }
}
