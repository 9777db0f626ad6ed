/// A view of floats as a matrix: element `(i, j)` is `floats[i * rowStride + j * columnStride]`.
///
/// Like `Floats` it keeps the memory it shows, and is written through. That all elements lie inside `floats` is checked when it is made.
@frozen
public struct Matrix: Sendable {
  /// What holds the elements, from element (0, 0) on; it may be longer than they reach.
  public let floats: Floats
  /// How many rows there are; may be 0.
  public let rows: Int
  /// How many columns there are; may be 0.
  public let columns: Int
  /// Floats from one row to the next.
  public let rowStride: Int
  /// Floats from one column to the next.
  public let columnStride: Int

  /// The first `rows * columns` floats, row after row.
  ///
  /// - Precondition: `floats` has as many.
  @inlinable
  public init(_ floats: Floats, rows: Int, columns: Int) {
    self.init(floats, rows: rows, columns: columns, rowStride: columns)
  }

  /// - Parameters:
  ///   - rowStride: floats from one row to the next.
  ///   - columnStride: floats from one column to the next; 1 if they are adjacent.
  /// - Precondition: no count or stride is negative, and every element lies inside `floats`.
  @inlinable
  public init(_ floats: Floats, rows: Int, columns: Int, rowStride: Int, columnStride: Int = 1) {
    precondition(
      rows >= 0 && columns >= 0 && rowStride >= 0 && columnStride >= 0,
      "A matrix cannot have a negative count or stride.")
    precondition(
      rows == 0 || columns == 0
        || (rows - 1) * rowStride + (columns - 1) * columnStride < floats.count,
      "The floats are too few for the rows and columns of the matrix.")
    self.floats = floats
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// The same matrix, kept by whoever keeps this one; see `Elements.borrowed`.
  @unsafe
  var borrowed: Matrix { unsafe Matrix(self, showing: floats.borrowed) }

  private init(_ other: Matrix, showing floats: Floats) {
    self.floats = floats
    rows = other.rows
    columns = other.columns
    rowStride = other.rowStride
    columnStride = other.columnStride
  }

  /// The same floats with rows and columns exchanged. Moves nothing.
  @inlinable
  public var transposed: Matrix {
    Matrix(floats, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
  }

  /// The rows with the given indices.
  @inlinable
  public subscript(rows range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "Rows out of range of the matrix.")
    return Matrix(
      rest(from: range.isEmpty ? 0 : range.lowerBound * rowStride), rows: range.count, columns: columns,
      rowStride: rowStride, columnStride: columnStride)
  }

  /// The columns with the given indices.
  @inlinable
  public subscript(columns range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "Columns out of range of the matrix.")
    return Matrix(
      rest(from: range.isEmpty ? 0 : range.lowerBound * columnStride), rows: rows, columns: range.count,
      rowStride: rowStride, columnStride: columnStride)
  }

  /// The element of a row and a column, counted from 0. An index outside the matrix is a trap.
  @inlinable
  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "Index out of the matrix.")
      return floats[row * rowStride + column * columnStride]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "Index out of the matrix.")
      floats[row * rowStride + column * columnStride] = newValue
    }
  }

  /// The floats from an offset on; none if a matrix without elements puts the offset outside.
  @inlinable
  func rest(from offset: Int) -> Floats { floats[min(offset, floats.count)..<floats.count] }
}
