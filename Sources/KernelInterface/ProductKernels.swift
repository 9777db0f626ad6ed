/// One product `C = start + A·B` over memory, as a kernel receives it.
///
/// Element `(i, j)` of a matrix lies at `base + i * rowStride + j * columnStride`, strides in floats. The
/// columns of `C` are adjacent.
@unsafe
public struct ProductTask {
  /// The first operand, [rows, depth]; never packed.
  public var a: Source
  /// Floats from one row of `A` to the next.
  public var aRowStride: Int
  /// Floats from one column of `A` to the next.
  public var aColumnStride: Int

  /// The second operand, or, if `panelStride` is above zero, its panels.
  public var b: Source
  /// Floats from one row of `B` to the next; not read where it is packed.
  public var bRowStride: Int
  /// Floats from one column of `B` to the next; not read where it is packed.
  public var bColumnStride: Int
  /// Floats from one panel of a packed second operand to the next; zero if it is not packed.
  public var panelStride: Int

  /// The rows of `A` and `C`.
  public var rows: Int
  /// The columns of `B` and `C`.
  public var columns: Int
  /// The columns of `A` and rows of `B`, over which the products are summed.
  public var depth: Int

  /// Where the product is written, [rows, columns].
  public var c: Target
  /// Floats from one row of `C` to the next; its columns are adjacent.
  public var cRowStride: Int

  /// What the sums are added to, or nil for zero: `C` itself, or with a row stride of zero a bias.
  public var start: Source?
  /// Floats from one row of `start` to the next; 0 for one row that repeats.
  public var startRowStride: Int

  /// Room for packed operands: `ProductKernels.scratchCount` floats used by nobody else meanwhile.
  public var scratch: Target

  /// The floats of `B` that are packed at a time, for all rows of `A` to go by: as many as half of the second cache holds, from
  /// `leastSlabFloats` to `mostSlabFloats`. Of the result no bit depends on it.
  public var slabFloats = ProductKernels.usualSlabFloats

  /// Groups what a product reads and writes.
  @unsafe
  public init(
    a: Source, aRowStride: Int, aColumnStride: Int,
    b: Source, bRowStride: Int, bColumnStride: Int, panelStride: Int,
    rows: Int, columns: Int, depth: Int,
    c: Target, cRowStride: Int, start: Source?, startRowStride: Int, scratch: Target
  ) {
    unsafe self.a = a
    unsafe self.aRowStride = aRowStride
    unsafe self.aColumnStride = aColumnStride
    unsafe self.b = b
    unsafe self.bRowStride = bRowStride
    unsafe self.bColumnStride = bColumnStride
    unsafe self.panelStride = panelStride
    unsafe self.rows = rows
    unsafe self.columns = columns
    unsafe self.depth = depth
    unsafe self.c = c
    unsafe self.cRowStride = cRowStride
    unsafe self.start = start
    unsafe self.startRowStride = startRowStride
    unsafe self.scratch = scratch
  }
}

/// A piece of a matrix to be rearranged into panels.
///
/// A panel holds `width` columns, row after row: `target[panel * panelStride + row * width + column]`.
@unsafe
public struct PackTask {
  /// Element (0, 0) of the source.
  public var source: Source
  /// Floats from one row of the source to the next.
  public var rowStride: Int
  /// Floats from one column of the source to the next.
  public var columnStride: Int
  /// The rows of the source and of every panel.
  public var rows: Int
  /// The columns of the source, over all panels.
  public var columns: Int
  /// The columns of the source that go into one panel, at most `width`. The others count nothing: they
  /// are zero, or where `step` is below `width` may hold source columns nearby.
  public var step: Int
  /// The columns of a panel, a multiple of the vector.
  public var width: Int
  /// Where the panels are written.
  public var target: Target
  /// Floats from one panel to the next.
  public var panelStride: Int

  /// Groups what packing reads and writes.
  @unsafe
  public init(
    source: Source, rowStride: Int, columnStride: Int, rows: Int, columns: Int, step: Int, width: Int,
    target: Target, panelStride: Int
  ) {
    unsafe self.source = source
    unsafe self.rowStride = rowStride
    unsafe self.columnStride = columnStride
    unsafe self.rows = rows
    unsafe self.columns = columns
    unsafe self.step = step
    unsafe self.width = width
    unsafe self.target = target
    unsafe self.panelStride = panelStride
  }
}

/// Matrix products.
///
/// Every element of the result is summed in one order, whatever the size of the operands, their strides,
/// or the tile it falls into: the depth is cut into equal blocks (`blockLength`), the products of a
/// block are added one after the other from zero, and the blocks are added in order to the start value.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct ProductKernels: Sendable {
  /// The most rows of a tile, for choosing a split.
  public let tileRows: Int
  /// The columns of a panel of a packed operand.
  public let panelWidth: Int
  /// The floats `multiply` needs as scratch.
  public let scratchCount: Int
  /// Computes a product on the calling thread.
  public let multiply: @Sendable (ProductTask) -> Void
  /// Rearranges a matrix into panels.
  public let pack: @Sendable (PackTask) -> Void

  /// Groups the kernels.
  public init(
    tileRows: Int, panelWidth: Int, scratchCount: Int,
    multiply: @escaping @Sendable (ProductTask) -> Void, pack: @escaping @Sendable (PackTask) -> Void
  ) {
    self.tileRows = tileRows
    self.panelWidth = panelWidth
    self.scratchCount = scratchCount
    unsafe self.multiply = multiply
    unsafe self.pack = pack
  }
}

extension ProductKernels {
  /// The longest block of the depth: a tile of A and a panel of B of that length stay in the nearest caches.
  public static var longestBlock: Int { 384 }

  /// The floats of a slab of B where the second cache is not known: half a megabyte.
  public static var usualSlabFloats: Int { 128 << 10 }
  /// The least and the most floats of a slab.
  public static var leastSlabFloats: Int { 32 << 10 }
  /// See `leastSlabFloats`.
  public static var mostSlabFloats: Int { 256 << 10 }

  /// The length of every block but the last, which may be shorter.
  public static func blockLength(of depth: Int) -> Int {
    let depth = max(depth, 1)
    let blocks = (depth + longestBlock - 1) / longestBlock
    return ((depth + blocks - 1) / blocks + 7) / 8 * 8
  }
}
