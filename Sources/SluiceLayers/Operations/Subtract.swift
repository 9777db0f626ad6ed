import SluiceCore

/// The difference of two tensors of equal shape, element by element: `y = a − b`.
///
/// **Shapes.** a, b and y are equal.
/// **Backward.** da = dy, db = −dy.
///
/// - Precondition: the shapes are equal.
/// - Complexity: O(elements); allocates nothing.
public func subtract(_ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor {
  precondition(tape.shape(of: a) == tape.shape(of: b), "Both tensors need the same shape.")
  let y = tape.makeTensor(
    tape.shape(of: a), requiresGradient: tape.requiresGradient(a) || tape.requiresGradient(b))
  tape.engine.subtract(tape.values(of: a), tape.values(of: b), into: tape.values(of: y))
  tape.record(Subtract(a: a, b: b, y: y))
  return y
}

private struct Subtract: TapeOperation {
  static let name: StaticString = "subtract"
  let a: Tensor
  let b: Tensor
  let y: Tensor

  var inputs: TensorList { TensorList(a, b) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    pass(dy, 1, to: a, &tape)
    pass(dy, -1, to: b, &tape)
  }

  private func pass(_ dy: Floats, _ sign: Float, to x: Tensor, _ tape: inout Tape) {
    guard let dx = tape.contribution(to: x) else { return }
    if dx.accumulate {
      tape.engine.accumulate(dy, scaledBy: sign, onto: dx.floats)
    } else {
      tape.engine.scale(dy, by: sign, into: dx.floats)
    }
  }
}
