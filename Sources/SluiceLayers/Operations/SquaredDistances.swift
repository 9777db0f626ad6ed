import SluiceCore

/// The squared Euclidean distances of the rows of one matrix to those of another.
///
/// **Shapes.** a [n, d], b [m, d], y [n, m] with `y[i, j] = Σ (a[i] − b[j])²`.
/// **Numerics.** The differences are formed first, so equal rows have distance 0 and near ones keep their
/// distance however far they are from the origin.
/// **Backward.** da[i] = 2 Σⱼ dy[i, j] (a[i] − b[j]), db[j] = 2 Σᵢ dy[i, j] (b[j] − a[i]), of the differences too.
///
/// - Precondition: both are matrices of equal width.
/// - Complexity: O(n · m · d); allocates nothing.
public func squaredDistances(_ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor {
  let (left, right) = (tape.shape(of: a), tape.shape(of: b))
  tape.expect(
    left.rank == 2 && right.rank == 2 && left[1] == right[1], "squaredDistances",
    expected: "two matrices of equal width", got: "\(left) and \(right)")
  let y = tape.makeTensor(
    Shape(left[0], right[0]), requiresGradient: tape.requiresGradient(a) || tape.requiresGradient(b))
  if left[1] == 0 {
    tape.values(of: y).fill(0)
  } else {
    let points = tape.pack(tape.matrix(tape.values(of: b), of: b, transposed: true))
    tape.engine.squaredDistances(tape.values(of: a), to: points, into: tape.values(of: y))
  }
  tape.record(SquaredDistances(a: a, b: b, y: y))
  return y
}

private struct SquaredDistances: TapeOperation {
  static let name: StaticString = "squaredDistances"
  let a: Tensor
  let b: Tensor
  let y: Tensor

  var inputs: TensorList { TensorList(a, b) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let adjoint = tape.adjoint(of: y), adjoint.count > 0 else { return }
    let dy = tape.matrix(adjoint, of: y)
    pass(dy, from: b, to: a, &tape)
    pass(dy.transposed, from: a, to: b, &tape)
  }

  /// dx[i] += 2 Σⱼ weights[i, j] (x[i] − other[j]).
  private func pass(_ weights: Matrix, from other: Tensor, to x: Tensor, _ tape: inout Tape) {
    guard let dx = tape.contribution(to: x)?.zeroed() else { return }
    let points = tape.pack(tape.matrix(tape.values(of: other), of: other))
    tape.engine.addWeightedDifferences(
      weights, of: tape.values(of: x), to: points, scaledBy: 2, onto: dx)
  }
}
