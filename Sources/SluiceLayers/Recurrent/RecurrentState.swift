import SluiceCore

/// The states of a recurrent net between two chunks of its sequences: what truncated back-propagation carries.
///
/// A plain value that belongs to no step: no gradient goes through it (see `InitialStates` for states that are learned). To save
/// it, save `values`; `state(layer:)` reads a layer's.
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
  /// The directions in which each layer reads.
  public let direction: ReadingDirection
  /// Whether there are cell states too, as for an LSTM.
  public let hasCells: Bool
  /// For each layer, for each direction: the states [sequences, units], then for an LSTM the cell states.
  public private(set) var values: [Float]

  init(sequences: Int, units: Int, runs: Int, direction: ReadingDirection, hasCells: Bool) {
    self.direction = direction
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
    let rows = tape.shape(of: result.final).rows
    expect(
      result.units == units && result.layers * directions == runs && (result.finalCells.count > 0) == hasCells
        && rows == sequences, "RecurrentState.update",
      expected:
        "the result of a net of \(runs) layers and directions of \(units) units, of \(sequences) sequences",
      got: "\(result.layers * directions) of \(result.units) units, of \(rows) sequences")
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
    expect(
      values.count == self.values.count, "RecurrentState.restore",
      expected:
        "\(self.values.count) values: \(runs) layers and directions, \(sequences) sequences, \(units) units"
        + (hasCells ? ", states and cell states" : ""), got: "\(values.count)")
    self.values = values
  }

  /// The states of a layer, from the input up, in one direction: [sequences, units], row-major. Allocates.
  ///
  /// - Precondition: there is such a layer, and it reads in this direction.
  public func state(layer: Int, rightToLeft: Bool = false) -> [Float] {
    Array(values[range(layer, rightToLeft, cell: false)])
  }

  /// The cell states of a layer of an LSTM, as `state(layer:)`.
  public func cellState(layer: Int, rightToLeft: Bool = false) -> [Float] {
    Array(values[range(layer, rightToLeft, cell: true)])
  }

  /// Sets the states of a layer in one direction, [sequences, units].
  ///
  /// - Precondition: there are as many values as `state(layer:)` has.
  public mutating func setState(_ new: [Float], layer: Int, rightToLeft: Bool = false) {
    set(new, range(layer, rightToLeft, cell: false))
  }

  /// Sets the cell states of a layer of an LSTM, as `setState`.
  public mutating func setCellState(_ new: [Float], layer: Int, rightToLeft: Bool = false) {
    set(new, range(layer, rightToLeft, cell: true))
  }

  private mutating func set(_ new: [Float], _ range: Range<Int>) {
    expect(
      new.count == range.count, "RecurrentState.setState", expected: "\(sequences) rows of \(units) values",
      got: "\(new.count) values")
    values.replaceSubrange(range, with: new)
  }

  private func range(_ layer: Int, _ rightToLeft: Bool, cell: Bool) -> Range<Int> {
    let directions = direction.count
    expect(
      layer >= 0 && layer < runs / directions, "RecurrentState",
      expected: "one of \(runs / directions) layers, counted from 0", got: "layer \(layer)")
    expect(
      direction == .bidirectional || rightToLeft == (direction == .rightToLeft), "RecurrentState",
      expected: "a direction in which the net reads, \(direction)",
      got: rightToLeft ? "right to left" : "left to right")
    expect(
      !cell || hasCells, "RecurrentState", expected: "the state of an LSTM", got: "one without cell states")
    let start = start(layer * directions + (directions == 2 && rightToLeft ? 1 : 0), cell: cell)
    return start..<start + sequences * units
  }

  /// Sets the states of sequence `sequence` to zero, for one that begins anew.
  public mutating func clear(sequence: Int) {
    expect(
      sequence >= 0 && sequence < sequences, "RecurrentState.clear",
      expected: "one of \(sequences) sequences, counted from 0", got: "\(sequence)")
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

  func check(_ net: RecurrentNet, _ x: RaggedTensor, _ tape: borrowing Tape) {
    let count = tape.layout(of: x.sequences).count
    tape.expect(
      sequences == count && units == net.units && runs == net.layers.count && hasCells == net.cell.hasCell,
      "recurrent",
      expected:
        "a state of \(count) sequences, \(net.layers.count) layers and directions and \(net.units) units"
        + (net.cell.hasCell ? " with cell states" : ""),
      got: "\(sequences) sequences, \(runs) layers and directions and \(units) units"
        + (hasCells ? " with cell states" : ""))
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
    expect(sequences >= 0, "RecurrentNet.zeroState", expected: "at least 0 sequences", got: "\(sequences)")
    return RecurrentState(
      sequences: sequences, units: units, runs: layers.count, direction: options.direction,
      hasCells: cell.hasCell)
  }
}
