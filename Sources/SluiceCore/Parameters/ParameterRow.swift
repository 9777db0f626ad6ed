/// What the systems read of a parameter in every step: plain bytes. What people read is in its `ParameterLabel`.
struct ParameterRow: BitwiseCopyable {
  /// The extents of its values.
  let shape: Shape
  /// Where its elements begin in every column of its region.
  let start: Int
  /// How many elements it has.
  let count: Int
  /// How its gradient is kept and its update is done, which is also which region it lies in.
  let updates: UpdateKind
  /// Its place among the tables, if it is one.
  let table: Int?
  var isTrainable = true
  /// Whether the gradient belongs to the backward pass since the last update. A stale gradient is
  /// overwritten by the next contribution instead of being cleared first.
  var hasFreshGradient = false
  /// Set by every contribution to the gradient, for whoever looks at them one by one.
  var hasNewContribution = false

  /// Where its elements are in every column of its region.
  var range: Range<Int> { start..<start + count }
}

/// What people are told of a parameter. It lies apart from `ParameterRow`, so that a sweep over the rows copies no text.
struct ParameterLabel {
  let name: String
  let role: ParameterRole
  let layer: LayerHandle
}

/// What the systems read of a table beside its `ParameterRow`: plain bytes.
struct TableRow: BitwiseCopyable {
  /// The rows of the table.
  let rowCount: Int
  /// The elements of a row.
  let width: Int
  /// Where its gradients begin in the arenas of touched rows, as its values do in their column.
  let start: Int
  /// Where its row ids begin in the arenas of touched rows, and the marks of its rows in theirs.
  let firstID: Int
  /// How many different rows occurred.
  var touchedCount = 0
  /// Which of the two arenas holds them; the other is free for a merge.
  var isInSecond = false
  /// Whether an optimizer puts off the updates of rows that do not occur; the numbers below are of use only then.
  var isExact = false
  /// The number of the update that a row's mark counts from.
  var firstUpdate = 0
  /// The updates since then: a row whose mark is smaller waits for some.
  var updateCount: Int32 = 0
  /// Whether some rows may wait.
  var hasRowsBehind = false
}
