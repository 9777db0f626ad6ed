import SluiceCore

/// A table of vectors, looked up by id.
///
/// **Shapes.** ids [n] → [n, width]; ragged ids → a ragged tensor of the same sequences.
///
/// With `.touchedRows`, the default, a step's cost does not depend on the number of rows: the gradient is
/// the rows that occurred, and only those are updated. `.dense` is for a small table, or one that is also
/// used as a matrix.
public struct Embedding: Sendable, BitwiseCopyable {
  /// The vectors: [rows, width].
  public let table: ParameterHandle
  /// Marks what the layer records, so that reports can name it.
  public let layer: LayerHandle
  /// The number of vectors: ids are below it.
  public let rows: Int
  /// The elements of each vector.
  public let width: Int
  /// Below zero if there is none.
  let padding: Int32

  /// - Parameters:
  ///   - padding: the id of a row that stays zero: it starts at zero and gets no gradient.
  ///   - initializer: normal with deviation 1 by default, as in PyTorch.
  /// - Throws: `ModelError` if the name is taken, an extent is not positive or `padding` is no row.
  public init(
    rows: Int, width: Int, updates: UpdateKind = .touchedRows, padding: Int? = nil,
    initializer: Initializer = .normal(deviation: 1), named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    guard rows > 0, width > 0 else {
      throw ModelError(
        "Embedding '\(name)'", expected: "at least one row and a width of at least 1",
        got: "\(rows) rows of width \(width)")
    }
    guard padding.map({ $0 >= 0 && $0 < rows }) ?? true else {
      throw ModelError(
        "Embedding '\(name)'", expected: "a padding id from 0 to \(rows - 1)", got: "\(padding ?? -1)")
    }
    layer = try parameters.addLayer(named: name)
    table = try parameters.add(
      "\(name).weight", shape: Shape(rows, width), updates: updates, initializer: initializer,
      layer: layer)
    self.rows = rows
    self.width = width
    self.padding = Int32(padding ?? -1)
    if let padding {
      parameters.values(of: table)[padding * width..<(padding + 1) * width].fill(0)
    }
  }

  /// Checks ids that come from outside, before a step: nothing has moved when this throws.
  ///
  /// - Throws: `ModelError` with the table's name, and the first id outside it with its position.
  public func check(_ ids: [Int32], in parameters: borrowing Parameters) throws(ModelError) {
    let name = parameters[table].name
    try checkIndices(ids, below: rows, in: "Embedding '\(name)'")
  }

  /// The vectors of `ids`: [n, width].
  ///
  /// - Precondition: every id is from 0 up to, not including, `rows`; see `check`.
  public func callAsFunction(_ ids: [Int32], _ tape: inout Tape) -> Tensor {
    let previous = tape.enter(layer)
    defer { _ = tape.enter(previous) }
    return lookup(
      ids, in: table, shape: Shape(rows, width), padding: padding < 0 ? nil : padding, &tape)
  }

  /// The vectors of the ids of every sequence.
  public func callAsFunction(_ ids: RaggedIndices, _ tape: inout Tape) -> RaggedTensor {
    RaggedTensor(steps: self(ids.values, &tape), sequences: tape.makeSequences(offsets: ids.offsets))
  }
}
