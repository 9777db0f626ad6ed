/// One product `C = start + (A·B) ⊙ scales` over memory with a second operand of bytes, as a kernel receives it.
///
/// Element `(i, j)` of `A` lies at `a + i * aRowStride + j`. The whole numbers of `B` lie in panels, as floats do in a packed operand
/// (`PackTask`), two in a word: as bfloat16, which holds those of a byte exactly and becomes a float by a shift or a mask.
/// `b[panel * panelStride + row * panelWidth / 2 + i]` has column `i` of the panel in its lower half and column `panelWidth / 2 + i` in its
/// upper one (`ByteProductKernels.pair`). Behind the last column are zeros.
@unsafe
public struct ByteProductTask {
  /// The first operand, [rows, depth], its columns adjacent.
  public var a: Source
  /// Floats from one row of `A` to the next.
  public var aRowStride: Int
  /// The panels of the second operand.
  public var b: UnsafePointer<Int32>
  /// Words from one panel to the next.
  public var panelStride: Int
  /// What the sums of each column are multiplied with, [columns].
  public var scales: Source

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

  /// What the scaled sums are added to, or nil for zero: `C` itself, or with a row stride of zero a bias.
  public var start: Source?
  /// Floats from one row of `start` to the next; 0 for one row that repeats.
  public var startRowStride: Int

  /// `ByteProductKernels.scratchCount` floats used by nobody else meanwhile.
  public var scratch: Target

  /// Groups what a product reads and writes.
  @unsafe
  public init(
    a: Source, aRowStride: Int, b: UnsafePointer<Int32>, panelStride: Int, scales: Source, rows: Int,
    columns: Int,
    depth: Int, c: Target, cRowStride: Int, start: Source?, startRowStride: Int, scratch: Target
  ) {
    unsafe self.a = a
    unsafe self.aRowStride = aRowStride
    unsafe self.b = b
    unsafe self.panelStride = panelStride
    unsafe self.scales = scales
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

/// Matrix products with an operand of whole numbers of a byte, a scale for each of its columns: weights in a quarter of the room, and packed in a
/// half of it.
///
/// Sums are of floats, in the order that `ProductKernels` says, over the whole numbers; the scale is multiplied with the sum. So
/// the result has the same bits for a row alone and in a batch.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct ByteProductKernels: Sendable {
  /// The columns of a panel, the same as of floats.
  public let panelWidth: Int
  /// The floats `multiply` needs as scratch.
  public let scratchCount: Int
  /// Computes a product on the calling thread.
  public let multiply: @Sendable (ByteProductTask) -> Void

  /// Groups the kernels.
  public init(panelWidth: Int, scratchCount: Int, multiply: @escaping @Sendable (ByteProductTask) -> Void) {
    self.panelWidth = panelWidth
    self.scratchCount = scratchCount
    unsafe self.multiply = multiply
  }

  /// The word of two whole numbers.
  public static func pair(_ first: Int8, _ second: Int8) -> Int32 {
    Int32(bitPattern: Float(first).bitPattern >> 16 | Float(second).bitPattern & 0xFFFF_0000)
  }
}
