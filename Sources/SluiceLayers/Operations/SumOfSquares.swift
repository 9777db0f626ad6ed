import SluiceCore

/// The sum of the squares along the last dimension, which the result lacks: each row's squared norm.
///
/// **Shapes.** x […, width] → […]. The squared distances of one sample to others are
/// `sumOfSquares(subtract(sample, others, &tape), &tape)`.
/// **Backward.** dx = 2 x · dy. The squares themselves are never stored.
///
/// - Precondition: x is no scalar.
/// - Complexity: O(elements); allocates nothing.
public func sumOfSquares(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  let y = tape.makeTensor(
    shape.removing(axis: shape.rank - 1), requiresGradient: tape.requiresGradient(x))
  let values = tape.values(of: x)
  tape.engine.rowDots(values, values, width: shape.width, into: tape.values(of: y))
  tape.record(SumOfSquares(x: x, y: y, rows: shape.rows, width: shape.width))
  return y
}

private struct SumOfSquares: TapeOperation {
  static let name: StaticString = "sumOfSquares"
  let x: Tensor
  let y: Tensor
  let rows: Int
  let width: Int

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    let engine = tape.engine
    let factors = tape.floats(tape.makeWorkspace(rows))
    engine.scale(dy, by: 2, into: factors)
    let target = dx.accumulate ? tape.floats(tape.makeWorkspace(dx.floats.count)) : dx.floats
    engine.broadcast(
      .multiply, BroadcastOperand(tape.values(of: x), rowStride: width, columnStep: 1),
      BroadcastOperand(factors, rowStride: 1, columnStep: 0), rows: rows, width: width, into: target)
    if dx.accumulate { engine.accumulate(target, onto: dx.floats) }
  }
}
