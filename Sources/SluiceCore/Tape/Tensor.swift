/// A handle of a tensor of the current step: a row of the tape's table.
///
/// It is valid until the tape is reset; using it later is a trap that says so.
@frozen
public struct Tensor: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32
  let generation: UInt32
}

/// Up to four tensors, in fixed memory: what an operation reads or writes.
public struct TensorList: Sendable, BitwiseCopyable {
  /// How many tensors there are, from 0 to 4.
  public let count: Int
  private let elements: (Tensor, Tensor, Tensor, Tensor)

  private static var none: Tensor { Tensor(index: .max, generation: 0) }

  /// No tensors.
  public init() {
    count = 0
    elements = (Self.none, Self.none, Self.none, Self.none)
  }

  /// One tensor.
  public init(_ a: Tensor) {
    count = 1
    elements = (a, Self.none, Self.none, Self.none)
  }

  /// Two tensors.
  public init(_ a: Tensor, _ b: Tensor) {
    count = 2
    elements = (a, b, Self.none, Self.none)
  }

  /// Three tensors.
  public init(_ a: Tensor, _ b: Tensor, _ c: Tensor) {
    count = 3
    elements = (a, b, c, Self.none)
  }

  /// Four tensors.
  public init(_ a: Tensor, _ b: Tensor, _ c: Tensor, _ d: Tensor) {
    count = 4
    elements = (a, b, c, d)
  }

  /// The tensor at a place of the list.
  public subscript(i: Int) -> Tensor {
    expect(
      i >= 0 && i < count, "TensorList", expected: "one of its \(count) tensors, counted from 0",
      got: "tensor \(i)")
    switch i {
    case 0: return elements.0
    case 1: return elements.1
    case 2: return elements.2
    default: return elements.3
    }
  }
}

/// A tensor whose rows belong to sequences of differing lengths, stored one sequence after the other.
///
/// **Shapes.** `steps` is [all time steps of all sequences, width].
@frozen
public struct RaggedTensor: Sendable, BitwiseCopyable {
  /// The rows of all sequences.
  public let steps: Tensor
  /// Which rows belong to which sequence.
  public let sequences: SequencesHandle

  /// Rows and how they divide.
  public init(steps: Tensor, sequences: SequencesHandle) {
    self.steps = steps
    self.sequences = sequences
  }
}
