import KernelInterface

/// The operands of one product, checked.
struct ProductShape: @unchecked Sendable {
  let a: Matrix
  let b: Floats
  let bRowStride: Int
  let bColumnStride: Int
  /// Zero if the second operand is not packed.
  let panelStride: Int
  /// The panels of a second operand of whole numbers, whose scales are `b`.
  let pairs: Elements<Int32>?
  let c: Matrix
  let accumulate: Bool
  let bias: Floats?

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
      a, b.floats, bRowStride: 0, bColumnStride: 0, panelStride: b.panelStride, c, accumulate, bias, b.pairs)
    expect(
      pairs == nil || a.columnStride == 1 || a.columns <= 1, "Engine.multiply",
      expected: "adjacent columns on the left of a matrix of whole numbers",
      got: "a stride of \(a.columnStride)")
  }

  private init(
    _ a: Matrix, _ b: Floats, bRowStride: Int, bColumnStride: Int, panelStride: Int, _ c: Matrix,
    _ accumulate: Bool, _ bias: Floats?, _ pairs: Elements<Int32>? = nil
  ) {
    expect(
      (c.columnStride == 1 || c.columns <= 1) && (c.rowStride >= c.columns || c.rows <= 1), "Engine.multiply",
      expected: "a result with adjacent columns, or adjacent rows, and rows that do not overlap",
      got: "[\(c.rows), \(c.columns)] with strides \(c.rowStride) and \(c.columnStride)")
    expect(
      bias == nil || !accumulate, "Engine.multiply", expected: "a bias or an old result to add to",
      got: "both")
    expect(
      bias == nil || bias!.count == c.columns, "Engine.multiply",
      expected: "a bias for each of the \(c.columns) columns of the result", got: "\(bias?.count ?? 0)")
    self.a = a
    self.b = b
    self.bRowStride = bRowStride
    self.bColumnStride = bColumnStride
    self.panelStride = panelStride
    self.pairs = pairs
    self.c = c
    self.accumulate = accumulate
    self.bias = bias
  }

  /// The product over a part of the depth, added to what came before it or put into `sums`.
  ///
  /// - Precondition: the second operand is not packed.
  func over(_ depth: Range<Int>, into sums: Matrix?) -> ProductShape {
    let isLater = depth.lowerBound > 0
    return ProductShape(
      a[columns: depth], b[min(depth.lowerBound * bRowStride, b.count)..<b.count], bRowStride: bRowStride,
      bColumnStride: bColumnStride, panelStride: 0, sums ?? c, sums == nil && (accumulate || isLater),
      sums == nil && !isLater ? bias : nil)
  }

  /// The task for some rows and columns of the result. In a packed operand the columns start with a panel.
  @unsafe
  func task(
    rows: Range<Int>, columns: Range<Int>, scratch: Target, _ kernels: ProductKernels
  ) -> ProductTask {
    let firstColumn = columns.lowerBound
    let bOffset =
      panelStride > 0 ? firstColumn / kernels.panelWidth * panelStride : firstColumn * bColumnStride
    let startRowStride = accumulate ? c.rowStride : 0
    var start: Source? = nil
    if let floats = accumulate ? c.floats : bias {
      unsafe start = floats.source + (rows.lowerBound * startRowStride + firstColumn)
    }
    var task = unsafe ProductTask(
      a: a.floats.source + rows.lowerBound * a.rowStride, aRowStride: a.rowStride,
      aColumnStride: a.columnStride, b: b.source + bOffset, bRowStride: bRowStride,
      bColumnStride: bColumnStride, panelStride: panelStride, rows: rows.count, columns: columns.count,
      depth: depth, c: c.floats.pointer + (rows.lowerBound * c.rowStride + firstColumn),
      cRowStride: c.rowStride, start: start, startRowStride: startRowStride, scratch: scratch)
    unsafe task.slabFloats = Processor.slabFloats
    return unsafe task
  }

  /// The same for a second operand of whole numbers.
  @unsafe
  func task(
    _ pairs: Elements<Int32>, rows: Range<Int>, columns: Range<Int>, scratch: Target,
    _ kernels: ByteProductKernels
  ) -> ByteProductTask {
    let first = columns.lowerBound
    let startRowStride = accumulate ? c.rowStride : 0
    var start: Source? = nil
    if let floats = accumulate ? c.floats : bias {
      unsafe start = floats.source + (rows.lowerBound * startRowStride + first)
    }
    return unsafe ByteProductTask(
      a: a.floats.source + rows.lowerBound * a.rowStride, aRowStride: a.rowStride,
      b: pairs.source + first / kernels.panelWidth * panelStride / 2, panelStride: panelStride / 2,
      scales: b.source + first, rows: rows.count, columns: columns.count, depth: depth,
      c: c.floats.pointer + (rows.lowerBound * c.rowStride + first), cRowStride: c.rowStride, start: start,
      startRowStride: startRowStride, scratch: scratch)
  }
}
