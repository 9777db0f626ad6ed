import SluiceCore

/// What an observation follows through the operations of a step: which layer a tensor comes from, whether it depends on what came in,
/// and whether anything reads it. In fixed memory; of steps with more tensors the first are followed.
struct TapeScan: Sendable {
  static let limit = 4096

  /// Where a tensor comes from.
  struct Origin: Sendable {
    /// The layer that made it, or that made what a function outside of layers was given.
    var layer = LayerHandle.none
    /// Whether an operation made it: what comes in was made by none.
    var isMade = false
    /// Whether it follows from data: an input or rows that were looked up, and not from parameters alone.
    var dependsOnData = true
    /// Whether it is an affine map's output, up to what keeps it one: dropout, a reshaping.
    var isAffine = false
    /// The inputs of that map.
    var inputs: Int32 = 0
    /// The function of which it is the only output, up to a reshaping: what bounds it.
    var function: ActivationKind?
    /// Whether an operation reads it.
    var isRead = false
    /// The share that dropout leaves of what goes this way, of several ways the largest; and how often something is dropped on it.
    var survival: Float = 1
    var drops: Int32 = 0
  }

  private var origins: [Origin] = Array(repeating: Origin(), count: limit)

  /// Forgets the step before.
  mutating func begin(_ tape: borrowing Tape) {
    for i in 0..<min(tape.tensorCount, Self.limit) { origins[i] = Origin() }
  }

  subscript(tensor: Tensor) -> Origin {
    Int(tensor.index) < Self.limit ? origins[Int(tensor.index)] : Origin()
  }

  /// Finds out where what an operation reads comes from, if it was cut off; to be called before it is asked about.
  mutating func resolve(_ operation: RecordedOperation, _ tape: borrowing Tape) {
    for k in 0..<operation.inputs.count {
      let i = Int(operation.inputs[k].index)
      if i < Self.limit, !origins[i].isMade { takeOver(operation.inputs[k], tape) }
    }
  }

  /// Takes note of an operation and says where its outputs come from.
  ///
  /// - Parameters:
  ///   - affineInputs: the inputs of an affine map; nil for what is none.
  ///   - dropout: the share of elements that it drops, if it does nothing else, which keeps a map affine; nil for what is no dropout.
  ///   - function: what it is, if it is nothing but a function that can lose its slope.
  mutating func add(
    _ operation: RecordedOperation, affineInputs: Int?, dropout: Float?, function: ActivationKind?
  ) -> Origin {
    var origin = Origin(layer: operation.layer, isMade: true, dependsOnData: false)
    let inputs = operation.inputs
    var survival: Float = 0
    for k in 0..<inputs.count {
      let i = Int(inputs[k].index)
      guard i < Self.limit else { continue }
      origins[i].isRead = true
      if origins[i].survival > survival { (survival, origin.drops) = (origins[i].survival, origins[i].drops) }
      if origin.layer == .none { origin.layer = origins[i].layer }
      origin.dependsOnData = origin.dependsOnData || origins[i].dependsOnData
    }
    if survival > 0 { origin.survival = survival }
    if let dropout, dropout > 0 {
      origin.survival *= 1 - dropout
      origin.drops += 1
    }
    // What reads no tensor reads a parameter, by ids or as it is.
    if inputs.count == 0 { origin.dependsOnData = !operation.onlyMoves }
    if let affineInputs {
      (origin.isAffine, origin.inputs) = (true, Int32(clamping: affineInputs))
    } else if inputs.count == 1, operation.onlyMoves || dropout != nil, Int(inputs[0].index) < Self.limit {
      let before = origins[Int(inputs[0].index)]
      (origin.isAffine, origin.inputs) = (before.isAffine, before.inputs)
      if operation.onlyMoves { origin.function = before.function }
    }
    if let function { origin.function = function }
    for k in 0..<operation.outputs.count where Int(operation.outputs[k].index) < Self.limit {
      origins[Int(operation.outputs[k].index)] = origin
    }
    return origin
  }

  /// A tensor that was cut off lies where the one lies that it was cut off from, and says where it comes from.
  private mutating func takeOver(_ tensor: Tensor, _ tape: borrowing Tape) {
    let start = tape.memoryStart(of: tensor)
    for j in 0..<Int(tensor.index) where origins[j].isMade && tape.memoryStart(ofRow: j) == start {
      let isRead = origins[Int(tensor.index)].isRead
      origins[Int(tensor.index)] = origins[j]
      origins[Int(tensor.index)].isRead = isRead
      return
    }
  }
}
