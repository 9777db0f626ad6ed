import KernelInterface

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
  /// The same where the threads are known to look out for work: about a microsecond, twice what it takes to meet.
  private static let leastWatchfulWork = 100_000
  /// From this much work a thread on, more parts than threads even out what else the machine does. Twice as many do; four
  /// times cost some hundredths more, for what every part packs.
  private static let muchWork = 16_000_000
  private static let mostPartsEach = 2
  /// Fewer elements of the result than this are not made a further part: every part packs the whole depth of its
  /// operands anew, which for a small and deep product, such as the gradient of a weight, takes longer than what it
  /// evens out.
  private static let leastElements = 16_384

  private init(rowParts: Int, columnParts: Int, columnUnit: Int) {
    self.rowParts = rowParts
    self.columnParts = columnParts
    self.columnUnit = columnUnit
  }

  init(_ shape: ProductShape, threads: Int, isWatchful: Bool, _ kernels: ProductKernels) {
    // To read B costs as much as a few rows more, as in `cost`.
    let bRead = shape.panelStride > 0 || shape.bColumnStride == 1 ? 4 : 8
    let work = (shape.rows + bRead) * shape.columns * shape.depth
    let least = isWatchful ? Self.leastWatchfulWork : Self.leastWork
    let wanted =
      work >= threads * Self.muchWork
      ? threads * max(1, min(Self.mostPartsEach, shape.rows * shape.columns / (threads * Self.leastElements)))
      : min(threads, work / least)
    guard wanted > 1 else {
      self = .whole
      return
    }
    let width = kernels.panelWidth
    let panels = (shape.columns + width - 1) / width
    var best = (rowParts: 1, columnParts: 1, cost: Int.max)
    var rowParts = 1
    while rowParts <= min(wanted, shape.rows) {
      let columnParts = min(wanted / rowParts, panels)
      let cost = Self.cost(shape, rowParts: rowParts, columnParts: columnParts, threads: threads, kernels)
      if cost < best.cost { best = (rowParts, columnParts, cost) }
      rowParts += 1
    }
    self.init(
      rowParts: best.rowParts, columnParts: best.columnParts, columnUnit: width)
  }

  /// What a product takes that is cut so, in products for each step of the depth: those of a tile's edge, and packing, which each part
  /// that needs the same rows or columns does anew, included.
  static func cost(
    _ shape: ProductShape, rowParts: Int, columnParts: Int, threads: Int, _ kernels: ProductKernels
  ) -> Int {
    let aCost = 8
    // To read an element of B takes as long as some products, to pack a transposed one as long as more.
    let bCost = shape.panelStride > 0 ? 0 : shape.bColumnStride == 1 ? 4 : 8
    let width = kernels.panelWidth
    let panels = (shape.columns + width - 1) / width
    let rows = (shape.rows + rowParts - 1) / rowParts
    let columns = (panels + columnParts - 1) / columnParts * width
    let tiles = (rows + kernels.tileRows - 1) / kernels.tileRows
    let each = (rows + tiles) * columns + rows * aCost + columns * bCost
    // The parts run in rounds, one part for each thread at a time.
    return each * ((rowParts * columnParts + threads - 1) / threads)
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
