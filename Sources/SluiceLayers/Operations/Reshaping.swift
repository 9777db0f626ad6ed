import SluiceCore

/// The same elements, row-major, in another shape. **Backward.** dx = dy.
///
/// - Precondition: both shapes have as many elements.
public func reshape(_ x: Tensor, _ shape: Shape, _ tape: inout Tape) -> Tensor {
  let source = tape.values(of: x)
  tape.expect(
    shape.count == source.count, "reshape",
    expected: "a shape of \(source.count) elements, those of \(tape.shape(of: x))",
    got: "\(shape) of \(shape.count)")
  let y = tape.makeTensor(shape, requiresGradient: tape.requiresGradient(x))
  tape.engine.copy(source, into: tape.values(of: y))
  tape.record(Reshape(x: x, y: y))
  return y
}

private struct Reshape: TapeOperation {
  static let name: StaticString = "reshape"
  let x: Tensor
  let y: Tensor

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    tape.contribute(dy, to: x)
  }
}

/// Rows and columns exchanged. **Shapes.** x [n, m] → [m, n]. **Backward.** dx is dy transposed.
///
/// Products need no transposed copy: see `matrixProduct`.
public func transpose(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  tape.expect(shape.rank == 2, "transpose", expected: "a matrix", got: "shape \(shape)")
  let y = tape.makeTensor(Shape(shape[1], shape[0]), requiresGradient: tape.requiresGradient(x))
  let (source, target) = (tape.values(of: x), tape.values(of: y))
  for i in 0..<shape[0] {
    for j in 0..<shape[1] { target[j * shape[0] + i] = source[i * shape[1] + j] }
  }
  tape.record(Transpose(x: x, y: y, rows: shape[0], columns: shape[1]))
  return y
}

private struct Transpose: TapeOperation {
  static let name: StaticString = "transpose"
  let x: Tensor
  let y: Tensor
  let rows: Int
  let columns: Int

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    for i in 0..<rows {
      for j in 0..<columns { dx.add(dy[j * rows + i], at: i * columns + j) }
    }
  }
}

/// `x` as a constant: the same values, through which no gradient goes back.
///
/// - Complexity: O(1); the values are not copied.
public func stopGradient(_ x: Tensor, _ tape: inout Tape) -> Tensor { tape.detached(x) }
