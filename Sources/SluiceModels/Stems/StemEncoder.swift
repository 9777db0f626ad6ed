import SluiceCore
import SluiceLayers

/// Characters → embedding → dropout → GRU → its last state → linear: one vector for each word.
public struct StemEncoder: Sendable {
  /// The vectors of the characters: [symbols, embeddingWidth].
  public let embedding: Embedding
  /// Of the characters' vectors, in training.
  public let dropout: Dropout
  /// What reads a word's characters.
  public let net: RecurrentNet
  /// From the last state to the word's vector.
  public let output: Linear

  /// Adds an encoder's parameters, named `embedding`, `gru` and `output`.
  ///
  /// - Parameter symbols: the ids of characters, that of the unknown one included.
  /// - Throws: `ModelError` if a name is taken or memory is refused.
  public init(
    symbols: Int, _ settings: StemEncoderSettings, in parameters: inout Parameters
  ) throws(ModelError) {
    embedding = try Embedding(
      rows: symbols, width: settings.embeddingWidth, named: "embedding", in: &parameters)
    dropout = try Dropout(probability: settings.dropout, named: "dropout", in: &parameters)
    var options = RecurrentOptions()
    if settings.readsRightToLeft { options.direction = .rightToLeft }
    net = try RecurrentNet(
      .gru(), inputs: settings.embeddingWidth, units: settings.units, options: options, named: "gru",
      in: &parameters)
    output = try Linear(inputs: settings.units, outputs: settings.width, named: "output", in: &parameters)
  }

  /// The vectors of all words: [words, width].
  public func vectors(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    let found = embedding.lookUp(symbols, &tape)
    let letters = dropout(found.vectors, &tape)
    return output(net(letters, rows: found.rows(of: letters), &tape).final, &tape)
  }

  /// The same for the characters' vectors.
  public func vectors(of letters: RaggedTensor, _ tape: inout Tape) -> Tensor {
    output(net(dropout(letters, &tape), &tape).final, &tape)
  }
}
