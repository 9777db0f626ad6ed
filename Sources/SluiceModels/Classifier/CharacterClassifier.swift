import SluiceCore
import SluiceLayers

/// Characters → embedding → dropout → recurrent layers → one state for each text → linear: one row of logits for each text.
public struct CharacterClassifier: Sendable {
  /// The vectors of the characters: [symbols, embeddingWidth].
  public let embedding: Embedding
  /// Of the characters' vectors, in training.
  public let dropout: Dropout
  /// The recurrent layers.
  public let net: RecurrentNet
  /// How the states after all steps become one.
  public let pooling: Pooling
  /// From the pooled state to the logits of the labels.
  public let output: Linear

  /// Adds the parameters, named `embedding`, by the cell, and `output`.
  ///
  /// - Parameters:
  ///   - symbols: the ids of characters, that of the unknown one included.
  ///   - labels: the labels it can tell apart.
  /// - Throws: `ModelError` if a name is taken or memory is refused.
  public init(
    symbols: Int, labels: Int, _ settings: ClassifierSettings, in parameters: inout Parameters
  ) throws(ModelError) {
    embedding = try Embedding(
      rows: symbols, width: settings.embeddingWidth, named: "embedding", in: &parameters)
    dropout = try Dropout(probability: settings.dropout, named: "dropout", in: &parameters)
    net = try RecurrentNet(
      settings.cell.kind, inputs: settings.embeddingWidth, units: settings.units,
      options: settings.recurrentOptions, named: settings.cell.rawValue, in: &parameters)
    pooling = settings.pooling ?? .last
    output = try Linear(inputs: net.width, outputs: labels, named: "output", in: &parameters)
  }

  /// The logits of every text: [texts, labels].
  public func logits(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    output(states(symbols, &tape), &tape)
  }

  /// What the recurrent layers say of every text: [texts, units].
  public func states(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    let found = embedding.lookUp(symbols, &tape)
    let letters = dropout(found.vectors, &tape)
    return pooled(net(letters, rows: found.rows(of: letters), &tape), &tape)
  }

  /// The same for the characters' vectors.
  public func states(of letters: RaggedTensor, _ tape: inout Tape) -> Tensor {
    pooled(net(dropout(letters, &tape), &tape), &tape)
  }

  /// One state for each text.
  private func pooled(_ result: RecurrentResult, _ tape: inout Tape) -> Tensor {
    switch pooling {
    case .last: result.final
    case .max: maximum(result.outputs, &tape)
    case .mean: mean(result.outputs, &tape)
    }
  }
}
