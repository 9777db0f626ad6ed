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

/// `y = x / number`.
///
/// **Backward.** dx = dy / number.
/// **Edges.** Quotients, not products with a reciprocal, which would be infinite for a number below 2.9e-39 and rounded for
/// most. By 0 as in IEEE arithmetic: infinite, and NaN for 0 / 0.
public func divide(_ x: Tensor, _ number: Float, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: tape.requiresGradient(x))
  tape.engine.divide(tape.values(of: x), by: number, into: tape.values(of: y))
  tape.record(DivideByNumber(x: x, y: y, number: number))
  return y
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
    tape.engine.fill(result, with: shift)
    tape.engine.accumulate(tape.values(of: x), scaledBy: scale, onto: result)
  }
  tape.record(ScaleAndShift(x: x, y: y, scale: scale))
  return y
}

private struct DivideByNumber: TapeOperation {
  static let name: StaticString = "divide"
  let x: Tensor
  let y: Tensor
  let number: Float

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    if dx.accumulate {
      let slope = tape.floats(tape.makeWorkspace(dy.count))
      tape.engine.divide(dy, by: number, into: slope)
      tape.engine.accumulate(slope, onto: dx.floats)
    } else {
      tape.engine.divide(dy, by: number, into: dx.floats)
    }
  }
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
