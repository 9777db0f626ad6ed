import SluiceCore

// Operations that take the rows of one time step out of a ragged tensor, and put them back.

/// Which rows of a tensor in batch order some consecutive rows in step order are.
struct StepRows: Sendable, BitwiseCopyable {
  enum Order: Sendable, BitwiseCopyable {
    /// Rows of steps.
    case leftToRight, rightToLeft
    /// Sequences by decreasing length.
    case byLength
  }

  let sequences: SequencesHandle
  let order: Order
  let start: Int
  let count: Int

  init(sequences: SequencesHandle, order: Order, range: Range<Int>) {
    self.sequences = sequences
    self.order = order
    start = range.lowerBound
    count = range.count
  }

  func indices(_ tape: borrowing Tape) -> Indices {
    let layout = tape.layout(of: sequences)
    switch order {
    case .leftToRight: return tape.indices(layout.rowsForward)[start..<start + count]
    case .rightToLeft: return tape.indices(layout.rowsBackward)[start..<start + count]
    case .byLength: return tape.indices(layout.order)[start..<start + count]
    }
  }
}

/// The given rows of x, [rows, width].
func takeRows(_ rows: StepRows, of x: Tensor, _ tape: inout Tape) -> Tensor {
  let width = tape.shape(of: x).width
  let y = tape.makeTensor(Shape(rows.count, width), requiresGradient: tape.requiresGradient(x))
  tape.engine.gatherRows(tape.values(of: x), rows.indices(tape), width: width, into: tape.values(of: y))
  tape.record(TakeRows(rows: rows, x: x, y: y))
  return y
}

private struct TakeRows: TapeOperation {
  static let name: StaticString = "take rows"
  let rows: StepRows
  let x: Tensor
  let y: Tensor
  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x)?.zeroed() else { return }
    tape.engine.scatterRows(dy, rows.indices(tape), width: tape.shape(of: x).width, into: dx)
  }
}

/// The first `count` rows of x; x itself if it has no more.
func leadingRows(_ count: Int, of x: Tensor, _ tape: inout Tape) -> Tensor {
  let shape = tape.shape(of: x)
  if shape.rows == count { return x }
  let y = tape.makeTensor(Shape(count, shape.width), requiresGradient: tape.requiresGradient(x))
  tape.engine.copy(tape.values(of: x)[0..<count * shape.width], into: tape.values(of: y))
  tape.record(LeadingRows(x: x, y: y))
  return y
}

private struct LeadingRows: TapeOperation {
  static let name: StaticString = "leading rows"
  let x: Tensor
  let y: Tensor
  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x)?.zeroed() else { return }
    tape.engine.accumulate(dy, onto: dx[0..<dy.count])
  }
}

/// Writes the rows `range` of x to the given rows of `target`, which many such operations fill together.
func putRows(_ x: Tensor, _ range: Range<Int>, into target: Tensor, _ rows: StepRows, _ tape: inout Tape) {
  let width = tape.shape(of: x).width
  tape.engine.placeRows(
    tape.values(of: x).rows(range, width), rows.indices(tape), width: width, into: tape.values(of: target),
    targetWidth: width)
  tape.record(PutRows(rows: rows, x: x, start: range.lowerBound, target: target))
}

private struct PutRows: TapeOperation {
  static let name: StaticString = "put rows"
  static let onlyMoves = true
  let rows: StepRows
  let x: Tensor
  let start: Int
  let target: Tensor
  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(target) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: target), let dx = tape.contribution(to: x)?.zeroed() else { return }
    let width = tape.shape(of: x).width
    tape.engine.addRows(
      dy, tableWidth: width, rows.indices(tape), width: width,
      into: dx.rows(start..<start + rows.count, width))
  }
}
