import SluiceCore

/// What a recurrent net computes. Everything is in the batch's order.
public struct RecurrentResult: Sendable, BitwiseCopyable {
  /// The state of the last layer after every step, at the step's place in the batch. In both directions: that of
  /// left to right, then that of right to left.
  public let outputs: RaggedTensor
  /// The state of the last layer after the last step read of each sequence, [sequences, width].
  public let final: Tensor
  let finals: TensorTable
  let finalCells: TensorTable
  let cells: TensorTable
  let units: Int
  let direction: ReadingDirection

  /// Whether there are cell states, as of an LSTM.
  public var hasCells: Bool { finalCells.count > 0 }
  /// The number of layers.
  public var layers: Int { finals.count }

  /// The final state of layer `layer`, [sequences, width]; columns as in `outputs`.
  public func final(layer: Int, _ tape: borrowing Tape) -> Tensor {
    checkLayer(layer, "RecurrentResult.final")
    return tape.tensor(layer, of: finals)
  }

  private func checkLayer(_ layer: Int, _ place: String) {
    expect(
      layer >= 0 && layer < layers, place, expected: "one of \(layers) layers, counted from 0",
      got: "layer \(layer)")
  }

  /// The final cell state of layer `layer` of an LSTM, [sequences, width].
  ///
  /// - Precondition: the cell has one.
  public func finalCell(layer: Int, _ tape: borrowing Tape) -> Tensor {
    expect(
      finalCells.count > 0, "RecurrentResult.finalCell",
      expected: "the result of an LSTM, which has a cell state",
      got: "one of a cell without")
    checkLayer(layer, "RecurrentResult.finalCell")
    return tape.tensor(layer, of: finalCells)
  }

  /// The cell state after every step of one layer of an LSTM, [steps, units], at the step's place in the batch.
  ///
  /// A copy made for reading: no gradient goes back through it.
  ///
  /// - Precondition: the cell has one.
  /// - Complexity: O(steps · units); allocates nothing.
  public func cellStates(layer: Int, rightToLeft: Bool = false, _ tape: inout Tape) -> RaggedTensor {
    expect(
      finalCells.count > 0, "RecurrentResult.cellStates",
      expected: "the result of an LSTM, which has a cell state",
      got: "one of a cell without")
    checkLayer(layer, "RecurrentResult.cellStates")
    expect(
      direction == .bidirectional || rightToLeft == (direction == .rightToLeft), "RecurrentResult.cellStates",
      expected: "a direction that the net reads in, \(direction)",
      got: rightToLeft ? "right to left" : "left to right")
    let index = layer * direction.count + (direction == .bidirectional && rightToLeft ? 1 : 0)
    let layout = tape.layout(of: outputs.sequences)
    let steps = tape.makeTensor(Shape(layout.total, units), requiresGradient: false)
    let previous = tape.values(of: tape.tensor(index, of: cells))
    let final = tape.values(of: tape.tensor(layer, of: finalCells))
    let width = units * direction.count
    let column = direction == .bidirectional && rightToLeft ? units : 0
    let target = tape.values(of: steps)
    let rows = tape.indices(rightToLeft ? layout.rowsBackward : layout.rowsForward)
    let (order, starts, alive) = (
      tape.indices(layout.order), tape.indices(layout.stepStarts), tape.indices(layout.alive)
    )
    // The state after a step is the one before the next, or the final one.
    for t in 0..<layout.longest {
      for s in 0..<Int(alive[t]) {
        let goesOn = t + 1 < layout.longest && s < Int(alive[t + 1])
        let row = Int(rows[Int(starts[t]) + s])
        let last = Int(order[s]) * width + column
        target.rows(row..<row + 1, units).copy(
          from: goesOn
            ? previous.rows(Int(starts[t + 1]) + s..<Int(starts[t + 1]) + s + 1, units)
            : final[last..<last + units])
      }
    }
    return RaggedTensor(steps: steps, sequences: outputs.sequences)
  }
}
