import SluiceCore

/// Text cut into contiguous streams that are read side by side, a chunk of each at a time: the batches of truncated
/// back-propagation, after which every stream goes on where it stopped.
///
/// With n tokens left after cutting to whole batches, stream i has the tokens from i·n/streams on. Each input's target is
/// the token after it; the last one's is the first token.
///
/// The text is at hand, or stays in its file, where each stream has a place of its own.
public struct WordStreams: Sendable {
  /// How many streams are read side by side.
  public let streams: Int
  /// The tokens of each stream in a batch.
  public let steps: Int
  /// The number of whole batches.
  public let count: Int
  private let tokens: [Int32]
  /// The part of a file, where the text is not at hand.
  private let streamed: (part: StreamedPart, words: VocabularyIndex)?

  /// - Parameter path: how the text is called in messages.
  /// - Throws: `DataError` if the text is too short for a single batch.
  public init(
    _ tokens: [Int32], streams: Int, steps: Int, of path: String
  ) throws(DataError) {
    count = try Self.count(of: tokens.count, streams, steps, path)
    self.streams = streams
    self.steps = steps
    self.tokens = tokens
    streamed = nil
  }

  /// The streams of a part of a text in a file.
  ///
  /// - Throws: `DataError` if the part is too short for a single batch.
  public init(
    _ part: StreamedPart, of text: StreamedText, streams: Int, steps: Int, of path: String
  ) throws(DataError) {
    count = try Self.count(of: part.tokenCount, streams, steps, path)
    self.streams = streams
    self.steps = steps
    tokens = []
    streamed = (part, text.words)
  }

  private static func count(
    of tokens: Int, _ streams: Int, _ steps: Int, _ path: String
  ) throws(DataError) -> Int {
    require(streams > 0 && steps > 0, "A batch has at least one stream and one step.")
    guard tokens >= streams * steps else {
      throw DataError(
        path: path,
        expected: "at least one batch of \(streams) streams of \(steps) words, \(streams * steps) words",
        got: "\(tokens) with the ends of sentences",
        advice: "Give a longer text, or ask for fewer streams or steps (--streams, --steps).")
    }
    return tokens / (streams * steps)
  }

  /// The tokens used.
  public var tokenCount: Int { count * streams * steps }

  /// The places of the streams in the file; nil where the text is at hand.
  func makeCursors(of own: Range<Int>? = nil) -> StreamCursors? {
    streamed.map { StreamCursors($0.part, $0.words, streams: streams, steps: steps, count: count, own: own) }
  }

  /// Calls `body` with the tokens that are predicted, each once, in the order of the text. Ends early where the file cannot be read any more.
  package func forEachToken(_ body: (Int32) -> Void) {
    guard let streamed else {
      for token in tokens.prefix(tokenCount) { body(token) }
      return
    }
    var cursor = streamed.part.makeCursor()
    for _ in 0..<tokenCount {
      guard let token = try? cursor.next(streamed.words) else { return }
      body(token)
    }
  }

  /// Fills `inputs` and `targets` with batch `index`: the chunk of the first stream, then that of the next. Of a text in a file both are empty
  /// where it cannot be read any more.
  ///
  /// - Complexity: O(streams · steps), of a text in a file with a search for each stream; allocates only where the capacity of the arrays
  ///   is exceeded.
  public func batch(_ index: Int, inputs: inout [Int32], targets: inout [Int32]) {
    require(index >= 0 && index < count, "There is no such batch.")
    if var cursors = makeCursors() {
      if !cursors.batch(index, inputs: &inputs, targets: &targets) {
        inputs.removeAll()
        targets.removeAll()
      }
      return
    }
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

  /// What reads the batches one after the other.
  public struct Reader: Sendable {
    private let streams: WordStreams
    private var cursors: StreamCursors?

    /// Fills `inputs` and `targets` with batch `index`; the one after the last that was read costs no search.
    ///
    /// - Returns: false where the text's file cannot be read any more.
    public mutating func batch(_ index: Int, inputs: inout [Int32], targets: inout [Int32]) -> Bool {
      if cursors != nil {
        return cursors?.batch(index, inputs: &inputs, targets: &targets) ?? false
      }
      streams.batch(index, inputs: &inputs, targets: &targets)
      return true
    }

    /// Leaves out all streams but some: of a text in a file the others are not read any more, and their tokens are 0.
    package mutating func restrict(to own: Range<Int>) {
      if cursors != nil { cursors = streams.makeCursors(of: own) }
    }

    init(_ streams: WordStreams) {
      self.streams = streams
      cursors = streams.makeCursors()
    }
  }

  /// What reads the batches one after the other.
  public func makeReader() -> Reader { Reader(self) }
}
