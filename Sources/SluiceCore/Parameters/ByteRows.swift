import KernelInterface

/// A matrix of bytes with a scale for each row, or for some short rows together: element (r, c) is
/// `bytes[r * columns + c] * scales[r / rowsOfScale]`. Weights of a model in use, in a quarter of the memory.
///
/// The scale of a row is its largest magnitude divided by 127, so a number is off by at most half a scale.
package struct ByteRows: Sendable {
  /// The whole numbers from -127 to 127, row after row.
  package let bytes: Elements<Int8>
  /// What the numbers of each row, or of some, are multiplied with.
  package let scales: Floats
  /// The rows that share a scale, each with those beside it.
  package let rowsOfScale: Int
  /// The rows of the matrix.
  package let rows: Int
  /// The columns of the matrix.
  package let columns: Int

  /// - Precondition: there are as many bytes as rows times columns, and a scale for each row or so many of them.
  package init(_ bytes: Elements<Int8>, scales: Floats, rows: Int, columns: Int, rowsOfScale: Int = 1) {
    let count = (rows + rowsOfScale - 1) / rowsOfScale
    expect(
      bytes.count == rows * columns && scales.count == count, "ByteRows",
      expected: "\(rows * columns) bytes and \(count) scales", got: "\(bytes.count) and \(scales.count)")
    self.rowsOfScale = rowsOfScale
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
    let (source, scale) = (bytes[row * columns..<(row + 1) * columns], scales[row / rowsOfScale])
    expect(floats.count == columns, "ByteRows.copy", expected: "\(columns) floats", got: "\(floats.count)")
    let (from, to) = unsafe (source.source, floats.pointer)
    for i in 0..<columns { unsafe to[i] = Float(from[i]) * scale }
  }

  /// Some rows as the columns of a packed matrix, in their order: [columns, rows].
  func packed(_ ranges: [Range<Int>], panelWidth: Int) -> PackedMatrix {
    let order = ranges.flatMap { Array($0) }
    let panels = (order.count + panelWidth - 1) / panelWidth
    let half = panelWidth / 2
    let count = panels * half * max(columns, 1)
    // Behind the last column of the last panel are zeros, as the memory begins.
    let target = Arena<Int32>(capacity: count, named: "packed bytes")[0..<count]
    let factors = Arena<Float>(capacity: max(order.count, 1), named: "scales")[0..<order.count]
    for (place, row) in order.enumerated() {
      factors[place] = scales[row / rowsOfScale]
      let (panel, column) = place.quotientAndRemainder(dividingBy: panelWidth)
      let first = panel * half * columns + column % half
      let source = bytes[row * columns..<(row + 1) * columns]
      for k in 0..<columns {
        target[first + k * half] |=
          column < half ? ByteProductKernels.pair(source[k], 0) : ByteProductKernels.pair(0, source[k])
      }
    }
    return PackedMatrix(target, scales: factors, rows: columns, panelWidth: panelWidth)
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
