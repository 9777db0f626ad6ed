import SluiceCore

/// The product of two matrices, either of them transposed: `y = a·b`.
///
/// **Shapes.** a [n, k] or, transposed, [k, n]; b [k, m] or, transposed, [m, k]; y [n, m].
/// **Backward.** da = dy·bᵀ, db = aᵀ·dy, transposed where the operand is. Nothing is moved for a transposition.
///
/// - Precondition: both are matrices and the inner extents are equal.
/// - Complexity: O(n · k · m); allocates nothing.
public func matrixProduct(
  _ a: Tensor, _ b: Tensor, transposingA aTransposed: Bool = false, transposingB bTransposed: Bool = false,
  _ tape: inout Tape
) -> Tensor {
  let (aShape, bShape) = (tape.shape(of: a), tape.shape(of: b))
  tape.expect(
    aShape.rank == 2 && bShape.rank == 2, "matrixProduct", expected: "two matrices",
    got: "\(aShape) and \(bShape)")
  let left = tape.matrix(tape.values(of: a), of: a, transposed: aTransposed)
  let right = tape.matrix(tape.values(of: b), of: b, transposed: bTransposed)
  tape.expect(
    left.columns == right.rows, "matrixProduct",
    expected: "as many columns on the left as rows on the right",
    got: "\(aShape)\(aTransposed ? " transposed" : "") and \(bShape)\(bTransposed ? " transposed" : "")")
  let y = tape.makeTensor(
    Shape(left.rows, right.columns), requiresGradient: tape.requiresGradient(a) || tape.requiresGradient(b))
  tape.engine.multiply(left, right, into: tape.matrix(tape.values(of: y), of: y))
  tape.record(
    MatrixProductOperation(a: a, b: b, y: y, aTransposed: aTransposed, bTransposed: bTransposed))
  return y
}

extension Tape {
  /// `floats` as a matrix of the shape of `tensor`.
  func matrix(_ floats: Floats, of tensor: Tensor, transposed: Bool = false) -> Matrix {
    let shape = shape(of: tensor)
    let matrix = Matrix(floats, rows: shape[0], columns: shape[1])
    return transposed ? matrix.transposed : matrix
  }
}

private struct MatrixProductOperation: TapeOperation {
  static let name: StaticString = "matrixProduct"
  let a: Tensor
  let b: Tensor
  let y: Tensor
  let aTransposed: Bool
  let bTransposed: Bool

  var inputs: TensorList { TensorList(a, b) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let adjoint = tape.adjoint(of: y) else { return }
    let dy = tape.matrix(adjoint, of: y)
    if let da = tape.contribution(to: a) {
      tape.engine.multiply(
        dy, tape.matrix(tape.values(of: b), of: b, transposed: !bTransposed),
        into: tape.matrix(da.floats, of: a, transposed: aTransposed), accumulate: da.accumulate)
    }
    if let db = tape.contribution(to: b) {
      tape.engine.multiply(
        tape.matrix(tape.values(of: a), of: a, transposed: !aTransposed), dy,
        into: tape.matrix(db.floats, of: b, transposed: bTransposed), accumulate: db.accumulate)
    }
  }
}
