import SluiceCore
import SluiceLayers
import SluiceText

/// One vector for each word: of what its characters say one after the other, of what its n-grams say, or the sum of both.
///
/// - Characters → embedding → dropout → GRU → its last state → linear.
/// - N-grams → the weighted sum of their vectors; see `GramEncoder`.
///
/// The sum is what a linear layer over both side by side would give, with its part for the n-grams already in their vectors.
public struct StemEncoder: Sendable {
  /// The recurrent net over the characters; nil where only n-grams are read.
  public let characters: CharacterNet?
  /// The n-grams; nil where only characters are read.
  public let grams: GramEncoder?
  /// The elements of a word's vector.
  public let width: Int

  /// What reads the characters of a word one after the other.
  public struct CharacterNet: Sendable {
    /// The vectors of the characters: [symbols, embeddingWidth].
    public let embedding: Embedding
    /// Of the characters' vectors, in training.
    public let dropout: Dropout
    /// What reads a word's characters.
    public let net: RecurrentNet
    /// From the last state to the word's vector.
    public let output: Linear
  }

  /// Adds an encoder's parameters, named `embedding`, `gru`, `output` and `ngrams`, as far as the settings ask for them.
  ///
  /// - Parameter symbols: the ids of characters, that of the unknown one included.
  /// - Throws: `ModelError` if a name is taken or memory is refused.
  public init(
    symbols: Int, _ settings: StemEncoderSettings, in parameters: inout Parameters
  ) throws(ModelError) {
    width = settings.width
    characters =
      settings.readsCharacters ? try CharacterNet(symbols: symbols, settings, in: &parameters) : nil
    grams = try settings.grams.map { (shape) throws(ModelError) in
      try GramEncoder(
        rows: shape.rows, hashes: shape.hashes, width: settings.width, in: &parameters)
    }
  }

  /// The vectors of all words: [words, width].
  ///
  /// - Parameter bag: the n-grams of the same words; of no use where none are read.
  public func vectors(_ symbols: RaggedIndices, _ bag: GramBag, _ tape: inout Tape) -> Tensor {
    joined(characters?.vectors(symbols, &tape), bag, &tape)
  }

  /// The vectors of all words by their characters: [words, width].
  ///
  /// - Precondition: the encoder reads characters alone.
  public func vectors(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    precondition(grams == nil, "An encoder that reads n-grams needs those of the words.")
    return vectors(symbols, GramBag(), &tape)
  }

  /// The same for the characters' vectors.
  ///
  /// - Precondition: the encoder reads characters.
  public func vectors(of letters: RaggedTensor, _ bag: GramBag = GramBag(), _ tape: inout Tape) -> Tensor {
    precondition(characters != nil, "An encoder of n-grams alone has no vectors of characters.")
    return joined(characters?.vectors(of: letters, &tape), bag, &tape)
  }

  /// What the characters say of each word and what the n-grams do, as far as they are read.
  private func joined(_ own: Tensor?, _ bag: GramBag, _ tape: inout Tape) -> Tensor {
    guard let grams else { return own ?? tape.constant(0) }
    let sums = grams.vectors(bag, &tape)
    return own.map { add($0, sums, &tape) } ?? sums
  }
}

extension StemEncoder.CharacterNet {
  fileprivate init(
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

  fileprivate func vectors(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    let found = embedding.lookUp(symbols, &tape)
    let letters = dropout(found.vectors, &tape)
    return output(net(letters, rows: found.rows(of: letters), &tape).final, &tape)
  }

  fileprivate func vectors(of letters: RaggedTensor, _ tape: inout Tape) -> Tensor {
    output(net(dropout(letters, &tape), &tape).final, &tape)
  }
}
