import SluiceCore

/// The rows of `x` with the given numbers, in their order; a row may occur more than once.
///
/// **Shapes.** x [n, …], `ids` [m], y [m, …].
/// **Backward.** Row i of dy is added to row `ids[i]` of dx, in the order of i.
///
/// - Precondition: every id is from 0 up to, not including, n. An id outside is a trap that says so.
/// - Complexity: O(elements of y), and O(elements of x) backward; allocates nothing.
public func rows(_ x: Tensor, _ ids: [Int32], _ tape: inout Tape) -> Tensor {
  selectRows(x, tape.copyIndices(ids), &tape)
}

/// The same with numbers in the tape's memory.
public func rows(_ x: Tensor, _ ids: IndexRange, _ tape: inout Tape) -> Tensor { selectRows(x, ids, &tape) }

/// The rows of `x` where the mask holds. A mask that selects nothing gives a tensor of no rows, whose sum is 0.
///
/// **Shapes.** x [n, …], `mask` [n], y [rows selected, …].
public func rows(_ x: Tensor, where mask: Mask, _ tape: inout Tape) -> Tensor {
  let holds = tape.values(of: mask.tensor)
  let (shape, maskShape) = (tape.shape(of: x), tape.shape(of: mask.tensor))
  tape.expect(
    maskShape.rank == 1 && shape.rank >= 1 && shape[0] == maskShape[0], "rows",
    expected: "a mask with one element for each row of \(shape)", got: "\(maskShape)")
  let range = tape.makeIndices(tape.count(mask))
  let ids = tape.indices(range)
  var next = 0
  for i in 0..<holds.count where holds[i] != 0 {
    ids[next] = Int32(i)
    next += 1
  }
  return selectRows(x, range, &tape)
}

/// Row `i` of `x`, without its first dimension.
///
/// **Shapes.** x [n, …] → […].
///
/// - Precondition: `i` is from 0 up to, not including, n.
public func row(_ x: Tensor, _ i: Int, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  tape.expect(
    shape.rank >= 1 && i >= 0 && i < shape[0], "row", expected: "a row of shape \(shape), counted from 0",
    got: "row \(i)")
  return reshape(slice(x, i..<i + 1, &tape), shape.removing(axis: 0), &tape)
}

private func selectRows(_ x: Tensor, _ ids: IndexRange, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  tape.expect(shape.rank >= 1, "rows", expected: "a tensor with rows", got: "a scalar")
  let width = shape.around(axis: 0).inner
  let y = tape.makeTensor(
    shape.replacing(axis: 0, with: ids.count), requiresGradient: tape.requiresGradient(x))
  if width > 0 {
    tape.engine.gatherRows(
      tape.values(of: x), tape.indices(ids), width: width, into: tape.values(of: y),
      for: tape.place(of: "rows"))
  }
  tape.record(SelectRows(x: x, y: y, ids: ids, width: width))
  return y
}

private struct SelectRows: TapeOperation {
  static let name: StaticString = "rows"
  let x: Tensor
  let y: Tensor
  let ids: IndexRange
  let width: Int

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x)?.zeroed(), width > 0 else { return }
    tape.engine.scatterRows(dy, tape.indices(ids), width: width, into: dx)
  }
}
