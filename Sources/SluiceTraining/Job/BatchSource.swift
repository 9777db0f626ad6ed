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
}

extension Batches: BatchSource {
  public func makeBatch() -> LabelledBatch { LabelledBatch() }
}
