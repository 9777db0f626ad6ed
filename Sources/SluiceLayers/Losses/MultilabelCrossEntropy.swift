import CLibrary
import SluiceCore

/// The cross-entropy of the logistic function of each logit with a target of 0 or 1, where what is 1 may weigh more and some targets do not
/// count: of examples that have any number of labels.
///
/// **Shapes.** `logits` and `targets` [n, labels], `positiveWeights` [labels] if given, the loss a scalar.
/// **Formula**, with w the weight of the label, t the target and σ the logistic function:
///
///     loss = −w t ln σ(x) − (1 − t) ln(1 − σ(x))
///
/// The mean is over the elements that count, whatever their weights, as PyTorch's `BCEWithLogitsLoss` with `pos_weight` has it.
/// **Numerics.** −ln σ(x) is ln(1 + e^−|x|) + max(−x, 0), and −ln(1 − σ(x)) the same with max(x, 0); they are added up in double precision, so
/// finite logits give a finite sum.
/// **Edges.** An element whose target is below 0 counts neither in the sum nor in the mean and gets gradient 0. A mean over nothing is 0.
/// **Backward.** dx = (1 + (w − 1) t) σ(x) − w t.
///
/// - Parameter positiveWeights: what a target of 1 counts, one for each label; nil for 1 each. A constant.
/// - Precondition: the shapes are equal, and there is one weight for each label.
/// - Complexity: O(n · labels); allocates nothing.
public func binaryCrossEntropy(
  logits x: Tensor, _ targets: Tensor, positiveWeights: [Float]?, reduction: Reduction = .mean,
  _ tape: inout Tape
) -> Tensor {
  let shape = tape.shape(of: x)
  require(shape == tape.shape(of: targets), "There is one target for each element.")
  let width = shape.width
  require(
    positiveWeights.map { $0.count == width } ?? true, "There is one weight for each label.")
  let weights = tape.makeWorkspace(width)
  let factors = tape.floats(weights)
  for k in 0..<width { factors[k] = positiveWeights?[k] ?? 1 }
  let loss = tape.makeTensor(Shape(), requiresGradient: tape.requiresGradient(x))
  let (values, wanted) = (tape.values(of: x), tape.values(of: targets))
  var (total, counted) = (0.0, 0)
  for i in 0..<values.count {
    let t = wanted[i]
    if t < 0 { continue }
    counted += 1
    total += multilabelLoss(values[i], t, factors[i % width])
  }
  let divisor = reduction == .mean ? Double(max(counted, 1)) : 1
  tape.values(of: loss)[0] = Float(total / divisor)
  tape.record(
    MultilabelCrossEntropy(
      x: x, targets: targets, loss: loss, weights: weights, scale: Float(1 / divisor),
      isSum: reduction == .sum))
  return loss
}

/// The loss of one logit.
package func multilabelLoss(_ x: Float, _ t: Float, _ weight: Float) -> Double {
  // Of NaN `max` gives 0.
  if x.isNaN { return Double.nan }
  let rest = Double(log1pf(expf(-x.magnitude)))
  // At infinity no factor 0 must meet it.
  let present = t == 0 ? 0 : Double(weight * t) * (rest + Double(max(-x, 0)))
  return present + (t == 1 ? 0 : Double(1 - t) * (rest + Double(max(x, 0))))
}

private struct MultilabelCrossEntropy: TapeOperation {
  static let name: StaticString = "binary cross-entropy"
  let x: Tensor
  let targets: Tensor
  let loss: Tensor
  let weights: Workspace
  let scale: Float
  let isSum: Bool

  var inputs: TensorList { TensorList(x, targets) }
  var outputs: TensorList { TensorList(loss) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(
      .targets(
        tape.values(of: targets), width: tape.shape(of: targets).width, isSum: isSum, error: .logit))
  }

  func backward(_ tape: inout Tape) {
    guard let dLoss = tape.adjoint(of: loss), let dx = tape.contribution(to: x) else { return }
    let (values, wanted) = (tape.values(of: x), tape.values(of: targets))
    let factors = tape.floats(weights)
    let factor = dLoss[0] * scale
    for i in 0..<values.count {
      let (t, w) = (wanted[i], factors[i % factors.count])
      if t < 0 {
        dx.add(0, at: i)
        continue
      }
      let slope = (1 + (w - 1) * t) / (1 + expf(-values[i])) - w * t
      dx.add(slope * factor, at: i)
    }
  }
}
