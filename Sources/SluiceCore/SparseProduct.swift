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
  /// The elements looked at before all others, and how many of them must be zero.
  private static let samples = 64
  private static let leastZeros = 20
  /// The share of all elements that are not zero beyond which the whole product may be as fast.
  private static let mostNonzero = 0.625
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
    if shape.columns >= kernels.stripWidth && Self.hasManyZeros(shape.a) {
      self.init(
        a: shape.a, b: second, c: shape.c, accumulate: shape.accumulate, bias: shape.bias,
        isTransposed: false)
    } else if shape.bias == nil && shape.rows >= kernels.stripWidth && Self.hasManyZeros(second) {
      self.init(
        a: second.transposed, b: shape.a.transposed, c: shape.c.transposed, accumulate: shape.accumulate,
        bias: nil, isTransposed: true)
    } else {
      return nil
    }
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

  /// Whether enough of a few elements, spread over the matrix, are zero.
  private static func hasManyZeros(_ matrix: Matrix) -> Bool {
    var zeros = 0
    for i in 0..<samples {
      let column = (i &* 0x9E37_79B1 & 0xFFFF_FFFF) % matrix.columns
      if matrix[i * matrix.rows / samples, column] == 0 { zeros += 1 }
    }
    return zeros >= leastZeros
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

  func isWorthIt(nonzero: Int) -> Bool {
    Double(nonzero) <= Self.mostNonzero * Double(a.rows * a.columns)
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

extension Engine {
  /// Computes a product without the zeros of its first operand, some rows at a time.
  func run(_ product: SparseProduct) {
    let piece = sparseScratch.take()
    var first = 0
    while first < product.a.rows {
      let rows = first..<min(first + product.groupRows, product.a.rows)
      unsafe SparseJob(engine: self, product: product[rows: rows], memory: sparseScratch.address(piece)).run()
      first = rows.upperBound
    }
    sparseScratch.giveBack(piece)
  }
}

/// A sparse product of which all rows are compressed at once.
@safe
private struct SparseJob: @unchecked Sendable {
  let engine: Engine
  let product: SparseProduct
  let rows: SparseRows

  @unsafe
  init(engine: Engine, product: SparseProduct, memory: Target) {
    self.engine = engine
    self.product = product
    unsafe rows = product.compressed(in: memory, engine.kernels.product.sparse)
  }

  private var kernels: SparseProductKernels { engine.kernels.product.sparse }

  func run() {
    engine.workers.run(engine.workers.count, self) { job, part in job.compress(part) }
    guard product.isWorthIt(nonzero: nonzeroCount) else { return engine.runWhole(product.whole) }
    let strips = (product.b.columns + kernels.stripWidth - 1) / kernels.stripWidth
    engine.workers.run(strips, self) { job, strip in job.multiply(strip) }
  }

  private func compress(_ part: Int) {
    let a = product.a
    let parts = engine.workers.count
    unsafe kernels.compress(
      a.floats.source, a.rowStride, a.columnStride, a.rows * part / parts..<a.rows * (part + 1) / parts, rows)
  }

  private var nonzeroCount: Int {
    let pieces = rows.pieces
    var count = 0
    for row in 0..<product.a.rows { unsafe count += Int(rows.ends[row * pieces + pieces - 1]) }
    return count
  }

  private func multiply(_ strip: Int) {
    let first = strip * kernels.stripWidth
    let columns = first..<min(first + kernels.stripWidth, product.b.columns)
    let piece = engine.productScratch.take()
    unsafe kernels.multiply(
      product.task(rows, columns: columns, scratch: engine.productScratch.address(piece)))
    engine.productScratch.giveBack(piece)
  }
}
