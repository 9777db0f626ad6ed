import KernelInterface

/// How a deep product with a small result, such as the gradient of a weight over a large batch, is cut along its depth.
///
/// A grid over so small a result lets every part read and pack most of both operands. Here each part reads rows of both
/// that no other reads, but for a block that two parts share. Its sums go block by block into memory of their own, and are
/// added in the order of the blocks, which gives the bits of an undivided product.
struct DepthSplit: Sendable {
  let parts: Int
  let blockLength: Int
  let blocks: Int
  /// The rows of the result are counted in tiles, and tiles of blocks are what is dealt out to the parts.
  let tiles: Int
  let tileRows: Int

  /// The most elements of the result for which this is faster than a grid.
  private static let mostElements = 16_384
  /// The least work of a part, in products, that pays for adding up what the parts have.
  private static let leastWork = 2_000_000
  /// The most floats of sums waiting to be added.
  static let mostSums = 1 << 20

  /// Nil where a grid serves as well or better.
  init?(_ shape: ProductShape, threads: Int, _ kernels: ProductKernels) {
    let elements = shape.rows * shape.columns
    blockLength = ProductKernels.blockLength(of: shape.depth)
    blocks = (shape.depth + blockLength - 1) / blockLength
    tileRows = kernels.tileRows
    tiles = (shape.rows + tileRows - 1) / tileRows
    parts = min(threads, elements * shape.depth / Self.leastWork)
    guard shape.panelStride == 0, parts > 1, blocks >= parts, elements <= Self.mostElements,
      elements * blocks <= Self.mostSums
    else { return nil }
  }

  /// The depth of a block.
  func depth(of block: Int, in shape: ProductShape) -> Range<Int> {
    block * blockLength..<min((block + 1) * blockLength, shape.depth)
  }

  /// Calls `body` with the block and the rows of each piece of a part, in order.
  func forEachPiece(of part: Int, in shape: ProductShape, _ body: (Int, Range<Int>) -> Void) {
    var first = tiles * blocks * part / parts
    let end = tiles * blocks * (part + 1) / parts
    while first < end {
      let block = first / tiles
      let last = min(end, (block + 1) * tiles)
      let firstRow = (first - block * tiles) * tileRows
      body(block, firstRow..<min((last - block * tiles) * tileRows, shape.rows))
      first = last
    }
  }
}

extension Engine {
  /// Computes a product part by part of its depth.
  func run(_ shape: ProductShape, _ split: DepthSplit) {
    let piece = blockSums.take()
    let job = unsafe DepthJob(
      engine: self, shape: shape, split: split,
      sums: Floats(unsafeBase: blockSums.address(piece), count: DepthSplit.mostSums))
    workers.run(split.parts, job) { job, part in job.compute(part) }
    for part in 1..<split.parts { job.addSums(of: part) }
    blockSums.giveBack(piece)
  }
}

private struct DepthJob: Sendable {
  let engine: Engine
  let shape: ProductShape
  let split: DepthSplit
  let sums: Floats

  func compute(_ part: Int) {
    split.forEachPiece(of: part, in: shape) { block, rows in
      // The first part's sums come first, so they are added where the result belongs.
      let product = shape.over(split.depth(of: block, in: shape), into: part == 0 ? nil : sums(of: block))
      engine.compute(product, rows: rows, columns: 0..<shape.columns)
    }
  }

  func addSums(of part: Int) {
    split.forEachPiece(of: part, in: shape) { block, rows in
      let sums = sums(of: block)
      for row in rows {
        let c = unsafe shape.c.floats.pointer + row * shape.c.rowStride
        unsafe engine.kernels.vector.add(
          c, sums.floats.source + row * sums.rowStride, c, shape.columns)
      }
    }
  }

  private func sums(of block: Int) -> Matrix {
    let count = shape.rows * shape.columns
    return Matrix(sums[block * count..<(block + 1) * count], rows: shape.rows, columns: shape.columns)
  }
}
