import SluiceCore

/// The largest of all elements: a scalar; −∞ if there is none.
///
/// **Backward.** dy goes to the first of the largest elements. NaN counts as larger than any number.
public func maximum(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  maximum(x, Shape(), outer: 1, extent: tape.shape(of: x).count, inner: 1, &tape)
}

/// The largest element along a dimension, which the result lacks.
///
/// **Shapes.** x […, extent, …] → […, …]; with `keepingAxis` the dimension stays, with extent 1.
/// **Edges.** −∞ over an extent of 0. NaN counts as larger than any number.
/// **Backward.** dy goes to the first of the largest elements.
public func maximum(_ x: Tensor, axis: Int, keepingAxis: Bool = false, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  let (outer, extent, inner) = shape.around(axis: axis)
  let result = keepingAxis ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis)
  return maximum(x, result, outer: outer, extent: extent, inner: inner, &tape)
}

private func maximum(
  _ x: Tensor, _ shape: Shape, outer: Int, extent: Int, inner: Int, _ tape: inout Tape
) -> Tensor {
  let y = tape.makeTensor(shape, requiresGradient: tape.requiresGradient(x))
  let places = tape.makeIndices(outer * inner)
  let (source, target, chosen) = (tape.values(of: x), tape.values(of: y), tape.indices(places))
  for i in 0..<outer {
    for j in 0..<inner {
      var best = -Float.infinity
      var place: Int32 = -1
      for k in 0..<extent {
        let value = source[(i * extent + k) * inner + j]
        if place < 0 || value > best || (value.isNaN && !best.isNaN) {
          best = value
          place = Int32((i * extent + k) * inner + j)
        }
      }
      target[i * inner + j] = best
      chosen[i * inner + j] = place
    }
  }
  tape.record(Maximum(x: x, y: y, places: places))
  return y
}

private struct Maximum: TapeOperation {
  static let name: StaticString = "maximum"
  let x: Tensor
  let y: Tensor
  let places: IndexRange

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x)?.zeroed() else { return }
    let places = tape.indices(places)
    for i in 0..<places.count where places[i] >= 0 { dx[Int(places[i])] += dy[i] }
  }
}
