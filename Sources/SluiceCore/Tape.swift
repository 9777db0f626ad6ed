import Synchronization

/// The memory of one training step: activations, adjoints, and the operations recorded, in order.
///
/// Calling a layer computes at once into the activation arena and records how to go back. `reset` starts
/// the next step by setting a few counts to zero, so a steady step allocates nothing. A tensor has the same
/// range in the arena of activations and in that of adjoints.
///
///     tape.reset()
///     let loss = crossEntropy(output(x, &tape), labels, &tape)
///     tape.backward(from: loss, into: &parameters)
@safe
public struct Tape: ~Copyable {
  /// Whether layers that differ (dropout, zoneout) act as in training or as in use.
  public enum Mode: String, Sendable {
    case training
    case evaluation
  }

  /// What computes, which is that of the parameters.
  public let engine: Engine
  let store: ParameterStore
  let values: Arena
  let adjoints: Arena
  let indices: IndexArena
  var tensors: FixedTable<TensorRow>
  var operations: FixedTable<OperationRow>
  var layouts: FixedTable<SequencesRow>
  let payloads: MemoryBlock
  var payloadsUsed = 0
  /// Tells the step, and this tape from others. A tape would have to run a million steps to be taken for the next one.
  var generation: UInt32
  /// Whether the backward pass of this step was run. It uses the memory that it needs no more.
  var hasGoneBack = false

  /// Whether dropout is active. `.training` at first.
  public var mode = Mode.training
  /// The step that random masks belong to. `reset` counts it up in training mode; saved with a run, it makes a resumed run draw
  /// the same masks.
  public var step: UInt64 = 0
  /// The layer that what is recorded next belongs to.
  public private(set) var layer = LayerHandle.none
  /// The time step that what is recorded next belongs to, where a cell is run step by step.
  public var time: OperationTime?

  /// A tape for models made of `parameters`, which are sealed by it.
  ///
  /// - Parameter capacity: the most floats the activations of one step may take. It is address space:
  ///   memory is committed as it is used.
  public init(for parameters: borrowing Parameters, capacity: Int = 1 << 28) {
    store = parameters.store
    store.seal()
    engine = store.engine
    values = Arena(capacity: capacity, named: "activation")
    adjoints = Arena(capacity: capacity, named: "adjoint")
    // An operation that takes some indices for each of its rows makes a float for each at least, however narrow it
    // is; what a recurrent layer needs for each time step comes on top.
    indices = IndexArena(capacity: 2 * capacity + 1 << 20, named: "index")
    tensors = FixedTable(capacity: Self.tableCapacity, named: "tensors")
    operations = FixedTable(capacity: Self.tableCapacity, named: "operations")
    layouts = FixedTable(capacity: Self.tableCapacity, named: "sequences")
    payloads = MemoryBlock(byteCount: Self.tableCapacity * 128)
    generation = Self.tapes.add(1, ordering: .relaxed).newValue << 20
  }

  private static let tableCapacity = 1 << 20
  /// How many tapes there have been.
  private static let tapes = Atomic<UInt32>(0)

  /// Forgets all tensors and operations and begins the next step.
  ///
  /// - Complexity: O(1); allocates and frees nothing.
  public mutating func reset() {
    values.reset()
    indices.reset()
    tensors.removeAll()
    operations.removeAll()
    layouts.removeAll()
    payloadsUsed = 0
    hasGoneBack = false
    generation &+= 1
    layer = .none
    time = nil
    if mode == .training { step &+= 1 }
  }

  /// Names the layer of what is recorded next and returns the one before, to be entered again afterwards.
  public mutating func enter(_ layer: LayerHandle) -> LayerHandle {
    let previous = self.layer
    self.layer = layer
    return previous
  }

  /// The random stream of the current step for `purpose`, the same at every call.
  public func random(_ purpose: UInt64) -> CounterRandom {
    store.random.stream(step).stream(purpose)
  }

  /// Floats in use by activations, and the most there have been.
  public var activationCount: (used: Int, peak: Int) { (values.used, values.peak) }
}

/// A tensor's row of the tape's table.
struct TensorRow {
  let start: Int
  let shape: Shape
  /// Whether a gradient has to go back through it.
  let requiresGradient: Bool
  /// Whether a contribution has been written to its adjoint.
  var isReached: Bool
}

/// A recorded operation: what ran, where its payload lies, for which layer and in which time step.
struct OperationRow {
  let kind: any TapeOperation.Type
  let payload: Int
  let layer: LayerHandle
  let time: OperationTime?
}

/// Memory of the current step that is no tensor, such as what a backward pass reads again.
@frozen
public struct Workspace: Sendable, BitwiseCopyable {
  let start: Int
  /// How many floats it has.
  public let count: Int
  let generation: UInt32
}
