import SluiceCore

/// A weight matrix whose rows have given lengths: `w_i = length_i · v_i / ‖v_i‖`.
///
/// **Shapes.** `directions` (v) [rows, columns], `lengths` [rows], w [rows, columns].
/// **Source.** Weight normalization, Salimans and Kingma 2016, equation 2, by row as in PyTorch.
/// **Backward.** dlength_i = dw_i · v_i / ‖v_i‖, dv_i = length_i / ‖v_i‖ · (dw_i − dlength_i · v_i / ‖v_i‖).
///
/// **Edges.** A row of zeros gives not-a-number. Directions of any other finite length, above the largest float too, are
/// the ones they point in.
///
/// - Complexity: O(elements) each way; allocates nothing.
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
    scaleRow(
      tape.values(of: directions)[row], to: tape.values(of: lengths)[i], from: tape.floats(norms)[i],
      into: values[row], tape.engine)
  }
  tape.record(NormalizedRows(directions: directions, lengths: lengths, norms: norms, y: y, columns: columns))
  return y
}

/// The length of each row: the root of the sum of its squares.
func rowLengths(of matrix: Floats, into lengths: Floats) {
  let columns = matrix.count / max(lengths.count, 1)
  for i in 0..<lengths.count { lengths[i] = Float(rowLength(of: matrix[i * columns..<(i + 1) * columns])) }
}

/// The length of one row.
func rowLength(of row: Floats) -> Double {
  var squares = 0.0
  for i in 0..<row.count { squares += Double(row[i]) * Double(row[i]) }
  return squares.squareRoot()
}

/// The row times length / norm, where norm is its length in single precision.
private func scaleRow(
  _ row: Floats, to length: Float, from norm: Float, into target: Floats, _ engine: Engine
) {
  if isOrdinary(norm: norm) { return engine.scale(row, by: length / norm, into: target) }
  let exact = rowLength(of: row)
  for i in 0..<row.count { target[i] = Float(Double(row[i]) / exact * Double(length)) }
}

/// Whether what a row of that norm is multiplied by, or multiplied twice, is a float that has not lost its digits.
func isOrdinary(norm: Float) -> Bool { norm > 1e-18 && norm < 1e18 }

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
      if !isOrdinary(norm: norms[i]) {
        goBack(i, dy[row], v[row], lengths[i], dLengths, dDirections, from: row.lowerBound)
        continue
      }
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

  /// The same for a row whose norm, or its inverse, is no ordinary float: in double precision.
  private func goBack(
    _ i: Int, _ dy: Floats, _ v: Floats, _ wanted: Float, _ dLengths: Contribution?,
    _ dDirections: Contribution?,
    from first: Int
  ) {
    let norm = rowLength(of: v)
    var slope = 0.0
    for k in 0..<v.count { slope += Double(dy[k]) * (Double(v[k]) / norm) }
    dLengths?.add(Float(slope), at: i)
    guard let dDirections else { return }
    for k in 0..<v.count {
      let direction = Double(v[k]) / norm
      dDirections.add(Float(Double(wanted) / norm * (Double(dy[k]) - slope * direction)), at: first + k)
    }
  }
}
