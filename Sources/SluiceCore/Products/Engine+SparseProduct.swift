import KernelInterface

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
private struct SparseJob: @unchecked Sendable {
  let engine: Engine
  let product: SparseProduct
  let rows: SparseRows
  let strips: SparseStrips
  let rowParts: Int

  @unsafe
  init(engine: Engine, product: SparseProduct, memory: Target) {
    self.engine = engine
    self.product = product
    let kernels = engine.kernels.sparseProduct
    unsafe rows = product.compressed(in: memory, kernels)
    strips = SparseStrips(product, kernels)
    rowParts = strips.rowParts(rows: product.a.rows, threads: engine.workers.count)
  }

  private var kernels: SparseProductKernels { engine.kernels.sparseProduct }

  func run() {
    engine.workers.run(engine.workers.count, self) { job, part in
      job.compress(job.rows(part, of: job.engine.workers.count))
    }
    let all = product.a.rows * product.a.columns
    guard strips.areWorthIt(nonzero: Double(nonzeroCount) / Double(all)) else {
      return engine.runWhole(product.whole)
    }
    engine.workers.run(rowParts * strips.strips, self) { job, part in
      let (rowPart, strip) = part.quotientAndRemainder(dividingBy: job.strips.strips)
      job.multiply(job.rows(rowPart, of: job.rowParts), job.strips.columns(of: strip))
    }
  }

  /// The rows of one of several equal parts.
  private func rows(_ part: Int, of parts: Int) -> Range<Int> {
    product.a.rows * part / parts..<product.a.rows * (part + 1) / parts
  }

  private func compress(_ part: Range<Int>) {
    let a = product.a
    unsafe kernels.compress(a.floats.source, a.rowStride, a.columnStride, part, rows)
  }

  private var nonzeroCount: Int {
    let pieces = rows.pieces
    var count = 0
    for row in 0..<product.a.rows { unsafe count += Int(rows.ends[row * pieces + pieces - 1]) }
    return count
  }

  private func multiply(_ part: Range<Int>, _ columns: Range<Int>) {
    let piece = engine.productScratch.take()
    unsafe kernels.multiply(
      product[rows: part].task(rows[part], columns: columns, scratch: engine.productScratch.address(piece)))
    engine.productScratch.giveBack(piece)
  }
}
