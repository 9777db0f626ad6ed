import SluiceCore

/// The order in which a recurrent layer reads each sequence.
public enum ReadingDirection: String, Codable, Sendable, BitwiseCopyable, CaseIterable {
  /// From a sequence's first element to its last.
  case leftToRight
  /// From a sequence's own last element to its first.
  case rightToLeft
  /// Both, with weights of their own; a step's output is that of left to right, then that of right to left.
  case bidirectional

  package var count: Int { self == .bidirectional ? 2 : 1 }

  func readsRightToLeft(_ direction: Int) -> Bool { self == .rightToLeft || direction == 1 }
}

/// How layers of a recurrent net are stacked, regularised and set up. All is off by default.
///
/// Dropout of every kind acts in training mode only; see `Tape.mode`.
public struct RecurrentOptions: Sendable {
  /// Layers, each reading what the one below puts out.
  public var layers = 1
  /// The order in which every layer reads; in both directions the outputs are twice as wide.
  public var direction = ReadingDirection.leftToRight
  /// The share of elements dropped between layers, drawn for each element.
  public var dropout: Float = 0
  /// The share of each layer's input columns dropped, one mask for all steps of a sequence (Gal and Ghahramani 2016).
  public var inputDropout: Float = 0
  /// The share of the state's elements that the recurrent weights do not see, one mask for all steps of a sequence
  /// (Gal and Ghahramani 2016). The state itself is not touched.
  public var recurrentDropout: Float = 0
  /// The probability that an element of the state, and of the cell state, keeps its old value for a step
  /// (Krueger et al. 2017). In evaluation mode old and new are mixed in that proportion.
  public var zoneout: Float = 0
  /// The share of recurrent weights dropped for a whole training step (Merity et al. 2018).
  public var weightDrop: Float = 0
  /// Whether every weight matrix is stored as a direction and a length for each row (Salimans and Kingma 2016).
  public var normalizesWeights = false
  /// Whether an LSTM has a second bias `bias_hh` that is added to `bias`, as PyTorch and Torch have it. The function is
  /// the same, but plain gradient descent moves the sum twice as fast, and each counts in the gradient's norm.
  public var hasTwoBiases = false
  /// Of all weights and biases; uniform within ±1/√units by default, as in PyTorch.
  public var initializer: Initializer?
  /// Of the recurrent weights, if they are to differ, such as `.orthogonal(blockRows: units)`.
  public var recurrentInitializer: Initializer?

  /// One layer, left to right, without any regularisation.
  public init() {}

  var problem: String? {
    if layers < 1 { return "\(layers) layers" }
    for share in [dropout, inputDropout, recurrentDropout, zoneout, weightDrop]
    where !(share >= 0 && share < 1) { return "a share of \(share)" }
    return nil
  }
}
