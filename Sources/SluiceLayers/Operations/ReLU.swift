import SluiceCore

/// The positive part of every element: `y = max(x, 0)`.
///
/// **Shapes.** y has the shape of x.
/// **Backward.** `dx = dy where y > 0, else 0 (0 at x = 0)`, from the output alone; dy where y is NaN, as in PyTorch.
///
/// - Complexity: O(elements); allocates nothing.
public func relu(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: tape.requiresGradient(x))
  tape.engine.relu(tape.values(of: x), into: tape.values(of: y))
  tape.record(ReLU(x: x, y: y))
  return y
}

private struct ReLU: TapeOperation {
  static let name: StaticString = "relu"
  let x: Tensor
  let y: Tensor

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func activations(_ tape: borrowing Tape) -> ActivationViews { tape.activations(.relu, y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    tape.engine.reluGradient(tape.values(of: y), dy, into: dx.floats, accumulate: dx.accumulate)
  }
}
