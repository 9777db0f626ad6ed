import SluiceCore

/// The largest of all elements: a scalar; −∞ if there is none.
///
/// **Backward.** dy goes to the first of the largest elements. NaN counts as larger than any number.
public func maximum(_ x: Tensor, _ tape: inout Tape) -> Tensor { extreme(.maximum, x, &tape) }

/// The smallest of all elements: a scalar; ∞ if there is none.
///
/// **Backward.** dy goes to the first of the smallest elements. NaN counts as smaller than any number.
public func minimum(_ x: Tensor, _ tape: inout Tape) -> Tensor { extreme(.minimum, x, &tape) }

/// The largest element along a dimension, which the result lacks.
///
/// **Shapes.** x […, extent, …] → […, …]; with `keepingAxis` the dimension stays, with extent 1.
/// **Edges.** −∞ over an extent of 0. NaN counts as larger than any number.
/// **Backward.** dy goes to the first of the largest elements.
public func maximum(_ x: Tensor, axis: Int, keepingAxis: Bool = false, _ tape: inout Tape) -> Tensor {
  extreme(.maximum, x, axis, keepingAxis, &tape)
}

/// The smallest element along a dimension, which the result lacks.
///
/// **Shapes.** As of `maximum`.
/// **Edges.** ∞ over an extent of 0. NaN counts as smaller than any number.
/// **Backward.** dy goes to the first of the smallest elements.
public func minimum(_ x: Tensor, axis: Int, keepingAxis: Bool = false, _ tape: inout Tape) -> Tensor {
  extreme(.minimum, x, axis, keepingAxis, &tape)
}

/// The largest element of each column over the steps of each sequence: max pooling over time.
///
/// **Shapes.** x [rows of all sequences, width] → [sequences, width].
/// **Edges.** A sequence without steps gets zeros, as its final state is. NaN counts as larger than any number.
/// **Backward.** dy goes to the first step with the largest element.
///
/// - Complexity: O(elements); allocates nothing.
public func maximum(_ x: RaggedTensor, _ tape: inout Tape) -> Tensor { extreme(.maximum, x, &tape) }

/// The smallest element of each column over the steps of each sequence, with zeros for a sequence without steps.
///
/// **Shapes.** x [rows of all sequences, width] → [sequences, width].
/// **Backward.** dy goes to the first step with the smallest element. NaN counts as smaller than any number.
public func minimum(_ x: RaggedTensor, _ tape: inout Tape) -> Tensor { extreme(.minimum, x, &tape) }

/// Which end of the numbers is looked for.
private enum Extreme: UInt8, Sendable {
  case maximum, minimum

  var name: StaticString { self == .maximum ? "maximum" : "minimum" }
  /// What there is where there are no numbers.
  var ofNone: Float { self == .maximum ? -.infinity : .infinity }

  /// NaN is beyond any number.
  func isBeyond(_ value: Float, _ best: Float) -> Bool {
    (self == .maximum ? value > best : value < best) || (value.isNaN && !best.isNaN)
  }
}

private func extreme(_ kind: Extreme, _ x: RaggedTensor, _ tape: inout Tape) -> Tensor {
  tape.expectRows(of: x, kind.name)
  let width = tape.shape(of: x.steps).width
  let layout = tape.layout(of: x.sequences)
  let y = tape.makeTensor(Shape(layout.count, width), requiresGradient: tape.requiresGradient(x.steps))
  let places = tape.makeIndices(layout.count * width)
  let (offsets, chosen) = (tape.indices(layout.offsets), tape.indices(places))
  let (source, target) = (tape.values(of: x.steps), tape.values(of: y))
  tape.engine.fill(target, with: 0)
  chosen.fill(-1)
  for i in 0..<(tape.isPlanning ? 0 : layout.count) {
    let rows = Int(offsets[i])..<Int(offsets[i + 1])
    if rows.isEmpty { continue }
    tape.engine.columnExtremes(
      source.rows(rows, width), isSmallest: kind == .minimum, first: rows.lowerBound * width,
      into: target.rows(i..<i + 1, width), places: chosen[i * width..<(i + 1) * width])
  }
  tape.record(ExtremeOperation(kind: kind, x: x.steps, y: y, places: places))
  return y
}

private func extreme(_ kind: Extreme, _ x: Tensor, _ tape: inout Tape) -> Tensor {
  extreme(kind, x, Shape(), outer: 1, extent: tape.shape(of: x).count, inner: 1, &tape)
}

private func extreme(
  _ kind: Extreme, _ x: Tensor, _ axis: Int, _ keepingAxis: Bool, _ tape: inout Tape
) -> Tensor {
  let shape = tape.shape(of: x)
  let (outer, extent, inner) = tape.around(axis: axis, of: shape, kind.name)
  let result = keepingAxis ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis)
  return extreme(kind, x, result, outer: outer, extent: extent, inner: inner, &tape)
}

private func extreme(
  _ kind: Extreme, _ x: Tensor, _ shape: Shape, outer: Int, extent: Int, inner: Int, _ tape: inout Tape
) -> Tensor {
  let y = tape.makeTensor(shape, requiresGradient: tape.requiresGradient(x))
  let places = tape.makeIndices(outer * inner)
  let (source, target, chosen) = (tape.values(of: x), tape.values(of: y), tape.indices(places))
  if tape.isPlanning { chosen.fill(-1) }
  for i in 0..<(tape.isPlanning ? 0 : outer) {
    for j in 0..<inner {
      var best = kind.ofNone
      var place: Int32 = -1
      for k in 0..<extent {
        let value = source[(i * extent + k) * inner + j]
        if place < 0 || kind.isBeyond(value, best) {
          best = value
          place = Int32((i * extent + k) * inner + j)
        }
      }
      target[i * inner + j] = best
      chosen[i * inner + j] = place
    }
  }
  tape.record(ExtremeOperation(kind: kind, x: x, y: y, places: places))
  return y
}

private struct ExtremeOperation: TapeOperation {
  static let name: StaticString = "extreme"
  let kind: Extreme
  let x: Tensor
  let y: Tensor
  /// The element of x that each element of y is; below zero where there was none.
  let places: IndexRange

  var function: StaticString { kind.name }
  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x)?.zeroed() else { return }
    let places = tape.indices(places)
    for i in 0..<places.count where places[i] >= 0 { dx[Int(places[i])] += dy[i] }
  }
}

/// Where the largest element along a dimension is: for logits, the class they speak for.
///
///     let answers = argmax(logits, axis: 1, &tape)
///
/// **Shapes.** x […, extent, …] → one place from 0 up to, not including, `extent` for each element of […, …], row-major.
/// **Edges.** The first of equal elements. NaN counts as larger than any number.
///
/// - Parameter axis: the dimension, counted from 0; nil for the last one.
/// - Precondition: the dimension exists and is not empty.
/// - Complexity: O(elements). Allocates the result. No gradient goes through it.
public func argmax(_ x: Tensor, axis: Int? = nil, _ tape: borrowing Tape) -> [Int32] {
  places(.maximum, x, axis, "argmax", tape)
}

/// Where the smallest element along a dimension is; NaN counts as smaller than any number. The rest is that of `argmax`.
public func argmin(_ x: Tensor, axis: Int? = nil, _ tape: borrowing Tape) -> [Int32] {
  places(.minimum, x, axis, "argmin", tape)
}

private func places(
  _ kind: Extreme, _ x: Tensor, _ axis: Int?, _ name: StaticString, _ tape: borrowing Tape
) -> [Int32] {
  let shape = tape.shape(of: x)
  let (outer, extent, inner) = tape.around(axis: axis ?? shape.rank - 1, of: shape, name)
  tape.expect(
    extent > 0 || outer * inner == 0, name, expected: "a dimension that is not empty", got: "shape \(shape)")
  let source = tape.values(of: x)
  var places: [Int32] = []
  places.reserveCapacity(outer * inner)
  for i in 0..<outer {
    for j in 0..<inner {
      var best = 0
      for k in 1..<max(extent, 1)
      where kind.isBeyond(source[(i * extent + k) * inner + j], source[(i * extent + best) * inner + j]) {
        best = k
      }
      places.append(Int32(best))
    }
  }
  return places
}
