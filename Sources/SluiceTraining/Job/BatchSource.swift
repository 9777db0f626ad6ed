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

  /// Of the batches of the first epoch that with the most examples and that with the most elements, which may be one; where
  /// sizes are not known, the first.
  ///
  /// - Complexity: that of dealing out an epoch.
  public func largestBatches() -> [Batch] {
    var source = self
    var batch = source.makeBatch()
    source.start(epoch: 1, cursor: 0)
    var largest: [(size: BatchSize, batch: Batch)] = []
    while source.next(into: &batch) {
      let size = source.size(of: batch)
      if largest.isEmpty {
        largest = [(size, batch), (size, batch)]
        if size == BatchSize() { break }
      }
      if size.examples > largest[0].size.examples { largest[0] = (size, batch) }
      if size.elements > largest[1].size.elements { largest[1] = (size, batch) }
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

extension Batches: BatchSource {
  public func makeBatch() -> LabeledBatch { LabeledBatch() }
  public func size(of batch: LabeledBatch) -> BatchSize {
    BatchSize(examples: batch.count, elements: batch.symbols.values.count)
  }
}
