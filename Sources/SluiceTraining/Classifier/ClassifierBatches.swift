import SluiceText

/// The batches of a classifier's training part: of texts that are held, or of a file that they stay in.
public struct ClassifierBatches: BatchSource {
  private var held: Batches?
  private var streamed: StreamedBatches?

  init(_ held: Batches) { self.held = held }
  init(_ streamed: StreamedBatches) { self.streamed = streamed }

  public var epoch: Int { held?.epoch ?? streamed?.epoch ?? 0 }
  public var cursor: Int { held?.cursor ?? streamed?.cursor ?? 0 }
  public var count: Int { held?.count ?? streamed?.count ?? 0 }

  /// An empty batch, to be filled by `next`.
  public func makeBatch() -> LabeledBatch { LabeledBatch() }

  /// The texts of a batch, and their characters.
  public func size(of batch: LabeledBatch) -> BatchSize { batch.size }

  /// Goes to an epoch, at its start or after the first `cursor` examples.
  public mutating func start(epoch: Int, cursor: Int = 0) {
    held?.start(epoch: epoch, cursor: cursor)
    streamed?.start(epoch: epoch, cursor: cursor)
  }

  /// Fills a batch with the next examples; false at the end of the epoch.
  public mutating func next(into batch: inout LabeledBatch) -> Bool {
    if held != nil { return held?.next(into: &batch) ?? false }
    return streamed?.next(into: &batch) ?? false
  }

  public var cutsBatches: Bool { true }

  /// Fills a shard with its share of a batch: examples that follow each other.
  public mutating func cut(
    _ batch: LabeledBatch, part: Int, of parts: Int, into shard: inout LabeledBatch
  ) -> BatchPart {
    batch.cut(part: part, of: parts, into: &shard)
  }
}
