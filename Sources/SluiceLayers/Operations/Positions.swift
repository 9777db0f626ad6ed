import SluiceCore

import CLibrary

/// A vector for each position added to the rows of every sequence: `y_t = x_t + table_t`, with t counted from 0 in each.
///
/// **Shapes.** x and y [n, width], `table` [at least the longest sequence, width].
/// **Backward.** dx = dy; row t of the table gets the sum of dy over the sequences that have a row t, in their order.
///
/// - Precondition: no sequence is longer than the table.
/// - Complexity: O(elements); allocates nothing.
public func addPositions(_ x: RaggedTensor, _ table: Weight, _ tape: inout Tape) -> RaggedTensor {
  let width = tape.shape(of: x.steps).width
  let layout = tape.layout(of: x.sequences)
  tape.expectRows(of: x, "add positions")
  let elements = tape.values(of: table).count
  tape.expect(
    elements >= layout.longest * width, "add positions",
    expected:
      "sequences of at most \(elements / max(width, 1)) rows of width \(width), as many as there are positions",
    got: "one of \(layout.longest)")
  let y = tape.makeTensor(
    tape.shape(of: x.steps),
    requiresGradient: tape.requiresGradient(x.steps) || tape.requiresGradient(table))
  let (source, target) = (tape.values(of: x.steps), tape.values(of: y))
  let (offsets, positions) = (tape.indices(layout.offsets), tape.values(of: table))
  for i in 0..<layout.count {
    let rows = Int(offsets[i]) * width..<Int(offsets[i + 1]) * width
    tape.engine.add(source[rows], positions[0..<rows.count], into: target[rows])
  }
  tape.record(Positions(x: x.steps, y: y, table: table, offsets: layout.offsets, width: width))
  return RaggedTensor(steps: y, sequences: x.sequences)
}

/// Sines and cosines of the position, of wavelengths from 2π to 10,000·2π (Vaswani et al. 2017, arXiv:1706.03762): element
/// 2i of row t is sin(t·ω) and element 2i + 1 is cos(t·ω), where ω = 10000^(−2i / width).
///
/// **Shapes.** [rows, width], without gradient.
/// **Numerics.** Each row is the one before turned by ω, in double precision: good to a unit in the last place of a float for
/// millions of rows, and without a sine for every element.
///
/// - Complexity: O(rows · width); allocates nothing.
public func sinusoids(rows: Int, width: Int, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(Shape(rows, width), requiresGradient: false)
  let values = tape.values(of: y)
  for column in stride(from: 0, to: width, by: 2) {
    let frequency = pow(10_000, -Double(column) / Double(width))
    let (turnSine, turnCosine) = (sin(frequency), cos(frequency))
    var (sine, cosine) = (0.0, 1.0)
    for row in 0..<rows {
      values[row * width + column] = Float(sine)
      if column + 1 < width { values[row * width + column + 1] = Float(cosine) }
      (sine, cosine) = (sine * turnCosine + cosine * turnSine, cosine * turnCosine - sine * turnSine)
    }
  }
  return y
}

private struct Positions: TapeOperation {
  static let name: StaticString = "positions"
  let x: Tensor
  let y: Tensor
  let table: Weight
  let offsets: IndexRange
  let width: Int

  var inputs: TensorList {
    switch table {
    case .parameter: TensorList(x)
    case .tensor(let tensor): TensorList(x, tensor)
    }
  }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    tape.contribute(dy, to: x)
    guard tape.requiresGradient(table), let gradient = tape.contribution(to: table)?.zeroed() else { return }
    let offsets = tape.indices(offsets)
    for i in 1..<max(offsets.count, 1) {
      let rows = Int(offsets[i - 1]) * width..<Int(offsets[i]) * width
      tape.engine.accumulate(dy[rows], onto: gradient[0..<rows.count])
    }
  }
}
