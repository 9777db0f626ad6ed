/// How much a tape has room for at first: floats and indices, rows of its tables, and bytes of what operations remember.
struct TapeRoom {
  /// The floats of a step's activations, and as many of their adjoints.
  let floats: Int
  /// The indices of a step.
  let indices: Int
  /// The tensors, operations and layouts of sequences of a step, of each as many.
  let rows: Int
  /// The bytes of what the operations of a step remember.
  let payload: Int

  /// The bytes that an operation takes on average for what it remembers, if nothing better is known.
  private static let payloadEach = 128
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
    self.init(floats: floats, indices: Self.indices(floats), rows: rows, payload: rows * Self.payloadEach)
  }

  /// Room for what was planned, and as much again where the address space allows, so that a step that is somewhat larger
  /// still lies in one piece.
  init(_ plan: TapePlan) {
    func room(_ times: Int) -> TapeRoom {
      TapeRoom(
        floats: times * plan.floats, indices: times * plan.indices, rows: times * max(plan.rows, 64),
        payload: times * max(plan.payload, 1 << 12))
    }
    let generous = room(2)
    self = MemoryBlock.canReserve(4 * generous.byteCount) ? generous : room(1)
  }

  private init(floats: Int, indices: Int, rows: Int, payload: Int) {
    self.floats = floats
    self.indices = indices
    self.rows = rows
    self.payload = payload
  }

  /// Room to count in, of which little is touched: memory that is handed out again where it does not suffice.
  static var rehearsal: TapeRoom {
    var floats = 1 << 26
    while true {
      let room = TapeRoom(floats: floats, indices: floats / 2, rows: 1 << 12, payload: 1 << 19)
      if floats <= least.floats || MemoryBlock.canReserve(8 * room.byteCount) { return room }
      floats /= 2
    }
  }

  /// How many indices go with so many floats, if nothing better is known. An operation that takes some indices for each of its rows
  /// makes a float for each at least, however narrow it is; what a recurrent layer needs for each time step comes on top.
  private static func indices(_ floats: Int) -> Int { 2 * floats + indicesOnTop }

  static let rowBytes =
    MemoryLayout<TensorRow>.stride + MemoryLayout<OperationRow>.stride + MemoryLayout<SequencesRow>.stride

  /// The bytes of address space that a tape of so much room takes.
  private var byteCount: Int {
    (2 * floats + indices) * MemoryLayout<Float>.stride + rows * Self.rowBytes + payload
  }

  private static func byteCount(floats: Int, rows: Int) -> Int {
    let (bytes, overflow) = floats.multipliedReportingOverflow(by: 4 * MemoryLayout<Float>.stride)
    return overflow || bytes > 1 << 60
      ? 1 << 60 : bytes + rows * (rowBytes + payloadEach) + 4 * indicesOnTop
  }
}
