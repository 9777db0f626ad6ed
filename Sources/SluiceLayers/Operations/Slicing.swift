import SluiceCore

/// The elements with the given indices along a dimension. **Backward.** dy goes to the same places; the others get 0.
///
/// **Shapes.** x […, extent, …] → […, range.count, …].
///
/// - Precondition: the dimension exists and the range lies in it. An index outside is a trap that says so.
public func slice(_ x: Tensor, axis: Int = 0, _ range: Range<Int>, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  let (outer, extent, inner) = tape.around(axis: axis, of: shape, "slice")
  tape.expect(
    range.lowerBound >= 0 && range.upperBound <= extent, "slice",
    expected: "a range inside 0..<\(extent), axis \(axis) of \(shape)", got: "\(range)")
  let y = tape.makeTensor(
    shape.replacing(axis: axis, with: range.count), requiresGradient: tape.requiresGradient(x))
  let (source, target) = (tape.values(of: x), tape.values(of: y))
  let count = range.count * inner
  for i in 0..<outer {
    let start = (i * extent + range.lowerBound) * inner
    tape.engine.copy(source[start..<start + count], into: target[i * count..<(i + 1) * count])
  }
  tape.record(
    Slice(x: x, y: y, outer: outer, stride: extent * inner, start: range.lowerBound * inner, count: count))
  return y
}

/// The parts before and from `index` on along a dimension.
public func split(
  _ x: Tensor, axis: Int = 0, at index: Int, _ tape: inout Tape
) -> (Tensor, Tensor) {
  let shape = tape.shape(of: x)
  let extent = tape.around(axis: axis, of: shape, "split").extent
  tape.expect(
    index >= 0 && index <= extent, "split", expected: "a place from 0 to \(extent), axis \(axis) of \(shape)",
    got: "\(index)")
  return (slice(x, axis: axis, 0..<index, &tape), slice(x, axis: axis, index..<extent, &tape))
}

private struct Slice: TapeOperation {
  static let name: StaticString = "slice"
  let x: Tensor
  let y: Tensor
  let outer: Int
  let stride: Int
  let start: Int
  let count: Int

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x)?.zeroed() else { return }
    for i in 0..<outer {
      let first = i * stride + start
      tape.engine.accumulate(dy[i * count..<(i + 1) * count], onto: dx[first..<first + count])
    }
  }
}

/// Two tensors one after the other along a dimension. **Backward.** Each gets its part of dy.
///
/// - Precondition: both have the same extents but for that dimension.
public func concatenate(_ a: Tensor, _ b: Tensor, axis: Int = 0, _ tape: inout Tape) -> Tensor {
  concatenate(TensorList(a, b), axis: axis, &tape)
}

/// Up to four tensors one after the other along a dimension.
///
/// - Precondition: there is at least one, and all have the same extents but for that dimension.
public func concatenate(_ tensors: TensorList, axis: Int = 0, _ tape: inout Tape) -> Tensor {
  tape.expect(tensors.count > 0, "concatenate", expected: "at least one tensor", got: "none")
  let first = tape.shape(of: tensors[0])
  let (outer, _, inner) = tape.around(axis: axis, of: first, "concatenate")
  var extent = 0
  var needsGradient = false
  for i in 0..<tensors.count {
    extent += joinedExtent(tensors[i], first, axis, tape)
    needsGradient = needsGradient || tape.requiresGradient(tensors[i])
  }
  let y = tape.makeTensor(first.replacing(axis: axis, with: extent), requiresGradient: needsGradient)
  let target = tape.values(of: y)
  var start = 0
  for i in 0..<tensors.count {
    let source = tape.values(of: tensors[i])
    let count = tape.shape(of: tensors[i])[axis] * inner
    for k in 0..<outer {
      let place = k * extent * inner + start
      tape.engine.copy(source[k * count..<(k + 1) * count], into: target[place..<place + count])
    }
    start += count
  }
  tape.record(Concatenate(tensors: tensors, y: y, outer: outer, stride: extent * inner))
  return y
}

/// The extent along a dimension of a tensor that is to be joined to one of shape `first`. A function of its own: inside the loop of
/// `concatenate` its check crashes the optimizer of Swift 6.3.
@inline(never)
private func joinedExtent(_ x: Tensor, _ first: Shape, _ axis: Int, _ tape: borrowing Tape) -> Int {
  let shape = tape.shape(of: x)
  tape.expect(
    shape.rank == first.rank
      && shape.replacing(axis: axis, with: 0) == first.replacing(axis: axis, with: 0), "concatenate",
    expected: "tensors of the extents of \(first) but for axis \(axis)", got: "\(shape)")
  return shape[axis]
}

private struct Concatenate: TapeOperation {
  static let name: StaticString = "concatenate"
  let tensors: TensorList
  let y: Tensor
  let outer: Int
  let stride: Int

  var inputs: TensorList { tensors }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    var start = 0
    for i in 0..<tensors.count {
      let count = outer == 0 ? 0 : tape.shape(of: tensors[i]).count / outer
      if let dx = tape.contribution(to: tensors[i]) {
        for k in 0..<outer {
          let part = dy[k * stride + start..<k * stride + start + count]
          let target = dx.floats[k * count..<(k + 1) * count]
          if dx.accumulate {
            tape.engine.accumulate(part, onto: target)
          } else {
            tape.engine.copy(part, into: target)
          }
        }
      }
      start += count
    }
  }
}
