/// A function that can lose its slope.
public enum ActivationKind: String, Sendable, BitwiseCopyable {
  /// Flat near −1 and 1.
  case tanh
  /// Flat near 0 and 1.
  case sigmoid
  /// Flat below 0: a unit that is 0 for every example is dead.
  case relu
}

/// Values of one activation function inside an operation: one row for each example or time step, one column for each
/// unit.
public struct ActivationView: Sendable {
  /// What the values are in their operation, such as `update` for that gate of a GRU; empty for its only output.
  public let name: StaticString
  /// The function, which says where its slope is gone.
  public let kind: ActivationKind
  /// What the function gave: a row for each example or time step, a column for each unit.
  public let values: Matrix

  /// A view of the values of one kind.
  public init(_ name: StaticString = "", _ kind: ActivationKind, _ values: Matrix) {
    self.name = name
    self.kind = kind
    self.values = values
  }
}

/// Up to four activations of one operation, in fixed memory.
public struct ActivationViews: Sendable {
  /// How many views there are, from 0 to 4.
  public let count: Int
  private let elements: (ActivationView?, ActivationView?, ActivationView?, ActivationView?)

  /// The views given, in their order.
  public init(
    _ a: ActivationView? = nil, _ b: ActivationView? = nil, _ c: ActivationView? = nil,
    _ d: ActivationView? = nil
  ) {
    elements = (a, b, c, d)
    count = (a == nil ? 0 : 1) + (b == nil ? 0 : 1) + (c == nil ? 0 : 1) + (d == nil ? 0 : 1)
  }

  /// The view at a place of the list.
  public subscript(i: Int) -> ActivationView {
    expect(
      i >= 0 && i < count, "ActivationViews", expected: "one of \(count) activations, counted from 0",
      got: "\(i)")
    let view =
      switch i {
      case 0: elements.0
      case 1: elements.1
      case 2: elements.2
      default: elements.3
      }
    guard let view else { fatalError("The activations of an operation have no gaps.") }
    return view
  }
}

/// What a recurrent operation computed in each time step, or after the backward pass the gradients that it took back
/// through time.
public struct ValuesByTime: Sendable {
  /// One row for each time step of each sequence, in step order: see `SequencesRow.stepStarts`.
  public let values: Matrix
  /// How the rows divide among sequences.
  public let sequences: SequencesHandle
  /// Whether the first step is that of the sequences' last elements.
  public let readsRightToLeft: Bool

  /// The values or gradients of the rows of sequences.
  public init(_ values: Matrix, _ sequences: SequencesHandle, readsRightToLeft: Bool = false) {
    self.values = values
    self.sequences = sequences
    self.readsRightToLeft = readsRightToLeft
  }
}

/// What a program can ask about an operation of the current step.
public struct RecordedOperation: Sendable {
  /// The name of its kind, such as `affine`.
  public let name: StaticString
  /// What it computed, where its kind is of several functions, such as `log`; else the name of the kind.
  public let function: StaticString
  /// Whether it fills a part of its output with what it was given, and computes nothing.
  public let onlyMoves: Bool
  /// Tells kinds of operations apart, also those of one name.
  public let kind: ObjectIdentifier
  /// The layer that recorded it, or `.none`.
  public let layer: LayerHandle
  /// The tensors it read, at most four; parameters are not among them.
  public let inputs: TensorList
  /// The tensors it made.
  public let outputs: TensorList
}

extension Tape {
  /// The number of operations recorded since the step began.
  public var operationCount: Int { operations.count }

  /// The operation recorded as the `i`-th.
  ///
  /// - Complexity: O(1); allocates nothing.
  public func operation(_ i: Int) -> RecordedOperation {
    let row = operations[i]
    let payload = unsafe UnsafeRawPointer(payloads.address + row.payload)
    let (inputs, outputs) = unsafe row.kind.tensors(payload)
    return RecordedOperation(
      name: row.kind.name, function: unsafe row.kind.function(payload), onlyMoves: row.kind.onlyMoves,
      kind: ObjectIdentifier(row.kind), layer: row.layer, inputs: inputs, outputs: outputs)
  }

  /// What of the `i`-th operation can saturate or die. To be asked between the forward and the backward pass, which may use
  /// the memory for gradients.
  public func activations(_ i: Int) -> ActivationViews {
    let row = operations[i]
    return unsafe row.kind.activations(UnsafeRawPointer(payloads.address + row.payload), self)
  }

  /// The gradients of the `i`-th operation by time step, after the backward pass; nil for one without time.
  public func gradientsByTime(_ i: Int) -> ValuesByTime? {
    let row = operations[i]
    return unsafe row.kind.gradientsByTime(UnsafeRawPointer(payloads.address + row.payload), self)
  }

  /// The name of a layer, or nil for `.none`. Allocates.
  public func name(of layer: LayerHandle) -> String? { store.name(of: layer) }
}

extension Tape {
  /// The view of an output that is one activation function of something, one row for each row of the tensor.
  public func activations(_ kind: ActivationKind, _ output: Tensor) -> ActivationViews {
    let shape = shape(of: output)
    let values = values(of: output)
    let columns = max(shape.width, 1)
    return ActivationViews(
      ActivationView("", kind, Matrix(values, rows: values.count / columns, columns: columns)))
  }
}
