import SluiceCore

/// A recurrent cell of one's own: what happens in one time step, written in operations of the tape.
///
/// A cell is a plain struct of parameters. It sees the sequences that have this step, as rows, and nothing of their
/// lengths; `StepLayer` runs it over ragged batches.
///
///     struct Leaky: StepCell {
///       let input: Linear
///       let recurrent: Linear
///       var units: Int { input.outputs }
///       func step(_ x: Tensor, _ state: TensorList, _ tape: inout Tape) -> TensorList {
///         TensorList(tanh(add(input(x, &tape), recurrent(state[0], &tape), &tape), &tape))
///       }
///     }
public protocol StepCell: Sendable {
  /// The columns of the state.
  var units: Int { get }
  /// The tensors that a state consists of, from 1 to 4; the first is the cell's output.
  var stateCount: Int { get }
  /// The states after a step.
  ///
  /// **Shapes.** `x` is [n, inputs], each tensor of `state` and of the result [n, units].
  func step(_ x: Tensor, _ state: TensorList, _ tape: inout Tape) -> TensorList
}

extension StepCell {
  /// One tensor, which is the cell's output.
  public var stateCount: Int { 1 }
}

/// What a `StepLayer` computes, in the batch's order.
public struct StepResult: Sendable, BitwiseCopyable {
  /// The first tensor of the state after every step, ragged with width `units`.
  public let outputs: RaggedTensor
  /// The state after the last step of each sequence, each [sequences, units].
  public let finals: TensorList
  /// The first tensor of it.
  public var final: Tensor { finals[0] }
}

/// Runs a cell of one's own over sequences of differing lengths, as the built-in layers run theirs: by time step,
/// over the sequences that are left, with the batch's order restored at the end.
///
/// It is slower than a built-in cell by what its operations cost each, a microsecond or so, and by its weights
/// being used step by step: it does not see that one product over all steps would do.
public struct StepLayer<Cell: StepCell>: Sendable {
  /// What happens in one time step.
  public let cell: Cell
  /// Whether each sequence is read from its last element to its first.
  public let readsRightToLeft: Bool

  /// A layer that runs `cell` step by step.
  public init(_ cell: Cell, readsRightToLeft: Bool = false) {
    expect(
      (1...4).contains(cell.stateCount), "StepLayer", expected: "a state of one to four tensors",
      got: "\(cell.stateCount)")
    self.cell = cell
    self.readsRightToLeft = readsRightToLeft
  }

  /// Runs the cell over every sequence.
  ///
  /// - Parameter state: the states before the first step, each [sequences, units] in the batch's order; zero if nil.
  ///   A gradient goes back into them if they require one.
  /// - Complexity: that of the cell's operations; allocates nothing if they do not.
  public func callAsFunction(
    _ x: RaggedTensor, from state: TensorList? = nil, _ tape: inout Tape
  ) -> StepResult {
    let layout = tape.layout(of: x.sequences)
    tape.expectRows(of: x, "step layer")
    if let state {
      tape.expect(
        state.count == cell.stateCount, "step layer", expected: "a first state of \(cell.stateCount) tensors",
        got: "\(state.count)")
      for i in 0..<state.count {
        check(state[i], rows: layout.count, "step layer", "a first state", tape)
      }
    }
    let outputs = tape.makeTensor(Shape(layout.total, cell.units), requiresGradient: true)
    let start = state ?? zeros(layout.count, &tape)
    let finals = fresh(layout.count, &tape)
    var current = start
    // Of an empty sequence the state before the first step is the last.
    let filled = layout.longest > 0 ? Int(tape.indices(layout.alive)[0]) : 0
    finish(start, rows: filled..<layout.count, finals, x.sequences, isOrdered: false, &tape)
    for t in 0..<layout.longest {
      let alive = Int(tape.indices(layout.alive)[t])
      let first = Int(tape.indices(layout.stepStarts)[t])
      let rows = StepRows(
        sequences: x.sequences, order: readsRightToLeft ? .rightToLeft : .leftToRight,
        range: first..<first + alive)
      let input = takeRows(rows, of: x.steps, &tape)
      current = t == 0 ? ordered(current, alive, x.sequences, &tape) : leading(alive, of: current, &tape)
      tape.time = OperationTime(t, of: x.sequences, readsRightToLeft: readsRightToLeft)
      current = cell.step(input, current, &tape)
      tape.time = nil
      tape.expect(
        current.count == cell.stateCount, "step of a cell", expected: "\(cell.stateCount) tensors of state",
        got: "\(current.count) from a \(Cell.self)")
      for i in 0..<current.count {
        check(current[i], rows: alive, "step of a cell", "a state", tape)
      }
      putRows(current[0], 0..<alive, into: outputs, rows, &tape)
      let next = t + 1 < layout.longest ? Int(tape.indices(layout.alive)[t + 1]) : 0
      finish(current, rows: next..<alive, finals, x.sequences, isOrdered: true, &tape)
    }
    return StepResult(outputs: RaggedTensor(steps: outputs, sequences: x.sequences), finals: finals)
  }

  /// Checks the shape of a state. Not inlined: inside a loop the check crashes the optimizer of Swift 6.3.
  @inline(never)
  private func check(
    _ state: Tensor, rows: Int, _ operation: StaticString, _ what: StaticString, _ tape: borrowing Tape
  ) {
    let shape = tape.shape(of: state)
    tape.expect(
      shape == Shape(rows, cell.units), operation,
      expected: "\(what) of shape [\(rows), \(cell.units)], sequences by units",
      got: "\(shape) from a \(Cell.self)")
  }

  /// The states of the sequences `rows`, by decreasing length, are their last.
  private func finish(
    _ state: TensorList, rows: Range<Int>, _ finals: TensorList, _ sequences: SequencesHandle,
    isOrdered: Bool, _ tape: inout Tape
  ) {
    if rows.isEmpty { return }
    let target = StepRows(sequences: sequences, order: .byLength, range: rows)
    for i in 0..<cell.stateCount {
      if isOrdered {
        putRows(state[i], rows, into: finals[i], target, &tape)
      } else {
        putRows(takeRows(target, of: state[i], &tape), 0..<rows.count, into: finals[i], target, &tape)
      }
    }
  }

  private func ordered(
    _ state: TensorList, _ count: Int, _ sequences: SequencesHandle, _ tape: inout Tape
  ) -> TensorList {
    let rows = StepRows(sequences: sequences, order: .byLength, range: 0..<count)
    return map(state, &tape) { tensor, tape in takeRows(rows, of: tensor, &tape) }
  }

  private func leading(_ count: Int, of state: TensorList, _ tape: inout Tape) -> TensorList {
    map(state, &tape) { tensor, tape in leadingRows(count, of: tensor, &tape) }
  }

  private func zeros(_ rows: Int, _ tape: inout Tape) -> TensorList {
    let zero = tape.makeTensor(Shape(rows, cell.units), requiresGradient: false)
    tape.values(of: zero).fill(0)
    return map(TensorList(zero, zero, zero, zero), &tape) { tensor, _ in tensor }
  }

  private func fresh(_ rows: Int, _ tape: inout Tape) -> TensorList {
    let shape = Shape(rows, cell.units)
    let any = tape.makeTensor(shape, requiresGradient: false)
    return map(TensorList(any, any, any, any), &tape) { _, tape in
      tape.makeTensor(shape, requiresGradient: true)
    }
  }

  /// `body` of each tensor of a state.
  private func map(
    _ state: TensorList, _ tape: inout Tape, _ body: (Tensor, inout Tape) -> Tensor
  ) -> TensorList {
    let first = body(state[0], &tape)
    if cell.stateCount == 1 { return TensorList(first) }
    let second = body(state[1], &tape)
    if cell.stateCount == 2 { return TensorList(first, second) }
    let third = body(state[2], &tape)
    if cell.stateCount == 3 { return TensorList(first, second, third) }
    return TensorList(first, second, third, body(state[3], &tape))
  }
}
