import SluiceCore

/// The rows of tables that a step is going to look up, as whoever makes its batch knows them.
///
///     var reads = TableReads()
///     reads.add(batch.symbols.values, of: embedding.table)
///     optimizer.settle(reads, in: &parameters)
public struct TableReads: Sendable {
  struct Entry: Sendable {
    let table: ParameterHandle
    let ids: [Int32]
  }

  private(set) var entries: [Entry] = []
  private(set) var readsAll = false

  /// No rows.
  public init() {}

  /// Adds rows of a table by their ids, which may repeat, in any order.
  ///
  /// - Complexity: O(1): the ids are shared, not copied, so let `removeAll` come before they are changed.
  public mutating func add(_ ids: [Int32], of table: ParameterHandle) {
    entries.append(Entry(table: table, ids: ids))
  }

  /// Adds all rows of all tables.
  public mutating func addAll() { readsAll = true }

  /// Forgets all rows and keeps the memory.
  public mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    readsAll = false
  }
}

// The pass that comes before the forward pass. Where rows are exact, one that did not occur in an update is owed what the
// rule does on a gradient of zeros. The parameters hold a mark for each row, the update it is up to date with; the
// optimizer brings rows up to date when it is told which will be read.
extension Optimizer {
  /// Brings all rows of all exact tables up to date: before values are read as a whole or saved, or where it is not known which
  /// rows a step will look up. With lazy rows it does nothing.
  ///
  /// Reads marks and the rates of past updates; writes values, accumulators and marks of the rows that waited.
  ///
  /// - Precondition: `parameters` are those the optimizer was made for.
  /// - Complexity: O(elements of exact tables), O(tables) where no row waits; allocates nothing.
  public mutating func settle(_ parameters: inout Parameters) { settleAllRows(parameters) }

  /// Brings rows of a table up to date that a step is going to look up. Where the table has no exact rows it does nothing.
  ///
  /// - Parameters:
  ///   - ids: may repeat, in any order.
  ///   - table: the parameter that holds the table.
  /// - Precondition: every id is a row of the table, and `parameters` are those the optimizer was made for.
  /// - Complexity: O(ids), and for each row that waited what its rule takes to catch up; allocates nothing.
  public mutating func settle(_ ids: [Int32], of table: ParameterHandle, in parameters: inout Parameters) {
    expectOwn(parameters, "Optimizer.settle")
    guard let rows = exactTable(table, parameters) else { return }
    for i in 0..<ids.count { rows.settle(Int(ids[i])) }
  }

  /// Brings the rows up to date that a step is going to look up.
  ///
  /// - Complexity: as that of the rows one table after the other, or of all of them; allocates nothing.
  public mutating func settle(_ reads: TableReads, in parameters: inout Parameters) {
    if reads.readsAll { return settleAllRows(parameters) }
    for i in 0..<reads.entries.count {
      settle(reads.entries[i].ids, of: reads.entries[i].table, in: &parameters)
    }
  }

  /// Brings all rows up to date, for what reads them under a `borrowing` name.
  func settleAllRows(_ parameters: borrowing Parameters) {
    expectOwn(parameters, "Optimizer.settle")
    for i in 0..<parameters.count { settleAllRows(of: parameters.handle(at: i), parameters) }
  }

  /// Brings all rows of one table up to date.
  func settleAllRows(of table: ParameterHandle, _ parameters: borrowing Parameters) {
    guard parameters.hasRowsBehind(table), let rows = exactTable(table, parameters) else { return }
    for row in 0..<rows.marks.marks.count { rows.settle(row) }
    parameters.noteAllSettled(table)
  }

  /// What it takes to bring rows of a table up to date; nil if it has no exact rows.
  func exactTable(_ table: ParameterHandle, _ parameters: borrowing Parameters) -> ExactTable? {
    guard let marks = parameters.exactRowMarks(of: table) else { return nil }
    let group = groups[groupOf[parameters.place(of: table)]]
    guard let history = group.history else { return nil }
    let values = parameters.values(of: table)
    let width = values.count / max(marks.marks.count, 1)
    return ExactTable(
      engine: parameters.engine, rule: group.rule, weightDecay: group.weightDecay,
      accumulatorCount: group.accumulatorCount, history: history,
      columns: UpdateColumns(values, accumulators) { $0[table] }, marks: marks, width: width,
      zeros: zeroRow[0..<width])
  }

  func expectOwn(_ parameters: borrowing Parameters, _ place: String) {
    expect(
      isFor(parameters), place, expected: "the parameters that the optimizer was made for", got: "others")
  }
}

/// A table with exact rows and what its untouched rows are owed.
struct ExactTable {
  let engine: Engine
  let rule: any UpdateRule
  let weightDecay: Float
  let accumulatorCount: Int
  let history: RateHistory
  let columns: UpdateColumns
  let marks: ExactRowMarks
  let width: Int
  let zeros: Floats

  /// Brings one row up to date.
  func settle(_ row: Int) {
    expect(
      row >= 0 && row < marks.marks.count, "Optimizer.settle",
      expected: "ids from 0 up to, not including, \(marks.marks.count)", got: "\(row)")
    let done = marks.marks[row]
    if done == marks.updateCount { return }
    marks.marks[row] = marks.updateCount
    let last = marks.firstUpdate + Int(marks.updateCount)
    let first = marks.firstUpdate + Int(done) + 1
    let part = columns[row * width..<(row + 1) * width]
    let elements = UpdateElements(
      engine: engine, settings: UpdateSettings(step: last, learningRate: 0, weightDecay: weightDecay),
      values: part.values, gradients: zeros, accumulatorCount: accumulatorCount, columns: part.accumulators)
    rule.catchUp(
      elements,
      SkippedSteps(first: first, count: last - first + 1, weightDecay: weightDecay, history: history))
  }
}
