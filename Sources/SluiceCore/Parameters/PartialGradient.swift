/// The gradient of a part of a batch, put aside until it is added to that of another part.
///
/// It holds what parameters hold of a gradient: the dense ones in one range, and of the tables the rows that occurred, those of all tables
/// side by side, so that each kind is one message to another process. Memory is committed as it is used.
package final class PartialGradient: @unchecked Sendable {
  /// The gradients of all dense parameters. Exchanged for those of the parameters, so that nothing is copied.
  fileprivate(set) var dense: Arena<Float>
  private var integers: Arena<Int32>
  private var rows: Arena<Float>
  /// Where a sum of rows is written, which then takes the place of what was added up.
  private var otherIntegers: Arena<Int32>
  private var otherRows: Arena<Float>
  private let denseCount: Int
  /// The widths of the tables.
  private let widths: [Int]

  /// Room for a gradient of `parameters`, which are sealed by it.
  package init(for parameters: borrowing Parameters) {
    let store = parameters.store
    store.seal()
    let ids = store.tables.rows.reduce(0) { $0 + $1.rowCount }
    widths = store.tables.rows.map(\.width)
    denseCount = store.denseCount
    dense = Arena<Float>(capacity: denseCount, named: "gradient of a part")
    // As many integers for the counts, each table's, and then the ids.
    let integerCount = ids == 0 ? 0 : widths.count + ids
    integers = Arena<Int32>(capacity: integerCount, named: "rows of a part")
    otherIntegers = Arena<Int32>(capacity: integerCount, named: "rows of a part")
    rows = Arena<Float>(capacity: store.tableCount, named: "rows of a part")
    otherRows = Arena<Float>(capacity: store.tableCount, named: "rows of a part")
  }

  /// The gradients of all dense parameters, gaps of alignment included, which are zero.
  package var denseGradients: Floats { dense[0..<denseCount] }
  /// How many rows of each table occurred.
  package var counts: Indices { integers[0..<widths.count] }
  /// The rows that occurred, each table's in increasing order.
  package var rowIDs: Indices { integers[widths.count..<widths.count + idCount] }
  /// Their gradients.
  package var rowGradients: Floats { rows[0..<floatCount] }
  /// Whether there are tables at all.
  package var hasTables: Bool { !widths.isEmpty }

  private var idCount: Int {
    var count = 0
    for table in 0..<widths.count { count += Int(integers[0..<widths.count][table]) }
    return count
  }

  private var floatCount: Int {
    var count = 0
    for table in 0..<widths.count { count += Int(integers[0..<widths.count][table]) * widths[table] }
    return count
  }

  /// Makes it zero, as the gradient of a part without examples is.
  package func clear() {
    denseGradients.fill(0)
    counts.fill(0)
  }

  /// Adds the gradient of another part.
  ///
  /// - Complexity: O(dense elements + rows of both · width); allocates nothing.
  package func add(_ other: PartialGradient, _ engine: Engine) {
    engine.accumulate(other.denseGradients, onto: denseGradients)
    addRows(of: other, engine)
  }

  /// Adds the rows of another part. Of a row that occurred in both the sum is kept.
  ///
  /// - Complexity: O(rows of both · width); allocates nothing.
  package func addRows(of other: PartialGradient, _ engine: Engine) {
    guard hasTables else { return }
    var (own, others, merged) = (Place(), Place(), Place())
    let (counts, otherCounts) = (counts, other.counts)
    let (ids, otherIDs) = (rowIDs, other.rowIDs)
    let (gradients, otherGradients) = (rowGradients, other.rowGradients)
    let mergedCounts = otherIntegers[0..<widths.count]
    let mergedIDs = otherIntegers[widths.count..<otherIntegers.capacity]
    let mergedGradients = otherRows[0..<otherRows.capacity]
    for table in 0..<widths.count {
      let width = widths[table]
      let (end, otherEnd) = (own.id + Int(counts[table]), others.id + Int(otherCounts[table]))
      let first = merged.id
      while own.id < end || others.id < otherEnd {
        let takesOwn = own.id < end && (others.id == otherEnd || ids[own.id] <= otherIDs[others.id])
        let takesOther = others.id < otherEnd && (own.id == end || otherIDs[others.id] <= ids[own.id])
        mergedIDs[merged.id] = takesOwn ? ids[own.id] : otherIDs[others.id]
        let target = mergedGradients[merged.float..<merged.float + width]
        if takesOwn { target.copy(from: gradients[own.float..<own.float + width]) }
        if takesOther {
          let row = otherGradients[others.float..<others.float + width]
          if takesOwn { engine.accumulate(row, onto: target) } else { target.copy(from: row) }
          others.advance(width)
        }
        if takesOwn { own.advance(width) }
        merged.advance(width)
      }
      mergedCounts[table] = Int32(merged.id - first)
    }
    swap(&integers, &otherIntegers)
    swap(&rows, &otherRows)
  }

  /// A place in the rows of all tables.
  private struct Place {
    var id = 0
    var float = 0
    mutating func advance(_ width: Int) {
      id += 1
      float += width
    }
  }

  fileprivate func take(_ tables: borrowing Tables) {
    let counts = counts
    var place = Place()
    let (ids, gradients) = (integers[widths.count..<integers.capacity], rows[0..<rows.capacity])
    for table in 0..<widths.count {
      let touched = tables.touchedRows(table)
      counts[table] = Int32(touched.count)
      ids[place.id..<place.id + touched.count].copy(from: touched.rowIDs)
      let end = place.float + touched.rowGradients.count
      gradients[place.float..<end].copy(from: touched.rowGradients)
      place = Place(id: place.id + touched.count, float: end)
    }
  }

  fileprivate func give(to tables: inout Tables) {
    let (counts, ids, gradients) = (counts, rowIDs, rowGradients)
    var place = Place()
    for table in 0..<widths.count {
      let (lastID, last) = (place.id + Int(counts[table]), place.float + Int(counts[table]) * widths[table])
      tables.set(table, ids: ids[place.id..<lastID], gradients: gradients[place.float..<last])
      place = Place(id: lastID, float: last)
    }
  }
}

extension Parameters {
  /// Puts the gradient of the last backward pass aside: the next one begins anew.
  ///
  /// - Complexity: O(touched rows · width); allocates nothing.
  package mutating func putGradientAside(in part: PartialGradient) {
    if part.hasTables { part.take(store.tables) }
    store.exchangeDenseGradients(with: &part.dense)
    markGradientsUsed()
  }

  /// Makes what was put aside the gradient of these parameters, as if a backward pass had made it.
  ///
  /// - Complexity: O(touched rows · width); allocates nothing.
  package mutating func takeGradient(from part: PartialGradient) {
    if part.hasTables { part.give(to: &store.tables) }
    store.exchangeDenseGradients(with: &part.dense)
    for i in store.rows.indices { store.rows[i].hasFreshGradient = true }
  }
}
