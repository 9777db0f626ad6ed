/// One kind of operation: a plain value that holds what its backward pass needs.
///
/// An operation is recorded by the function that ran its forward pass. Writing one needs no more than this
/// protocol, in any package:
///
///     struct Double: TapeOperation {
///       static let name: StaticString = "double"
///       let x: Tensor
///       let y: Tensor
///       var inputs: TensorList { TensorList(x) }
///       var outputs: TensorList { TensorList(y) }
///       func backward(_ tape: inout Tape) {
///         guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
///         for i in 0..<dy.count { dx.add(2 * dy[i], at: i) }
///       }
///     }
public protocol TapeOperation: BitwiseCopyable, Sendable {
  /// The name in reports, such as `tanh`.
  static var name: StaticString { get }
  /// What it computes, where its kind is of several functions, such as `log`; the name of the kind by default.
  var function: StaticString { get }
  /// The tensors read.
  var inputs: TensorList { get }
  /// The tensors written.
  var outputs: TensorList { get }
  /// Adds to the adjoints of the inputs and to the gradients of the parameters what the adjoints of the
  /// outputs imply. Called once a backward pass, and only if an output's adjoint was reached.
  func backward(_ tape: inout Tape)
  /// What of the operation can saturate or die, for whoever watches a training. None by default.
  func activations(_ tape: borrowing Tape) -> ActivationViews
  /// What else it can tell whoever watches a training, between the forward and the backward pass. Nothing by default.
  /// Asked at steps that are watched only; it may look at the operation's numbers once and must not allocate.
  func senses(_ tape: borrowing Tape) -> OperationSenses
  /// What it computed step by step, until `backward` runs. Nil by default.
  func valuesByTime(_ tape: borrowing Tape) -> ValuesByTime?
  /// The gradients it took back through time, once `backward` has run. Nil by default.
  func gradientsByTime(_ tape: borrowing Tape) -> ValuesByTime?
  /// Whether it fills a part of its output with what it was given, so that what is wrong there came about elsewhere. False
  /// by default.
  static var onlyMoves: Bool { get }
}

extension TapeOperation {
  /// The name of the kind.
  public var function: StaticString { Self.name }
  /// No activations are watched by default.
  public func activations(_ tape: borrowing Tape) -> ActivationViews { ActivationViews() }
  /// Nothing is told by default.
  public func senses(_ tape: borrowing Tape) -> OperationSenses { OperationSenses() }
  /// No values by time step by default.
  public func valuesByTime(_ tape: borrowing Tape) -> ValuesByTime? { nil }
  /// No gradients by time step by default.
  public func gradientsByTime(_ tape: borrowing Tape) -> ValuesByTime? { nil }
  /// It computes.
  public static var onlyMoves: Bool { false }

  static func function(_ payload: UnsafeRawPointer) -> StaticString {
    unsafe load(payload).function
  }

  static func activations(_ payload: UnsafeRawPointer, _ tape: borrowing Tape) -> ActivationViews {
    unsafe load(payload).activations(tape)
  }

  static func senses(_ payload: UnsafeRawPointer, _ tape: borrowing Tape) -> OperationSenses {
    unsafe load(payload).senses(tape)
  }

  static func valuesByTime(_ payload: UnsafeRawPointer, _ tape: borrowing Tape) -> ValuesByTime? {
    unsafe load(payload).valuesByTime(tape)
  }

  static func gradientsByTime(_ payload: UnsafeRawPointer, _ tape: borrowing Tape) -> ValuesByTime? {
    unsafe load(payload).gradientsByTime(tape)
  }

  // An operation lies as plain bytes in the tape's memory. Its metatype, kept in the row, is the way back
  // to its type, and unlike a boxed value costs no allocation.
  static func load(_ payload: UnsafeRawPointer) -> Self {
    unsafe payload.load(as: Self.self)
  }

  static func backward(_ payload: UnsafeRawPointer, _ tape: inout Tape) {
    let operation = unsafe load(payload)
    let outputs = operation.outputs
    for i in 0..<outputs.count where tape.isReached(outputs[i]) {
      operation.backward(&tape)
      return
    }
  }

  static func tensors(_ payload: UnsafeRawPointer) -> (inputs: TensorList, outputs: TensorList) {
    let operation = unsafe load(payload)
    return (operation.inputs, operation.outputs)
  }
}

/// Where to put a gradient: the memory, and whether something is there to add to.
///
/// The first contribution to a tensor or parameter overwrites, so that nothing has to be cleared.
@frozen
public struct Contribution: Sendable {
  /// The memory, with one element for each of the tensor or parameter. Where `accumulate` is false,
  /// every one has to be written.
  public let floats: Floats
  /// Whether to add to `floats` instead of overwriting them.
  public let accumulate: Bool
  /// Whether memory is only planned, so that there is nothing to write.
  @usableFromInline let isPlanned: Bool

  @inlinable
  init(floats: Floats, accumulate: Bool, isPlanned: Bool = false) {
    self.floats = floats
    self.accumulate = accumulate
    self.isPlanned = isPlanned
  }

  /// Writes or adds one element.
  @inlinable
  public func add(_ value: Float, at index: Int) {
    floats[index] = accumulate ? floats[index] + value : value
  }

  /// The floats, zeroed if nothing was there, for an operation that reaches only some of them.
  public func zeroed() -> Floats {
    if !accumulate, !isPlanned { floats.fill(0) }
    return floats
  }
}
