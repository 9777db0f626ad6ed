import SluiceText

/// Batches of examples that lie in an array, or anywhere else where they have numbers from 0: each epoch deals out all of them, in
/// an order that follows from the seed and the epoch's number.
///
/// ```swift
/// ExampleBatches(of: sentences.count, size: 32, shuffledBy: seed, into: TaggedBatch()) { batch, places in
///   batch.removeAll()
///   for i in 0..<places.count { batch.append(sentences[places[i]]) }
/// }
/// ```
///
/// The last batch of an epoch has the examples that are left. Nothing is allocated beyond what the filling allocates.
public struct ExampleBatches<Batch: Sendable>: BatchSource {
  /// The examples of an epoch.
  public let exampleCount: Int
  /// The examples of a batch.
  public let size: Int
  /// What the orders are made from; nil keeps the order of the examples.
  public let seed: UInt64?
  public private(set) var epoch = 0
  /// The examples of this epoch that were dealt out already.
  public private(set) var cursor = 0
  private var order: [Int32]
  private var places: [Int] = []
  private var shardPlaces: [Int] = []
  private let empty: Batch
  private let fill: @Sendable (inout Batch, [Int]) -> Void

  /// Batches of `count` examples.
  ///
  /// - Parameters:
  ///   - size: the examples of a batch, above 0.
  ///   - seed: what the orders are made from; nil keeps the order, as suits a validation part.
  ///   - empty: the batch to begin with.
  ///   - fill: replaces what a batch holds by the examples at some places, from 0. A batch that keeps its memory, as arrays do
  ///     with `removeAll(keepingCapacity: true)`, makes the training free of allocations.
  public init(
    of count: Int, size: Int, shuffledBy seed: UInt64? = nil, into empty: Batch,
    _ fill: @escaping @Sendable (inout Batch, [Int]) -> Void
  ) {
    precondition(count >= 0 && size > 0, "Batches have at least one example each.")
    exampleCount = count
    self.size = size
    self.seed = seed
    self.empty = empty
    self.fill = fill
    order = (0..<Int32(count)).map { $0 }
    places.reserveCapacity(size)
    shardPlaces.reserveCapacity(size)
    start(epoch: 0)
  }

  public var count: Int { exampleCount / size + (exampleCount % size > 0 ? 1 : 0) }

  public func makeBatch() -> Batch { empty }

  /// Goes to an epoch, at its start or after the first `cursor` examples.
  ///
  /// - Precondition: `cursor` is from 0 to the number of examples.
  public mutating func start(epoch: Int, cursor: Int = 0) {
    precondition(cursor >= 0 && cursor <= exampleCount, "The cursor is outside of the examples.")
    self.epoch = epoch
    self.cursor = cursor
    guard let seed else { return }
    for i in 0..<exampleCount { order[i] = Int32(truncatingIfNeeded: i) }
    var random = RandomStream(seed: seed, purpose: .batchOrder, index: epoch)
    random.shuffle(&order)
  }

  public var cutsBatches: Bool { true }

  /// The shard is filled from the places of its examples, as the batch was.
  public mutating func cut(_ batch: Batch, part: Int, of parts: Int, into shard: inout Batch) -> BatchPart {
    let range = BatchPart.range(part, of: parts, in: places.count)
    shardPlaces.removeAll(keepingCapacity: true)
    for i in range { shardPlaces.append(places[i]) }
    fill(&shard, shardPlaces)
    return BatchPart(count: range.count, of: places.count)
  }

  public mutating func next(into batch: inout Batch) -> Bool {
    guard cursor < exampleCount else { return false }
    let end = min(cursor + size, exampleCount)
    places.removeAll(keepingCapacity: true)
    for position in cursor..<end { places.append(Int(order[position])) }
    cursor = end
    fill(&batch, places)
    return true
  }
}
