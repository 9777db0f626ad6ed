import SluiceCore

// The three cells by their own names, for models that name theirs. A model that chooses its cell takes a
// `RecurrentNet`.

/// A net of gated recurrent units: `RecurrentNet` with `CellKind.gru`.
public struct GRU: Sendable {
  /// The layers themselves, for their parameters, states and counts.
  public let net: RecurrentNet

  /// - Parameter updateBias: added to the initial bias of the update gate.
  /// - Throws: `ModelError` if the name is taken, an extent is not positive or an option makes no sense.
  public init(
    inputs: Int, units: Int, reset: CellKind.Reset = .afterProduct, updateBias: Float = 0,
    options: RecurrentOptions = RecurrentOptions(), named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    net = try RecurrentNet(
      .gru(reset, updateBias: updateBias), inputs: inputs, units: units, options: options, named: name,
      in: &parameters)
  }

  /// Runs the layer over every sequence; see `RecurrentNet`.
  public func callAsFunction(
    _ x: RaggedTensor, from state: RecurrentState? = nil, _ tape: inout Tape
  ) -> RecurrentResult {
    net(x, from: state, &tape)
  }

  /// Runs the layer from states that get a gradient; see `InitialStates`.
  public func callAsFunction(
    _ x: RaggedTensor, from states: InitialStates, _ tape: inout Tape
  ) -> RecurrentResult {
    net(x, from: states, &tape)
  }
}

/// A net of LSTM cells: `RecurrentNet` with `CellKind.lstm`.
public struct LSTM: Sendable {
  /// The layers themselves, for their parameters, states and counts.
  public let net: RecurrentNet

  /// - Parameter forgetBias: added to the initial bias of the forget gate.
  /// - Throws: `ModelError` if the name is taken, an extent is not positive or an option makes no sense.
  public init(
    inputs: Int, units: Int, forgetBias: Float = 0, options: RecurrentOptions = RecurrentOptions(),
    named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    net = try RecurrentNet(
      .lstm(forgetBias: forgetBias), inputs: inputs, units: units, options: options, named: name,
      in: &parameters)
  }

  /// Runs the layer over every sequence; see `RecurrentNet`.
  public func callAsFunction(
    _ x: RaggedTensor, from state: RecurrentState? = nil, _ tape: inout Tape
  ) -> RecurrentResult {
    net(x, from: state, &tape)
  }

  /// Runs the layer from states that get a gradient; see `InitialStates`.
  public func callAsFunction(
    _ x: RaggedTensor, from states: InitialStates, _ tape: inout Tape
  ) -> RecurrentResult {
    net(x, from: states, &tape)
  }
}

/// A net of Elman cells: `RecurrentNet` with `CellKind.elman`.
public struct Elman: Sendable {
  /// The layers themselves, for their parameters, states and counts.
  public let net: RecurrentNet

  /// - Parameter activation: the function of the cell; the rest is that of `RecurrentNet`.
  /// - Throws: `ModelError` if the name is taken, an extent is not positive or an option makes no sense.
  public init(
    inputs: Int, units: Int, activation: CellKind.Activation = .tanh,
    options: RecurrentOptions = RecurrentOptions(), named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    net = try RecurrentNet(
      .elman(activation), inputs: inputs, units: units, options: options, named: name, in: &parameters)
  }

  /// Runs the layer over every sequence; see `RecurrentNet`.
  public func callAsFunction(
    _ x: RaggedTensor, from state: RecurrentState? = nil, _ tape: inout Tape
  ) -> RecurrentResult {
    net(x, from: state, &tape)
  }

  /// Runs the layer from states that get a gradient; see `InitialStates`.
  public func callAsFunction(
    _ x: RaggedTensor, from states: InitialStates, _ tape: inout Tape
  ) -> RecurrentResult {
    net(x, from: states, &tape)
  }
}
