import SluiceCore

/// Every row divided by its Euclidean norm.
///
/// **Shapes.** x [n, width] → [n, width].
/// **Numerics.** A norm that would overflow or vanish in single precision is taken in double precision.
/// **Edges.** A row of zeros stays one, with gradient 0.
/// **Backward.** dx = (dy − y (y · dy)) / |x|.
///
/// - Complexity: O(elements); allocates nothing.
public func normalizeRows(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  let (rows, width) = (shape.rows, shape.width)
  let y = tape.makeTensor(shape, requiresGradient: tape.requiresGradient(x))
  let inverses = tape.makeWorkspace(rows)
  tape.engine.normalizeRows(
    tape.values(of: x), width: width, inverseNorms: tape.floats(inverses), into: tape.values(of: y))
  tape.record(NormalizeRows(x: x, y: y, inverseNorms: inverses, rows: rows, width: width))
  return y
}

/// The cosine of each pair of rows: `y[i] = a[i]·b[i] / (|a[i]| |b[i]|)`.
///
/// **Shapes.** a and b [n, width], y [n]. For all pairs, multiply the matrices of `normalizeRows`.
/// **Edges.** 0, with gradient 0, where one of the rows is zero.
public func cosine(_ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor {
  let (left, right) = (tape.shape(of: a), tape.shape(of: b))
  tape.expect(
    left == right && left.rank > 0, "cosine", expected: "two tensors of one shape with rows",
    got: "\(left) and \(right)")
  let products = multiply(normalizeRows(a, &tape), normalizeRows(b, &tape), &tape)
  return sum(products, axis: tape.shape(of: products).rank - 1, &tape)
}

extension Engine {
  /// Every row of x times the inverse of its norm, and those inverses; 0 for a row of zeros.
  func normalizeRows(_ x: Floats, width: Int, inverseNorms: Floats, into y: Floats) {
    rowDots(x, x, width: width, into: inverseNorms)
    for row in 0..<inverseNorms.count {
      let part = x[row * width..<(row + 1) * width]
      let target = y[row * width..<(row + 1) * width]
      let square = inverseNorms[row]
      if square > 1e-30, square < 1e37 {
        inverseNorms[row] = 1 / square.squareRoot()
        scale(part, by: inverseNorms[row], into: target)
        continue
      }
      // The squares overflowed, or vanished, in part: once more in double precision.
      var sum = 0.0
      for i in 0..<width { sum += Double(part[i]) * Double(part[i]) }
      let inverse = sum == 0 ? 0 : 1 / sum.squareRoot()
      inverseNorms[row] = Float(min(inverse, Double(Float.greatestFiniteMagnitude)))
      for i in 0..<width { target[i] = Float(Double(part[i]) * inverse) }
    }
  }

  /// dx = (dy − y (y · dy)) / |x| for every row, into `slope`.
  func normalizeRowsGradient(
    _ y: Floats, _ dy: Floats, inverseNorms: Floats, width: Int, scratch: Floats, into slope: Floats
  ) {
    let rows = inverseNorms.count
    rowDots(y, dy, width: width, into: scratch)
    broadcast(
      .multiply, BroadcastOperand(y, rowStride: width, columnStep: 1),
      BroadcastOperand(scratch, rowStride: 1, columnStep: 0), rows: rows, width: width, into: slope)
    subtract(dy, slope, into: slope)
    broadcast(
      .multiply, BroadcastOperand(slope, rowStride: width, columnStep: 1),
      BroadcastOperand(inverseNorms, rowStride: 1, columnStep: 0), rows: rows, width: width, into: slope)
  }
}

private struct NormalizeRows: TapeOperation {
  static let name: StaticString = "normalizeRows"
  let x: Tensor
  let y: Tensor
  let inverseNorms: Workspace
  let rows: Int
  let width: Int

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), tape.requiresGradient(x) else { return }
    let slope = tape.floats(tape.makeWorkspace(dy.count))
    let scratch = tape.floats(tape.makeWorkspace(rows))
    tape.engine.normalizeRowsGradient(
      tape.values(of: y), dy, inverseNorms: tape.floats(inverseNorms), width: width, scratch: scratch,
      into: slope)
    tape.contribute(slope, to: x)
  }
}
