import SluiceCore

/// Looks up rows of a table by id: `y[i] = table[ids[i]]`.
///
/// **Shapes.** `table` [rows, width], `ids` [n], y [n, width].
/// **Backward.** Row i of the adjoint is added to the gradient of row `ids[i]`: as touched rows for a table
/// that is updated by them, else into the dense gradient.
///
/// - Parameters:
///   - padding: an id whose row gets no gradient.
/// - Precondition: every id is a row of the table, and no row that is read waits for updates: with an optimizer with exact
///   rows `Optimizer.settle` comes before.
/// - Complexity: O(n · width); allocates nothing.
public func lookup(
  _ ids: [Int32], in table: ParameterHandle, shape: Shape, padding: Int32? = nil, _ tape: inout Tape
) -> Tensor {
  lookup(tape.copyIndices(ids), in: table, shape: shape, padding: padding, &tape)
}

/// The same for ids in the tape's memory.
func lookup(
  _ copied: IndexRange, in table: ParameterHandle, shape: Shape, padding: Int32?, _ tape: inout Tape
) -> Tensor {
  let elements = tape.shape(of: table).count
  tape.expect(
    shape.rank == 2 && shape.count == elements, "lookup",
    expected: "the shape of a table of \(elements) elements, [rows, width]", got: "\(shape)")
  tape.engine.checkRows(
    rows: shape[0], tape.indices(copied), for: tape.place(of: "lookup"))
  tape.expectSettled(tape.indices(copied), of: table, for: Lookup.name)
  let output = tape.makeTensor(
    Shape(copied.count, shape.width), requiresGradient: tape.requiresGradient(table))
  if let bytes = tape.bytes(of: table) {
    tape.engine.gatherRows(bytes, tape.indices(copied), into: tape.values(of: output))
  } else {
    tape.engine.gatherRows(
      tape.values(of: table), tape.indices(copied), width: shape.width, into: tape.values(of: output))
  }
  tape.record(Lookup(table: table, ids: copied, width: shape.width, padding: padding ?? -1, output: output))
  return output
}

private struct Lookup: TapeOperation {
  static let name: StaticString = "lookup"
  let table: ParameterHandle
  let ids: IndexRange
  let width: Int
  let padding: Int32
  let output: Tensor

  var inputs: TensorList { TensorList() }
  var outputs: TensorList { TensorList(output) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(.rows(tape.indices(ids), of: table, padding: padding))
  }

  func backward(_ tape: inout Tape) {
    guard let adjoint = tape.adjoint(of: output) else { return }
    let ids = tape.indices(ids)
    switch tape.updates(of: table) {
    case .touchedRows:
      tape.touch(table, ids: ids, rows: adjoint, excluding: padding < 0 ? nil : padding)
    case .dense:
      guard let gradient = tape.contribution(to: table)?.zeroed() else { return }
      tape.engine.scatterRows(adjoint, ids, width: width, into: gradient)
      if padding >= 0 {
        gradient[Int(padding) * width..<(Int(padding) + 1) * width].fill(0)
      }
    }
  }
}
