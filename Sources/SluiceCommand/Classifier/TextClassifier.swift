import Sluice

/// Characters → embedding → dropout → recurrent layers → one state for each text → linear: one row of logits for each text.
struct TextClassifier: Sendable {
  let embedding: Embedding
  let dropout: Dropout
  let net: RecurrentNet
  let pooling: Pooling
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
    pooling = settings.pooling ?? .last
    output = try Linear(inputs: net.width, outputs: labels, named: "output", in: &parameters)
  }

  /// The logits of every text: [texts, labels].
  func logits(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    output(states(symbols, &tape), &tape)
  }

  /// What the recurrent layers say of every text: [texts, units].
  func states(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    states(of: embedding(symbols, &tape), &tape)
  }

  /// The same for the characters' vectors.
  func states(of letters: RaggedTensor, _ tape: inout Tape) -> Tensor {
    let result = net(dropout(letters, &tape), &tape)
    return switch pooling {
    case .last: result.final
    case .max: maximum(result.outputs, &tape)
    case .mean: mean(result.outputs, &tape)
    }
  }

  /// The most floats the tape needs for a step over `texts` texts of `symbols` characters together.
  func activationCount(texts: Int, symbols: Int, engine: Engine) -> Int {
    let letters = 2 * (symbols * embedding.width + Arena.alignment)
    let recurrent = net.activationCount(sequences: texts, steps: symbols, engine: engine)
    let top = 2 * (texts * output.outputs) + texts + 16 * Arena.alignment
    // The pooled states, the mean's share of a gradient, and what goes back to every step.
    let pooled = pooling == .last ? 0 : net.width * (2 * texts + symbols + 1) + 4 * Arena.alignment
    return letters + recurrent + pooled + top
  }
}
