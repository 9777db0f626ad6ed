import SluiceCore
import Synchronization

/// What the threads of an update add to: how many elements are not finite after it.
final class NonFiniteCounter: Sendable {
  private let found = Atomic<Int>(0)

  var count: Int { found.load(ordering: .relaxed) }
  func reset() { found.store(0, ordering: .relaxed) }

  /// Counts in `values`, which are still in the cache of the thread that moved them.
  func look(at values: Floats, _ engine: Engine) {
    let count = engine.statistics(values).nonFinite
    if count > 0 { found.add(count, ordering: .relaxed) }
  }
}

/// One update with one rule: the dense system and the sparse-row system.
struct Sweep: Sendable {
  let engine: Engine
  let rule: any UpdateRule
  let settings: UpdateSettings
  let accumulatorCount: Int
  let counter: NonFiniteCounter?

  /// The least elements that one thread updates at a time.
  private static let elementsPerPart = 1 << 15
  /// The same for rows, which take their time, one more than the other, to come from memory.
  private static let rowElementsPerPart = 1 << 13

  /// Sweeps over a range of elements.
  func updateDense(_ columns: UpdateColumns, gradients: Floats) {
    let count = columns.values.count
    let size = engine.longPart(of: count, atLeast: Self.elementsPerPart)
    let work = Work(
      sweep: self, columns: columns, gradients: gradients, rows: nil, width: 1, partSize: size)
    engine.workers.run((count + size - 1) / size, work) { work, part in
      let first = part * work.partSize
      work.updateRange(first..<min(first + work.partSize, work.gradients.count))
    }
  }

  /// Visits the rows of a table that occurred.
  func updateRows(_ table: UpdateColumns, _ touched: TouchedRows) {
    let width = max(touched.width, 1)
    let size = max(1, Self.rowElementsPerPart / width)
    let work = Work(
      sweep: self, columns: table, gradients: touched.rowGradients, rows: touched.rowIDs, width: width,
      partSize: size)
    engine.workers.run((touched.count + size - 1) / size, work) { work, part in
      guard let rows = work.rows else { return }
      let first = part * work.partSize
      work.updateRows(rows, first..<min(first + work.partSize, rows.count))
    }
  }
}

/// The values and accumulators of a dense range or of a whole table. Accumulators that a rule has not asked
/// for are never read; the values stand in for them.
struct UpdateColumns: Sendable {
  let values: Floats
  let accumulators: (Floats, Floats, Floats, Floats)

  init(_ values: Floats, _ columns: [Column], _ part: (Column) -> Floats) {
    self.values = values
    accumulators = (
      columns.count > 0 ? part(columns[0]) : values, columns.count > 1 ? part(columns[1]) : values,
      columns.count > 2 ? part(columns[2]) : values, columns.count > 3 ? part(columns[3]) : values
    )
  }

  private init(_ values: Floats, _ accumulators: (Floats, Floats, Floats, Floats)) {
    self.values = values
    self.accumulators = accumulators
  }

  subscript(range: Range<Int>) -> UpdateColumns {
    UpdateColumns(
      values[range],
      (accumulators.0[range], accumulators.1[range], accumulators.2[range], accumulators.3[range]))
  }
}

private struct Work: Sendable {
  let sweep: Sweep
  let columns: UpdateColumns
  let gradients: Floats
  let rows: Indices?
  let width: Int
  /// The elements of a part, or its rows.
  let partSize: Int

  func updateRange(_ range: Range<Int>) {
    guard let counter = sweep.counter else { return move(range) }
    var start = range.lowerBound
    while start < range.upperBound {
      let part = start..<min(start + Self.elementsToLookAt, range.upperBound)
      move(part)
      counter.look(at: columns.values[part], sweep.engine)
      start = part.upperBound
    }
  }

  /// How many elements are moved before they are looked at: as many as a cache keeps.
  private static let elementsToLookAt = 1 << 14

  private func move(_ range: Range<Int>) {
    let part = columns[range]
    sweep.rule.update(
      UpdateElements(
        engine: sweep.engine, settings: sweep.settings, values: part.values, gradients: gradients[range],
        accumulatorCount: sweep.accumulatorCount, columns: part.accumulators))
  }

  func updateRows(_ rows: Indices, _ range: Range<Int>) {
    sweep.rule.update(
      UpdateElements(
        engine: sweep.engine, settings: sweep.settings, values: columns.values,
        gradients: gradients[range.lowerBound * width..<range.upperBound * width],
        accumulatorCount: sweep.accumulatorCount, columns: columns.accumulators, rows: rows[range],
        width: width))
    guard let counter = sweep.counter else { return }
    for i in range {
      let start = Int(rows[i]) * width
      counter.look(at: columns.values[start..<start + width], sweep.engine)
    }
  }
}
