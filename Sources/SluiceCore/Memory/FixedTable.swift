/// A table of plain rows in reserved memory: appending allocates only where no step before had as many, and every access is checked.
// Safe over a bare pointer: it points into the block that the table keeps, every access is checked against the rows there are,
// and a row is plain bytes.
@safe
struct FixedTable<Row> {
  private var block: MemoryBlock
  private var base: UnsafeMutablePointer<Row>
  private let name: StaticString
  private(set) var capacity: Int
  private(set) var count = 0

  /// - Precondition: `Row` is a plain value, without references.
  init(capacity: Int, named name: StaticString) {
    require(_isPOD(Row.self), "A table holds plain values.")
    block = MemoryBlock(
      byteCount: capacity * MemoryLayout<Row>.stride, for: "The table of \(name) for \(capacity) rows")
    unsafe base = block.address.bindMemory(to: Row.self, capacity: capacity)
    self.capacity = capacity
    self.name = name
  }

  subscript(i: Int) -> Row {
    get {
      check(i, count)
      return unsafe base[i]
    }
    set {
      check(i, count)
      unsafe base[i] = newValue
    }
    _modify {
      // Not by `check`: its frame, within this one, is more than a debug build's caller has room for, and an allocation.
      require(i >= 0 && i < count, "A row outside a table of the tape.")
      yield unsafe &base[i]
    }
  }

  private func check(_ i: Int, _ count: Int) {
    expect(
      i >= 0 && i < count, "The table of \(name)", expected: "one of its \(count) rows, counted from 0",
      got: "row \(i)")
  }

  /// Appends `row` and returns its index.
  mutating func append(_ row: Row) -> Int {
    if count == capacity { grow() }
    unsafe (base + count).initialize(to: row)
    count += 1
    return count - 1
  }

  /// Makes room for twice as many rows, in other memory.
  private mutating func grow() {
    let larger = FixedTable(capacity: max(2 * capacity, 16), named: name)
    unsafe larger.base.initialize(from: base, count: count)
    (block, capacity) = (larger.block, larger.capacity)
    unsafe base = larger.base
  }

  /// A row by its place in the memory, for who holds a copy of the table from before the row was appended.
  func row(everAt i: Int) -> Row {
    check(i, capacity)
    return unsafe base[i]
  }

  mutating func removeAll() { count = 0 }
}
