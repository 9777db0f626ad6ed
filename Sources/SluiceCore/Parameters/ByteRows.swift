/// A matrix of bytes with a scale for each row: element (r, c) is `bytes[r * columns + c] * scales[r]`. Weights of a model in use, in
/// a quarter of the memory.
///
/// The scale of a row is its largest magnitude divided by 127, so a number is off by at most half a scale.
package struct ByteRows: Sendable {
  /// The whole numbers from -127 to 127, row after row.
  package let bytes: Elements<Int8>
  /// What the numbers of each row are multiplied with.
  package let scales: Floats
  /// The rows of the matrix.
  package let rows: Int
  /// The columns of the matrix.
  package let columns: Int

  /// - Precondition: there are as many bytes as rows times columns, and a scale for each row.
  package init(_ bytes: Elements<Int8>, scales: Floats, rows: Int, columns: Int) {
    expect(
      bytes.count == rows * columns && scales.count == rows, "ByteRows",
      expected: "\(rows * columns) bytes and \(rows) scales", got: "\(bytes.count) and \(scales.count)")
    self.bytes = bytes
    self.scales = scales
    self.rows = rows
    self.columns = columns
  }

  /// The floats that the bytes stand for.
  package func copy(into floats: Floats) {
    for row in 0..<rows { copy(row: row, into: floats[row * columns..<(row + 1) * columns]) }
  }

  /// The floats of one row.
  func copy(row: Int, into floats: Floats) {
    let (source, scale) = (bytes[row * columns..<(row + 1) * columns], scales[row])
    for i in 0..<columns { floats[i] = Float(source[i]) * scale }
  }

  /// The rows of a range as the columns of a packed matrix: [columns, range].
  func packed(_ range: Range<Int>, panelWidth: Int) -> PackedMatrix {
    let panels = (range.count + panelWidth - 1) / panelWidth
    let count = panels * panelWidth * max(columns, 1)
    // Behind the last column of the last panel are zeros, as the memory begins.
    let target = Arena<Int8>(capacity: count, named: "packed bytes")[0..<count]
    for row in range {
      let place = row - range.lowerBound
      let first = place / panelWidth * panelWidth * columns + place % panelWidth
      let source = bytes[row * columns..<(row + 1) * columns]
      for k in 0..<columns { target[first + k * panelWidth] = source[k] }
    }
    return PackedMatrix(target, scales: scales[range], rows: columns, panelWidth: panelWidth)
  }
}

extension ByteRows {
  /// The whole numbers and the scale of a row of finite floats.
  ///
  /// A row of zeros has the scale 1; one whose largest magnitude is so small that a 127th of it would be zero has the smallest
  /// scale there is, and one at the end of the range a scale of which 127 are still finite.
  package static func rounded(_ row: Floats, into bytes: inout [Int8]) -> Float {
    var largest: Float = 0
    for i in 0..<row.count { largest = max(largest, row[i].magnitude) }
    var scale: Float = 1
    if largest > 0 {
      scale = max(largest / 127, .leastNonzeroMagnitude)
      if !(scale * 127).isFinite { scale = scale.nextDown }
    }
    for i in 0..<row.count {
      bytes.append(Int8(min(max((row[i] / scale).rounded(.toNearestOrEven), -127), 127)))
    }
    return scale
  }
}
