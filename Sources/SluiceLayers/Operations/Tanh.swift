import SluiceCore

/// The hyperbolic tangent of every element: `y = tanh(x)`.
///
/// **Shapes.** y has the shape of x.
/// **Backward.** `dx = dy·(1 − y²)`, from the output alone.
///
/// - Complexity: O(elements); allocates nothing.
public func tanh(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: tape.requiresGradient(x))
  tape.engine.tanh(tape.values(of: x), into: tape.values(of: y))
  tape.record(Tanh(x: x, y: y))
  return y
}

private struct Tanh: TapeOperation {
  static let name: StaticString = "tanh"
  let x: Tensor
  let y: Tensor

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func activations(_ tape: borrowing Tape) -> ActivationViews { tape.activations(.tanh, y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    tape.engine.tanhGradient(tape.values(of: y), dy, into: dx.floats, accumulate: dx.accumulate)
  }
}
