import KernelInterface

/// How a product without zeros is cut: into strips of columns, about equally wide, and for few strips into some of rows.
struct SparseStrips: Sendable {
  let strips: Int
  private let columns: Int
  /// The vectors of all strips.
  private let vectors: Int
  private let vectorWidth: Int

  init(_ product: SparseProduct, _ kernels: SparseProductKernels) {
    columns = product.b.columns
    vectorWidth = kernels.vectorWidth
    vectors = (columns + vectorWidth - 1) / vectorWidth
    strips = (columns + kernels.stripWidth - 1) / kernels.stripWidth
  }

  /// Whether this is faster than the whole product by a tenth if this share of the elements is not zero.
  ///
  /// Measured, an element costs the whole product 1.1 for each vector of the result's rows. Here it costs
  /// one for each vector and two for each strip if it is not zero, for each strip 2.3 as its part of what a row of a piece
  /// costs, and 3 to be looked at, packed and stored.
  func areWorthIt(nonzero share: Double) -> Bool {
    let sparse = share * Double(vectors + 2 * strips) + 2.3 * Double(strips) + 3
    return sparse < Double(vectors)
  }

  func columns(of strip: Int) -> Range<Int> { firstColumn(of: strip)..<firstColumn(of: strip + 1) }

  private func firstColumn(of strip: Int) -> Int { min(vectors * strip / strips * vectorWidth, columns) }

  /// Into how many parts of rows to cut for `threads` threads. Each packs the strips anew, which takes as long as some thirty
  /// rows; few strips would leave threads without work.
  func rowParts(rows: Int, threads: Int) -> Int {
    var best = (parts: 1, cost: Int.max)
    for parts in 1...max(threads, 1) {
      let cost = (parts * strips + threads - 1) / threads * ((rows + parts - 1) / parts + 30)
      if cost < best.cost { best = (parts, cost) }
    }
    return best.parts
  }
}
