import KernelInterface

/// On which threads a call works.
public enum WorkPlace: Sendable {
  /// On all threads of the engine, if the work is worth it.
  case workers
  /// The same, called again and again: the threads still look out for work, so that smaller parts are worth it.
  case watchfulWorkers
  /// On the calling thread alone: for calls from inside a part of a task.
  case caller
}

extension Engine {
  /// `C = A·B`, or `C += A·B`, or `C = A·B + bias`.
  ///
  /// **Shapes.** `a` is `[m, k]`, `b` is `[k, n]`, `c` is `[m, n]`, `bias` has `n` elements and is added to
  /// every row. Pass `a.transposed` for a product with a transposed operand; nothing is moved for it.
  ///
  /// **Numerics.** Each element of `c` is summed in one order that depends on `k` alone: blocks of at most
  /// 384 products, each added up from zero, added in order to the old value, the bias or nothing. So the
  /// result has the same bits for every number of threads, for a row alone and in a batch, and for every
  /// layout of the operands. Against exact arithmetic the error of an element is at most
  /// `(384 + k / 384) · 2⁻²⁴` times the sum of the products' magnitudes.
  ///
  /// - Precondition: the counts agree; the rows or the columns of `c` are adjacent floats, its columns where there
  ///   is a bias; `c` shares no memory with the operands; there is no bias where `accumulate` is set.
  /// - Complexity: O(m · n · k); allocates nothing.
  public func multiply(
    _ a: Matrix, _ b: Matrix, into c: Matrix, accumulate: Bool = false, bias: Floats? = nil,
    on place: WorkPlace = .workers
  ) {
    checkCounts((a.rows, a.columns), (b.rows, b.columns), c)
    let (a, b, c, bias) = unsafe (a.borrowed, b.borrowed, c.borrowed, bias?.borrowed)
    // A column is a row of the transposed product, whose kernels keep whole vectors of it.
    if bias == nil && c.rowStride == 1 && (c.columnStride != 1 || c.columns == 1) {
      run(ProductShape(b.transposed, a.transposed, c.transposed, accumulate, nil), place)
    } else {
      run(ProductShape(a, b, c, accumulate, bias), place)
    }
  }

  /// The same with a second operand that has been packed. The result has the same bits.
  ///
  /// - Precondition: as above, and the columns of `c` are adjacent.
  public func multiply(
    _ a: Matrix, _ b: PackedMatrix, into c: Matrix, accumulate: Bool = false, bias: Floats? = nil,
    on place: WorkPlace = .workers
  ) {
    checkCounts((a.rows, a.columns), (b.rows, b.columns), c)
    expect(
      b.panelWidth == kernels.product.panelWidth, "Engine.multiply",
      expected: "a matrix packed by this engine",
      got: "one packed for another instruction set")
    let (a, b, c, bias) = unsafe (a.borrowed, b.borrowed, c.borrowed, bias?.borrowed)
    run(ProductShape(a, b, c, accumulate, bias), place)
  }

  private func checkCounts(_ a: (rows: Int, columns: Int), _ b: (rows: Int, columns: Int), _ c: Matrix) {
    expect(
      a.columns == b.rows, "Engine.multiply", expected: "as many columns on the left as rows on the right",
      got: "[\(a.rows), \(a.columns)] and [\(b.rows), \(b.columns)]")
    expect(
      a.rows == c.rows && b.columns == c.columns, "Engine.multiply",
      expected: "room for the product of [\(a.rows), \(a.columns)] and [\(b.rows), \(b.columns)]",
      got: "[\(c.rows), \(c.columns)]")
  }

  private func run(_ shape: ProductShape, _ place: WorkPlace) {
    if !computes { return }
    if place == .workers, let product = SparseProduct(shape, kernels.sparseProduct) {
      run(product)
    } else {
      runWhole(shape, place)
    }
  }

  /// Computes a product with the zeros of its operands.
  func runWhole(_ shape: ProductShape, _ place: WorkPlace = .workers) {
    guard place != .caller && workers.count > 1 else {
      return compute(shape, rows: 0..<shape.rows, columns: 0..<shape.columns)
    }
    if let split = DepthSplit(shape, threads: workers.count, kernels.product) { return run(shape, split) }
    run(
      shape,
      ProductGrid(shape, threads: workers.count, isWatchful: place == .watchfulWorkers, kernels.product))
  }

  private func run(_ shape: ProductShape, _ grid: ProductGrid) {
    if grid.parts <= 1 {
      compute(shape, rows: 0..<shape.rows, columns: 0..<shape.columns)
    } else {
      workers.run(grid.parts, ProductJob(engine: self, shape: shape, grid: grid)) { job, part in
        let rows = job.grid.rows(of: part, in: job.shape)
        let columns = job.grid.columns(of: part, in: job.shape)
        job.engine.compute(job.shape, rows: rows, columns: columns)
      }
    }
  }

  /// Computes a part of the result on the calling thread.
  func compute(_ shape: ProductShape, rows: Range<Int>, columns: Range<Int>) {
    if let pairs = shape.pairs {
      let piece = byteScratch.take()
      unsafe kernels.byteProduct.multiply(
        shape.task(
          pairs, rows: rows, columns: columns, scratch: byteScratch.address(piece), kernels.byteProduct))
      return byteScratch.giveBack(piece)
    }
    let piece = productScratch.take()
    unsafe kernels.product.multiply(
      shape.task(rows: rows, columns: columns, scratch: productScratch.address(piece), kernels.product))
    productScratch.giveBack(piece)
  }
}

private struct ProductJob: Sendable {
  let engine: Engine
  let shape: ProductShape
  let grid: ProductGrid
}
