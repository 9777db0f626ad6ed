import SluiceCore

/// One recurrent layer in one direction: the parameters of a cell.
///
/// **Parameters.** `weight_ih` [gates·units, inputs], `weight_hh` [gates·units, units], `bias` [gates·units],
/// with the option for it also `bias_hh`; a GRU with the reset after the product also `bias_hn` [units]; a
/// normalized cell also `gain_ih` and `gain_hh` [gates·units], and a normalized LSTM `gain_c` and `bias_c`
/// [units]. `CellKind` has the formulas.
public struct RecurrentLayer: Sendable, BitwiseCopyable {
  /// What the layer computes at each time step.
  public let cell: CellKind
  /// The columns of what the layer reads; above the first level the units of the level below, of both
  /// directions together.
  public let inputs: Int
  /// The columns of the state.
  public let units: Int
  /// Whether each sequence is read from its last element to its first.
  public let readsRightToLeft: Bool
  /// Marks what the layer records; all layers of a net share that of the net.
  public let layer: LayerHandle
  /// `weight_ih`, which multiplies the step's input: [gates·units, inputs].
  public let inputWeight: StoredWeight
  /// `weight_hh`, which multiplies the previous state: [gates·units, units].
  public let recurrentWeight: StoredWeight
  /// `bias`, added to all gates: [gates·units].
  public let bias: ParameterHandle
  /// The second bias of an LSTM with two.
  public let secondBias: ParameterHandle?
  /// `bias_hn` [units], inside the reset gate of a GRU that resets after the product; nil for other cells.
  public let candidateBias: ParameterHandle?
  /// `gain_ih` [gates·units], the factors of the normalized input's share; nil for a cell that is not
  /// normalized.
  public let inputGain: ParameterHandle?
  /// `gain_hh` [gates·units], the factors of the normalized state's share; nil for a cell that is not
  /// normalized.
  public let recurrentGain: ParameterHandle?
  /// `gain_c` [units], the factors of a normalized LSTM's cell state on its way out; nil for other cells.
  public let cellGain: ParameterHandle?
  /// `bias_c` [units], added to a normalized LSTM's cell state on its way out; nil for other cells.
  public let cellBias: ParameterHandle?
  let recurrentDropout: Float
  let zoneout: Float
  let stream: UInt64

  /// - Parameter suffix: follows the names of the parameters, such as `_l1_reverse`.
  init(
    _ cell: CellKind, inputs: Int, units: Int, readsRightToLeft: Bool, options: RecurrentOptions,
    suffix: String, stream: UInt64, named name: String, layer: LayerHandle, in parameters: inout Parameters
  ) throws(ModelError) {
    self.cell = cell
    self.inputs = inputs
    self.units = units
    self.readsRightToLeft = readsRightToLeft
    self.layer = layer
    recurrentDropout = options.recurrentDropout
    zoneout = options.zoneout
    self.stream = stream
    let rows = cell.gates * units
    let values = options.initializer ?? .uniform(units: units)
    func full(_ part: String) -> String { "\(name).\(part)\(suffix)" }
    inputWeight = try StoredWeight(
      full("weight_ih"), rows: rows, columns: inputs, initializer: values,
      isNormalized: options.normalizesWeights, layer: layer, in: &parameters)
    recurrentWeight = try StoredWeight(
      full("weight_hh"), rows: rows, columns: units, initializer: options.recurrentInitializer ?? values,
      isNormalized: options.normalizesWeights, drop: options.weightDrop, stream: stream &+ 1, layer: layer,
      in: &parameters)
    func add(
      _ part: String, _ count: Int, _ initializer: Initializer, _ isWanted: Bool
    ) throws(ModelError) -> ParameterHandle? {
      guard isWanted else { return nil }
      return try parameters.add(
        full(part), shape: Shape(count), role: .bias, initializer: initializer, layer: layer)
    }
    let bias = try parameters.add(
      full("bias"), shape: Shape(rows), role: .bias, initializer: values, layer: layer)
    if cell.keepBias != 0 {
      let gate = parameters.values(of: bias)[units..<2 * units]
      for j in 0..<units { gate[j] += cell.keepBias }
    }
    self.bias = bias
    secondBias = try add("bias_hh", rows, values, options.hasTwoBiases && cell.hasCell)
    candidateBias = try add("bias_hn", units, values, cell.hasCandidateBias)
    let isNormalized = cell.isNormalized
    inputGain = try add("gain_ih", rows, .constant(1), isNormalized)
    recurrentGain = try add("gain_hh", rows, .constant(1), isNormalized)
    cellGain = try add("gain_c", units, .constant(1), isNormalized && cell.hasCell)
    cellBias = try add("bias_c", units, .zeros, isNormalized && cell.hasCell)
  }

  /// Whether any of its parameters is trainable.
  func requiresGradient(_ tape: borrowing Tape) -> Bool {
    func isTrainable(_ parameter: ParameterHandle?) -> Bool {
      parameter.map { tape.requiresGradient($0) } ?? false
    }
    return isTrainable(bias) || isTrainable(secondBias) || isTrainable(candidateBias)
      || isTrainable(inputWeight.parameter) || isTrainable(inputWeight.lengths)
      || isTrainable(recurrentWeight.parameter) || isTrainable(recurrentWeight.lengths)
      || isTrainable(inputGain) || isTrainable(recurrentGain) || isTrainable(cellGain)
      || isTrainable(cellBias)
  }
}
