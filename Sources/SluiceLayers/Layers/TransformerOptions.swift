import SluiceCore

/// How a transformer is built. By default two causal blocks of four heads with learned positions, without dropout.
public struct TransformerOptions: Sendable {
  /// What tells a row of a sequence where it stands.
  public enum Positions: Sendable, Equatable {
    /// A vector of its own for each of so many positions; no sequence may be longer.
    case learned(longest: Int)
    /// Sines and cosines of the position, for sequences of any length; see `sinusoids`.
    case sinusoidal
    /// Nothing: without a mask, order counts not at all.
    case none
  }

  /// How many blocks are run one after the other; at least 1.
  public var blocks = 2
  /// The heads of each block's attention, which have to divide the width.
  public var heads = 4
  /// The columns inside the feed-forward layers; 4 times the width by default.
  public var hidden: Int?
  /// Whether a row sees only itself and those before it, as it has to where the next one is to be predicted.
  public var isCausal = true
  /// What tells the rows of a sequence apart by their places, added before the first block.
  public var positions = Positions.learned(longest: 512)
  /// The share dropped in training: of the input with its positions, of the attention weights, inside every feed-forward layer, and
  /// of what attention and feed-forward layer add.
  public var dropout: Float = 0
  /// The form of the GELU inside every feed-forward layer.
  public var activation = GELUForm.exact
  /// Of all weights and biases but those of the normalizations, and of the positions; by default PyTorch's, and normal with
  /// deviation 0.02 for the positions.
  public var initializer: Initializer?

  /// The usual options.
  public init() {}
}
