import SluiceCore

/// A layer that begins by letting its input through (Srivastava, Greff and Schmidhuber 2015, arXiv:1505.00387):
/// `y = g ⊙ relu(x·Wᵀ + b) + (1 − g) ⊙ x` with the gate `g = σ(x·Vᵀ + c)`.
///
/// **Shapes.** [n, width] → [n, width]; W and V [width, width], b and c [width], as linear layers named `transform` and
/// `gate`.
public struct Highway: Sendable {
  /// Gives what the input is changed to, before the ReLU: W and b of the formula.
  public let transform: Linear
  /// Gives the share of the change, before the logistic function: V and c of the formula.
  public let gate: Linear
  /// Marks what the layer records, so that reports can name it; the two linear layers have names of their
  /// own.
  public let layer: LayerHandle
  /// The columns of input and output.
  public let width: Int

  /// - Parameters:
  ///   - gateBias: added to the gate's bias at the start; below 0 it lets most of the input through.
  ///   - initializer: of all weights and biases; uniform within ±1/√width by default, as in PyTorch.
  /// - Throws: `ModelError` if the name is taken or the width is not positive.
  public init(
    width: Int, gateBias: Float = -2, initializer: Initializer? = nil, named name: String,
    in parameters: inout Parameters
  ) throws(ModelError) {
    layer = try parameters.addLayer(named: name)
    transform = try Linear(
      inputs: width, outputs: width, initializer: initializer, biasInitializer: initializer,
      named: "\(name).transform", in: &parameters)
    gate = try Linear(
      inputs: width, outputs: width, initializer: initializer, biasInitializer: initializer,
      named: "\(name).gate", in: &parameters)
    self.width = width
    if let bias = gate.bias {
      let values = parameters.values(of: bias)
      for i in 0..<values.count { values[i] += gateBias }
    }
  }

  /// The layer's output for every row of `x`.
  ///
  /// - Precondition: the width of `x` is `width`.
  /// - Complexity: O(n · width²); allocates nothing.
  public func callAsFunction(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    let changed = relu(transform(x, &tape), &tape)
    let share = sigmoid(gate(x, &tape), &tape)
    return add(x, multiply(share, subtract(changed, x, &tape), &tape), &tape)
  }
}
