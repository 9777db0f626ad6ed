import SluiceCore

/// A tensor repeated to a larger shape: NumPy's `broadcast_to`.
///
/// **Shapes.** From the last dimension, the extents of x are those of `shape` or 1; dimensions that x lacks are added in
/// front. Of its own shape it is x itself.
/// **Backward.** dx = the sums of dy over what was repeated.
///
/// - Precondition: the shapes fit.
/// - Complexity: O(elements of y); allocates nothing.
public func broadcast(_ x: Tensor, to shape: Shape, _ tape: inout Tape) -> Tensor {
  let own = tape.shape(of: x)
  if own == shape { return x }
  let plan = Broadcasting(own, shape, tape.place(of: "broadcast"))
  tape.expect(
    plan.shape == shape, "broadcast", expected: "a shape that \(own) can be repeated to", got: "\(shape)")
  let y = tape.makeTensor(shape, requiresGradient: tape.requiresGradient(x))
  plan.expand(tape.values(of: x), plan.aStrides, into: tape.values(of: y))
  tape.record(Expansion(x: x, y: y, plan: plan))
  return y
}

private struct Expansion: TapeOperation {
  static let name: StaticString = "broadcast"
  static let onlyMoves = true
  let x: Tensor
  let y: Tensor
  let plan: Broadcasting

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), tape.requiresGradient(x) else { return }
    let sums = tape.floats(tape.makeWorkspace(tape.shape(of: x).count))
    let scratch = tape.floats(tape.makeWorkspace(plan.scratchCount))
    plan.reduce(dy, strides: plan.aStrides, into: sums, scratch: scratch, tape.engine)
    tape.contribute(sums, to: x)
  }
}
