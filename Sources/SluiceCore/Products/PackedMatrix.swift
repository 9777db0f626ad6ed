import KernelInterface

/// The second operand of a product, rearranged for the kernels: panels of columns, row after row.
///
/// Packing costs about as much as multiplying with a few rows. It pays where one matrix meets many others: a
/// recurrent net packs its weights once a step and multiplies with them at every time step.
///
/// The floats are the caller's, and the view keeps their memory. Weights of a model in use may be whole numbers of a byte
/// instead, with a scale for each column: packed they take two bytes each (`ByteProductTask`). What they hold depends on the instruction set of the
/// engine, so they are no format to store.
public struct PackedMatrix: Sendable {
  /// The rows of the matrix that was packed.
  public let rows: Int
  /// The columns of the matrix that was packed.
  public let columns: Int
  /// The panels; of a matrix of whole numbers the scale of each column.
  let floats: Floats
  /// The panels of a matrix of whole numbers, two in a word.
  let pairs: Elements<Int32>?
  let panelWidth: Int

  /// The floats from one panel to the next. Never zero, which would mean an operand that is not packed.
  var panelStride: Int { max(rows, 1) * panelWidth }

  init(_ floats: Floats, rows: Int, columns: Int, panelWidth: Int) {
    self.rows = rows
    self.columns = columns
    self.floats = floats
    pairs = nil
    self.panelWidth = panelWidth
  }

  /// A matrix of whole numbers with a scale for each of its columns.
  init(_ pairs: Elements<Int32>, scales: Floats, rows: Int, panelWidth: Int) {
    self.rows = rows
    columns = scales.count
    floats = scales
    self.pairs = pairs
    self.panelWidth = panelWidth
  }

  /// The same matrix, kept by whoever keeps this one; see `Elements.borrowed`.
  @unsafe
  package var borrowed: PackedMatrix {
    if let pairs {
      return unsafe PackedMatrix(pairs.borrowed, scales: floats.borrowed, rows: rows, panelWidth: panelWidth)
    }
    return unsafe PackedMatrix(floats.borrowed, rows: rows, columns: columns, panelWidth: panelWidth)
  }

  /// The panels that hold the columns, each counted once.
  public var panels: Int { (columns + panelWidth - 1) / panelWidth }

  /// The given columns, the first of which starts a panel.
  public subscript(columns range: Range<Int>) -> PackedMatrix {
    expect(
      range.lowerBound >= 0 && range.upperBound <= columns && range.lowerBound % panelWidth == 0,
      "PackedMatrix",
      expected: "a range of its \(columns) columns that starts at a multiple of \(panelWidth)",
      got: "\(range)")
    let first = range.lowerBound / panelWidth * panelStride
    if let pairs {
      return PackedMatrix(
        pairs[min(first / 2, pairs.count)..<pairs.count], scales: floats[range], rows: rows,
        panelWidth: panelWidth)
    }
    return PackedMatrix(
      floats[min(first, floats.count)..<floats.count], rows: rows, columns: range.count,
      panelWidth: panelWidth)
  }
}

extension Engine {
  /// The floats that a packed matrix of these counts needs.
  public func packedCount(rows: Int, columns: Int) -> Int {
    expect(
      rows >= 0 && columns >= 0, "Engine.packedCount", expected: "counts of at least 0",
      got: "[\(rows), \(columns)]")
    let width = kernels.product.panelWidth
    return (columns + width - 1) / width * width * max(rows, 1)
  }

  /// A view of `floats` as a packed matrix, to be filled by `pack`.
  ///
  /// - Precondition: `floats` has at least `packedCount(rows:columns:)` floats.
  public func packedMatrix(in floats: Floats, rows: Int, columns: Int) -> PackedMatrix {
    expect(
      floats.count >= packedCount(rows: rows, columns: columns), "Engine.packedMatrix",
      expected:
        "\(packedCount(rows: rows, columns: columns)) floats for [\(rows), \(columns)], by packedCount(rows:columns:)",
      got: "\(floats.count)")
    return PackedMatrix(floats, rows: rows, columns: columns, panelWidth: kernels.product.panelWidth)
  }

  /// Packs all of `matrix`, on all threads.
  ///
  /// - Precondition: the counts of rows and columns agree.
  /// - Complexity: O(rows · columns); allocates nothing.
  public func pack(_ matrix: Matrix, into packed: PackedMatrix) {
    let panels = packed.panels
    let floats = matrix.rows * matrix.columns
    let parts = min(workers.count, panels, floats / 16_384 + 1)
    if parts <= 1 { return pack(matrix, panels: 0..<panels, into: packed) }
    let job = PackJob(engine: self, matrix: matrix, packed: packed, parts: parts)
    workers.run(parts, job) { job, part in
      let panels = job.packed.panels
      job.engine.pack(
        job.matrix, panels: panels * part / job.parts..<panels * (part + 1) / job.parts, into: job.packed)
    }
  }

  /// Packs some panels of `matrix` on the calling thread. Several threads may fill one packed matrix, each
  /// with panels of its own.
  ///
  /// - Parameters:
  ///   - matrix: the whole matrix.
  ///   - panels: which of the `packed.panels` to fill.
  public func pack(_ matrix: Matrix, panels: Range<Int>, into packed: PackedMatrix) {
    packed.check(matrix, kernels)
    expect(
      panels.lowerBound >= 0 && panels.upperBound <= packed.panels, "Engine.pack",
      expected: "panels inside 0..<\(packed.panels)", got: "\(panels)")
    let width = packed.panelWidth
    let first = min(panels.lowerBound * width, matrix.columns)
    let columns = min(panels.upperBound * width, matrix.columns) - first
    guard columns > 0, matrix.rows > 0 else { return }
    unsafe kernels.product.pack(
      PackTask(
        source: matrix.floats.source + first * matrix.columnStride, rowStride: matrix.rowStride,
        columnStride: matrix.columnStride, rows: matrix.rows, columns: columns, step: width, width: width,
        target: packed.floats.pointer + panels.lowerBound * packed.panelStride,
        panelStride: packed.panelStride))
  }

  /// Packs `matrix` as the rows from `row` on of a larger packed matrix, on the calling thread. So operands
  /// that lie apart can be stacked.
  ///
  /// - Precondition: the columns agree and the rows fit.
  public func pack(_ matrix: Matrix, atRow row: Int, into packed: PackedMatrix) {
    expect(
      row >= 0 && row + matrix.rows <= packed.rows && matrix.columns == packed.columns
        && packed.panelWidth == kernels.product.panelWidth, "Engine.pack",
      expected: "rows of \(packed.columns) inside 0..<\(packed.rows), packed by this engine",
      got: "[\(matrix.rows), \(matrix.columns)] at row \(row)")
    guard matrix.columns > 0, matrix.rows > 0 else { return }
    let width = packed.panelWidth
    unsafe kernels.product.pack(
      PackTask(
        source: matrix.floats.source, rowStride: matrix.rowStride, columnStride: matrix.columnStride,
        rows: matrix.rows, columns: matrix.columns, step: width, width: width,
        target: packed.floats.pointer + row * width, panelStride: packed.panelStride))
  }
}

extension PackedMatrix {
  func check(_ matrix: Matrix, _ kernels: KernelTable) {
    expect(
      matrix.rows == rows && matrix.columns == columns, "Engine.pack",
      expected: "a matrix of [\(rows), \(columns)]",
      got: "[\(matrix.rows), \(matrix.columns)]")
    expect(
      panelWidth == kernels.product.panelWidth, "Engine.pack", expected: "a matrix packed by this engine",
      got: "one packed for another instruction set")
  }
}

private struct PackJob: Sendable {
  let engine: Engine
  let matrix: Matrix
  let packed: PackedMatrix
  let parts: Int
}
