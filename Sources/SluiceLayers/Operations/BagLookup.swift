import SluiceCore

/// Adds up weighted rows of a table, bag by bag: `y[i] = Σⱼ weights[j] · table[ids[j]]` over the places j of bag i,
/// `offsets[i]..<offsets[i + 1]`.
///
/// **Shapes.** `table` [rows, width], `ids` and `weights` [n], `offsets` [bags + 1], y [bags, width].
/// **Source.** `torch.nn.functional.embedding_bag` with `mode="sum"` and `per_sample_weights`; weights of 1 / length give the mean.
/// **Edges.** A bag without places gets zeros.
/// **Backward.** Row `ids[j]` gets `weights[j]` times the adjoint of its bag: as touched rows for a table that is updated by them, else
/// into the dense gradient. No gradient goes to the weights.
///
/// - Precondition: every id is a row of the table, the offsets rise from 0 to n, and no row that is read waits for updates; see `lookup`.
/// - Complexity: O(n · width); allocates nothing.
public func bagLookup(
  _ ids: [Int32], weights: [Float], offsets: [Int32], in table: ParameterHandle, shape: Shape,
  _ tape: inout Tape
) -> Tensor {
  tape.expect(
    weights.count == ids.count, "bag lookup", expected: "a weight for each of \(ids.count) ids",
    got: "\(weights.count)")
  let copied = tape.makeWorkspace(weights.count)
  let values = tape.floats(copied)
  if !tape.isPlanning { for i in 0..<weights.count { values[i] = weights[i] } }
  return bagLookup(
    tape.copyIndices(ids), weights: copied, offsets: tape.copyIndices(offsets), in: table, shape: shape, &tape
  )
}

/// The same for what is in the tape's memory.
func bagLookup(
  _ ids: IndexRange, weights: Workspace, offsets: IndexRange, in table: ParameterHandle, shape: Shape,
  _ tape: inout Tape
) -> Tensor {
  let elements = tape.shape(of: table).count
  tape.expect(
    shape.rank == 2 && shape.count == elements, "bag lookup",
    expected: "the shape of a table of \(elements) elements, [rows, width]", got: "\(shape)")
  tape.engine.checkRows(rows: shape[0], tape.indices(ids), for: tape.place(of: "bag lookup"))
  tape.expectSettled(tape.indices(ids), of: table, for: BagLookup.name)
  let width = shape.width
  let output = tape.makeTensor(
    Shape(offsets.count - 1, width), requiresGradient: tape.requiresGradient(table))
  if tape.bytes(of: table) != nil {
    sumBytes(ids, weights, offsets, table, width, into: output, &tape)
  } else {
    tape.engine.bagSums(
      tape.values(of: table), tape.indices(ids), weights: tape.floats(weights),
      offsets: tape.indices(offsets), width: width, into: tape.values(of: output),
      for: tape.place(of: "bag lookup"))
  }
  tape.record(
    BagLookup(table: table, ids: ids, weights: weights, offsets: offsets, width: width, output: output))
  return output
}

/// The sums of a table that is stored as bytes: some rows at a time, so that the memory stays small however long a bag is.
private func sumBytes(
  _ ids: IndexRange, _ weights: Workspace, _ offsets: IndexRange, _ table: ParameterHandle, _ width: Int,
  into output: Tensor, _ tape: inout Tape
) {
  let most = 256
  let block = tape.floats(tape.makeWorkspace(most * width))
  guard !tape.isPlanning, let bytes = tape.bytes(of: table) else { return }
  let (ids, weights, offsets) = (tape.indices(ids), tape.floats(weights), tape.indices(offsets))
  let sums = tape.values(of: output)
  for bag in 0..<offsets.count - 1 {
    let sum = sums.rows(bag..<bag + 1, width)
    sum.fill(0)
    var first = Int(offsets[bag])
    while first < Int(offsets[bag + 1]) {
      let places = first..<min(first + most, Int(offsets[bag + 1]))
      tape.engine.gatherRows(bytes, ids[places], into: block[0..<places.count * width])
      for place in places {
        tape.engine.accumulate(
          block.rows(place - first..<place - first + 1, width), scaledBy: weights[place], onto: sum)
      }
      first = places.upperBound
    }
  }
}

private struct BagLookup: TapeOperation {
  static let name: StaticString = "bag lookup"
  let table: ParameterHandle
  let ids: IndexRange
  let weights: Workspace
  let offsets: IndexRange
  let width: Int
  let output: Tensor

  var inputs: TensorList { TensorList() }
  var outputs: TensorList { TensorList(output) }

  func backward(_ tape: inout Tape) {
    guard let adjoint = tape.adjoint(of: output) else { return }
    let rows = tape.floats(tape.makeWorkspace(ids.count * width))
    tape.engine.spreadBags(
      adjoint, weights: tape.floats(weights), offsets: tape.indices(offsets), width: width, into: rows)
    let ids = tape.indices(ids)
    switch tape.updates(of: table) {
    case .touchedRows: tape.touch(table, ids: ids, rows: rows)
    case .dense:
      guard let gradient = tape.contribution(to: table)?.zeroed() else { return }
      tape.engine.scatterRows(rows, ids, width: width, into: gradient)
    }
  }
}
