import KernelInterface

/// A product computed without the zeros of one operand, of which there are many after dropout or ReLU.
///
/// Zeros add nothing to the sums, and the rest is added in the usual order, so the result has the bits of the whole
/// product: whether they are left out is a matter of speed alone. The operand with the zeros is the first here. Where
/// it was the second, this is the transposed product.
struct SparseProduct: Sendable {
  let a: Matrix
  let b: Matrix
  let c: Matrix
  let accumulate: Bool
  let bias: Floats?
  /// Whether this is the transposed product, whose result has adjacent rows.
  let isTransposed: Bool

  /// The least work, in products, for which it pays to look for zeros.
  private static let leastWork = 4_000_000
  /// The elements looked at before all others, and after how many without a zero that is enough.
  private static let samples = 128
  private static let firstSamples = 16
  /// The most elements that are compressed at a time.
  private static let mostElements = 1 << 18
  /// The floats of memory for that: values, offsets, and the ends of pieces, which are longer than eight.
  static let floatCount = 2 * mostElements + mostElements / 8

  /// Nil where neither operand seems to have zeros enough.
  init?(_ shape: ProductShape, _ kernels: SparseProductKernels) {
    guard shape.panelStride == 0, shape.depth >= 32, shape.depth <= Self.mostElements,
      shape.rows * shape.columns * shape.depth >= Self.leastWork
    else { return nil }
    let second = Matrix(
      shape.b, rows: shape.depth, columns: shape.columns, rowStride: shape.bRowStride,
      columnStride: shape.bColumnStride)
    let plain = SparseProduct(
      a: shape.a, b: second, c: shape.c, accumulate: shape.accumulate, bias: shape.bias, isTransposed: false)
    if SparseStrips(plain, kernels).areWorthIt(nonzero: plain.sampledShare) {
      self = plain
      return
    }
    // A bias is added to columns, which are rows of the transposed product.
    guard shape.bias == nil else { return nil }
    self.init(
      a: second.transposed, b: shape.a.transposed, c: shape.c.transposed, accumulate: shape.accumulate,
      bias: nil, isTransposed: true)
    if !SparseStrips(self, kernels).areWorthIt(nonzero: sampledShare) { return nil }
  }

  private init(
    a: Matrix, b: Matrix, c: Matrix, accumulate: Bool, bias: Floats?, isTransposed: Bool
  ) {
    self.a = a
    self.b = b
    self.c = c
    self.accumulate = accumulate
    self.bias = bias
    self.isTransposed = isTransposed
  }

  /// The share of elements that are not zero among a few, spread over the matrix.
  private var sampledShare: Double {
    var nonzero = 0
    for i in 0..<Self.samples {
      // An odd factor lets the first few, too, lie all over the rows.
      let row = i * 37 % Self.samples * a.rows / Self.samples
      let column = (i &* 0x9E37_79B1 & 0xFFFF_FFFF) % a.columns
      if a[row, column] != 0 { nonzero += 1 }
      if i + 1 == Self.firstSamples && nonzero == Self.firstSamples { return 1 }
    }
    return Double(nonzero) / Double(Self.samples)
  }

  /// The rows of A that are compressed at a time.
  var groupRows: Int { Self.mostElements / a.columns }

  /// The part of the product for some rows of A.
  subscript(rows range: Range<Int>) -> SparseProduct {
    SparseProduct(
      a: a[rows: range], b: b, c: c[rows: range], accumulate: accumulate, bias: bias,
      isTransposed: isTransposed)
  }

  /// The product with all zeros.
  var whole: ProductShape {
    isTransposed
      ? ProductShape(b.transposed, a.transposed, c.transposed, accumulate, nil)
      : ProductShape(a, b, c, accumulate, bias)
  }

  /// Where the compressed rows lie in `memory`.
  @unsafe
  func compressed(in memory: Target, _ kernels: SparseProductKernels) -> SparseRows {
    let most = Self.mostElements
    return unsafe SparseRows(
      values: memory,
      offsets: UnsafeMutableRawPointer(memory + most).assumingMemoryBound(to: UInt32.self),
      ends: UnsafeMutableRawPointer(memory + 2 * most).assumingMemoryBound(to: Int32.self),
      rows: a.rows, depth: a.columns, longestPiece: kernels.longestPiece)
  }

  /// The task for some columns of the result.
  @unsafe
  func task(_ rows: SparseRows, columns: Range<Int>, scratch: Target) -> SparseProductTask {
    let step = isTransposed ? c.columnStride : c.rowStride
    let first = columns.lowerBound
    let offset = first * c.columnStride
    var start: Source? = nil
    if let floats = accumulate ? c.floats : bias { unsafe start = floats.source + offset }
    let product = unsafe ProductTask(
      a: a.floats.source, aRowStride: a.rowStride, aColumnStride: a.columnStride,
      b: b.floats.source + first * b.columnStride, bRowStride: b.rowStride, bColumnStride: b.columnStride,
      panelStride: 0, rows: a.rows, columns: columns.count, depth: a.columns, c: c.floats.pointer + offset,
      cRowStride: step, start: start, startRowStride: accumulate ? step : 0, scratch: scratch)
    return unsafe SparseProductTask(rows: rows, product: product, isTransposed: isTransposed)
  }
}
