/// The tables of a model, and the touched rows of all of them in shared arenas.
///
/// A table has a range in each arena, as long as if all of its rows occurred. That is address space: memory is committed
/// as rows are first used, so touched rows cost what the most ids of a step need, however large the table.
struct Tables {
  /// One row for each table, in the order they were added.
  private(set) var rows: [TableRow] = []
  private var idCount = 0
  // Each kind twice: two sets are merged from one into the other.
  private var ids = (
    Arena<Int32>(capacity: 0, named: "touched rows"), Arena<Int32>(capacity: 0, named: "touched rows")
  )
  private var gradients = (
    Arena<Float>(capacity: 0, named: "touched rows"), Arena<Float>(capacity: 0, named: "touched rows")
  )
  private var markArena = Arena<Int32>(capacity: 0, named: "marks of rows")

  /// Adds a table whose values begin at `start` of their column, and returns its place.
  mutating func add(rowCount: Int, width: Int, start: Int) -> Int {
    rows.append(TableRow(rowCount: rowCount, width: width, start: start, firstID: idCount))
    idCount = Arena.aligned(idCount + rowCount)
    return rows.count - 1
  }

  /// Reserves the memory of all tables, whose values take `elementCount` floats: no table can be added any more.
  mutating func seal(elementCount: Int) {
    if rows.isEmpty { return }
    ids = (
      Arena<Int32>(capacity: idCount, named: "touched rows"),
      Arena<Int32>(capacity: idCount, named: "touched rows")
    )
    gradients = (
      Arena<Float>(capacity: elementCount, named: "touched rows"),
      Arena<Float>(capacity: elementCount, named: "touched rows")
    )
    markArena = Arena<Int32>(capacity: idCount, named: "marks of rows")
  }

  /// The rows of a table that occurred.
  func touchedRows(_ table: Int) -> TouchedRows {
    let row = rows[table]
    let (ids, gradients) = halves(row.isInSecond)
    // A table that is not sealed has no range in the arenas, and no rows.
    let (firstID, start) = row.touchedCount == 0 ? (0, 0) : (row.firstID, row.start)
    return TouchedRows(
      tableRows: row.rowCount, width: row.width, rowIDs: ids[firstID..<firstID + row.touchedCount],
      rowGradients: gradients[start..<start + row.touchedCount * row.width])
  }

  /// Forgets all touched rows of a table.
  mutating func clear(_ table: Int) { rows[table].touchedCount = 0 }

  /// Makes these the rows of a table that occurred, each id once and in increasing order.
  mutating func set(_ table: Int, ids newIDs: Indices, gradients newGradients: Floats) {
    let (ids, gradients) = views(of: rows[table], inSecond: rows[table].isInSecond)
    ids[0..<newIDs.count].copy(from: newIDs)
    gradients[0..<newGradients.count].copy(from: newGradients)
    rows[table].touchedCount = newIDs.count
  }

  /// Adds row `i` of `newRows` to the gradient of row `newIDs[i]` of a table, for every i. Equal ids add up in
  /// order of appearance.
  ///
  /// - Parameter excluded: an id whose rows are left out, such as a padding row.
  /// - Complexity: O(ids · width), nothing that grows with the table; the work space comes from `scratch`.
  mutating func add(
    _ newRows: Floats, ids newIDs: Indices, to table: Int, excluding excluded: Int32?, scratch: Arena<Int32>,
    engine: Engine
  ) {
    let row = rows[table]
    let width = row.width
    expect(
      newRows.count == newIDs.count * width, "Tape.touch",
      expected: "a row of the table's width, \(width), for each of \(newIDs.count) ids",
      got: "\(newRows.count) floats")
    let sorted = sortedIDs(newIDs, below: row.rowCount, excluding: excluded, scratch: scratch)
    if sorted.positions.count == 0 { return }
    // The distinct ids and where the positions of each start.
    let distinct = scratch[scratch.allocate(sorted.positions.count)]
    let starts = scratch[scratch.allocate(sorted.positions.count + 1)]
    var segments = 0
    for i in 0..<sorted.ids.count where i == 0 || sorted.ids[i] != sorted.ids[i - 1] {
      distinct[segments] = sorted.ids[i]
      starts[segments] = Int32(i)
      segments += 1
    }
    starts[segments] = Int32(sorted.ids.count)
    if row.touchedCount == 0 {
      let (ids, gradients) = halves(row.isInSecond)
      ids[row.firstID..<row.firstID + segments].copy(from: distinct[0..<segments])
      engine.segmentSums(
        newRows, positions: sorted.positions, starts: starts[0..<segments + 1], width: width,
        into: gradients[row.start..<row.start + segments * width], accumulate: false)
      rows[table].touchedCount = segments
    } else {
      rows[table].touchedCount = merge(
        distinct[0..<segments], starts[0..<segments + 1], sorted.positions, newRows, into: row, engine)
      rows[table].isInSecond.toggle()
    }
  }

  /// Merges a sorted set of new ids with the rows already held, into the half that is free, and returns how many there are.
  private func merge(
    _ newIDs: Indices, _ starts: Indices, _ positions: Indices, _ newRows: Floats, into row: TableRow,
    _ engine: Engine
  ) -> Int {
    let (count, width) = (row.touchedCount, row.width)
    let (heldIDs, heldRows) = views(of: row, inSecond: row.isInSecond)
    let (ids, gradients) = views(of: row, inSecond: !row.isInSecond)
    var held = 0
    var new = 0
    var merged = 0
    while held < count || new < newIDs.count {
      let takesHeld = held < count && (new == newIDs.count || heldIDs[held] <= newIDs[new])
      let takesNew = new < newIDs.count && (held == count || newIDs[new] <= heldIDs[held])
      let target = gradients[merged * width..<(merged + 1) * width]
      ids[merged] = takesHeld ? heldIDs[held] : newIDs[new]
      if takesHeld { target.copy(from: heldRows[held * width..<(held + 1) * width]) }
      if takesNew {
        engine.segmentSums(
          newRows, positions: positions, starts: starts[new..<new + 2], width: width, into: target,
          accumulate: takesHeld)
        new += 1
      }
      if takesHeld { held += 1 }
      merged += 1
    }
    return merged
  }

  private func halves(_ isSecond: Bool) -> (ids: Arena<Int32>, gradients: Arena<Float>) {
    isSecond ? (ids.1, gradients.1) : (ids.0, gradients.0)
  }

  /// All that a table may use of one half.
  private func views(of row: TableRow, inSecond isSecond: Bool) -> (ids: Indices, gradients: Floats) {
    let (ids, gradients) = halves(isSecond)
    return (
      ids[row.firstID..<row.firstID + row.rowCount],
      gradients[row.start..<row.start + row.rowCount * row.width]
    )
  }
}

// MARK: Marks of rows

extension Tables {
  /// The update that each row of a table is up to date with, counted from `TableRow.firstUpdate`.
  func marks(of table: Int) -> Indices {
    let row = rows[table]
    return markArena[row.firstID..<row.firstID + row.rowCount]
  }

  /// Starts counting the updates of a table at `update`, with all rows up to date.
  mutating func restart(_ table: Int, at update: Int, isExact: Bool) {
    // Marks that were never written are zero, and their memory is better left alone.
    if rows[table].updateCount > 0 { marks(of: table).fill(0) }
    rows[table].isExact = isExact
    rows[table].firstUpdate = update
    rows[table].updateCount = 0
    rows[table].hasRowsBehind = false
  }

  /// Puts marks back: what `update` and `marks` say that every row is up to date with.
  mutating func restore(_ table: Int, firstUpdate: Int, updateCount: Int32, marks new: [Int32]) {
    restart(table, at: firstUpdate, isExact: rows[table].isExact)
    rows[table].updateCount = updateCount
    guard updateCount > 0 else { return }
    let marks = marks(of: table)
    for i in 0..<new.count {
      marks[i] = new[i]
      if new[i] < updateCount { rows[table].hasRowsBehind = true }
    }
  }

  /// Counts an update of the rows that occurred, which were up to date: all others wait for it.
  mutating func countUpdate(of table: Int) {
    rows[table].updateCount += 1
    let marks = marks(of: table)
    let ids = touchedRows(table).rowIDs
    for i in 0..<ids.count { marks[Int(ids[i])] = rows[table].updateCount }
    if ids.count < rows[table].rowCount { rows[table].hasRowsBehind = true }
  }

  /// Counts an update that a table, all of whose rows are up to date, has no part in.
  mutating func passOverUpdate(of table: Int) { rows[table].firstUpdate += 1 }

  /// Notes that every row of a table is up to date.
  mutating func noteAllSettled(_ table: Int) { rows[table].hasRowsBehind = false }

  /// The first of some rows of a table that waits for updates, or nil.
  func firstBehind(_ ids: Indices, of table: Int) -> Int32? {
    let row = rows[table]
    guard row.hasRowsBehind else { return nil }
    let marks = marks(of: table)
    for i in 0..<ids.count where marks[Int(ids[i])] < row.updateCount { return ids[i] }
    return nil
  }
}
