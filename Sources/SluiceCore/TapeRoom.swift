/// How much a tape can hold: floats of activations, and rows of its tables.
struct TapeRoom {
  /// The most floats of a step's activations, and as many of their adjoints.
  let floats: Int
  /// The most tensors, operations and layouts of sequences of a step.
  let rows: Int

  /// The bytes that an operation may take on average for what it remembers.
  static let payload = 128
  private static let most = (floats: 1 << 28, rows: 1 << 20)
  private static let least = (floats: 1 << 16, rows: 1 << 14)
  private static let indicesOnTop = 1 << 20

  /// Room for `capacity` floats; nil for as many as usual, or fewer where the address space is limited.
  ///
  /// Where it is, the rows become fewer too, so that the rest of the program finds memory: the tape's own choice takes at most a
  /// quarter of what can be had. Where even the least is too much, the refusal comes when it is reserved.
  init(_ capacity: Int?) {
    var floats = capacity ?? Self.most.floats
    var rows = Self.most.rows
    let share = capacity == nil ? 4 : 2
    while !MemoryBlock.canReserve(share * Self.byteCount(floats: floats, rows: rows)) {
      guard rows > Self.least.rows || capacity == nil && floats > Self.least.floats else { break }
      if capacity == nil { floats = max(floats / 2, Self.least.floats) }
      rows = max(rows / 2, Self.least.rows)
    }
    self.floats = floats
    self.rows = rows
  }

  /// How many indices go with so many floats. An operation that takes some indices for each of its rows makes a float for
  /// each at least, however narrow it is; what a recurrent layer needs for each time step comes on top.
  static func indices(_ floats: Int) -> Int { 2 * floats + indicesOnTop }

  /// The bytes of address space that a tape of so much room takes.
  static func byteCount(floats: Int, rows: Int) -> Int {
    let row =
      MemoryLayout<TensorRow>.stride + MemoryLayout<OperationRow>.stride + MemoryLayout<SequencesRow>.stride
      + payload
    let (bytes, overflow) = floats.multipliedReportingOverflow(by: 4 * MemoryLayout<Float>.stride)
    return overflow || bytes > 1 << 60 ? 1 << 60 : bytes + rows * row + 4 * indicesOnTop
  }
}
