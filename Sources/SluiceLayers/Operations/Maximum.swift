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

/// The largest element of each column over the steps of each sequence: max pooling over time.
///
/// **Shapes.** x [rows of all sequences, width] → [sequences, width].
/// **Edges.** A sequence without steps gets zeros, as its final state is. NaN counts as larger than any number.
/// **Backward.** dy goes to the first step with the largest element.
///
/// - Complexity: O(elements); allocates nothing.
public func maximum(_ x: RaggedTensor, _ tape: inout Tape) -> Tensor {
  let width = tape.shape(of: x.steps).width
  let layout = tape.layout(of: x.sequences)
  let y = tape.makeTensor(Shape(layout.count, width), requiresGradient: tape.requiresGradient(x.steps))
  let places = tape.makeIndices(layout.count * width)
  let (offsets, chosen) = (tape.indices(layout.offsets), tape.indices(places))
  let (source, target) = (tape.values(of: x.steps), tape.values(of: y))
  target.fill(0)
  chosen.fill(-1)
  for i in 0..<layout.count {
    // Row by row, so that memory is read in its order.
    for row in Int(offsets[i])..<Int(offsets[i + 1]) {
      for j in 0..<width {
        let (value, at) = (source[row * width + j], i * width + j)
        if chosen[at] < 0 || isLarger(value, than: target[at]) {
          target[at] = value
          chosen[at] = Int32(row * width + j)
        }
      }
    }
  }
  tape.record(Maximum(x: x.steps, y: y, places: places))
  return y
}

/// NaN counts as larger than any number.
private func isLarger(_ value: Float, than best: Float) -> Bool {
  value > best || (value.isNaN && !best.isNaN)
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
        if place < 0 || isLarger(value, than: best) {
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
  /// The element of x that each element of y is; below zero where there was none.
  let places: IndexRange

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x)?.zeroed() else { return }
    let places = tape.indices(places)
    for i in 0..<places.count where places[i] >= 0 { dx[Int(places[i])] += dy[i] }
  }
}
