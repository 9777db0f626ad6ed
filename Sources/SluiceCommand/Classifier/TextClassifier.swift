import Sluice

/// Characters → embedding → dropout → recurrent layers → their last state → linear: one row of logits for
/// each
/// text.
struct TextClassifier: Sendable {
  let embedding: Embedding
  let dropout: Dropout
  let net: RecurrentNet
  let output: Linear

  init(
    symbols: Int, labels: Int, _ settings: ClassifierSettings, in parameters: inout Parameters
  ) throws(ModelError) {
    embedding = try Embedding(
      rows: symbols, width: settings.embeddingWidth, named: "embedding", in: &parameters)
    dropout = try Dropout(probability: settings.dropout, named: "dropout", in: &parameters)
    net = try RecurrentNet(
      settings.cell.kind, inputs: settings.embeddingWidth, units: settings.units,
      options: settings.recurrentOptions, named: settings.cell.rawValue, in: &parameters)
    output = try Linear(inputs: net.width, outputs: labels, named: "output", in: &parameters)
  }

  /// The logits of every text: [texts, labels].
  func logits(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    output(states(symbols, &tape), &tape)
  }

  /// The final state of every text: [texts, units].
  func states(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    net(dropout(embedding(symbols, &tape), &tape), &tape).final
  }

  /// The most floats the tape needs for a step over `texts` texts of `symbols` characters together.
  func activationCount(texts: Int, symbols: Int, engine: Engine) -> Int {
    let letters = 2 * (symbols * embedding.width + Arena.alignment)
    let recurrent = net.activationCount(sequences: texts, steps: symbols, engine: engine)
    let top = 2 * (texts * output.outputs) + texts + 16 * Arena.alignment
    return letters + recurrent + top
  }
}
