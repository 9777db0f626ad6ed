/// Kernels of recurrent cells: everything of a time step that is no matrix product.
///
/// All work on n rows, one for each sequence alive, and on `units` columns. A cell keeps its gates in blocks of
/// `units` columns for each row: an Elman cell one; an LSTM i, f, g, o; a GRU four: candidate n, reset r, update
/// z, and q, what its reset gate is about. In this order the GRU's gradients of the input weights (n, r,
/// z) and those of the recurrent weights (r, z, q) are both consecutive columns.
///
/// Forward, `gates` hold on entry what goes into the activations, or the input's share of it where a `product`,
/// the state's share, is passed too; on return they hold the activated gates. Backward, they hold the gradients
/// of what went into the activations on return.
///
/// Where a `width` is passed too, only so many of the units are computed, from where the pointers are: `units` is the
/// floats from one block of the gates, or one row of the states, to the next. A `product` holds these units alone, its
/// blocks `width` columns each.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct RecurrentKernels: Sendable {
  /// The cell h' = f(W_ih x + W_hh h + b).
  public let elman: ElmanKernels
  /// The gated recurrent unit, with its reset after or before the product.
  public let gru: GRUKernels
  /// Long short-term memory.
  public let lstm: LSTMKernels

  /// Groups the kernels.
  public init(elman: ElmanKernels, gru: GRUKernels, lstm: LSTMKernels) {
    self.elman = elman
    self.gru = gru
    self.lstm = lstm
  }
}

/// A step of an Elman cell, h' = f(gates), and the way back; f is tanh or ReLU.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct ElmanKernels: Sendable {
  /// h' = f(gates + product): `(gates, product or null, state, count, isReLU)`, over `count` = n · units elements.
  public typealias Forward = @Sendable (Target, Source?, Target, Int, Bool) -> Void
  /// gates = dState · f': `(gates, dState, count, isReLU)`.
  public typealias Backward = @Sendable (Target, Source, Int, Bool) -> Void

  /// gates = h' = f(gates + product); see `Forward`.
  public let forward: Forward
  /// gates = dState · f'; see `Backward`.
  public let backward: Backward

  /// Groups the kernels.
  public init(forward: @escaping Forward, backward: @escaping Backward) {
    unsafe self.forward = forward
    unsafe self.backward = backward
  }
}

/// A step of a GRU, h' = (1 − z) n + z h, and the way back, for a reset gate after the product or before it.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct GRUKernels: Sendable {
  /// A step whose reset gate comes after the product: `(gates, product, candidateBias, state, rows, units, width)`.
  ///
  /// `product` [n, 3·width] is the state's share of r, z, n; `state` is replaced by the new one.
  public typealias Forward = @Sendable (Target, Source, Source, Target, Int, Int, Int) -> Void
  /// The way back: `(gates, previous, dState, rows, units, width)`.
  ///
  /// `dState` holds the gradient of the new state and becomes that part of the previous state's which
  /// does not go through the weights.
  public typealias Backward = @Sendable (Target, Source, Target, Int, Int, Int) -> Void
  /// r and z activated and q = r · hidden: `(gates, hidden, rows, units)`, for a reset before the product.
  public typealias Gates = @Sendable (Target, Source, Int, Int) -> Void
  /// n activated and the new state in place of the old: `(gates, state, rows, units)`.
  public typealias Candidate = @Sendable (Target, Target, Int, Int) -> Void
  /// The way back through `Candidate`: `(gates, previous, dState, rows, units)`. q and r stay.
  public typealias CandidateBackward = @Sendable (Target, Source, Target, Int, Int) -> Void
  /// The way back through `Gates`: `(gates, hidden, dProduct, dHidden, rows, units)`.
  ///
  /// `dProduct` is the gradient of q; `dHidden` is increased by r times it. q stays.
  public typealias GatesBackward = @Sendable (Target, Source, Source, Target, Int, Int) -> Void

  /// r and z activated, n = tanh(n + r q) and h' = (1 − z) n + z h, for a reset after the product; see
  /// `Forward`.
  public let forward: Forward
  /// The way back through `forward`; see `Backward`.
  public let backward: Backward
  /// r = σ(r), z = σ(z) and q = r · hidden, for a reset before the product; see `Gates`.
  public let gates: Gates
  /// n = tanh(n) and h' = (1 − z) n + z h, after `gates` and the product with q; see `Candidate`.
  public let candidate: Candidate
  /// The way back through `candidate`; see `CandidateBackward`.
  public let candidateBackward: CandidateBackward
  /// The way back through `gates`; see `GatesBackward`.
  public let gatesBackward: GatesBackward

  /// Groups the kernels.
  public init(
    forward: @escaping Forward, backward: @escaping Backward, gates: @escaping Gates,
    candidate: @escaping Candidate, candidateBackward: @escaping CandidateBackward,
    gatesBackward: @escaping GatesBackward
  ) {
    unsafe self.forward = forward
    unsafe self.backward = backward
    unsafe self.gates = gates
    unsafe self.candidate = candidate
    unsafe self.candidateBackward = candidateBackward
    unsafe self.gatesBackward = gatesBackward
  }
}

/// A step of an LSTM in two parts, between which the cell state may be normalized, and the way back.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct LSTMKernels: Sendable {
  /// i, f, g, o activated and c' = f·c + i·g in place of c: `(gates, product or null, cell, rows, units, width)`.
  public typealias Cell = @Sendable (Target, Source?, Target, Int, Int, Int) -> Void
  /// squashed = tanh(c') and h' = o · squashed: `(gates, cell, squashed, state, rows, units, width)`.
  public typealias Output = @Sendable (Source, Source, Target, Target, Int, Int, Int) -> Void
  /// The way back through `Output`: `(gates, squashed, dState, rows, units, width)`.
  ///
  /// o becomes the gradient of what went into it, `squashed` the gradient of what tanh was taken of.
  public typealias OutputBackward = @Sendable (Target, Target, Source, Int, Int, Int) -> Void
  /// The way back through `Cell`: `(gates, previousCell, dCell, rows, units, width)`.
  ///
  /// `dCell` holds the gradient of the new cell state and becomes that of the previous one.
  public typealias CellBackward = @Sendable (Target, Source, Target, Int, Int, Int) -> Void

  /// c' = σ(f) c + σ(i) tanh(g), with all four gates activated; see `Cell`.
  public let cell: Cell
  /// squashed = tanh(c') and h' = o · squashed; see `Output`.
  public let output: Output
  /// The way back through `output`; see `OutputBackward`.
  public let outputBackward: OutputBackward
  /// The way back through `cell`; see `CellBackward`.
  public let cellBackward: CellBackward

  /// Groups the kernels.
  public init(
    cell: @escaping Cell, output: @escaping Output, outputBackward: @escaping OutputBackward,
    cellBackward: @escaping CellBackward
  ) {
    unsafe self.cell = cell
    unsafe self.output = output
    unsafe self.outputBackward = outputBackward
    unsafe self.cellBackward = cellBackward
  }
}
