import SluiceCore

/// Multi-head self-attention (Vaswani et al. 2017, arXiv:1706.03762): every row of a sequence becomes a mean of the
/// sequence's values, weighted by how well its query meets their keys. See `attention`.
///
/// **Shapes.** Ragged [n, width] → [n, width]. Parameters as PyTorch's `MultiheadAttention` has them: `projections` [3·width,
/// width], the queries, keys and values of all heads one below the other (its `in_proj_weight`), and `output` [width, width].
public struct SelfAttention: Sendable, BitwiseCopyable {
  /// Gives queries, keys and values of all heads side by side: [n, width] → [n, 3·width].
  public let projections: Linear
  /// Mixes what the heads have gathered: [n, width] → [n, width].
  public let output: Linear
  /// Marks what the layer records, so that reports can name it; the masks of `dropout` derive from it.
  public let layer: LayerHandle
  /// How many heads share the width: each has width / heads columns of the queries, keys and values.
  public let heads: Int
  /// Whether a row sees only itself and those before it.
  public let isCausal: Bool
  /// The share of attention weights dropped in training.
  public let dropout: Float
  private let stream: UInt64

  /// - Parameters:
  ///   - initializer: of all weights and biases; by default, as in PyTorch, Xavier's uniform for the projections, uniform
  ///     within ±1/√width for the output, and zero for both biases.
  /// - Throws: `ModelError` if the name is taken, the heads do not divide the width, or the dropout is not from [0, 1).
  public init(
    width: Int, heads: Int, isCausal: Bool = false, dropout: Float = 0, initializer: Initializer? = nil,
    named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    guard width > 0, heads > 0, width % heads == 0 else {
      throw ModelError(
        "SelfAttention '\(name)'", expected: "a number of heads that divides the width",
        got: "\(heads) heads and a width of \(width)")
    }
    guard dropout >= 0, dropout < 1 else {
      throw ModelError(
        "SelfAttention '\(name)'", expected: "a dropout from 0 up to, not including, 1", got: "\(dropout)")
    }
    layer = try parameters.addLayer(named: name)
    projections = try Linear(
      inputs: width, outputs: 3 * width, initializer: initializer ?? .xavierUniform,
      biasInitializer: initializer ?? .zeros, named: "\(name).projections", in: &parameters)
    output = try Linear(
      inputs: width, outputs: width, initializer: initializer, biasInitializer: initializer ?? .zeros,
      named: "\(name).output", in: &parameters)
    self.heads = heads
    self.isCausal = isCausal
    self.dropout = dropout
    stream = parameters.stream(of: layer)
  }

  /// What each row gathers from its sequence.
  ///
  /// - Precondition: the width of `x` is the layer's.
  /// - Complexity: O(n · width² + width · sum of length²); allocates nothing.
  public func callAsFunction(_ x: RaggedTensor, _ tape: inout Tape) -> RaggedTensor {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    let all = RaggedTensor(steps: projections(x.steps, &tape), sequences: x.sequences)
    let gathered = attention(
      all, heads: heads, isCausal: isCausal, dropout: dropout, stream: stream, &tape)
    return RaggedTensor(steps: output(gathered.steps, &tape), sequences: x.sequences)
  }
}
