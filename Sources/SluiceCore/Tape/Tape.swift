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
public struct Tape: ~Copyable {
  /// Whether layers that differ (dropout, zoneout) act as in training or as in use.
  public enum Mode: String, Sendable {
    /// As in training: dropout and zoneout act.
    case training
    /// As in use: they do not.
    case evaluation
  }

  /// What computes, which is that of the parameters.
  public let engine: Engine
  let store: ParameterStore
  let values: GrowingArena<Float>
  let adjoints: GrowingArena<Float>
  let indices: GrowingArena<Int32>
  var tensors: FixedTable<TensorRow>
  var operations: FixedTable<OperationRow>
  var layouts: FixedTable<SequencesRow>
  var payloads: MemoryBlock
  var payloadsUsed = 0
  /// Tells the step, and this tape from others. A tape would have to run a million steps to be taken for the next one.
  var generation: UInt32
  /// Whether the backward pass of this step was run. It uses the memory that it needs no more.
  var hasGoneBack = false

  /// The mode that was said, here or when the tape was made; nil while it goes by what the parameters are.
  var givenMode: Mode?
  /// Whether something was left out of this step, such as dropout, because the mode was taken to be evaluation.
  var hasLeftOut = false
  /// What the steps are known to take; nil for a tape that was made without a plan.
  public package(set) var plan: TapePlan?
  /// The most that any step before this one took, since `plan` was last raised.
  var seen = TapePlan()
  /// What stands for parameters where steps are planned and nothing is computed; nil otherwise.
  let rehearsal: Rehearsal?
  /// What a printed tensor is read from.
  let printing: PrintedTape

  /// Whether what differs between training and use, such as dropout, acts as in training.
  ///
  /// Unless it is said, `.evaluation` for the parameters of a saved model (`Parameters.init(seed:engine:shapes:)`), until a
  /// backward pass shows that the tape trains; `.training` for any others.
  public var mode: Mode {
    get { givenMode ?? (store.isSavedModel ? .evaluation : .training) }
    set { givenMode = newValue }
  }
  /// The step that random masks belong to. `reset` counts it up in training mode; saved with a run, it makes a resumed run draw
  /// the same masks.
  public var step: UInt64 = 0
  /// Which part of a batch that is cut into several the step is about, counted from 0: each draws random masks of its own, whoever
  /// computes it.
  package var shard = 0
  /// The layer that what is recorded next belongs to.
  public private(set) var layer = LayerHandle.none
  /// The time step that what is recorded next belongs to, where a cell is run step by step.
  public var time: OperationTime?

  /// A tape for models made of `parameters`, which are sealed by it.
  ///
  ///     var tape = Tape(for: parameters, mode: .evaluation)
  ///
  /// - Parameters:
  ///   - capacity: the floats of activations that one step has room for at first. It is address space: memory is committed as it
  ///     is used. By default 2²⁸, or less where the address space is limited (`ulimit -v`): then all of the tape takes
  ///     at most a quarter of what is left. A step that needs more gets more, and allocates for it. Memory that is refused is a
  ///     trap that says how much was asked for.
  ///   - mode: whether dropout and the like act. Say `.evaluation` for a tape that uses a trained model and `.training` for
  ///     one that goes on training it; nil leaves it to the parameters, see `mode`.
  public init(for parameters: borrowing Parameters, capacity: Int? = nil, mode: Mode? = nil) {
    parameters.store.seal()
    self.init(parameters.store, TapeRoom(capacity), mode, nil)
  }

  /// A tape with room for what was planned. A step that takes more gets more, and `raisePlan` tells.
  public init(for parameters: borrowing Parameters, plan: TapePlan, mode: Mode? = nil) {
    parameters.store.seal()
    self.init(parameters.store, TapeRoom(plan), mode, nil)
    self.plan = plan
  }

  init(_ store: ParameterStore, _ room: TapeRoom, _ mode: Mode?, _ rehearsal: Rehearsal?) {
    self.store = store
    self.rehearsal = rehearsal
    engine = rehearsal?.engine ?? store.engine
    givenMode = mode
    let isRehearsal = rehearsal != nil
    values = GrowingArena(capacity: room.floats, named: "activation", reuses: isRehearsal)
    adjoints = GrowingArena(capacity: room.floats, named: "adjoint", reuses: isRehearsal)
    indices = GrowingArena(capacity: room.indices, named: "index")
    tensors = FixedTable(capacity: room.rows, named: "tensors")
    operations = FixedTable(capacity: room.rows, named: "operations")
    layouts = FixedTable(capacity: room.rows, named: "sequences")
    payloads = MemoryBlock(byteCount: room.payload, for: "What \(room.rows) operations remember")
    generation = Self.tapes.add(1, ordering: .relaxed).newValue << 20
    printing = PrintedTape(values, tensors, generation)
  }

  /// How many tapes there have been.
  private static let tapes = Atomic<UInt32>(0)

  /// Forgets all tensors and operations and begins the next step.
  ///
  /// - Complexity: O(1); allocates and frees nothing.
  public mutating func reset() {
    seen = seen.combined(with: use)
    values.reset()
    indices.reset()
    tensors.removeAll()
    operations.removeAll()
    layouts.removeAll()
    payloadsUsed = 0
    hasGoneBack = false
    hasLeftOut = false
    generation &+= 1
    printing.generation = generation
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

  /// Whether what acts in training only, such as dropout, is to be left out. An operation asks before it acts.
  public mutating func leavesOutRandomness() -> Bool {
    if mode == .training { return false }
    hasLeftOut = true
    return true
  }

  /// The random stream of the current step for `purpose`, the same at every call.
  public func random(_ purpose: UInt64) -> CounterRandom {
    let all = store.random.stream(step)
    return (shard == 0 ? all : all.stream(Self.shardStreams &+ UInt64(shard))).stream(purpose)
  }

  /// What tells the random numbers of the shards of a batch from those of purposes.
  private static let shardStreams: UInt64 = 0x5A4D_0000_0000
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
