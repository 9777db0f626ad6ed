/// The elements of a matrix that are not zero, as the first operand of a product.
///
/// The depth is cut into blocks as in every product (`ProductKernels.blockLength`), and a block into pieces, so
/// that a strip of B of that depth stays in the first cache. Row r's elements lie from `r * depth` on, by
/// ascending column; those of its piece p end before the `ends[r * pieces + p]`-th of them.
// Safe over bare pointers: kernels alone read them, and to call one is `unsafe`.
@safe
public struct SparseRows {
  /// The elements.
  public let values: Target
  /// Where the row of B that belongs to an element begins, in floats from the first row of its block in a strip.
  public let offsets: UnsafeMutablePointer<UInt32>
  /// How many elements a row has up to the end of each piece, [rows, pieces].
  public let ends: UnsafeMutablePointer<Int32>
  /// The rows of the matrix.
  public let rows: Int
  /// The columns of the matrix.
  public let depth: Int
  /// Columns of every block but the last.
  public let blockLength: Int
  /// Columns of every piece but the last of a block.
  public let pieceLength: Int
  /// The pieces of a block.
  public let piecesEach: Int

  /// The pieces of a row.
  public var pieces: Int { (depth + blockLength - 1) / blockLength * piecesEach }

  /// The columns of a piece; none for some of a short last block.
  public func columns(of piece: Int) -> Range<Int> {
    let block = piece / piecesEach
    let end = min((block + 1) * blockLength, depth)
    let start = block * blockLength + piece % piecesEach * pieceLength
    return min(start, end)..<min(start + pieceLength, end)
  }

  /// Some of the rows.
  @unsafe
  public subscript(range: Range<Int>) -> SparseRows {
    let first = range.lowerBound
    return unsafe SparseRows(
      values: values + first * depth, offsets: offsets + first * depth, ends: ends + first * pieces,
      rows: range.count, depth: depth, longestPiece: pieceLength)
  }

  /// The memory for `rows` rows of `depth` columns.
  ///
  /// - Parameter longestPiece: the most columns of a piece.
  @unsafe
  public init(
    values: Target, offsets: UnsafeMutablePointer<UInt32>, ends: UnsafeMutablePointer<Int32>, rows: Int,
    depth: Int, longestPiece: Int
  ) {
    unsafe self.values = values
    unsafe self.offsets = offsets
    unsafe self.ends = ends
    self.rows = rows
    self.depth = depth
    let length = ProductKernels.blockLength(of: depth)
    blockLength = length
    piecesEach = (length + longestPiece - 1) / longestPiece
    pieceLength = (length + piecesEach - 1) / piecesEach
  }
}

/// A product `C = start + A·B` of a matrix whose zeros are left out, over as many columns of B as make a strip.
@unsafe
public struct SparseProductTask {
  /// The first operand.
  public var rows: SparseRows
  /// The product with all zeros. Neither operand is packed.
  public var product: ProductTask
  /// Whether not the columns but the rows of C and of the start are adjacent. Their row strides are then those
  /// from column to column.
  public var isTransposed: Bool

  /// Groups what a sparse product reads and writes.
  @unsafe
  public init(rows: SparseRows, product: ProductTask, isTransposed: Bool) {
    unsafe self.rows = rows
    unsafe self.product = product
    unsafe self.isTransposed = isTransposed
  }
}

/// Products that leave out the zeros of their first operand. The result has the bits of the whole product.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct SparseProductKernels: Sendable {
  /// The columns of a vector.
  public let vectorWidth: Int
  /// The most columns of B and C of one task.
  public let stripWidth: Int
  /// The most columns of a piece; see `SparseRows`.
  public let longestPiece: Int
  /// `compress(a, rowStride, columnStride, rows, target)` writes the elements of the rows `rows` of a matrix at `a`
  /// that are not zero.
  public let compress: @Sendable (Source, Int, Int, Range<Int>, SparseRows) -> Void
  /// Computes a strip of a product on the calling thread. Where B is infinite or NaN the zeros take part, so that
  /// NaN comes of it as in the whole product.
  public let multiply: @Sendable (SparseProductTask) -> Void

  /// Groups the kernels.
  public init(
    vectorWidth: Int, stripWidth: Int, longestPiece: Int,
    compress: @escaping @Sendable (Source, Int, Int, Range<Int>, SparseRows) -> Void,
    multiply: @escaping @Sendable (SparseProductTask) -> Void
  ) {
    self.vectorWidth = vectorWidth
    self.stripWidth = stripWidth
    self.longestPiece = longestPiece
    unsafe self.compress = compress
    unsafe self.multiply = multiply
  }
}
