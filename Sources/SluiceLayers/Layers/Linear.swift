import SluiceCore

/// A fully connected layer: `y = x·Wᵀ + b`.
///
/// **Shapes.** [n, inputs] → [n, outputs]; `weight` [outputs, inputs] and `bias` [outputs], as in PyTorch.
public struct Linear: Sendable, BitwiseCopyable {
  /// W of the formula: [outputs, inputs].
  public let weight: ParameterHandle
  /// b of the formula: [outputs]; nil for a layer made without one.
  public let bias: ParameterHandle?
  /// Marks what the layer records, so that reports can name it.
  public let layer: LayerHandle
  /// The columns of the input.
  public let inputs: Int
  /// The columns of the output.
  public let outputs: Int

  /// - Parameters:
  ///   - initializer: of the weight; uniform within ±1/√inputs by default, as in PyTorch.
  ///   - biasInitializer: of the bias; the same default.
  /// - Throws: `ModelError` if the name is taken or an extent is not positive.
  public init(
    inputs: Int, outputs: Int, bias hasBias: Bool = true, initializer: Initializer? = nil,
    biasInitializer: Initializer? = nil,
    named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    guard inputs > 0, outputs > 0 else {
      throw ModelError(
        "Linear '\(name)'", expected: "at least one input and one output", got: "\(inputs) and \(outputs)")
    }
    self.inputs = inputs
    self.outputs = outputs
    layer = try parameters.addLayer(named: name)
    weight = try parameters.add(
      "\(name).weight", shape: Shape(outputs, inputs), initializer: initializer ?? .uniform(units: inputs),
      layer: layer)
    bias =
      hasBias
      ? try parameters.add(
        "\(name).bias", shape: Shape(outputs), role: .bias,
        initializer: biasInitializer ?? .uniform(units: inputs), layer: layer) : nil
  }

  /// The layer's output for every row of `x`.
  ///
  /// - Precondition: the width of `x` is `inputs`.
  public func callAsFunction(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    let previous = tape.enter(layer)
    defer { _ = tape.enter(previous) }
    return affine(x, weight: weight, bias: bias, outputs: outputs, &tape)
  }
}
