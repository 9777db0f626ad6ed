import SluiceCore

/// How the Gaussian error linear unit is computed.
public enum GELUForm: String, Sendable, BitwiseCopyable, Codable, CaseIterable {
  /// x Φ(x), as PyTorch by default.
  case exact
  /// x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), as in GPT-2; within 5·10⁻⁴ of the exact one.
  case tanh
}

/// The Gaussian error linear unit of every element: `y = x Φ(x)`, with the distribution function Φ of the standard normal
/// distribution (Hendrycks and Gimpel 2016, arXiv:1606.08415).
///
/// **Shapes.** y has the shape of x.
/// **Edges.** 0 at −∞ and ∞ at ∞.
/// **Backward.** `dx = dy·(Φ(x) + x φ(x))` with the density φ, computed anew from x: an exponential and a quotient cost less
/// than another tensor.
///
/// - Complexity: O(elements); allocates nothing.
public func gelu(_ x: Tensor, form: GELUForm = .exact, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: tape.requiresGradient(x))
  switch form {
  case .exact: tape.engine.gelu(tape.values(of: x), into: tape.values(of: y))
  case .tanh: tape.engine.geluTanh(tape.values(of: x), into: tape.values(of: y))
  }
  tape.record(GELU(x: x, y: y, form: form))
  return y
}

private struct GELU: TapeOperation {
  static let name: StaticString = "gelu"
  let x: Tensor
  let y: Tensor
  let form: GELUForm

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    let x = tape.values(of: x)
    switch form {
    case .exact: tape.engine.geluGradient(x, dy, into: dx.floats, accumulate: dx.accumulate)
    case .tanh: tape.engine.geluTanhGradient(x, dy, into: dx.floats, accumulate: dx.accumulate)
    }
  }
}
