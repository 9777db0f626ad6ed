/// Exact rows as data. An optimizer that puts off the updates of rows which do not occur marks every row with the update
/// it is up to date with; whoever reads a row looks at its mark. Nothing here knows how a row is brought up to date: that is
/// a pass of the optimizer's, `Optimizer.settle`, which comes before the forward pass.
package struct ExactRowMarks: Sendable {
  /// For each row, how many updates after `firstUpdate` it is up to date with.
  package let marks: Indices
  /// The number of the update that marks count from.
  package let firstUpdate: Int
  /// The updates since then.
  package let updateCount: Int32
}

extension Parameters {
  /// Whether an optimizer puts off the updates of a table's rows until they are next read: one with exact touched rows.
  ///
  /// - Complexity: O(1); allocates nothing.
  public func hasExactRows(_ table: ParameterHandle) -> Bool {
    store.rows[index(table)].table.map { store.tables.rows[$0].isExact } ?? false
  }

  /// Whether rows of the table may wait for updates, so that `values(of:)` is not what the dense rule would have left.
  ///
  /// - Complexity: O(1); allocates nothing.
  public func hasRowsBehind(_ table: ParameterHandle) -> Bool {
    store.rows[index(table)].table.map { store.tables.rows[$0].hasRowsBehind } ?? false
  }

  /// The name of the first table whose rows may wait for updates, or nil.
  ///
  /// - Complexity: O(tables); allocates nothing where there is none.
  public var firstTableBehind: String? {
    // By index: a closure or an iterator may allocate in debug builds.
    for i in 0..<store.rows.count {
      if let table = store.rows[i].table, store.tables.rows[table].hasRowsBehind {
        return store.labels[i].name
      }
    }
    return nil
  }

  /// Ends the program if rows of any table wait for updates: before values are read as a whole.
  package func expectSettled(_ place: @autoclosure () -> String) {
    if let table = firstTableBehind {
      fatalError(
        ModelError(
          place(), expected: "tables with all rows up to date",
          got: "'\(table)', some rows of which wait for updates. Call `optimizer.settle(&parameters)` before"
        ).description)
    }
  }

  /// The marks of a table's rows, or nil if it has no exact rows.
  package func exactRowMarks(of table: ParameterHandle) -> ExactRowMarks? {
    guard let table = store.rows[index(table)].table, store.tables.rows[table].isExact else { return nil }
    let row = store.tables.rows[table]
    return ExactRowMarks(
      marks: store.tables.marks(of: table), firstUpdate: row.firstUpdate, updateCount: row.updateCount)
  }

  /// Counts the updates of a table from `update` on, with all rows up to date; without exact rows nothing is counted.
  package func restartMarks(of table: ParameterHandle, at update: Int, isExact: Bool) {
    withTable(table) { $0.restart($1, at: update, isExact: isExact) }
  }

  /// Counts an update of a table's touched rows, which were up to date: all others wait for it.
  package func countUpdate(of table: ParameterHandle) { withTable(table) { $0.countUpdate(of: $1) } }

  /// Counts an update that a table, all of whose rows are up to date, has no part in.
  package func passOverUpdate(of table: ParameterHandle) { withTable(table) { $0.passOverUpdate(of: $1) } }

  /// Notes that every row of a table is up to date.
  package func noteAllSettled(_ table: ParameterHandle) { withTable(table) { $0.noteAllSettled($1) } }

  /// Writes what the rows of all tables with exact rows are up to date with.
  package func writeMarks(to state: inout StateWriter) {
    for i in 0..<count {
      guard let marks = exactRowMarks(of: handle(at: i)) else { continue }
      state.write(marks.firstUpdate)
      state.write(Int(marks.updateCount))
      // Where no update was counted all marks are zero, and their memory is better left alone.
      state.write(marks.updateCount == 0 ? [] : marks.marks.array)
    }
  }

  /// Puts back what `writeMarks` wrote.
  package func restoreMarks(from state: inout StateReader) throws(StateError) {
    for i in 0..<count {
      let table = handle(at: i)
      guard let marks = exactRowMarks(of: table) else { continue }
      let (first, updates) = (try state.readInt(), try state.readInt())
      guard first >= 0, let updates = Int32(exactly: updates), updates >= 0 else {
        throw StateError(expected: "a number of updates", found: "\(updates) from \(first) on")
      }
      let new = try state.readInt32s(updates == 0 ? 0 : marks.marks.count)
      guard new.allSatisfy({ (0...updates).contains($0) }) else {
        throw StateError(expected: "rows up to date with one of \(updates) updates", found: "others")
      }
      withTable(table) { $0.restore($1, firstUpdate: first, updateCount: updates, marks: new) }
    }
  }

  private func withTable(_ table: ParameterHandle, _ body: (inout Tables, Int) -> Void) {
    if let place = store.rows[index(table)].table { body(&store.tables, place) }
  }
}

extension Tape {
  /// Ends the program if one of the rows of a table that an operation is about to read waits for updates, and says what
  /// to call before. An operation that reads rows of a table calls it first.
  ///
  /// - Precondition: every id is a row of the table.
  /// - Complexity: O(1) unless an optimizer with exact touched rows updates the table, else O(rows); allocates nothing.
  public func expectSettled(_ rows: Indices, of table: ParameterHandle, for operation: StaticString) {
    let parameter = store.index(table)
    guard rehearsal == nil, let place = store.rows[parameter].table,
      let row = store.tables.firstBehind(rows, of: place)
    else { return }
    refuseBehind("row \(row)", parameter, place, operation)
  }

  /// The same for a table that is read as a whole.
  func expectSettled(_ table: ParameterHandle, for operation: StaticString) {
    let parameter = store.index(table)
    guard rehearsal == nil, let place = store.rows[parameter].table, store.tables.rows[place].hasRowsBehind
    else { return }
    refuseBehind("some rows", parameter, place, operation)
  }

  private func refuseBehind(
    _ which: String, _ parameter: Int, _ table: Int, _ operation: StaticString
  ) -> Never {
    let name = store.labels[parameter].name
    fatalError(
      ModelError(
        place(of: operation), expected: "rows of '\(name)' that are up to date",
        got: "\(which) waiting for updates of an optimizer with exact rows. Before the forward pass call "
          + "`optimizer.settle(ids, of: table, in: &parameters)` for the rows of the batch, or "
          + "`optimizer.settle(&parameters)` for all"
      ).description)
  }
}
