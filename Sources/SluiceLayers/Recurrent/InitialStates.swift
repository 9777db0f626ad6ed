import SluiceCore

/// The states that a recurrent net begins with, as tensors: a gradient goes back to them, so that where sequences begin
/// can be learned or computed by another part of the model.
///
///     let start = try parameters.add("start", shape: Shape(2, 1, 64), initializer: .zeros)
///     …
///     let result = gru(x, from: InitialStates(tape[start]), &tape)
///
/// **Shapes.** [layers · directions, sequences, units], or [layers · directions, 1, units] where all sequences begin
/// alike; layer by layer, left to right first, as PyTorch's `h_0`. For a single layer in one direction [sequences, units]
/// and [units] too.
public struct InitialStates: Sendable, BitwiseCopyable {
  /// The states.
  public let states: Tensor
  /// The cell states of an LSTM, of the same shape; nil for zero.
  public let cells: Tensor?

  /// States, and for an LSTM cell states.
  public init(_ states: Tensor, cells: Tensor? = nil) {
    self.states = states
    self.cells = cells
  }

  func check(_ net: RecurrentNet, _ x: RaggedTensor, _ tape: borrowing Tape) {
    let sequences = tape.layout(of: x.sequences).count
    check(tape.shape(of: states), net, sequences, tape)
    guard let cells else { return }
    tape.expect(
      net.cell.hasCell, "recurrent", expected: "initial states of a cell without a cell state",
      got: "cell states too")
    check(tape.shape(of: cells), net, sequences, tape)
  }

  private func check(_ shape: Shape, _ net: RecurrentNet, _ sequences: Int, _ tape: borrowing Tape) {
    let runs = net.layers.count
    let isForOne = runs == 1 && shape.rank >= 1 && shape.rank <= 2
    tape.expect(
      shape.width == net.units && (isForOne || (shape.rank == 3 && shape[0] == runs))
        && (shape.rows == runs || shape.rows == runs * sequences), "recurrent",
      expected: "initial states of shape [\(runs), \(sequences) or 1, \(net.units)]", got: "\(shape)")
  }
}

/// What the layers of a net begin with.
enum StartOfRun {
  case zero
  case carried(RecurrentState)
  case tensors(InitialStates)

  var isGiven: Bool { if case .zero = self { false } else { true } }

  func requiresGradient(_ tape: borrowing Tape) -> Bool {
    guard case .tensors(let states) = self else { return false }
    return tape.requiresGradient(states.states) || (states.cells.map { tape.requiresGradient($0) } ?? false)
  }

  /// The tensors of a layer and direction, if these are tensors.
  func tensors(_ run: Int) -> StartTensors? {
    guard case .tensors(let states) = self else { return nil }
    return StartTensors(states: states.states, cells: states.cells, run: run)
  }

  /// The states of a layer and direction in the memory of this step, [sequences, units]; nil for zero.
  func copy(_ run: Int, cell: Bool, _ sequences: Int, _ units: Int, _ tape: inout Tape) -> Workspace? {
    switch self {
    case .zero: return nil
    case .carried(let state): return state.copy(run, cell: cell, &tape)
    case .tensors(let states):
      guard let tensor = cell ? states.cells : states.states else { return nil }
      let workspace = tape.makeWorkspace(sequences * units)
      let (source, target) = (tape.values(of: tensor), tape.floats(workspace))
      let part = StartTensors.part(run, of: tape.shape(of: tensor), units, sequences)
      for i in 0..<sequences {
        let row = part.isShared ? part.start : part.start + i * units
        target[i * units..<(i + 1) * units].copy(from: source[row..<row + units])
      }
      return workspace
    }
  }
}

/// The initial states of one layer and direction, as its operation remembers them.
struct StartTensors: Sendable, BitwiseCopyable {
  let states: Tensor
  let cells: Tensor?
  /// Layer by layer, left to right first.
  let run: Int

  func requiresGradient(_ tape: borrowing Tape) -> Bool {
    tape.requiresGradient(states) || (cells.map { tape.requiresGradient($0) } ?? false)
  }

  /// Passes on the gradients of the states before the first step, whose rows are the sequences by decreasing length.
  func giveBack(
    _ dState: Floats, _ dCell: Floats, _ layout: SequencesRow, _ units: Int, _ tape: inout Tape
  ) {
    giveBack(dState, to: states, layout, units, &tape)
    if let cells { giveBack(dCell, to: cells, layout, units, &tape) }
  }

  private func giveBack(
    _ gradient: Floats, to tensor: Tensor, _ layout: SequencesRow, _ units: Int, _ tape: inout Tape
  ) {
    // Every layer and direction writes its own part.
    guard let target = tape.contribution(to: tensor)?.zeroed() else { return }
    let part = Self.part(run, of: tape.shape(of: tensor), units, layout.count)
    if part.isShared {
      tape.engine.columnSums(gradient, into: target[part.start..<part.start + units], accumulate: true)
    } else {
      tape.engine.scatterRows(
        gradient, tape.indices(layout.order), width: units,
        into: target[part.start..<part.start + layout.count * units])
    }
  }

  /// Where the states of a run begin in a tensor, and whether all sequences share them.
  static func part(_ run: Int, of shape: Shape, _ units: Int, _ sequences: Int) -> (
    start: Int, isShared: Bool
  ) {
    let rows = shape.rank == 3 ? shape[1] : shape.rows
    return (run * rows * units, rows == 1 && sequences != 1)
  }
}
