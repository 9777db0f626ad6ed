import SluiceCore
import SluiceLayers

/// What reads the words' vectors one after the other and says what it knows after each.
// In a box: of cases that are so different, what tells them apart would else lie among bytes that one of them never sets.
public indirect enum LanguageModelBody: Sendable {
  /// LSTM layers, which carry their states from one stretch of text to the next, and dropout of the last one's.
  case lstm(RecurrentNet, Dropout)
  /// Blocks of causal self-attention over what `projection` makes of the vectors. They see nothing before the stretch they are
  /// given, which may have at most `window` words.
  case transformer(projection: Linear, Transformer, window: Int)

  /// - Parameter width: the columns of the words' vectors.
  init(
    width: Int, _ settings: LanguageModelSettings, initializer: Initializer, in parameters: inout Parameters
  ) throws(ModelError) {
    switch settings.body {
    case .lstm:
      var options = RecurrentOptions()
      options.layers = settings.layers
      options.dropout = settings.dropout
      options.hasTwoBiases = true
      options.initializer = initializer
      let net = try RecurrentNet(
        .lstm(forgetBias: 0), inputs: width, units: settings.units, options: options, named: "lstm",
        in: &parameters)
      self = .lstm(
        net, try Dropout(probability: settings.dropout, named: "dropout", in: &parameters))
    case .transformer:
      var options = TransformerOptions()
      options.blocks = settings.layers
      options.heads = settings.heads
      options.dropout = settings.dropout
      options.positions = .learned(longest: settings.steps)
      options.initializer = initializer
      let projection = try Linear(
        inputs: width, outputs: settings.units, initializer: initializer, biasInitializer: initializer,
        named: "projection", in: &parameters)
      self = .transformer(
        projection: projection,
        try Transformer(width: settings.units, options, named: "transformer", in: &parameters),
        window: settings.steps)
    }
  }

  /// The most words that may be read at once, or nil where what came before is carried in the state.
  public var window: Int? {
    if case .transformer(_, _, let window) = self { window } else { nil }
  }

  /// What an LSTM carries at the beginning of a text; nil for a transformer, which carries nothing.
  public func zeroState(sequences: Int) -> RecurrentState? {
    if case .lstm(let net, _) = self { net.zeroState(sequences: sequences) } else { nil }
  }

  /// What is known after every word: [words, units]. Goes on from `before` and leaves in `after` what to go on from.
  public func callAsFunction(
    _ vectors: Tensor, _ sequences: SequencesHandle, from before: RecurrentState?,
    to after: inout RecurrentState?, _ tape: inout Tape
  ) -> Tensor {
    switch self {
    case .lstm(let net, let dropout):
      guard let before else { fatalError("An LSTM goes on from a state.") }
      let result = net(RaggedTensor(steps: vectors, sequences: sequences), from: before, &tape)
      after?.update(from: result, tape)
      return dropout(result.outputs.steps, &tape)
    case .transformer(let projection, let transformer, _):
      return transformer(
        RaggedTensor(steps: projection(vectors, &tape), sequences: sequences), &tape
      ).steps
    }
  }
}
