import SluiceCore

/// The sum of all elements: a scalar, 0 if there is none. **Backward.** Every element gets dy.
///
/// **Numerics.** Blocks in single precision by several lanes, then in double precision in order.
/// - Complexity: O(elements); allocates nothing.
public func sum(_ x: Tensor, _ tape: inout Tape) -> Tensor { sumAll(x, dividedBy: 1, &tape) }

/// The mean of all elements: a scalar, and 0 where there is none. **Backward.** Every element gets dy / count.
///
/// **Numerics.** As for `sum`. The mean of finite numbers is finite, whatever their sum is.
public func mean(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  sumAll(x, dividedBy: Float(max(tape.shape(of: x).count, 1)), &tape)
}

/// The sum along a dimension, which the result lacks. For several dimensions, sum along one after the other.
///
/// **Shapes.** x […, extent, …] → […, …]; with `keepingAxis` the dimension stays, with extent 1.
/// **Edges.** A sum over an extent of 0 is 0.
///
/// - Precondition: the dimension exists.
public func sum(_ x: Tensor, axis: Int, keepingAxis: Bool = false, _ tape: inout Tape) -> Tensor {
  sumAlong(x, axis, keepingAxis, scale: 1, &tape)
}

/// The mean along a dimension, shaped as by `sum`; 0 over an extent of 0.
public func mean(_ x: Tensor, axis: Int, keepingAxis: Bool = false, _ tape: inout Tape) -> Tensor {
  let extent = tape.around(axis: axis, of: tape.shape(of: x), "mean").extent
  return sumAlong(x, axis, keepingAxis, scale: 1 / Float(max(extent, 1)), &tape)
}

private func sumAll(_ x: Tensor, dividedBy divisor: Float, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(Shape(), requiresGradient: tape.requiresGradient(x))
  tape.values(of: y)[0] = tape.engine.sum(tape.values(of: x), dividedBy: divisor)
  let count = tape.shape(of: x).count
  tape.record(Sum(x: x, y: y, outer: 1, extent: count, inner: 1, scale: 1 / divisor))
  return y
}

private func sumAlong(
  _ x: Tensor, _ axis: Int, _ keepingAxis: Bool, scale: Float, _ tape: inout Tape
) -> Tensor {
  let shape = tape.shape(of: x)
  let (outer, extent, inner) = tape.around(axis: axis, of: shape, "sum")
  let y = tape.makeTensor(
    keepingAxis ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis),
    requiresGradient: tape.requiresGradient(x))
  let (source, target) = (tape.values(of: x), tape.values(of: y))
  if extent == 0 {
    target.fill(0)
  } else if inner == 1 {
    tape.engine.rowSums(source, width: extent, into: target)
  } else {
    for i in 0..<outer {
      tape.engine.columnSums(
        source[i * extent * inner..<(i + 1) * extent * inner], into: target[i * inner..<(i + 1) * inner],
        accumulate: false)
    }
  }
  if scale != 1 {
    tape.engine.scale(target, by: scale, into: target)
    // The mean of large numbers whose sum overflows is none.
    for k in 0..<target.count where target[k].isInfinite {
      var sum = 0.0
      for e in 0..<extent { sum += Double(source[(k / inner * extent + e) * inner + k % inner]) }
      target[k] = Float(sum / Double(extent))
    }
  }
  tape.record(Sum(x: x, y: y, outer: outer, extent: extent, inner: inner, scale: scale))
  return y
}

private struct Sum: TapeOperation {
  static let name: StaticString = "sum"
  let x: Tensor
  let y: Tensor
  let outer: Int
  let extent: Int
  let inner: Int
  let scale: Float

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x), dx.floats.count > 0 else { return }
    let engine = tape.engine
    if outer == 1, inner == 1, !dx.accumulate { return engine.fill(dx.floats, with: dy[0] * scale) }
    var slope = dy
    if scale != 1 {
      slope = tape.floats(tape.makeWorkspace(dy.count))
      engine.scale(dy, by: scale, into: slope)
    }
    for i in 0..<(inner == 1 ? 1 : outer) {
      // Along the last dimension all rows go at once: one number each. Else a row repeats.
      let rows = inner == 1 ? outer : extent
      let width = inner == 1 ? extent : inner
      let part = dx.floats[i * rows * width..<(i + 1) * rows * width]
      let repeated = BroadcastOperand(
        slope[(inner == 1 ? 0 : i * inner)..<slope.count], rowStride: inner == 1 ? 1 : 0,
        columnStep: inner == 1 ? 0 : 1)
      if !dx.accumulate { engine.fill(part, with: 0) }
      engine.broadcast(
        .add, BroadcastOperand(part, rowStride: width, columnStep: 1), repeated, rows: rows, width: width,
        into: part)
    }
  }
}
