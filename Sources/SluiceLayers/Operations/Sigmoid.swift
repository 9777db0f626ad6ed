import SluiceCore

/// The logistic function of every element: `y = 1 / (1 + exp(−x))`.
///
/// **Shapes.** y has the shape of x.
/// **Backward.** `dx = dy·y·(1 − y)`, from the output alone.
///
/// - Complexity: O(elements); allocates nothing.
public func sigmoid(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: tape.requiresGradient(x))
  tape.engine.sigmoid(tape.values(of: x), into: tape.values(of: y))
  tape.record(Sigmoid(x: x, y: y))
  return y
}

private struct Sigmoid: TapeOperation {
  static let name: StaticString = "sigmoid"
  let x: Tensor
  let y: Tensor

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func activations(_ tape: borrowing Tape) -> ActivationViews { tape.activations(.sigmoid, y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    tape.engine.sigmoidGradient(tape.values(of: y), dy, into: dx.floats, accumulate: dx.accumulate)
  }
}
