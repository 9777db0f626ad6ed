import SluiceCore
import SluiceText

/// Words side by side, each once, with the numbers of their stems.
public struct StemBatch: Sendable {
  /// The ids of each word's characters.
  public fileprivate(set) var symbols = RaggedIndices()
  /// The numbers of each word's stems.
  public fileprivate(set) var stems = RaggedIndices()
  /// The number of words.
  public var count: Int { stems.count }

  init(symbols: RaggedIndices = RaggedIndices(), stems: RaggedIndices = RaggedIndices()) {
    self.symbols = symbols
    self.stems = stems
  }
}

/// The words of a training part in batches of whole stems.
///
/// A batch is made of runs of neighboring stems of the alphabet: words of one run look alike, so it holds
/// the negatives that are hard to tell apart. Each epoch cuts the runs at other places and deals them out in
/// another order. A word of several stems comes with each of them, but never twice in a batch. A stem of
/// very many words counts as several, so that a batch, and with it the table of all its pairs, stays near the size that was asked for.
public struct StemBatches: BatchSource {
  /// The stems of a run.
  public static let run = 6

  /// The most words of a stem that stay together in batches of about `size` words.
  private static func most(of size: Int) -> Int { max(size / 4, 8) }

  private let symbols: RaggedIndices
  private let stems: RaggedIndices
  private let size: Int
  private let random: CounterRandom
  /// Where the words of each stem, or of a part of one, begin in `places`, and the end of the last.
  private let starts: [Int32]
  private let places: [Int32]
  private var order: [Int32] = []
  private var shift = 0
  private var next = 0
  /// The epoch that is being dealt out.
  public private(set) var epoch = 0
  /// For each word the number of the batch that it was in last, so that nothing has to be cleared between batches.
  private var lastBatch: [Int]
  private var batchNumber = 0
  /// The most a batch can hold.
  public let bound: BatchBound

  /// Batches of about `size` words.
  public init(_ words: WordStems, _ alphabet: Alphabet, size: Int, seed: UInt64) {
    var symbols = RaggedIndices()
    for word in words.words {
      var ids: [Int32] = []
      alphabet.encode(word, into: &ids)
      symbols.append(ids)
    }
    let pairs: [(stem: Int32, word: Int)] = words.words.indices
      .flatMap { word in words.stems[word].map { (stem: $0, word: word) } }
      .sorted { ($0.stem, $0.word) < ($1.stem, $1.word) }
    var starts: [Int32] = []
    var first = 0
    while first < pairs.count {
      var end = first + 1
      while end < pairs.count, pairs[end].stem == pairs[first].stem { end += 1 }
      let parts = (end - first + Self.most(of: size) - 1) / Self.most(of: size)
      for part in 0..<parts { starts.append(Int32(first + (end - first) * part / parts)) }
      first = end
    }
    starts.append(Int32(pairs.count))
    self.symbols = symbols
    stems = words.stems
    self.size = size
    random = CounterRandom(seed: seed).stream(0x57E3)
    self.starts = starts
    places = pairs.map { Int32($0.word) }
    lastBatch = Array(repeating: 0, count: words.count)
    let largestStem = zip(starts, starts.dropFirst()).map { Int($1 - $0) }.max() ?? 0
    let most = min(size + Self.run * largestStem, words.count)
    let lengths = words.words.indices.map { symbols.length($0) }.sorted(by: >).prefix(most)
    bound = BatchBound(sequences: most, symbols: lengths.reduce(0, +), longest: lengths.first ?? 0)
  }

  /// The longest words, as many as a batch can hold, or a shard of one.
  func largestBatch(shards: Int = 1) -> StemBatch {
    // A shard has its share, up to the end of the last stem.
    let stem = zip(starts, starts.dropFirst()).map { Int($1 - $0) }.max() ?? 0
    let count = shards == 1 ? bound.sequences : bound.sequences.shared(by: shards) + stem
    let longest = (0..<symbols.count).sorted { symbols.length($0) > symbols.length($1) }.prefix(count)
    var batch = StemBatch()
    for place in longest {
      batch.symbols.append(symbols[place])
      batch.stems.append(stems[place])
    }
    return batch
  }

  private var stemCount: Int { starts.count - 1 }
  /// The words of an epoch, those of several stems counted for each.
  var wordsOfEpoch: Int { places.count }
  private var runs: Int { (stemCount + Self.run - 1) / Self.run }

  /// The runs of this epoch that were dealt out already.
  public var cursor: Int { next }
  /// About how many batches an epoch has.
  public var count: Int { (places.count + size - 1) / size }

  public func makeBatch() -> StemBatch { StemBatch() }
  public func size(of batch: StemBatch) -> BatchSize {
    BatchSize(examples: batch.count, elements: batch.symbols.values.count)
  }

  public var cutsBatches: Bool { true }

  /// The words of a stem stay together: a shard begins with the first stem at or behind its share.
  public mutating func cut(
    _ batch: StemBatch, part: Int, of parts: Int, into shard: inout StemBatch
  ) -> BatchPart {
    let share = BatchPart.range(part, of: parts, in: batch.count)
    let range = Self.stem(from: share.lowerBound, of: batch)..<Self.stem(from: share.upperBound, of: batch)
    shard.symbols.removeAll()
    shard.symbols.reserve(sequences: bound.sequences, values: bound.symbols)
    shard.stems.removeAll()
    shard.stems.reserve(sequences: bound.sequences, values: stems.values.count)
    for i in range {
      shard.symbols.append(batch.symbols[i])
      shard.stems.append(batch.stems[i])
    }
    return BatchPart(count: range.count, of: batch.count)
  }

  /// The first word at or behind a place that shares no stem with the one before it.
  private static func stem(from place: Int, of batch: StemBatch) -> Int {
    var place = place
    while place > 0, place < batch.count, batch.stems.sharesValue(place - 1, place) { place += 1 }
    return place
  }

  /// Goes to an epoch, at its start or after the first `cursor` runs.
  public mutating func start(epoch: Int, cursor: Int = 0) {
    self.epoch = epoch
    let random = random.stream(UInt64(epoch))
    if order.count != runs { order = (0..<Int32(runs)).map { $0 } }
    shift = random.below(max(stemCount, 1), 0)
    for i in 0..<runs { order[i] = Int32(i) }
    var i = runs - 1
    while i > 0 {
      let j = random.below(i + 1, UInt64(i))
      let run = order[i]
      order[i] = order[j]
      order[j] = run
      i -= 1
    }
    next = min(cursor, runs)
  }

  /// Replaces what `batch` holds by the next runs; false at the end of the epoch.
  ///
  /// - Complexity: allocates for the first batch only.
  public mutating func next(into batch: inout StemBatch) -> Bool {
    batch.symbols.removeAll()
    batch.symbols.reserve(sequences: bound.sequences, values: bound.symbols)
    batch.stems.removeAll()
    batch.stems.reserve(sequences: bound.sequences, values: stems.values.count)
    batchNumber += 1
    while next < runs, batch.count < size {
      let first = Int(order[next]) * Self.run
      for k in first..<min(first + Self.run, stemCount) {
        let stem = (k + shift) % stemCount
        for i in Int(starts[stem])..<Int(starts[stem + 1]) {
          let place = Int(places[i])
          if lastBatch[place] == batchNumber { continue }
          lastBatch[place] = batchNumber
          batch.symbols.append(symbols[place])
          batch.stems.append(stems[place])
        }
      }
      next += 1
    }
    return batch.count > 0
  }
}
