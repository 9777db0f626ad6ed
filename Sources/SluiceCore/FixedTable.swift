/// A table of plain rows in reserved memory: appending never allocates, and every access is checked.
@safe
struct FixedTable<Row> {
  private let block: MemoryBlock
  private let base: UnsafeMutablePointer<Row>
  private let name: StaticString
  let capacity: Int
  private(set) var count = 0

  /// - Precondition: `Row` is a plain value, without references.
  init(capacity: Int, named name: StaticString) {
    require(_isPOD(Row.self), "A table holds plain values.")
    block = MemoryBlock(byteCount: capacity * MemoryLayout<Row>.stride)
    unsafe base = block.address.bindMemory(to: Row.self, capacity: capacity)
    self.capacity = capacity
    self.name = name
  }

  subscript(i: Int) -> Row {
    get {
      require(i >= 0 && i < count, "Row out of the table.")
      return unsafe base[i]
    }
    set {
      require(i >= 0 && i < count, "Row out of the table.")
      unsafe base[i] = newValue
    }
    _modify {
      require(i >= 0 && i < count, "Row out of the table.")
      yield unsafe &base[i]
    }
  }

  /// Appends `row` and returns its index.
  mutating func append(_ row: Row) -> Int {
    guard count < capacity else {
      fatalError("The table of \(name) is full: a step may record \(capacity). Reset the tape between steps.")
    }
    unsafe (base + count).initialize(to: row)
    count += 1
    return count - 1
  }

  mutating func removeAll() { count = 0 }
}
