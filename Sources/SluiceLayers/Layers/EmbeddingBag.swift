import SluiceCore

/// A table of vectors that are added up by bags of ids, such as the n-grams of a word.
///
/// **Shapes.** ids and weights [n] in bags → [bags, width].
///
/// A step costs what its ids cost, however many rows the table has: the gradient is the rows that occurred, and only those are updated.
/// See `bagLookup`; the sum is never held row by row in the forward pass.
public struct EmbeddingBag: Sendable, BitwiseCopyable {
  /// The vectors: [rows, width].
  public let table: ParameterHandle
  /// Marks what the layer records, so that reports can name it.
  public let layer: LayerHandle
  /// The number of vectors: ids are below it.
  public let rows: Int
  /// The elements of each vector.
  public let width: Int

  /// - Parameters:
  ///   - initializer: normal with deviation 1 by default, as in PyTorch.
  /// - Throws: `ModelError` if the name is taken or an extent is not positive.
  public init(
    rows: Int, width: Int, updates: UpdateKind = .touchedRows,
    initializer: Initializer = .normal(deviation: 1), named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    guard rows > 0, width > 0 else {
      throw ModelError(
        "EmbeddingBag '\(name)'", expected: "at least one row and a width of at least 1",
        got: "\(rows) rows of width \(width)")
    }
    layer = try parameters.addLayer(named: name)
    table = try parameters.add(
      "\(name).weight", shape: Shape(rows, width), updates: updates, initializer: initializer, layer: layer)
    self.rows = rows
    self.width = width
  }

  /// Checks ids that come from outside, before a step: nothing has moved when this throws.
  ///
  /// - Throws: `ModelError` with the table's name, and the first id outside it with its position.
  public func check(_ ids: [Int32], in parameters: borrowing Parameters) throws(ModelError) {
    let name = parameters[table].name
    try checkIndices(ids, below: rows, in: "EmbeddingBag '\(name)'")
  }

  /// The weighted sum of the vectors of each bag: [bags, width]. Bag `i` has the places `offsets[i]..<offsets[i + 1]`.
  ///
  /// - Precondition: every id is from 0 up to, not including, `rows`, there are as many weights as ids, and the offsets rise from 0 to
  ///   their number.
  public func callAsFunction(
    _ ids: [Int32], weights: [Float], offsets: [Int32], _ tape: inout Tape
  ) -> Tensor {
    let previous = tape.enter(layer)
    defer { _ = tape.enter(previous) }
    return bagLookup(ids, weights: weights, offsets: offsets, in: table, shape: Shape(rows, width), &tape)
  }

  /// The same for what is in the tape's memory.
  package func callAsFunction(
    _ ids: IndexRange, weights: Workspace, offsets: IndexRange, _ tape: inout Tape
  ) -> Tensor {
    let previous = tape.enter(layer)
    defer { _ = tape.enter(previous) }
    return bagLookup(ids, weights: weights, offsets: offsets, in: table, shape: Shape(rows, width), &tape)
  }
}
