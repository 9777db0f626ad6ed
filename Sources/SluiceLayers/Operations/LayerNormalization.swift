import SluiceCore

/// Every row normalized and scaled: `y = gain · (x − mean(x)) / √(variance(x) + 10⁻⁵) + bias`.
///
/// **Shapes.** x and y [n, width], `gain` and `bias` [width].
/// **Source.** Ba, Kiros and Hinton 2016; the variance is the mean of squares, as in PyTorch.
/// **Numerics.** The mean is corrected by a second pass over the differences from it, so that a row of equal elements gives
/// exactly the bias, and the gain no gradient; rows whose squares overflow are scaled first. A row with what is not finite is
/// NaN.
/// **Backward.** With g = gain · dy and x̂ the normalized row, dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(…).
///
/// - Precondition: the parameters have one element for each column.
/// - Complexity: O(elements) each way; allocates nothing.
public func layerNormalization(
  _ x: Tensor, gain: ParameterHandle, bias: ParameterHandle? = nil, _ tape: inout Tape
) -> Tensor {
  let shape = tape.shape(of: x)
  require(tape.values(of: gain).count == shape.width, "The gain needs one element for each column.")
  let needsGradient =
    tape.requiresGradient(x) || tape.requiresGradient(gain) || bias.map { tape.requiresGradient($0) } ?? false
  let y = tape.makeTensor(shape, requiresGradient: needsGradient)
  let operation = LayerNormalization(
    x: x, y: y, gain: gain, bias: bias, normalized: tape.makeWorkspace(shape.count),
    inverses: tape.makeWorkspace(shape.rows))
  operation.forward(tape)
  tape.record(operation)
  return y
}

private struct LayerNormalization: TapeOperation {
  static let name: StaticString = "layer normalization"
  let x: Tensor
  let y: Tensor
  let gain: ParameterHandle
  let bias: ParameterHandle?
  let normalized: Workspace
  let inverses: Workspace

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(
      .normalization(
        inverses: tape.floats(inverses), epsilon: Engine.normalizationEpsilon, gain: gain))
  }

  private func matrix(_ floats: Floats, _ tape: borrowing Tape) -> Matrix {
    let shape = tape.shape(of: x)
    return Matrix(floats, rows: shape.rows, columns: shape.width)
  }

  func forward(_ tape: borrowing Tape) {
    let rows = tape.floats(normalized)
    tape.engine.copy(tape.values(of: x), into: rows)
    tape.engine.normalizeRows(matrix(rows, tape), inverses: tape.floats(inverses))
    tape.engine.scaleRows(
      matrix(rows, tape), by: tape.values(of: gain), bias: bias.map { tape.values(of: $0) },
      into: matrix(tape.values(of: y), tape))
  }

  func backward(_ tape: inout Tape) {
    guard let adjoint = tape.adjoint(of: y) else { return }
    let dy = matrix(adjoint, tape)
    let normalized = matrix(tape.floats(normalized), tape)
    if let dGain = tape.contribution(to: gain) {
      tape.engine.columnDots(dy, normalized, into: dGain.floats, accumulate: dGain.accumulate)
    }
    if let bias, let db = tape.contribution(to: bias) {
      tape.engine.columnSums(adjoint, into: db.floats, accumulate: db.accumulate)
    }
    if let dx = tape.contribution(to: x) {
      tape.engine.normalizeRowsBackward(
        dy, normalized: normalized, gain: tape.values(of: gain), inverses: tape.floats(inverses),
        into: matrix(dx.floats, tape), accumulate: dx.accumulate)
    }
  }
}
