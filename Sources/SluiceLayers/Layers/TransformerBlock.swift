import SluiceCore

/// One block of a transformer that normalizes first (Xiong et al. 2020, arXiv:2002.04745), so that the gradient has a way through
/// all blocks that nothing scales: `z = x + attention(norm(x))`, then `y = z + contract(gelu(expand(norm(z))))`.
///
/// **Shapes.** Ragged [n, width] → [n, width].
/// **Source.** PyTorch's `TransformerEncoderLayer` with `norm_first=True` and `activation="gelu"`, dropout in its four places:
/// the attention weights, what attention adds, the hidden columns, and what the feed-forward layer adds. Its `norm1`,
/// `self_attn.in_proj`, `self_attn.out_proj`, `norm2`, `linear1` and `linear2` are here `attention_norm`, `attention.projections`,
/// `attention.output`, `expand_norm`, `expand` and `contract`.
public struct TransformerBlock: Sendable, BitwiseCopyable {
  /// Normalizes what the attention reads.
  public let attentionNorm: LayerNorm
  /// Lets each row gather from its sequence; its result is added to the block's input.
  public let attention: SelfAttention
  /// Normalizes what the feed-forward layer reads.
  public let expandNorm: LayerNorm
  /// The first half of the feed-forward layer: [n, width] → [n, hidden].
  public let expand: Linear
  /// The second half of the feed-forward layer: [n, hidden] → [n, width]; its result is added to z of the
  /// formula.
  public let contract: Linear
  /// The form of the GELU between the two halves of the feed-forward layer.
  public let activation: GELUForm
  private let attentionDropout: Dropout
  private let hiddenDropout: Dropout
  private let outputDropout: Dropout

  /// - Throws: `ModelError` if the name is taken, an extent is not positive, the heads do not divide the width, or the dropout is
  ///   not from [0, 1).
  public init(
    width: Int, _ options: TransformerOptions, named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    let hidden = options.hidden ?? 4 * width
    attentionNorm = try LayerNorm(width: width, named: "\(name).attention_norm", in: &parameters)
    attention = try SelfAttention(
      width: width, heads: options.heads, isCausal: options.isCausal, dropout: options.dropout,
      initializer: options.initializer, named: "\(name).attention", in: &parameters)
    attentionDropout = try Dropout(
      probability: options.dropout, named: "\(name).attention_dropout", in: &parameters)
    expandNorm = try LayerNorm(width: width, named: "\(name).expand_norm", in: &parameters)
    expand = try Linear(
      inputs: width, outputs: hidden, initializer: options.initializer, biasInitializer: options.initializer,
      named: "\(name).expand", in: &parameters)
    hiddenDropout = try Dropout(
      probability: options.dropout, named: "\(name).hidden_dropout", in: &parameters)
    contract = try Linear(
      inputs: hidden, outputs: width, initializer: options.initializer, biasInitializer: options.initializer,
      named: "\(name).contract", in: &parameters)
    outputDropout = try Dropout(
      probability: options.dropout, named: "\(name).output_dropout", in: &parameters)
    activation = options.activation
  }

  /// The block's output for every row of every sequence.
  ///
  /// - Complexity: O(n · width · (width + hidden) + width · sum of length²); allocates nothing.
  public func callAsFunction(_ x: RaggedTensor, _ tape: inout Tape) -> RaggedTensor {
    let normalized = RaggedTensor(steps: attentionNorm(x.steps, &tape), sequences: x.sequences)
    let gathered = attentionDropout(attention(normalized, &tape), &tape)
    let z = add(x.steps, gathered.steps, &tape)
    let hidden = gelu(expand(expandNorm(z, &tape), &tape), form: activation, &tape)
    let change = outputDropout(contract(hiddenDropout(hidden, &tape), &tape), &tape)
    return RaggedTensor(steps: add(z, change, &tape), sequences: x.sequences)
  }
}
