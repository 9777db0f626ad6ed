/// The gradient of a table, as it was when it was asked for: the ids that occurred, each once and in increasing order,
/// with one row each.
///
/// There is no uncoalesced state: ids are sorted and repeated ones added up where they are produced. The next backward
/// pass writes into the memory that this looks at.
public struct TouchedRows: Sendable {
  /// The number of rows of the table.
  public let tableRows: Int
  /// The number of elements of a row.
  public let width: Int
  /// The rows that occurred, in increasing order.
  public let rowIDs: Indices
  /// The gradients, one row for each of `rowIDs`.
  public let rowGradients: Floats

  /// How many different rows occurred.
  public var count: Int { rowIDs.count }

  /// The gradient of the `i`-th row that occurred.
  public func gradient(_ i: Int) -> Floats {
    expect(
      i >= 0 && i < count, "TouchedRows.gradient", expected: "one of \(count) touched rows, counted from 0",
      got: "\(i)")
    return rowGradients[i * width..<(i + 1) * width]
  }
}
