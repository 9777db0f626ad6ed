import SluiceCore

/// Which rows of a table a tensor consists of, where it is rows of one as they are.
///
/// A recurrent layer that reads such a tensor has its product with the input weights row by row of the table: for each
/// distinct character once, whatever the length of the texts. The bits are the same, for a row of a product does not depend
/// on the others.
public struct LookedUpRows: Sendable, BitwiseCopyable {
  let table: ParameterHandle
  /// The rows of the table.
  let rows: Int
  /// Which row each row of the tensor is.
  let ids: IndexRange

  /// Whether what is added to the gates is made by rows of the table. It is where the values are fixed, so that it is made once
  /// for all answers; and where they may change, where the batch has each row of the table at least twice on average.
  func addsByRow(_ layer: RecurrentLayer, rows: Int, _ tape: borrowing Tape) -> Bool {
    tape.hasFixedValues || !layer.cell.isNormalized && self.rows * 2 <= rows
  }
}

/// What an embedding found, and where.
public struct LookedUp: Sendable, BitwiseCopyable {
  /// The vectors.
  public let vectors: RaggedTensor
  /// Which rows of the table they are.
  public let rows: LookedUpRows

  /// Where `x` still is what was found, as behind a dropout that is off; else nil.
  public func rows(of x: RaggedTensor) -> LookedUpRows? { x.steps == vectors.steps ? rows : nil }
}

extension Embedding {
  /// The vectors of the ids of every sequence, with what a recurrent layer needs to share the work for equal ids.
  ///
  /// - Precondition: every id is from 0 up to, not including, `rows`; see `check`.
  public func lookUp(_ ids: RaggedIndices, _ tape: inout Tape) -> LookedUp {
    let previous = tape.enter(layer)
    defer { _ = tape.enter(previous) }
    let copied = tape.copyIndices(ids.values)
    let steps = lookup(
      copied, in: table, shape: Shape(rows, width), padding: padding < 0 ? nil : padding, &tape)
    return LookedUp(
      vectors: RaggedTensor(steps: steps, sequences: tape.makeSequences(offsets: ids.offsets)),
      rows: LookedUpRows(table: table, rows: rows, ids: copied))
  }
}
