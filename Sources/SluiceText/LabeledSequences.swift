import SluiceCore

/// Labeled texts as a model reads them: the ids of their characters in one ragged array.
public struct LabeledSequences: Sendable, Equatable {
  /// The ids of each example's characters.
  public let symbols: RaggedIndices
  /// The label id of each example; where there are `sets`, the number of its set.
  public let labels: [Int32]
  /// The sets of labels, where texts have any number of labels; nil where each has one.
  public let sets: LabelSets?
  /// How many passes over these examples each seed has shuffled.
  let passes = PassCounter()

  /// The texts' characters as ids of `alphabet`, in the same order.
  public init(_ texts: LabeledTexts, alphabet: Alphabet) {
    var symbols = RaggedIndices()
    symbols.reserve(sequences: texts.count, values: texts.scalars.values.count)
    var ids: [Int32] = []
    for i in 0..<texts.count {
      ids.removeAll(keepingCapacity: true)
      for value in texts.scalars[i] { ids.append(alphabet.id(ofValue: UInt32(bitPattern: value))) }
      symbols.append(ids)
    }
    self.symbols = symbols
    labels = texts.labels
    sets = texts.sets
  }

  /// Sequences and labels made elsewhere.
  ///
  /// - Precondition: there is one label for each sequence.
  public init(symbols: RaggedIndices, labels: [Int32]) {
    require(symbols.count == labels.count, "There must be one label for each sequence.")
    self.symbols = symbols
    self.labels = labels
    sets = nil
  }

  /// The examples of two parts of the same data, one after the other.
  ///
  /// - Precondition: they have the same sets, if any.
  package init(_ a: LabeledSequences, and b: LabeledSequences) {
    require(a.sets == b.sets, "Parts of the same data have the same sets of labels.")
    var symbols = a.symbols
    symbols.reserve(
      sequences: a.count + b.count, values: a.symbols.values.count + b.symbols.values.count)
    for i in 0..<b.count { symbols.append(b.symbols[i]) }
    self.symbols = symbols
    labels = a.labels + b.labels
    sets = a.sets
  }

  /// The number of examples.
  public var count: Int { labels.count }

  /// The most that any batch of `size` examples can hold, whatever the order: what memory must be planned
  /// for.
  ///
  /// - Precondition: `size` is positive.
  /// - Complexity: O(examples · log examples).
  public func largestBatch(of size: Int) -> BatchBound {
    require(size > 0, "A batch has at least one example.")
    let lengths = (0..<count).map { symbols.length($0) }.sorted(by: >).prefix(size)
    return BatchBound(
      sequences: lengths.count, symbols: lengths.reduce(0, +), longest: lengths.first ?? 0)
  }

  /// The longest examples in one batch, at most `size` of them: the batch that takes the most memory.
  ///
  /// - Precondition: `size` is positive.
  /// - Complexity: O(examples · log examples).
  public func longest(_ size: Int) -> LabeledBatch {
    require(size > 0, "A batch has at least one example.")
    let places = (0..<count).sorted { symbols.length($0) > symbols.length($1) }.prefix(size)
    var longest = RaggedIndices()
    for place in places { longest.append(symbols[place]) }
    return LabeledBatch(symbols: longest, labels: places.map { labels[$0] })
  }

  /// The number of batches of `size` sequences in an epoch.
  public func batchCount(of size: Int) -> Int { (count + size - 1) / size }

  /// All examples in batches of `size`, the last one smaller where the count is no multiple of it.
  ///
  /// Without an epoch every loop over the batches shuffles anew: the first loop over these examples with a seed has the
  /// order of epoch 0, the second that of epoch 1, and so on, whether the loops share one `Batches` or make one each.
  /// So a program gives the same orders each time it runs. To repeat an order within a program, name its epoch.
  ///
  ///     for _ in 0..<10 {
  ///       for batch in examples.batches(of: 64, shuffledBy: 7) { … }
  ///     }
  ///
  /// - Parameters:
  ///   - size: the examples of a batch.
  ///   - seed: nil keeps the order of the examples; a seed makes an order of each epoch from it and the epoch
  ///     alone.
  ///   - epoch: the epoch whose order every loop has; nil for the next one in each loop.
  /// - Precondition: `size` is positive.
  public func batches(of size: Int, shuffledBy seed: UInt64? = nil, epoch: Int? = nil) -> Batches {
    Batches(self, size: size, seed: seed, epoch: epoch)
  }

  /// Whether sequences and labels are equal.
  public static func == (a: LabeledSequences, b: LabeledSequences) -> Bool {
    a.symbols == b.symbols && a.labels == b.labels && a.sets == b.sets
  }
}

/// The most a batch can hold.
public struct BatchBound: Sendable, Equatable {
  /// Sequences.
  public let sequences: Int
  /// Symbols of all sequences together.
  public let symbols: Int
  /// Symbols of the longest sequence: the time steps of a recurrent layer.
  public let longest: Int

  /// A bound of the given counts.
  public init(sequences: Int, symbols: Int, longest: Int) {
    self.sequences = sequences
    self.symbols = symbols
    self.longest = longest
  }

  /// The most that a batch of either kind can hold.
  public func combined(with other: BatchBound) -> BatchBound {
    BatchBound(
      sequences: max(sequences, other.sequences), symbols: max(symbols, other.symbols),
      longest: max(longest, other.longest))
  }
}
