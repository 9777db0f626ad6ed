import SluiceCore

/// Some adjacent columns of a tensor: `y[i, j] = x[i, range.lowerBound + j]`.
///
/// **Shapes.** x [n, width], y [n, range.count].
/// **Backward.** Those columns of dx are dy, the others zero.
///
/// - Precondition: the range lies inside the width.
/// - Complexity: O(n · range.count), backward O(n · width); allocates nothing.
public func columns(_ range: Range<Int>, of x: Tensor, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  precondition(
    range.lowerBound >= 0 && range.upperBound <= shape.width, "The columns lie outside the tensor.")
  let y = tape.makeTensor(Shape(shape.rows, range.count), requiresGradient: tape.requiresGradient(x))
  let (source, target) = (tape.values(of: x), tape.values(of: y))
  for i in 0..<shape.rows {
    let start = i * shape.width + range.lowerBound
    target[i * range.count..<(i + 1) * range.count].copy(from: source[start..<start + range.count])
  }
  tape.record(Columns(x: x, y: y, first: range.lowerBound))
  return y
}

private struct Columns: TapeOperation {
  static let name: StaticString = "columns"
  let x: Tensor
  let y: Tensor
  let first: Int

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x)?.zeroed() else { return }
    let (width, count) = (tape.shape(of: x).width, tape.shape(of: y).width)
    for i in 0..<tape.shape(of: y).rows {
      let start = i * width + first
      tape.engine.accumulate(dy[i * count..<(i + 1) * count], onto: dx[start..<start + count])
    }
  }
}
