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
  require(
    tape.shape(of: mask.tensor).rank == 1 && tape.shape(of: x).rank >= 1
      && tape.shape(of: x)[0] == holds.count,
    "A mask of rows has one element for each row.")
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
  return reshape(slice(x, i..<i + 1, &tape), shape.removing(axis: 0), &tape)
}

private func selectRows(_ x: Tensor, _ ids: IndexRange, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  require(shape.rank >= 1, "A scalar has no rows.")
  let width = shape.around(axis: 0).inner
  let y = tape.makeTensor(
    shape.replacing(axis: 0, with: ids.count), requiresGradient: tape.requiresGradient(x))
  if width > 0 {
    tape.engine.gatherRows(tape.values(of: x), tape.indices(ids), width: width, into: tape.values(of: y))
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
