/// Text cut into contiguous streams that are read side by side, a chunk of each at a time: the batches of truncated
/// back-propagation, after which every stream goes on where it stopped.
///
/// With n tokens left after cutting to whole batches, stream i has the tokens from i·n/streams on. Each input's target is
/// the token after it; the last one's is the first token.
public struct WordStreams: Sendable {
  public let streams: Int
  public let steps: Int
  /// The number of whole batches.
  public let count: Int
  private let tokens: [Int32]

  /// - Parameter path: how the text is called in messages.
  /// - Throws: `DataError` if the text is too short for a single batch.
  public init(
    _ tokens: [Int32], streams: Int, steps: Int, of path: String
  ) throws(DataError) {
    precondition(streams > 0 && steps > 0, "A batch has at least one stream and one step.")
    guard tokens.count >= streams * steps else {
      throw DataError(
        path: path,
        expected: "at least one batch of \(streams) streams of \(steps) words, \(streams * steps) words",
        got: "\(tokens.count) with the ends of sentences",
        advice: "Give a longer text, or ask for fewer streams or steps.")
    }
    self.streams = streams
    self.steps = steps
    count = tokens.count / (streams * steps)
    self.tokens = tokens
  }

  /// The tokens used.
  public var tokenCount: Int { count * streams * steps }

  /// Fills `inputs` and `targets` with batch `index`: the chunk of the first stream, then that of the next.
  ///
  /// - Complexity: O(streams · steps); allocates only where the capacity of the arrays is exceeded.
  public func batch(_ index: Int, inputs: inout [Int32], targets: inout [Int32]) {
    precondition(index >= 0 && index < count, "There is no such batch.")
    inputs.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    for stream in 0..<streams {
      let start = (stream * count + index) * steps
      for i in start..<start + steps {
        inputs.append(tokens[i])
        targets.append(tokens[i + 1 < tokenCount ? i + 1 : 0])
      }
    }
  }
}

/// The distinct ids of a batch, found without sorting: each id once, in the order of first sight.
public struct DistinctIds: Sendable {
  /// The distinct ids.
  public private(set) var ids: [Int32] = []
  /// For each position of the batch, where in `ids` its id is.
  public private(set) var places: [Int32] = []
  private var placeOfId: [Int32]

  /// For ids below `count`.
  public init(below count: Int) { placeOfId = Array(repeating: -1, count: count) }

  /// Finds the distinct ids of `batch`.
  ///
  /// - Precondition: all are below the bound.
  /// - Complexity: O(batch); allocates only where the capacity of the arrays is exceeded.
  public mutating func find(in batch: [Int32]) {
    for i in 0..<ids.count { placeOfId[Int(ids[i])] = -1 }
    ids.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    for i in 0..<batch.count {
      let id = Int(batch[i])
      if placeOfId[id] < 0 {
        placeOfId[id] = Int32(ids.count)
        ids.append(batch[i])
      }
      places.append(placeOfId[id])
    }
  }
}
