import SluiceCore
import SluiceText

/// Where the batches of a training come from: epoch after epoch, in an order that follows from the epoch's number, so that a
/// training that was broken off goes on from the two numbers `epoch` and `cursor`.
public protocol BatchSource: Sendable {
  /// What a step is made on.
  associatedtype Batch: Sendable

  /// The epoch that is being dealt out.
  var epoch: Int { get }
  /// How far it is dealt out: a number of examples, or of batches, whatever `start` takes.
  var cursor: Int { get }
  /// The batches of an epoch, about where they differ from epoch to epoch.
  var count: Int { get }

  /// A batch to be filled again and again.
  func makeBatch() -> Batch
  /// Goes to an epoch, at its start or where its cursor stood.
  mutating func start(epoch: Int, cursor: Int)
  /// Replaces what `batch` holds by what comes next; false at the end of the epoch. Allocates nothing in a steady training.
  mutating func next(into batch: inout Batch) -> Bool
  /// What the memory of a step over a batch grows with. By default nothing is known of it.
  func size(of batch: Batch) -> BatchSize

  /// Whether batches can be cut into shards; by default they cannot.
  var cutsBatches: Bool { get }
  /// Replaces what `shard` holds by part `part` of the `parts` that the batch which was dealt out last is cut into, in its order. A part
  /// may be empty. Which examples it has depends on nothing but the batch and the two numbers. Allocates nothing in a steady
  /// training.
  mutating func cut(_ batch: Batch, part: Int, of parts: Int, into shard: inout Batch) -> BatchPart
  /// Takes note that of the batches to come no other parts will be cut out than these, so that a source which reads files can leave the
  /// rest unread. What `cut` gives, and the end of the epoch, stay the same. Called at most once, before the first batch, where several processes share
  /// the parts; by default nothing is left out.
  mutating func restrict(to own: Range<Int>, of parts: Int)
}

/// How much of a batch a shard is.
public struct BatchPart: Equatable, Sendable {
  /// The examples or words of the shard: what its loss is the mean of.
  public var count: Int
  /// Those of the whole batch.
  public var whole: Int

  /// A part of `whole` examples or words.
  public init(count: Int, of whole: Int) {
    self.count = count
    self.whole = whole
  }

  /// The examples of a part where each counts as much: as equal a share as can be.
  public static func range(_ part: Int, of parts: Int, in count: Int) -> Range<Int> {
    part * count / parts..<(part + 1) * count / parts
  }

  /// What the mean of the shard counts in that of the batch.
  var weight: Float { Float(Double(count) / Double(max(whole, 1))) }
}

/// What the memory of a step over a batch grows with.
public struct BatchSize: Equatable, Sendable {
  /// Examples, or the distinct ones where equal ones are computed once.
  public var examples: Int
  /// What the examples are made of: characters, words, pixels of all of them together.
  public var elements: Int

  /// A size by its parts.
  public init(examples: Int = 0, elements: Int = 0) {
    self.examples = examples
    self.elements = elements
  }
}

extension BatchSource {
  public func size(of batch: Batch) -> BatchSize { BatchSize() }

  public var cutsBatches: Bool { false }
  public mutating func restrict(to own: Range<Int>, of parts: Int) {}

  public mutating func cut(_ batch: Batch, part: Int, of parts: Int, into shard: inout Batch) -> BatchPart {
    fatalError(
      "Batches of \(Self.self) cannot be cut into shards: write `cut` and let `cutsBatches` be true.")
  }

  /// Of the batches of the first epoch that with the most examples and that with the most elements, which may be one; where
  /// sizes are not known, the first. Of batches that are cut into shards, the same of the shards.
  ///
  /// - Parameter isCounted: which of the shards are looked at, by their number; all unless it says otherwise.
  /// - Complexity: that of dealing out an epoch.
  public func largestBatches(shards: Int = 1, where isCounted: (Int) -> Bool = { _ in true }) -> [Batch] {
    var source = self
    var (batch, shard) = (source.makeBatch(), source.makeBatch())
    source.start(epoch: 1, cursor: 0)
    var largest: [(size: BatchSize, batch: Batch)] = []
    func look(at batch: Batch, _ size: BatchSize) {
      if largest.isEmpty { largest = [(size, batch), (size, batch)] }
      if size.examples > largest[0].size.examples { largest[0] = (size, batch) }
      if size.elements > largest[1].size.elements { largest[1] = (size, batch) }
    }
    while source.next(into: &batch) {
      if shards == 1 { look(at: batch, source.size(of: batch)) }
      for i in 0..<(shards == 1 ? 0 : shards)
      where isCounted(i) && source.cut(batch, part: i, of: shards, into: &shard).count > 0 {
        look(at: shard, source.size(of: shard))
      }
      if let first = largest.first, first.size == BatchSize() { break }
    }
    guard largest.count == 2, largest[0].size != largest[1].size else {
      return largest.prefix(1).map(\.batch)
    }
    return largest.map(\.batch)
  }
}

/// The batches that a training's memory is planned for.
public struct LargestBatches<Batch: Sendable>: Sendable {
  /// Those that a step is planned for: the plan is enough for each.
  public var training: [Batch]
  /// Those that measuring is planned for: the loss is recorded as in use, without a way back.
  public var validation: [Batch]

  /// Batches of both parts.
  public init(training: [Batch], validation: [Batch] = []) {
    self.training = training
    self.validation = validation
  }
}

extension Int {
  /// The most examples of a part, where so many are cut into parts.
  func shared(by parts: Int?) -> Int { (self + (parts ?? 1) - 1) / (parts ?? 1) }
}

extension LabeledBatch {
  /// How large it is.
  var size: BatchSize { BatchSize(examples: count, elements: symbols.values.count) }

  /// Replaces what `shard` holds by one of the parts that the batch is cut into.
  func cut(part: Int, of parts: Int, into shard: inout LabeledBatch) -> BatchPart {
    let range = BatchPart.range(part, of: parts, in: count)
    shard.take(range, of: self)
    return BatchPart(count: range.count, of: count)
  }
}

extension Batches: BatchSource {
  public func makeBatch() -> LabeledBatch { LabeledBatch() }
  public func size(of batch: LabeledBatch) -> BatchSize { batch.size }
  public var cutsBatches: Bool { true }
  public mutating func cut(
    _ batch: LabeledBatch, part: Int, of parts: Int, into shard: inout LabeledBatch
  ) -> BatchPart {
    batch.cut(part: part, of: parts, into: &shard)
  }
}
