import SluiceCore

/// A weight matrix as it is stored, and how the matrix to multiply with is made of it.
///
/// Plain, it is the parameter itself. Normalized, a row is `length · v / ‖v‖` of two parameters; dropped, elements
/// are zeroed for the step. Any layer that takes a `Weight` can use one.
public struct StoredWeight: Sendable, BitwiseCopyable {
  /// The matrix, or with normalization the directions of its rows.
  public let parameter: ParameterHandle
  /// The lengths of the rows where they are parameters of their own.
  public let lengths: ParameterHandle?
  /// The share of elements that is dropped in training mode.
  public let drop: Float
  /// The rows of the matrix; a normalized one has a length for each.
  public let rows: Int
  /// The columns of the matrix.
  public let columns: Int
  private let stream: UInt64

  /// Adds the matrix `name` [rows, columns], and with normalization `name`_length [rows].
  ///
  /// - Parameter stream: tells the masks of different weights of a model apart.
  /// - Throws: `ModelError` in the cases of `Parameters.add`.
  public init(
    _ name: String, rows: Int, columns: Int, initializer: Initializer, isNormalized: Bool = false,
    drop: Float = 0, stream: UInt64 = 0, layer: LayerHandle, in parameters: inout Parameters
  ) throws(ModelError) {
    self.rows = rows
    self.columns = columns
    self.drop = drop
    self.stream = stream
    let matrix = try parameters.add(
      name, shape: Shape(rows, columns), initializer: initializer, layer: layer)
    parameter = matrix
    guard isNormalized else {
      lengths = nil
      return
    }
    let lengths = try parameters.add(
      "\(name)_length", shape: Shape(rows), initializer: .zeros, layer: layer)
    rowLengths(of: parameters.values(of: matrix), into: parameters.values(of: lengths))
    self.lengths = lengths
  }

  /// The matrix to multiply with in this step.
  public func callAsFunction(_ tape: inout Tape) -> Weight {
    var weight = Weight.parameter(parameter)
    if let lengths { weight = .tensor(normalizedRows(parameter, lengths: lengths, &tape)) }
    if drop > 0, !tape.leavesOutRandomness() {
      weight = .tensor(
        droppedWeight(weight, shape: Shape(rows, columns), probability: drop, stream: stream, &tape))
    }
    return weight
  }
}
