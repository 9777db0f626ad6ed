import SluiceCore

/// The largest element of each column over the steps of each sequence: max pooling over time.
///
/// **Shapes.** x [rows of all sequences, width] → [sequences, width].
/// **Edges.** A sequence without steps gets zeros, as its final state is. NaN counts as larger than any number.
/// **Backward.** dy goes to the first step with the largest element.
///
/// - Complexity: O(elements); allocates nothing.
public func maximum(_ x: RaggedTensor, _ tape: inout Tape) -> Tensor {
  let width = tape.shape(of: x.steps).width
  let layout = tape.layout(of: x.sequences)
  let y = tape.makeTensor(Shape(layout.count, width), requiresGradient: tape.requiresGradient(x.steps))
  let rows = tape.makeIndices(layout.count * width)
  let (offsets, chosen) = (tape.indices(layout.offsets), tape.indices(rows))
  let (source, target) = (tape.values(of: x.steps), tape.values(of: y))
  target.fill(0)
  for i in 0..<layout.count where offsets[i] < offsets[i + 1] {
    let steps = Int(offsets[i])..<Int(offsets[i + 1])
    let best = target.rows(i..<i + 1, width)
    let places = chosen[i * width..<(i + 1) * width]
    best.copy(from: source.rows(steps.lowerBound..<steps.lowerBound + 1, width))
    places.fill(offsets[i])
    for row in steps.dropFirst() {
      let values = source.rows(row..<row + 1, width)
      for j in 0..<width where !(values[j] <= best[j]) && !best[j].isNaN {
        best[j] = values[j]
        places[j] = Int32(row)
      }
    }
  }
  tape.record(MaximumOverTime(x: x, y: y, rows: rows, width: width))
  return y
}

private struct MaximumOverTime: TapeOperation {
  static let name: StaticString = "maximum over time"
  let x: RaggedTensor
  let y: Tensor
  /// The row with the largest element, for every sequence and column. Those of a sequence without steps say nothing.
  let rows: IndexRange
  let width: Int

  var inputs: TensorList { TensorList(x.steps) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x.steps)?.zeroed() else { return }
    let layout = tape.layout(of: x.sequences)
    let (offsets, rows) = (tape.indices(layout.offsets), tape.indices(rows))
    for i in 0..<layout.count where offsets[i] < offsets[i + 1] {
      for j in i * width..<(i + 1) * width { dx[Int(rows[j]) * width + j % width] += dy[j] }
    }
  }
}
