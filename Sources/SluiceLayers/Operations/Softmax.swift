import SluiceCore

/// The shares that exponentials have in their sum along a dimension: `y = eˣ / Σ eˣ`.
///
/// **Shapes.** y has the shape of x.
/// **Edges.** The largest element is taken off first, so finite elements of any size give finite shares. −∞ has share 0;
/// with NaN, with +∞ or of −∞ alone all shares are NaN.
/// **Backward.** `dx = y · (dy − Σ dy · y)`.
///
/// - Parameter axis: the dimension, counted from 0; nil for the last one, which takes no copies.
/// - Precondition: the dimension exists.
/// - Complexity: O(elements); allocates nothing.
public func softmax(_ x: Tensor, axis: Int? = nil, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  let (outer, extent, inner) = tape.around(axis: axis ?? shape.rank - 1, of: shape, "softmax")
  let y = tape.makeTensor(shape, requiresGradient: tape.requiresGradient(x))
  let operation = Softmax(x: x, y: y, outer: outer, extent: extent, inner: inner)
  if shape.count > 0 {
    let source = operation.lines(tape.values(of: x), &tape)
    let target = inner == 1 ? tape.values(of: y) : source
    tape.engine.softmax(source, width: extent, into: target)
    if inner > 1 { operation.put(target, into: tape.values(of: y), accumulate: false) }
  }
  tape.record(operation)
  return y
}

/// The logarithm of the softmax along a dimension: `y = x − ln Σ eˣ`, which keeps the digits of small shares.
///
/// **Shapes.** y has the shape of x.
/// **Edges.** As `softmax`; the logarithm of a share of 0 is −∞.
/// **Backward.** `dx = dy − softmax(x) · Σ dy`.
///
/// - Parameter axis: the dimension, counted from 0; nil for the last one.
/// - Precondition: the dimension exists.
/// - Complexity: O(elements); allocates nothing.
public func logSoftmax(_ x: Tensor, axis: Int? = nil, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  let axis = axis ?? shape.rank - 1
  _ = tape.around(axis: axis, of: shape, "logSoftmax")
  return subtract(x, logSumExp(x, axis: axis, keepingAxis: true, &tape), &tape)
}

private struct Softmax: TapeOperation {
  static let name: StaticString = "softmax"
  let x: Tensor
  let y: Tensor
  let outer: Int
  let extent: Int
  let inner: Int

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x), dy.count > 0 else { return }
    let shares = lines(tape.values(of: y), &tape)
    let slopes = lines(dy, &tape)
    guard inner > 1 else {
      return tape.engine.softmaxGradient(
        shares, slopes, width: extent, into: dx.floats, accumulate: dx.accumulate)
    }
    tape.engine.softmaxGradient(shares, slopes, width: extent, into: slopes, accumulate: false)
    put(slopes, into: dx.floats, accumulate: dx.accumulate)
  }

  /// The elements along the dimension side by side: as they lie where it is the last, else a copy.
  func lines(_ floats: Floats, _ tape: inout Tape) -> Floats {
    if inner == 1 { return floats }
    let lines = tape.floats(tape.makeWorkspace(floats.count))
    for i in 0..<outer {
      for k in 0..<extent {
        for j in 0..<inner { lines[(i * inner + j) * extent + k] = floats[(i * extent + k) * inner + j] }
      }
    }
    return lines
  }

  /// Puts lines back where their elements belong.
  func put(_ lines: Floats, into floats: Floats, accumulate: Bool) {
    for i in 0..<outer {
      for k in 0..<extent {
        for j in 0..<inner {
          let value = lines[(i * inner + j) * extent + k]
          let place = (i * extent + k) * inner + j
          floats[place] = accumulate ? floats[place] + value : value
        }
      }
    }
  }
}
