import SluiceCore

/// A layer that normalizes every row and scales it (Ba, Kiros and Hinton 2016, arXiv:1607.06450):
/// `y = weight · (x − mean(x)) / √(variance(x) + 10⁻⁵) + bias`. See `layerNormalization`.
///
/// **Shapes.** [n, width] → [n, width]; `weight`, which begins at 1, and `bias`, at 0, both [width], as in PyTorch.
public struct LayerNorm: Sendable, BitwiseCopyable {
  /// The factor of each column, after the normalization: [width].
  public let weight: ParameterHandle
  /// What is added to each column at the end: [width].
  public let bias: ParameterHandle
  /// Marks what the layer records, so that reports can name it.
  public let layer: LayerHandle
  /// The columns of input and output, over which mean and variance are taken.
  public let width: Int

  /// - Throws: `ModelError` if the name is taken or the width is not positive.
  public init(width: Int, named name: String, in parameters: inout Parameters) throws(ModelError) {
    guard width > 0 else {
      throw ModelError("LayerNorm '\(name)'", expected: "a positive width", got: "\(width)")
    }
    layer = try parameters.addLayer(named: name)
    weight = try parameters.add(
      "\(name).weight", shape: Shape(width), initializer: .constant(1), layer: layer)
    bias = try parameters.add(
      "\(name).bias", shape: Shape(width), role: .bias, initializer: .zeros, layer: layer)
    self.width = width
  }

  /// The rows of `x`, each normalized and scaled.
  ///
  /// - Precondition: the width of `x` is `width`.
  public func callAsFunction(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    return layerNormalization(x, gain: weight, bias: bias, &tape)
  }
}
