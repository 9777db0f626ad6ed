/// The gradient of a table: the ids that occurred, each once and in increasing order, with one row each.
///
/// There is no uncoalesced state: ids are sorted and repeated ones added up where they are produced. Rows
/// live in reserved memory that is committed as they are first used, so a set costs what the most ids of
/// a step need, however large the table.
public final class TouchedRows: @unchecked Sendable {
  /// The number of rows of the table.
  public let tableRows: Int
  /// The number of elements of a row.
  public let width: Int
  /// How many different rows occurred.
  public private(set) var count = 0

  private var ids: Arena<Int32>
  private var gradients: Arena<Float>
  // The other half of a merge of two sets.
  private var spareIDs: Arena<Int32>
  private var spareGradients: Arena<Float>

  init(tableRows: Int, width: Int) {
    self.tableRows = tableRows
    self.width = width
    ids = Arena<Int32>(capacity: tableRows, named: "touched rows")
    spareIDs = Arena<Int32>(capacity: tableRows, named: "touched rows")
    gradients = Arena<Float>(capacity: tableRows * width, named: "touched rows")
    spareGradients = Arena<Float>(capacity: tableRows * width, named: "touched rows")
  }

  /// The rows that occurred, in increasing order.
  public var rowIDs: Indices { ids[0..<count] }

  /// The gradients, one row for each of `rowIDs`.
  public var rowGradients: Floats { gradients[0..<count * width] }

  /// The gradient of the `i`-th row that occurred.
  public func gradient(_ i: Int) -> Floats {
    expect(
      i >= 0 && i < count, "TouchedRows.gradient", expected: "one of \(count) touched rows, counted from 0",
      got: "\(i)")
    return gradients[i * width..<(i + 1) * width]
  }

  /// Forgets all rows.
  func clear() { count = 0 }

  /// Adds row `i` of `rows` to the gradient of table row `newIDs[i]`, for every i. Equal ids add up in
  /// order of appearance.
  ///
  /// - Parameter excluded: an id whose rows are left out, such as a padding row.
  /// - Complexity: O(ids · width), nothing that grows with the table; the work space comes from `scratch`.
  func add(
    ids newIDs: Indices, rows: Floats, excluding excluded: Int32?, scratch: Arena<Int32>, engine: Engine
  ) {
    expect(
      rows.count == newIDs.count * width, "Tape.touch",
      expected: "a row of the table's width, \(width), for each of \(newIDs.count) ids",
      got: "\(rows.count) floats")
    let sorted = sort(newIDs, excluding: excluded, scratch: scratch)
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
    if count == 0 {
      ids[0..<segments].copy(from: distinct[0..<segments])
      engine.segmentSums(
        rows, positions: sorted.positions, starts: starts[0..<segments + 1], width: width,
        into: gradients[0..<segments * width], accumulate: false)
      count = segments
    } else {
      merge(distinct[0..<segments], starts[0..<segments + 1], sorted.positions, rows, engine)
    }
  }

  /// Merges a sorted set of new ids with the rows already held.
  private func merge(
    _ newIDs: Indices, _ starts: Indices, _ positions: Indices, _ rows: Floats, _ engine: Engine
  ) {
    var held = 0
    var new = 0
    var merged = 0
    while held < count || new < newIDs.count {
      let takesHeld = held < count && (new == newIDs.count || ids[held..<held + 1][0] <= newIDs[new])
      let takesNew = new < newIDs.count && (held == count || newIDs[new] <= ids[held..<held + 1][0])
      let target = spareGradients[merged * width..<(merged + 1) * width]
      spareIDs[merged..<merged + 1][0] = takesHeld ? ids[held..<held + 1][0] : newIDs[new]
      if takesHeld { target.copy(from: gradient(held)) }
      if takesNew {
        engine.segmentSums(
          rows, positions: positions, starts: starts[new..<new + 2], width: width, into: target,
          accumulate: takesHeld)
        new += 1
      }
      if takesHeld { held += 1 }
      merged += 1
    }
    swap(&ids, &spareIDs)
    swap(&gradients, &spareGradients)
    count = merged
  }

  /// The positions of `newIDs` in increasing order of id, equal ids in order of appearance, with the ids in
  /// that order: a radix sort over the digits that ids of this table can have.
  private func sort(_ newIDs: Indices, excluding excluded: Int32?, scratch: Arena<Int32>) -> (
    ids: Indices, positions: Indices
  ) {
    let all = newIDs.count
    var keys = scratch[scratch.allocate(all)]
    var positions = scratch[scratch.allocate(all)]
    var otherKeys = scratch[scratch.allocate(all)]
    var otherPositions = scratch[scratch.allocate(all)]
    let histogram = scratch[scratch.allocate(Self.buckets)]
    var kept = 0
    for i in 0..<all {
      let id = newIDs[i]
      expect(
        id >= 0 && id < tableRows, "Tape.touch", expected: "ids from 0 up to, not including, \(tableRows)",
        got: "\(id) at place \(i)")
      if let excluded, id == excluded { continue }
      keys[kept] = id
      positions[kept] = Int32(i)
      kept += 1
    }
    var shift: Int32 = 0
    while shift == 0 || (tableRows - 1) >> Int(shift) > 0 {
      histogram.fill(0)
      for i in 0..<kept { histogram[Int(keys[i] >> shift) & (Self.buckets - 1)] += 1 }
      var total: Int32 = 0
      for digit in 0..<Self.buckets {
        let occurrences = histogram[digit]
        histogram[digit] = total
        total += occurrences
      }
      for i in 0..<kept {
        let digit = Int(keys[i] >> shift) & (Self.buckets - 1)
        let place = Int(histogram[digit])
        histogram[digit] += 1
        otherKeys[place] = keys[i]
        otherPositions[place] = positions[i]
      }
      swap(&keys, &otherKeys)
      swap(&positions, &otherPositions)
      shift += Self.digitBits
    }
    return (keys[0..<kept], positions[0..<kept])
  }

  private static let digitBits: Int32 = 11
  private static let buckets = 1 << 11
}
