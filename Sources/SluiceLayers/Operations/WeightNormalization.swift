import SluiceCore

/// A weight matrix whose rows have given lengths: `w_i = length_i · v_i / ‖v_i‖`.
///
/// **Shapes.** `directions` (v) [rows, columns], `lengths` [rows], w [rows, columns].
/// **Source.** Weight normalisation, Salimans and Kingma 2016, equation 2, by row as in PyTorch.
/// **Backward.** dlength_i = dw_i · v_i / ‖v_i‖, dv_i = length_i / ‖v_i‖ · (dw_i − dlength_i · v_i / ‖v_i‖).
///
/// - Complexity: O(elements) each way; allocates nothing. A row of zeros gives not-a-number.
public func normalizedRows(
  _ directions: ParameterHandle, lengths: ParameterHandle, _ tape: inout Tape
) -> Tensor {
  let rows = tape.values(of: lengths).count
  tape.expect(
    rows > 0 && tape.values(of: directions).count % rows == 0, "weight normalization",
    expected: "one length for each row of \(tape.shape(of: directions))", got: "\(rows)")
  let columns = tape.values(of: directions).count / rows
  let y = tape.makeTensor(
    Shape(rows, columns),
    requiresGradient: tape.requiresGradient(directions) || tape.requiresGradient(lengths))
  let norms = tape.makeWorkspace(rows)
  rowLengths(of: tape.values(of: directions), into: tape.floats(norms))
  let values = tape.values(of: y)
  for i in 0..<rows {
    let row = i * columns..<(i + 1) * columns
    tape.engine.scale(
      tape.values(of: directions)[row], by: tape.values(of: lengths)[i] / tape.floats(norms)[i],
      into: values[row])
  }
  tape.record(NormalizedRows(directions: directions, lengths: lengths, norms: norms, y: y, columns: columns))
  return y
}

/// The length of each row: the root of the sum of its squares.
func rowLengths(of matrix: Floats, into lengths: Floats) {
  let columns = matrix.count / max(lengths.count, 1)
  for i in 0..<lengths.count {
    var squares = 0.0
    for j in i * columns..<(i + 1) * columns { squares += Double(matrix[j]) * Double(matrix[j]) }
    lengths[i] = Float(squares.squareRoot())
  }
}

private struct NormalizedRows: TapeOperation {
  static let name: StaticString = "normalized rows"
  let directions: ParameterHandle
  let lengths: ParameterHandle
  let norms: Workspace
  let y: Tensor
  let columns: Int

  var inputs: TensorList { TensorList() }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    let engine = tape.engine
    let norms = tape.floats(norms)
    let v = tape.values(of: directions)
    let lengths = tape.values(of: lengths)
    let dLengths = tape.contribution(to: self.lengths)
    let dDirections = tape.contribution(to: directions)
    for i in 0..<norms.count {
      let row = i * columns..<(i + 1) * columns
      let slope = Float(engine.dot(dy[row], v[row])) / norms[i]
      dLengths?.add(slope, at: i)
      guard let dDirections else { continue }
      let factor = lengths[i] / norms[i]
      let target = dDirections.floats[row]
      if dDirections.accumulate {
        engine.accumulate(dy[row], scaledBy: factor, onto: target)
      } else {
        engine.scale(dy[row], by: factor, into: target)
      }
      engine.accumulate(v[row], scaledBy: -factor * slope / norms[i], onto: target)
    }
  }
}
