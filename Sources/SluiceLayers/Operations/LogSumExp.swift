import SluiceCore

/// ln of the sum of e^x over all elements: a scalar.
///
/// **Numerics.** Shifted by the largest element, so neither large nor very small numbers overflow or vanish.
/// **Edges.** −∞ for no element or for −∞ only, with gradient 0; +∞ if one is +∞, NaN if one is NaN.
/// **Backward.** dx = dy · e^(x − y), the softmax.
public func logSumExp(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  logSumExp(x, Shape(), rows: 1, extent: tape.shape(of: x).count, &tape)
}

/// ln of the sum of e^x along a dimension, which the result lacks; see `logSumExp` over all elements.
///
/// **Shapes.** x […, extent, …] → […, …].
public func logSumExp(_ x: Tensor, axis: Int, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  let (outer, extent, inner) = shape.around(axis: axis)
  let result = shape.removing(axis: axis)
  if inner == 1 { return logSumExp(x, result, rows: outer, extent: extent, &tape) }
  let shift = finiteOrZero(maximum(x, axis: axis, keepingAxis: true, &tape), &tape)
  let total = sum(exp(subtract(x, shift, &tape), &tape), axis: axis, &tape)
  return add(log(total, &tape), reshape(shift, result, &tape), &tape)
}

/// The values with 0 in place of what is not finite, as a constant.
private func finiteOrZero(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: false)
  let (source, target) = (tape.values(of: x), tape.values(of: y))
  for i in 0..<source.count { target[i] = source[i].isFinite ? source[i] : 0 }
  return y
}

private func logSumExp(_ x: Tensor, _ shape: Shape, rows: Int, extent: Int, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(shape, requiresGradient: tape.requiresGradient(x))
  if extent == 0 {
    tape.values(of: y).fill(-.infinity)
  } else {
    tape.engine.logSumExp(tape.values(of: x), width: extent, into: tape.values(of: y))
  }
  tape.record(LogSumExp(x: x, y: y, rows: rows, extent: extent))
  return y
}

private struct LogSumExp: TapeOperation {
  static let name: StaticString = "logSumExp"
  let x: Tensor
  let y: Tensor
  let rows: Int
  let extent: Int

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), extent > 0, tape.requiresGradient(x) else { return }
    let (values, sums) = (tape.values(of: x), tape.values(of: y))
    let engine = tape.engine
    let shares = tape.floats(tape.makeWorkspace(values.count))
    engine.broadcast(
      .subtract, BroadcastOperand(values, rowStride: extent, columnStep: 1),
      BroadcastOperand(sums, rowStride: 1, columnStep: 0), rows: rows, width: extent, into: shares)
    engine.exp(shares, into: shares)
    engine.broadcast(
      .multiply, BroadcastOperand(shares, rowStride: extent, columnStep: 1),
      BroadcastOperand(dy, rowStride: 1, columnStep: 0), rows: rows, width: extent, into: shares)
    for row in 0..<rows where sums[row] == -.infinity { shares[row * extent..<(row + 1) * extent].fill(0) }
    tape.contribute(shares, to: x)
  }
}
