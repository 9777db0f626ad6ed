import SluiceCore

/// Text cut into contiguous streams that are read side by side, a chunk of each at a time: the batches of truncated
/// back-propagation, after which every stream goes on where it stopped.
///
/// With n tokens left after cutting to whole batches, stream i has the tokens from i·n/streams on. Each input's target is
/// the token after it; the last one's is the first token.
public struct WordStreams: Sendable {
  /// How many streams are read side by side.
  public let streams: Int
  /// The tokens of each stream in a batch.
  public let steps: Int
  /// The number of whole batches.
  public let count: Int
  private let tokens: [Int32]

  /// - Parameter path: how the text is called in messages.
  /// - Throws: `DataError` if the text is too short for a single batch.
  public init(
    _ tokens: [Int32], streams: Int, steps: Int, of path: String
  ) throws(DataError) {
    require(streams > 0 && steps > 0, "A batch has at least one stream and one step.")
    guard tokens.count >= streams * steps else {
      throw DataError(
        path: path,
        expected: "at least one batch of \(streams) streams of \(steps) words, \(streams * steps) words",
        got: "\(tokens.count) with the ends of sentences",
        advice: "Give a longer text, or ask for fewer streams or steps (--streams, --steps).")
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
    require(index >= 0 && index < count, "There is no such batch.")
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
