import Sluice

/// Everything that decides what an embedding of words is and how it is trained. Stored with the run.
struct StemSettings: Codable, Equatable, Sendable {
  var seed: UInt64 = 1
  var epochs = 20
  /// About how many words a step takes: whole stems.
  var batch = 256
  var embeddingWidth = 32
  var units = 128
  /// The elements of a word's vector.
  var width = 64
  var dropout: Float = 0.1
  /// Of the characters in training, which are read as unknown ones. Runs of before the choice have nil: none.
  var unknownShare: Float? = 0.01
  var readsRightToLeft = true
  var margin: Float = 0.3
  var sampling = TripletSampling.hard
  var optimizer = StemSettings.usualOptimizer(.adam)
  var validationShare = 0.2
  var lineLimit = 1_000
  /// The stems of the small set that has to be learned by heart first, and the steps it has for it.
  var subsetStems = 24
  var subsetSteps = 120

  /// The settings of an optimizer with a learning rate that suits the embedding.
  static func usualOptimizer(_ name: OptimizerName) -> OptimizerSettings {
    var settings = OptimizerSettings(name)
    switch name {
    case .adam, .amsgrad, .adamw: settings.learningRate = 0.002
    case .sgd: settings.learningRate = 0.5
    case .momentum, .nesterov: settings.learningRate = 0.05
    case .adagrad, .rmsprop, .centredRMSprop, .smorms3: break
    }
    return settings
  }
}

/// Characters → embedding → dropout → GRU → its last state → linear: one vector for each word.
struct StemModel: Sendable {
  let embedding: Embedding
  let dropout: Dropout
  let net: RecurrentNet
  let output: Linear

  init(symbols: Int, _ settings: StemSettings, in parameters: inout Parameters) throws(ModelError) {
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
  func vectors(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    output(net(dropout(embedding(symbols, &tape), &tape), &tape).final, &tape)
  }

  /// The most floats the tape needs for a step over `words` words of `symbols` characters together.
  func activationCount(words: Int, symbols: Int, engine: Engine) -> Int {
    let letters = 2 * (symbols * embedding.width + Arena.alignment)
    let recurrent = net.activationCount(sequences: words, steps: symbols, engine: engine)
    return letters + recurrent + 2 * words * output.outputs + 16 * Arena.alignment
  }
}
