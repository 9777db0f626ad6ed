import SluiceCore
import SluiceLayers
import SluiceStorage

extension GraphBuilder {
  /// `x·Wᵀ + b` for the rows of a matrix.
  mutating func linear(
    _ x: GraphValue, weight: ParameterHandle, bias: ParameterHandle?, _ parameters: borrowing Parameters
  ) -> GraphValue {
    var inputs = [x, self.weight(weight, parameters)]
    if let bias { inputs.append(self.weight(bias, parameters)) }
    return add("Gemm", inputs, [ONNXAttribute("transB", .integer(1))])
  }

  mutating func linear(
    _ x: GraphValue, _ layer: Linear, _ parameters: borrowing Parameters
  ) -> GraphValue {
    linear(x, weight: layer.weight, bias: layer.bias, parameters)
  }

  /// The last dimension normalized and scaled, with the epsilon of all normalizations here.
  mutating func normalize(_ x: GraphValue, gain: GraphValue, bias: GraphValue?) -> GraphValue {
    add(
      "LayerNormalization", [x, gain] + (bias.map { [$0] } ?? []),
      [ONNXAttribute("axis", .integer(-1)), ONNXAttribute("epsilon", .float(Engine.normalizationEpsilon))])
  }

  mutating func normalize(
    _ x: GraphValue, _ layer: LayerNorm, _ parameters: borrowing Parameters
  ) -> GraphValue {
    normalize(x, gain: weight(layer.weight, parameters), bias: weight(layer.bias, parameters))
  }

  /// `x + g ⊙ (relu(x·Wᵀ + b) − x)` with the gate `g = σ(x·Vᵀ + c)`; see `Highway`.
  mutating func highway(
    _ x: GraphValue, _ layer: Highway, _ parameters: borrowing Parameters
  ) -> GraphValue {
    let changed = add("Relu", [linear(x, layer.transform, parameters)])
    let share = add("Sigmoid", [linear(x, layer.gate, parameters)])
    return sum(x, product(share, difference(changed, x)))
  }

  /// `x Φ(x)`, exactly or by the hyperbolic tangent; see `gelu`.
  mutating func gelu(_ x: GraphValue, _ form: GELUForm) -> GraphValue {
    let inner: GraphValue
    switch form {
    case .exact: inner = add("Erf", [product(x, number(Float(0.5.squareRoot())))])
    case .tanh:
      let cube = product(product(x, x), product(x, number(0.044715)))
      inner = add("Tanh", [product(sum(x, cube), number(Float((2 / Double.pi).squareRoot())))])
    }
    return product(product(x, number(0.5)), sum(inner, number(1)))
  }
}
