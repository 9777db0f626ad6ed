import SluiceCore

/// Blocks of self-attention over ragged sequences, with positions before the first and a normalization after the last.
///
///     var options = TransformerOptions()
///     options.positions = .sinusoidal
///     let transformer = try Transformer(width: 128, options, named: "transformer", in: &parameters)
///     let states = transformer(vectors, &tape)
///
/// **Shapes.** Ragged [n, width] → [n, width]. A sequence attends to itself alone, so a batch needs no padding, and
/// every sequence has the values it has alone. Parameters: `positions` [longest, width] if they are learned, `block_0` and so on,
/// and `norm`.
///
/// Nothing is carried from one call to the next: a row sees its own sequence only.
public struct Transformer: Sendable {
  /// The blocks in the order they are run; at least one.
  public let blocks: [TransformerBlock]
  /// The normalization after the last block.
  public let norm: LayerNorm
  /// The learned positions.
  public let positions: ParameterHandle?
  /// Marks what is recorded outside of the blocks' own layers, so that reports can name it.
  public let layer: LayerHandle
  /// The columns of input and output, the same in every block.
  public let width: Int
  /// The most rows of a sequence, or nil for any number.
  public let longest: Int?
  private let hasSinusoids: Bool
  private let dropout: Dropout

  /// - Throws: `ModelError` if the name is taken, there are no blocks, an extent is not positive, the heads do not divide the
  ///   width, or the dropout is not from [0, 1).
  public init(
    width: Int, _ options: TransformerOptions = TransformerOptions(), named name: String,
    in parameters: inout Parameters
  ) throws(ModelError) {
    guard options.blocks > 0 else {
      throw ModelError("Transformer '\(name)'", expected: "at least one block", got: "\(options.blocks)")
    }
    guard width > 0 else {
      throw ModelError("Transformer '\(name)'", expected: "a positive width", got: "\(width)")
    }
    layer = try parameters.addLayer(named: name)
    if case .learned(let count) = options.positions {
      guard count > 0 else {
        throw ModelError("Transformer '\(name)'", expected: "at least one position", got: "\(count)")
      }
      longest = count
      positions = try parameters.add(
        "\(name).positions", shape: Shape(count, width),
        initializer: options.initializer ?? .normal(deviation: 0.02), layer: layer)
    } else {
      longest = nil
      positions = nil
    }
    hasSinusoids = options.positions == .sinusoidal
    dropout = try Dropout(probability: options.dropout, named: "\(name).dropout", in: &parameters)
    var blocks: [TransformerBlock] = []
    for i in 0..<options.blocks {
      blocks.append(
        try TransformerBlock(width: width, options, named: "\(name).block_\(i)", in: &parameters))
    }
    self.blocks = blocks
    norm = try LayerNorm(width: width, named: "\(name).norm", in: &parameters)
    self.width = width
  }

  /// The states of every row of every sequence.
  ///
  /// - Precondition: the width of `x` is `width`, and no sequence is longer than `longest`.
  public func callAsFunction(_ x: RaggedTensor, _ tape: inout Tape) -> RaggedTensor {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    var states = x
    if let positions {
      states = addPositions(x, .parameter(positions), &tape)
    } else if hasSinusoids {
      let rows = tape.layout(of: x.sequences).longest
      states = addPositions(x, .tensor(sinusoids(rows: rows, width: width, &tape)), &tape)
    }
    states = dropout(states, &tape)
    for i in 0..<blocks.count { states = blocks[i](states, &tape) }
    return RaggedTensor(steps: norm(states.steps, &tape), sequences: x.sequences)
  }
}
