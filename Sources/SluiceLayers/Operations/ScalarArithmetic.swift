import SluiceCore

/// `y = x + number`.
public func add(_ x: Tensor, _ number: Float, _ tape: inout Tape) -> Tensor {
  scaleAndShift(x, 1, number, &tape)
}

/// `y = x − number`.
public func subtract(_ x: Tensor, _ number: Float, _ tape: inout Tape) -> Tensor {
  scaleAndShift(x, 1, -number, &tape)
}

/// `y = number − x`.
public func subtract(_ number: Float, _ x: Tensor, _ tape: inout Tape) -> Tensor {
  scaleAndShift(x, -1, number, &tape)
}

/// `y = x · number`.
public func multiply(_ x: Tensor, _ number: Float, _ tape: inout Tape) -> Tensor {
  scaleAndShift(x, number, 0, &tape)
}

/// `y = x / number`, computed as a product with its reciprocal.
public func divide(_ x: Tensor, _ number: Float, _ tape: inout Tape) -> Tensor {
  scaleAndShift(x, 1 / number, 0, &tape)
}

/// `y = −x`.
public func negate(_ x: Tensor, _ tape: inout Tape) -> Tensor { scaleAndShift(x, -1, 0, &tape) }

/// y = scale · x + shift. **Backward.** dx = scale · dy.
private func scaleAndShift(_ x: Tensor, _ scale: Float, _ shift: Float, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: tape.requiresGradient(x))
  let result = tape.values(of: y)
  if shift == 0 {
    tape.engine.scale(tape.values(of: x), by: scale, into: result)
  } else {
    result.fill(shift)
    tape.engine.accumulate(tape.values(of: x), scaledBy: scale, onto: result)
  }
  tape.record(ScaleAndShift(x: x, y: y, scale: scale))
  return y
}

private struct ScaleAndShift: TapeOperation {
  static let name: StaticString = "scale"
  let x: Tensor
  let y: Tensor
  let scale: Float

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    tape.contribute(dy, scaledBy: scale, to: x)
  }
}
