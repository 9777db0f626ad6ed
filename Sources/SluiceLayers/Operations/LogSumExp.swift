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
/// **Shapes.** x […, extent, …] → […, …]; with `keepingAxis` the dimension stays, with extent 1.
public func logSumExp(_ x: Tensor, axis: Int, keepingAxis: Bool = false, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  let (outer, extent, inner) = tape.around(axis: axis, of: shape, "logSumExp")
  let result = keepingAxis ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis)
  if inner == 1 { return logSumExp(x, result, rows: outer, extent: extent, &tape) }
  let values = stopGradient(x, &tape)
  let shift = finiteOrZero(maximum(values, axis: axis, keepingAxis: true, &tape), &tape)
  let total = sum(exp(subtract(values, shift, &tape), &tape), axis: axis, &tape)
  let logarithm = log(total, &tape)
  let y = tape.makeTensor(result, requiresGradient: tape.requiresGradient(x))
  tape.engine.add(tape.values(of: logarithm), tape.values(of: shift), into: tape.values(of: y))
  tape.record(LogSumExp(x: x, y: y, blocks: outer, rows: extent, width: inner, runsAlongRows: false))
  return y
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
  tape.record(LogSumExp(x: x, y: y, blocks: 1, rows: rows, width: extent, runsAlongRows: true))
  return y
}

private struct LogSumExp: TapeOperation {
  static let name: StaticString = "logSumExp"
  let x: Tensor
  let y: Tensor
  /// x is [blocks, rows, width].
  let blocks: Int
  let rows: Int
  let width: Int
  /// Whether each row has a sum of its own, else each column of a block.
  let runsAlongRows: Bool

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), tape.requiresGradient(x) else { return }
    let values = tape.values(of: x)
    guard values.count > 0 else { return }
    let engine = tape.engine
    let sums = tape.floats(tape.makeWorkspace(dy.count))
    // Where all elements are −∞ so is the sum, and x − y would be no number; with +∞ the share is 0.
    tape.engine.copy(tape.values(of: y), into: sums)
    for i in 0..<sums.count where sums[i] == -.infinity { sums[i] = .infinity }
    let shares = tape.floats(tape.makeWorkspace(values.count))
    for block in 0..<blocks {
      let part = shares[block * rows * width..<(block + 1) * rows * width]
      let source = values[block * rows * width..<(block + 1) * rows * width]
      engine.broadcast(
        .subtract, BroadcastOperand(source, rowStride: width, columnStep: 1), perSum(sums, block),
        rows: rows, width: width, into: part)
      engine.exp(part, into: part)
      engine.broadcast(
        .multiply, BroadcastOperand(part, rowStride: width, columnStep: 1), perSum(dy, block), rows: rows,
        width: width, into: part)
    }
    tape.contribute(shares, to: x)
  }

  /// The numbers of a block, one for each of its sums, beside its elements.
  private func perSum(_ floats: Floats, _ block: Int) -> BroadcastOperand {
    runsAlongRows
      ? BroadcastOperand(floats[block * rows..<(block + 1) * rows], rowStride: 1, columnStep: 0)
      : BroadcastOperand(floats[block * width..<(block + 1) * width], rowStride: 0, columnStep: 1)
  }
}
