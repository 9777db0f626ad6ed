import SluiceCore

/// Some examples side by side. Made once and filled again and again; it then keeps its memory.
public struct LabeledBatch: Sendable, Equatable {
  /// The ids of each sequence.
  public fileprivate(set) var symbols = RaggedIndices()
  /// The label id of each sequence.
  public fileprivate(set) var labels: [Int32] = []
  /// The place of each sequence in the examples the batch was taken from.
  public fileprivate(set) var indices: [Int32] = []

  /// An empty batch, to be filled by `Batches.next(into:)`.
  public init() {}

  /// A batch of sequences made elsewhere, one label for each.
  public init(symbols: RaggedIndices, labels: [Int32]) {
    require(symbols.count == labels.count, "There must be one label for each sequence.")
    self.symbols = symbols
    self.labels = labels
    indices = (0..<Int32(labels.count)).map { $0 }
  }

  /// The same sequences with nothing to tell them from others: symbols of their own, the labels of `batch`, and a place in no examples.
  package init(_ symbols: RaggedIndices, labelsOf batch: LabeledBatch) {
    self.init(symbols: symbols, labels: batch.labels)
    indices = [Int32](repeating: -1, count: labels.count)
  }

  /// The number of sequences.
  public var count: Int { labels.count }

  mutating func reserve(_ bound: BatchBound) {
    symbols.reserve(sequences: bound.sequences, values: bound.symbols)
    labels.reserveCapacity(bound.sequences)
    indices.reserveCapacity(bound.sequences)
  }

  /// Replaces what this holds by some of the sequences of another batch.
  package mutating func take(_ range: Range<Int>, of batch: borrowing LabeledBatch) {
    removeAll()
    for i in range {
      append(batch.symbols[i], label: batch.labels[i], index: batch.indices[i])
    }
  }

  /// Adds a sequence.
  mutating func append(_ symbols: ArraySlice<Int32>, label: Int32, index: Int32) {
    self.symbols.append(symbols)
    labels.append(label)
    indices.append(index)
  }

  mutating func removeAll() {
    symbols.removeAll()
    labels.removeAll(keepingCapacity: true)
    indices.removeAll(keepingCapacity: true)
  }
}

/// The batches of one epoch after the other.
///
/// Every example is in exactly one batch of an epoch. The order within an epoch is a function of the seed and
/// the epoch's number alone, so a run that was broken off goes on from the two numbers `epoch` and `cursor`.
///
/// ```swift
/// var batches = examples.batches(of: 64, shuffledBy: seed)
/// var batch = LabeledBatch()
/// for epoch in 0..<10 {
///   batches.start(epoch: epoch)
///   while batches.next(into: &batch) { … }
/// }
/// ```
///
/// This form allocates for the first batch only: its memory is reserved for the largest batch there can be.
/// `for batch in examples.batches(of: 64, shuffledBy: seed)` is shorter and allocates a few blocks at its start and nothing
/// from one batch to the next, as long as no copy of a batch outlives its turn. Each such loop goes on to the next epoch
/// by itself, unless an epoch was named or the value has dealt out batches already: then it deals out what is left.
public struct Batches: Sequence, IteratorProtocol, Sendable {
  /// The examples that are dealt out.
  public let examples: LabeledSequences
  /// The examples of a batch.
  public let size: Int
  /// What the orders are made from; nil keeps the order of the examples.
  public let seed: UInt64?
  /// The epoch that is being dealt out.
  public private(set) var epoch: Int
  /// The number of examples of this epoch that were dealt out already.
  public private(set) var cursor = 0
  /// The most a batch can hold.
  public let bound: BatchBound

  // Whether a loop takes the next epoch of its own accord.
  private var countsPasses: Bool
  private var order: [Int32]
  // The batch that `next()` hands out. It stays empty where only `next(into:)` is used.
  private var own = LabeledBatch()

  init(_ examples: LabeledSequences, size: Int, seed: UInt64?, epoch: Int?) {
    self.examples = examples
    self.size = size
    self.seed = seed
    self.epoch = epoch ?? 0
    countsPasses = epoch == nil && seed != nil
    bound = examples.largestBatch(of: size)
    order = Array(0..<Int32(examples.count))
    shuffle()
  }

  /// What a loop goes through: the next epoch, or what is left of the epoch that was named or begun.
  ///
  /// - Complexity: O(examples); allocates one block.
  public func makeIterator() -> Batches {
    guard countsPasses, cursor == 0, let seed else { return self }
    var pass = self
    pass.start(epoch: examples.passes.next(seed))
    return pass
  }

  /// The number of batches of an epoch.
  public var count: Int { (examples.count + size - 1) / size }

  /// At least the batches that are left in this epoch: exactly them.
  public var underestimatedCount: Int { (examples.count - cursor + size - 1) / size }

  /// Goes to an epoch, at its start or after the first `cursor` examples.
  ///
  /// - Precondition: `cursor` is from 0 to the number of examples.
  /// - Complexity: O(examples); allocates nothing.
  public mutating func start(epoch: Int, cursor: Int = 0) {
    require(cursor >= 0 && cursor <= examples.count, "The cursor is outside of the examples.")
    self.epoch = epoch
    self.cursor = cursor
    countsPasses = false
    shuffle()
  }

  private mutating func shuffle() {
    guard let seed else { return }
    for i in 0..<order.count { order[i] = Int32(truncatingIfNeeded: i) }
    var random = RandomStream(seed: seed, purpose: .batchOrder, index: epoch)
    random.shuffle(&order)
  }

  /// Replaces what `batch` holds by the next examples.
  ///
  /// - Returns: false at the end of the epoch; `batch` is then empty.
  /// - Complexity: O(symbols of the batch); allocates only where `batch` is smaller than the bound or its
  ///   memory is shared with a copy.
  public mutating func next(into batch: inout LabeledBatch) -> Bool {
    let range = advance()
    Batches.fill(&batch, examples, order, range, bound)
    return !range.isEmpty
  }

  /// The next batch, nil at the end of the epoch.
  ///
  /// Let go of it before the next one is asked for, as a loop does, and its memory is used again.
  public mutating func next() -> LabeledBatch? {
    let range = advance()
    if range.isEmpty { return nil }
    Batches.fill(&own, examples, order, range, bound)
    return own
  }

  private mutating func advance() -> Range<Int> {
    let start = cursor
    cursor = Swift.min(start + size, examples.count)
    return start..<cursor
  }

  // Not a method: `next()` fills a batch that is itself part of this value.
  private static func fill(
    _ batch: inout LabeledBatch, _ examples: LabeledSequences, _ order: [Int32], _ range: Range<Int>,
    _ bound: BatchBound
  ) {
    batch.removeAll()
    batch.reserve(bound)
    for position in range {
      let i = order[position]
      batch.append(examples.symbols[Int(i)], label: examples.labels[Int(i)], index: i)
    }
  }
}
