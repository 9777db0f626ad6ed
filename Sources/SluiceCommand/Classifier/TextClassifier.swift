import Sluice

/// Characters → embedding → dropout → GRU → its last state → linear: one row of logits for each text.
struct TextClassifier: Sendable {
  let embedding: Embedding
  let dropout: Dropout
  let gru: GRU
  let output: Linear

  init(
    symbols: Int, labels: Int, _ settings: ClassifierSettings, in parameters: inout Parameters
  ) throws(ModelError) {
    embedding = try Embedding(
      rows: symbols, width: settings.embeddingWidth, named: "embedding", in: &parameters)
    dropout = try Dropout(probability: settings.dropout, named: "dropout", in: &parameters)
    gru = try GRU(
      inputs: settings.embeddingWidth, units: settings.units,
      readsRightToLeft: settings.readsRightToLeft,
      recurrentInitializer: .orthogonal(blockRows: settings.units), updateBias: 3, named: "gru",
      in: &parameters)
    output = try Linear(inputs: settings.units, outputs: labels, named: "output", in: &parameters)
  }

  /// The logits of every text: [texts, labels].
  func logits(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    output(states(symbols, &tape), &tape)
  }

  /// The final state of every text: [texts, units].
  func states(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    gru(dropout(embedding(symbols, &tape), &tape), &tape).final
  }

  /// The most floats the tape needs for a step over `texts` texts of `symbols` characters together.
  func activationCount(texts: Int, symbols: Int, engine: Engine) -> Int {
    let letters = 2 * (symbols * embedding.width + Arena.alignment)
    let recurrent = gru.activationCount(sequences: texts, steps: symbols, engine: engine)
    let top = 2 * (texts * output.outputs) + texts + 16 * Arena.alignment
    return letters + recurrent + top
  }
}
