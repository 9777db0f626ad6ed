import KernelInterface

/// The operands of one product, checked.
@safe
struct ProductShape: @unchecked Sendable {
  let a: Matrix
  let b: Floats
  let bRowStride: Int
  let bColumnStride: Int
  /// Zero if the second operand is not packed.
  let panelStride: Int
  let c: Matrix
  let start: Floats?
  let startRowStride: Int

  var rows: Int { c.rows }
  var columns: Int { c.columns }
  var depth: Int { a.columns }

  init(_ a: Matrix, _ b: Matrix, _ c: Matrix, _ accumulate: Bool, _ bias: Floats?) {
    self.init(
      a, b.floats, bRowStride: b.rowStride, bColumnStride: b.columnStride, panelStride: 0, c, accumulate, bias
    )
  }

  init(_ a: Matrix, _ b: PackedMatrix, _ c: Matrix, _ accumulate: Bool, _ bias: Floats?) {
    self.init(
      a, b.floats, bRowStride: 0, bColumnStride: 0, panelStride: b.panelStride, c, accumulate, bias)
  }

  private init(
    _ a: Matrix, _ b: Floats, bRowStride: Int, bColumnStride: Int, panelStride: Int, _ c: Matrix,
    _ accumulate: Bool, _ bias: Floats?
  ) {
    precondition(
      (c.columnStride == 1 || c.columns <= 1) && (c.rowStride >= c.columns || c.rows <= 1),
      "The result of a product needs adjacent columns, or adjacent rows, and rows that do not overlap.")
    precondition(bias == nil || !accumulate, "A product adds to the old result or to a bias, not to both.")
    precondition(
      bias == nil || bias!.count == c.columns, "A bias has one element for each column of the result.")
    self.a = a
    self.b = b
    self.bRowStride = bRowStride
    self.bColumnStride = bColumnStride
    self.panelStride = panelStride
    self.c = c
    start = accumulate ? c.floats : bias
    startRowStride = accumulate ? c.rowStride : 0
  }

  /// The task for some rows and columns of the result. In a packed operand the columns start with a panel.
  @unsafe
  func task(
    rows: Range<Int>, columns: Range<Int>, scratch: Target, _ kernels: ProductKernels
  ) -> ProductTask {
    let firstColumn = columns.lowerBound
    let bOffset =
      panelStride > 0 ? firstColumn / kernels.panelWidth * panelStride : firstColumn * bColumnStride
    var startAddress: Source? = nil
    if let start {
      unsafe startAddress = start.source + (rows.lowerBound * startRowStride + firstColumn)
    }
    return unsafe ProductTask(
      a: a.floats.source + rows.lowerBound * a.rowStride, aRowStride: a.rowStride,
      aColumnStride: a.columnStride, b: b.source + bOffset, bRowStride: bRowStride,
      bColumnStride: bColumnStride, panelStride: panelStride, rows: rows.count, columns: columns.count,
      depth: depth, c: c.floats.pointer + (rows.lowerBound * c.rowStride + firstColumn),
      cRowStride: c.rowStride, start: startAddress, startRowStride: startRowStride, scratch: scratch)
  }
}

/// How a product is cut into parts: a grid of about equal pieces of the result.
///
/// Every part sums over the whole depth and packs what it needs, so no part waits for another.
struct ProductGrid: Sendable {
  let rowParts: Int
  let columnParts: Int
  /// The columns of every part but the last are a multiple of this: panels are not cut.
  let columnUnit: Int

  static let whole = ProductGrid(rowParts: 1, columnParts: 1, columnUnit: 1)

  var parts: Int { rowParts * columnParts }

  /// Below this much work, in products, a part is not worth handing over: a few microseconds.
  private static let leastWork = 300_000
  /// From this much work a thread on, more parts than threads even out what else the machine does.
  private static let muchWork = 16_000_000

  private init(rowParts: Int, columnParts: Int, columnUnit: Int) {
    self.rowParts = rowParts
    self.columnParts = columnParts
    self.columnUnit = columnUnit
  }

  init(_ shape: ProductShape, threads: Int, _ kernels: ProductKernels) {
    // To read an element of B takes as long as some products, to pack a transposed one as long as more.
    let bRead = shape.panelStride > 0 || shape.bColumnStride == 1 ? 4 : 8
    let work = (shape.rows + bRead) * shape.columns * shape.depth
    let wanted =
      work >= threads * Self.muchWork ? 4 * threads : min(threads, work / Self.leastWork)
    guard wanted > 1 else {
      self = .whole
      return
    }
    let width = kernels.panelWidth
    let panels = (shape.columns + width - 1) / width
    // Costs in products per step of the depth. Packing is done anew by each part that needs the same rows
    // or columns.
    let aCost = 8
    let bCost = shape.panelStride > 0 ? 0 : bRead
    var best = (rowParts: 1, columnParts: 1, cost: Int.max)
    var rowParts = 1
    while rowParts <= min(wanted, shape.rows) {
      let columnParts = min(wanted / rowParts, panels)
      let rows = (shape.rows + rowParts - 1) / rowParts
      let columns = (panels + columnParts - 1) / columnParts * width
      let tiles = (rows + kernels.tileRows - 1) / kernels.tileRows
      let each = (rows + tiles) * columns + rows * aCost + columns * bCost
      // The parts run in rounds, one part for each thread at a time.
      let cost = each * ((rowParts * columnParts + threads - 1) / threads)
      if cost < best.cost { best = (rowParts, columnParts, cost) }
      rowParts += 1
    }
    self.init(
      rowParts: best.rowParts, columnParts: best.columnParts, columnUnit: width)
  }

  func rows(of part: Int, in shape: ProductShape) -> Range<Int> {
    Self.cut(shape.rows, part / columnParts, of: rowParts, unit: 1)
  }

  func columns(of part: Int, in shape: ProductShape) -> Range<Int> {
    Self.cut(shape.columns, part % columnParts, of: columnParts, unit: columnUnit)
  }

  private static func cut(_ count: Int, _ part: Int, of parts: Int, unit: Int) -> Range<Int> {
    let units = (count + unit - 1) / unit
    return min(units * part / parts * unit, count)..<min(units * (part + 1) / parts * unit, count)
  }
}
