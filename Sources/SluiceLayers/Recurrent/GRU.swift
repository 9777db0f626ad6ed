import SluiceCore

/// A layer of gated recurrent units over sequences of differing lengths.
///
/// **Shapes.** A ragged tensor of width `inputs` → `outputs`, ragged with width `units`, and `final`
/// [sequences, units], the state after the last step of each sequence, zero for an empty one.
/// **Formula** (Cho et al. 2014, with the reset gate after the product as in cuDNN and PyTorch):
///
///     r = σ(W_ir x + W_hr h + b_r)
///     z = σ(W_iz x + W_hz h + b_z)
///     n = tanh(W_in x + b_n + r · (W_hn h + b_hn))
///     h' = (1 − z) · n + z · h
///
/// **Parameters.** `weight_ih` [3·units, inputs] and `weight_hh` [3·units, units] with the rows of r, z, n in
/// that order, `bias` [3·units], and `bias_hn` [units]. PyTorch's two biases add up to `bias`, but for its
/// b_hn, which is inside the reset gate.
///
/// The batch needs no order and no padding: see `SequencesRow` for how it is run.
public struct GRU: Sendable, BitwiseCopyable {
  public let inputWeight: ParameterHandle
  public let recurrentWeight: ParameterHandle
  public let bias: ParameterHandle
  public let candidateBias: ParameterHandle
  public let layer: LayerHandle
  public let inputs: Int
  public let units: Int
  /// Whether each sequence is read from its last element to its first.
  public let readsRightToLeft: Bool

  /// - Parameters:
  ///   - initializer: of all parameters; uniform within ±1/√units by default, as in PyTorch.
  ///   - recurrentInitializer: of the recurrent weights, if they are to differ, such as
  ///     `.orthogonal(blockRows: units)`.
  ///   - updateBias: added to the bias of z. Above zero the state is kept for longer in the beginning, which
  ///     helps with long sequences, as a forget bias does in an LSTM.
  /// - Throws: `ModelError` if the name is taken or an extent is not positive.
  public init(
    inputs: Int, units: Int, readsRightToLeft: Bool = false, initializer: Initializer? = nil,
    recurrentInitializer: Initializer? = nil, updateBias: Float = 0,
    named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    guard inputs > 0, units > 0 else {
      throw ModelError(
        "GRU '\(name)'", expected: "at least one input and one unit", got: "\(inputs) and \(units)")
    }
    self.inputs = inputs
    self.units = units
    self.readsRightToLeft = readsRightToLeft
    layer = try parameters.addLayer(named: name)
    let values = initializer ?? .uniform(units: units)
    inputWeight = try parameters.add(
      "\(name).weight_ih", shape: Shape(3 * units, inputs), initializer: values, layer: layer)
    recurrentWeight = try parameters.add(
      "\(name).weight_hh", shape: Shape(3 * units, units),
      initializer: recurrentInitializer ?? values, layer: layer)
    bias = try parameters.add(
      "\(name).bias", shape: Shape(3 * units), role: .bias, initializer: values, layer: layer)
    candidateBias = try parameters.add(
      "\(name).bias_hn", shape: Shape(units), role: .bias, initializer: values, layer: layer)
    let biases = parameters.values(of: bias)
    for i in units..<2 * units { biases[i] += updateBias }
  }

  /// Runs the layer over every sequence from a state of zero.
  ///
  /// - Precondition: the width of `x` is `inputs`.
  /// - Complexity: O(steps · units · (inputs + units)); allocates nothing.
  public func callAsFunction(_ x: RaggedTensor, _ tape: inout Tape) -> RecurrentResult {
    precondition(tape.shape(of: x.steps).width == inputs, "The input's width is not that of the layer.")
    let previous = tape.enter(layer)
    defer { _ = tape.enter(previous) }
    let run = GRURun(self, x, &tape)
    run.forward(&tape)
    tape.record(run)
    return RecurrentResult(
      outputs: RaggedTensor(steps: run.output, sequences: x.sequences), final: run.final)
  }
}

extension GRU {
  /// The most floats the tape needs for a forward and a backward pass over `sequences` sequences of `steps`
  /// time steps together.
  public func activationCount(sequences: Int, steps: Int, engine: Engine) -> Int {
    let perStep = 2 * inputs + 6 * units
    let perSequence = 5 * units
    let packed =
      engine.packedCount(rows: units, columns: 3 * units)
      + engine.packedCount(rows: 3 * units, columns: units)
    return steps * perStep + sequences * perSequence + packed + 4 * units + 16 * Arena.alignment
  }
}

/// What a recurrent layer computes.
public struct RecurrentResult: Sendable, BitwiseCopyable {
  /// The state after every step, at the step's place in the batch.
  public let outputs: RaggedTensor
  /// The state after the last step of each sequence read, [sequences, units], in the batch's order.
  public let final: Tensor
}
