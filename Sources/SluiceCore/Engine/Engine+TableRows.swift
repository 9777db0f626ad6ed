import CPUFeatures

extension Engine {
  /// Copies row `ids[i]` of `table` to row `i` of `target`.
  ///
  /// **Shapes.** `table` [rows, width], `ids` [n], `target` [n, width].
  ///
  /// - Precondition: every id is a row of the table.
  public func gatherRows(
    _ table: Floats, _ ids: Indices, width: Int, into target: Floats, on threads: WorkPlace = .workers,
    for place: @autoclosure () -> String = "Engine.gatherRows"
  ) {
    checkRows(rows: width == 0 ? 0 : table.count / width, ids, for: place())
    expect(
      target.count == ids.count * width, place(), expected: "room for \(ids.count) rows of \(width)",
      got: "\(target.count) floats")
    if threads == .caller {
      return unsafe kernels.rows.gather(table.source, ids.source, ids.count, width, target.pointer)
    }
    let context = RowGather(
      engine: self, table: table, ids: ids, width: width, target: target,
      parts: partCount(rows: ids.count, floats: target.count))
    workers.run(context.parts, context) { context, part in context.run(part) }
  }

  /// The largest element of each column of a matrix, or the smallest, and where it is, counted in elements from `first` on. The first
  /// of equal ones counts, and NaN is beyond any number.
  ///
  /// **Shapes.** `x` [rows, width] with at least one row, `target` and `places` [width].
  package func columnExtremes(
    _ x: Floats, isSmallest: Bool, first: Int, into target: Floats, places: Indices
  ) {
    let width = target.count
    expect(
      places.count == width && x.count >= width && x.count % max(width, 1) == 0, "Engine.columnExtremes",
      expected: "whole rows of \(width), at least one, and as many places",
      got: "\(x.count) floats and \(places.count) places")
    guard width > 0 else { return }
    unsafe kernels.reduction.columnExtremes(
      x.source, x.count / width, width, isSmallest, Int32(truncatingIfNeeded: first), target.pointer,
      places.pointer)
  }

  /// The floats of row `ids[i]` of a table of bytes as row `i` of `target`.
  ///
  /// - Precondition: every id is a row of the table.
  package func gatherRows(_ table: ByteRows, _ ids: Indices, into target: Floats) {
    checkRows(rows: table.rows, ids, for: "Engine.gatherRows")
    expect(
      target.count == ids.count * table.columns, "Engine.gatherRows",
      expected: "room for \(ids.count) rows of \(table.columns)", got: "\(target.count) floats")
    guard computes else { return }
    for i in 0..<ids.count {
      table.copy(row: Int(ids[i]), into: target[i * table.columns..<(i + 1) * table.columns])
    }
  }

  /// Adds row `i` of `source` to row `ids[i]` of `table`, in the order of `i`.
  ///
  /// **Shapes.** `source` [n, width], `ids` [n], `table` [rows, width].
  ///
  /// - Precondition: every id is a row of the table.
  public func scatterRows(_ source: Floats, _ ids: Indices, width: Int, into table: Floats) {
    checkRows(table, ids, width)
    expect(
      source.count == ids.count * width, "Engine.scatterRows", expected: "\(ids.count) rows of \(width)",
      got: "\(source.count) floats")
    unsafe kernels.rows.scatter(source.source, ids.source, ids.count, width, table.pointer)
  }

  /// Copies row `i` of `source` to the columns from `column` on of row `ids[i]` of `target`.
  ///
  /// **Shapes.** `source` [n, width], `ids` [n], `target` [rows, targetWidth].
  ///
  /// - Precondition: no id comes twice; threads share the rows.
  public func placeRows(
    _ source: Floats, _ ids: Indices, width: Int, into target: Floats, targetWidth: Int, column: Int = 0,
    on place: WorkPlace = .workers
  ) {
    checkRows(target, ids, targetWidth)
    expect(
      source.count == ids.count * width && column >= 0 && column + width <= targetWidth, "Engine.placeRows",
      expected: "\(ids.count) rows of \(width) inside \(targetWidth) columns",
      got: "\(source.count) floats at column \(column)")
    let parts = place == .caller ? 1 : partCount(rows: ids.count, floats: source.count)
    if parts == 1 {
      return unsafe kernels.rows.place(
        source.source, ids.source, ids.count, width, target.pointer + column, targetWidth)
    }
    let context = RowPlacement(
      engine: self, source: source, ids: ids, width: width, target: target, targetWidth: targetWidth,
      column: column, parts: parts)
    workers.run(context.parts, context) { context, part in context.run(part) }
  }

  /// Adds the columns from `column` on of row `ids[i]` of `table` to row `i` of `target`.
  ///
  /// **Shapes.** `table` [rows, tableWidth], `ids` [n], `target` [n, width].
  public func addRows(
    _ table: Floats, tableWidth: Int, column: Int = 0, _ ids: Indices, width: Int, into target: Floats
  ) {
    checkRows(table, ids, tableWidth)
    expect(
      target.count == ids.count * width && column >= 0 && column + width <= tableWidth, "Engine.addRows",
      expected: "room for \(ids.count) rows of \(width), columns of \(tableWidth)",
      got: "\(target.count) floats at column \(column)")
    unsafe kernels.rows.addFrom(
      table.source + column, tableWidth, ids.source, ids.count, width, target.pointer)
  }

  /// Row `i` of `target` becomes (or is increased by) row `i` of `source` times row `ids[i]` of `factors`.
  ///
  /// **Shapes.** `source` and `target` [n, width], `ids` [n], `factors` [rows, width].
  public func multiplyRows(
    _ source: Floats, byRows ids: Indices, of factors: Floats, width: Int, into target: Floats,
    accumulate: Bool
  ) {
    checkRows(factors, ids, width)
    expect(
      source.count == ids.count * width && target.count == source.count, "Engine.multiplyRows",
      expected: "\(ids.count) rows of \(width) and as many results",
      got: "\(source.count) and \(target.count) floats")
    unsafe kernels.rows.multiplyByRows(
      source.source, factors.source, ids.source, ids.count, width, target.pointer, accumulate)
  }

  /// Row `i` of `target` becomes (or is increased by) the sum of the rows
  /// `positions[starts[i]..<starts[i + 1]]` of `source`, added in that order.
  ///
  /// **Shapes.** `source` [n, width], `starts` [segments + 1], `target` [segments, width].
  public func segmentSums(
    _ source: Floats, positions: Indices, starts: Indices, width: Int, into target: Floats,
    accumulate: Bool
  ) {
    let segments = starts.count - 1
    expect(
      segments >= 0 && target.count == segments * width, "Engine.sumRows",
      expected: "one row of \(width) for each of \(segments) segments", got: "\(target.count) floats")
    checkRows(source, positions, width)
    for i in 0..<segments {
      expect(
        starts[i] >= 0 && starts[i] <= starts[i + 1], "Engine.sumRows", expected: "starts in order",
        got: "\(starts[i + 1]) after \(starts[i])")
    }
    expect(
      Int(starts[segments]) <= positions.count, "Engine.sumRows",
      expected: "segments inside \(positions.count) positions", got: "an end at \(starts[segments])")
    let floats = (Int(starts[segments]) - Int(starts[0])) * width
    let parts = partCount(rows: segments, floats: floats)
    let context = SegmentSums(
      engine: self, source: source, positions: positions, starts: starts, width: width, target: target,
      accumulate: accumulate, parts: parts)
    workers.run(parts, context) { context, part in context.run(part) }
  }

  /// Work on fewer floats than this is done before another thread has woken up.
  static let floatsWorthSharing = 1 << 15

  /// How many parts rows of so many floats are cut into.
  private func partCount(rows: Int, floats: Int) -> Int {
    floats < Self.floatsWorthSharing ? 1 : min(rows, 4 * workers.count)
  }

  private func checkRows(_ table: Floats, _ ids: Indices, _ width: Int) {
    checkRows(rows: width == 0 ? 0 : table.count / width, ids, for: "Engine, rows of a table")
  }

  /// Checks that ids are rows of a table.
  ///
  /// - Parameter place: what reads the rows, to be named in the message of the trap.
  package func checkRows(rows: Int, _ ids: Indices, for place: @autoclosure () -> String) {
    for i in 0..<ids.count {
      expect(
        ids[i] >= 0 && ids[i] < rows, place(),
        expected: "ids from 0 up to, not including, \(rows), the rows of the table",
        got: "\(ids[i]) at place \(i)")
    }
  }
}

/// The rows of one look-up, cut into equal parts.
private struct RowGather: Sendable {
  let engine: Engine
  let table: Floats
  let ids: Indices
  let width: Int
  let target: Floats
  let parts: Int

  /// Rows that are asked for before the rows ahead of them are copied. They lie anywhere, so the processor cannot guess.
  private static let rowsAhead = 8
  /// Smaller tables lie in a cache as near as prefetching could bring them.
  private static let largeTable = 1 << 18

  func run(_ part: Int) {
    let last = ids.count * (part + 1) / parts
    var first = ids.count * part / parts
    let isLarge = table.count >= Self.largeTable
    let size = isLarge ? Self.rowsAhead : last - first
    if isLarge { prefetch(first..<min(first + size, last)) }
    while first < last {
      let next = min(first + size, last)
      if isLarge { prefetch(next..<min(next + size, last)) }
      unsafe engine.kernels.rows.gather(
        table.source, ids.source + first, next - first, width, target.pointer + first * width)
      first = next
    }
  }

  private func prefetch(_ range: Range<Int>) {
    for i in range {
      let row = unsafe table.source + Int(ids[i]) * width
      for k in stride(from: 0, to: width, by: Arena.alignment) { unsafe sluice_prefetch_read(row + k) }
    }
  }
}

/// The rows of one placement, cut into equal parts.
private struct RowPlacement: Sendable {
  let engine: Engine
  let source: Floats
  let ids: Indices
  let width: Int
  let target: Floats
  let targetWidth: Int
  let column: Int
  let parts: Int

  func run(_ part: Int) {
    let first = ids.count * part / parts
    let last = ids.count * (part + 1) / parts
    unsafe engine.kernels.rows.place(
      source.source + first * width, ids.source + first, last - first, width, target.pointer + column,
      targetWidth)
  }
}

/// The segments of one sum, cut into equal parts. No segment is cut, so the sums do not depend on the parts.
private struct SegmentSums: Sendable {
  let engine: Engine
  let source: Floats
  let positions: Indices
  let starts: Indices
  let width: Int
  let target: Floats
  let accumulate: Bool
  let parts: Int

  func run(_ part: Int) {
    let segments = starts.count - 1
    let first = segments * part / parts
    let last = segments * (part + 1) / parts
    unsafe engine.kernels.rows.segmentSums(
      source.source, positions.source, starts.source + first, last - first, width,
      target.pointer + first * width, accumulate)
  }
}
