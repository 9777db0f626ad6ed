import SluiceCore

/// The states of a recurrent net between two chunks of its sequences: what truncated back-propagation carries.
///
/// A plain value that belongs to no step: no gradient goes through it. To save it, save `values`.
///
///     var state = lstm.zeroState(sequences: 20)
///     for chunk in chunks {
///       tape.reset()
///       let result = lstm(embedding(chunk, &tape), from: state, &tape)
///       …
///       state.update(from: result, tape)
///     }
public struct RecurrentState: Sendable, Equatable {
  /// The sequences of the batch, which have to be as many in every chunk.
  public let sequences: Int
  /// The columns of the state of each layer and direction.
  public let units: Int
  /// Layers times directions.
  public let runs: Int
  /// Whether there are cell states too, as for an LSTM.
  public let hasCells: Bool
  /// For each layer, for each direction: the states [sequences, units], then for an LSTM the cell states.
  public private(set) var values: [Float]

  init(sequences: Int, units: Int, runs: Int, hasCells: Bool) {
    self.sequences = sequences
    self.units = units
    self.runs = runs
    self.hasCells = hasCells
    values = Array(repeating: 0, count: sequences * units * runs * (hasCells ? 2 : 1))
  }

  /// Takes over the final states of a step.
  ///
  /// - Precondition: the result is of the same net and number of sequences.
  /// - Complexity: O(values); allocates nothing as long as the state is not shared.
  public mutating func update(from result: RecurrentResult, _ tape: borrowing Tape) {
    let directions = result.direction.count
    require(
      result.units == units && result.layers * directions == runs && (result.finalCells.count > 0) == hasCells
        && tape.shape(of: result.final).rows == sequences,
      "The result is of another net or number of sequences.")
    for index in 0..<runs {
      let (layer, column) = (index / directions, index % directions * units)
      take(
        tape.values(of: result.final(layer: layer, tape)), directions * units, column,
        start(index, cell: false))
      if hasCells {
        take(
          tape.values(of: result.finalCell(layer: layer, tape)), directions * units, column,
          start(index, cell: true))
      }
    }
  }

  /// Puts saved `values` back.
  ///
  /// - Precondition: there are as many as the state has.
  public mutating func restore(_ values: [Float]) {
    require(values.count == self.values.count, "The values are of another state.")
    self.values = values
  }

  /// Sets the states of sequence `sequence` to zero, for one that begins anew.
  public mutating func clear(sequence: Int) {
    require(sequence >= 0 && sequence < sequences, "There is no such sequence.")
    for block in 0..<runs * (hasCells ? 2 : 1) {
      let start = (block * sequences + sequence) * units
      for i in start..<start + units { values[i] = 0 }
    }
  }

  private mutating func take(_ final: Floats, _ width: Int, _ column: Int, _ start: Int) {
    for sequence in 0..<sequences {
      for j in 0..<units {
        values[start + sequence * units + j] = final[sequence * width + column + j]
      }
    }
  }

  private func start(_ index: Int, cell: Bool) -> Int {
    (index * (hasCells ? 2 : 1) + (cell ? 1 : 0)) * sequences * units
  }

  func fits(_ net: RecurrentNet, _ x: RaggedTensor, _ tape: borrowing Tape) -> Bool {
    sequences == tape.layout(of: x.sequences).count && units == net.units && runs == net.layers.count
      && hasCells == net.cell.hasCell
  }

  /// One layer's and direction's states in the memory of this step, [sequences, units].
  func copy(_ index: Int, cell: Bool, _ tape: inout Tape) -> Workspace {
    let workspace = tape.makeWorkspace(sequences * units)
    let floats = tape.floats(workspace)
    let start = start(index, cell: cell)
    for i in 0..<floats.count { floats[i] = values[start + i] }
    return workspace
  }
}

extension RecurrentNet {
  /// States of zero for `sequences` sequences.
  public func zeroState(sequences: Int) -> RecurrentState {
    require(sequences >= 0, "There cannot be fewer than no sequences.")
    return RecurrentState(
      sequences: sequences, units: units, runs: layers.count, hasCells: cell.hasCell)
  }
}
