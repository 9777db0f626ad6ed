import SluiceCore

/// An affine map of every row: `y = x·Wᵀ + b`.
///
/// **Shapes.** x [n, inputs], `weight` [outputs, inputs], `bias` [outputs], y [n, outputs].
/// **Backward.** dx = dy·W, dW = dyᵀ·x, db = the column sums of dy.
///
/// - Precondition: the shapes fit.
/// - Complexity: O(n · inputs · outputs) each way; allocates nothing.
public func affine(
  _ x: Tensor, weight: ParameterHandle, bias: ParameterHandle?, outputs: Int, _ tape: inout Tape
) -> Tensor {
  let inputs = tape.shape(of: x).width
  let rows = tape.shape(of: x).rows
  tape.checkAffine(x, weight, bias, outputs)
  let needsGradient =
    tape.requiresGradient(x) || tape.requiresGradient(weight)
    || (bias.map { tape.requiresGradient($0) } ?? false)
  let y = tape.makeTensor(Shape(rows, outputs), requiresGradient: needsGradient)
  let (a, c) = (
    Matrix(tape.values(of: x), rows: rows, columns: inputs),
    Matrix(tape.values(of: y), rows: rows, columns: outputs)
  )
  let offsets = bias.map { tape.values(of: $0) }
  if let packed = tape.fixedPacked(.parameter(weight), rows: outputs, columns: inputs, 0..<outputs) {
    tape.engine.multiply(a, packed, into: c, bias: offsets)
  } else {
    tape.engine.multiply(
      a, Matrix(tape.values(of: weight), rows: outputs, columns: inputs).transposed, into: c, bias: offsets)
  }
  tape.record(
    Affine(
      x: x, y: y, weight: weight, bias: bias ?? weight, hasBias: bias != nil, rows: rows, inputWidth: inputs,
      outputWidth: outputs))
  return y
}

extension Tape {
  /// Checks that an input is as wide as the weight expects, and the bias as wide as the weight gives.
  fileprivate func checkAffine(
    _ x: Tensor, _ weight: ParameterHandle, _ bias: ParameterHandle?, _ outputs: Int
  ) {
    let (shape, count) = (shape(of: x), self.shape(of: weight).count)
    expect(
      count == shape.width * outputs, "affine",
      expected:
        "an input of width \(count / max(outputs, 1)), as its weight \(self.shape(of: weight)) has columns",
      got: "\(shape) for \(outputs) outputs")
    guard let bias else { return }
    expect(
      self.shape(of: bias).count == outputs, "affine", expected: "a bias of shape [\(outputs)]",
      got: "\(self.shape(of: bias))")
  }
}

private struct Affine: TapeOperation {
  static let name: StaticString = "affine"
  let x: Tensor
  let y: Tensor
  let weight: ParameterHandle
  let bias: ParameterHandle
  let hasBias: Bool
  let rows: Int
  let inputWidth: Int
  let outputWidth: Int

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(.affine(weight: weight, inputs: inputWidth, outputs: outputWidth))
  }

  func backward(_ tape: inout Tape) {
    guard let adjoint = tape.adjoint(of: y) else { return }
    let dy = Matrix(adjoint, rows: rows, columns: outputWidth)
    if let dW = tape.contribution(to: weight) {
      tape.engine.multiply(
        dy.transposed, Matrix(tape.values(of: x), rows: rows, columns: inputWidth),
        into: Matrix(dW.floats, rows: outputWidth, columns: inputWidth), accumulate: dW.accumulate)
    }
    if hasBias, let db = tape.contribution(to: bias) {
      tape.engine.columnSums(adjoint, into: db.floats, accumulate: db.accumulate)
    }
    if let dx = tape.contribution(to: x) {
      tape.engine.multiply(
        dy, Matrix(tape.values(of: weight), rows: outputWidth, columns: inputWidth),
        into: Matrix(dx.floats, rows: rows, columns: inputWidth), accumulate: dx.accumulate)
    }
  }
}
