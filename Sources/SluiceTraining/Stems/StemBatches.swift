import SluiceCore
import SluiceText

/// Words side by side, each once, with the numbers of their stems.
public struct StemBatch: Sendable {
  /// The ids of each word's characters.
  public fileprivate(set) var symbols = RaggedIndices()
  /// The numbers of each word's stems.
  public fileprivate(set) var stems = RaggedIndices()
  /// Each word's n-grams; none of any word where none are read.
  public fileprivate(set) var grams = GramBag()
  /// The number of words.
  public var count: Int { stems.count }

  init(
    symbols: RaggedIndices = RaggedIndices(), stems: RaggedIndices = RaggedIndices(),
    grams: GramBag = GramBag()
  ) {
    self.symbols = symbols
    self.stems = stems
    self.grams = grams
  }
}

/// The words of a training part in batches of whole stems.
///
/// A batch is made of runs of neighboring stems of the alphabet: words of one run look alike, so it holds
/// the negatives that are hard to tell apart. Each epoch cuts the runs at other places and deals them out in
/// another order. Where it is known how often words occur, stems of frequent words come several times in an epoch, and those of rare words not in
/// every one (`StemShares`): a second round of runs has the stems that come at least twice, and so on. A word of several stems comes with each of them, but never twice in a batch. A stem of
/// very many words counts as several, so that a batch, and with it the table of all its pairs, stays near the size that was asked for.
public struct StemBatches: BatchSource {
  /// The stems of a run.
  public static let run = 6

  /// The most words of a stem that stay together in batches of about `size` words.
  private static func most(of size: Int) -> Int { max(size / 4, 8) }

  private let symbols: RaggedIndices
  private let stems: RaggedIndices
  private var reader: GramReader?
  /// The n-grams of each word, as numbers of rows; empty where none are read.
  private let gramCounts: [Int32]
  private let size: Int
  private let random: CounterRandom
  /// Where the words of each stem, or of a part of one, begin in `places`, and the end of the last.
  private let starts: [Int32]
  private let places: [Int32]
  /// How often each stem comes; nil where all come once.
  let shares: StemShares?
  /// The stems of the epoch, round by round.
  private var dealt: [Int32] = []
  /// Where each run begins in them, and the end of the last.
  private var runStarts: [Int32] = []
  private var order: [Int32] = []
  private var next = 0
  /// The epoch that is being dealt out.
  public private(set) var epoch = 0
  /// For each word the number of the batch that it was in last, so that nothing has to be cleared between batches.
  private var lastBatch: [Int]
  private var batchNumber = 0
  /// The most a batch can hold.
  public let bound: BatchBound
  /// The most rows of n-grams that a batch can hold.
  private var mostGrams = 0

  /// Batches of about `size` words.
  ///
  /// - Parameters:
  ///   - reader: reads the n-grams of each batch; nil for none.
  ///   - exponent: the power of the words' counts, where they have some, by which stems are dealt out; nil for all alike.
  public init(
    _ words: WordStems, _ alphabet: Alphabet, size: Int, seed: UInt64, grams reader: GramReader? = nil,
    countExponent exponent: Float? = nil
  ) {
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
    self.reader = reader
    gramCounts = reader.map { Self.gramCounts(symbols, $0) } ?? []
    stems = words.stems
    self.size = size
    random = CounterRandom(seed: seed).stream(0x57E3)
    self.starts = starts
    let places = pairs.map { Int32($0.word) }
    self.places = places
    shares = exponent.flatMap { exponent in
      words.counts.flatMap { counts in
        StemShares(
          StemShares.weights(counts, exponent: exponent), starts: starts, places: places,
          most: (places.count + size - 1) / size)
      }
    }
    lastBatch = Array(repeating: 0, count: words.count)
    let largestStem = zip(starts, starts.dropFirst()).map { Int($1 - $0) }.max() ?? 0
    let most = min(size + Self.run * largestStem, words.count)
    let lengths = words.words.indices.map { symbols.length($0) }.sorted(by: >).prefix(most)
    bound = BatchBound(sequences: most, symbols: lengths.reduce(0, +), longest: lengths.first ?? 0)
    mostGrams = gramBound(most)
  }

  /// The rows of each word's n-grams.
  private static func gramCounts(_ symbols: RaggedIndices, _ reader: GramReader) -> [Int32] {
    var (reader, bag) = (reader, GramBag())
    return (0..<symbols.count).map {
      bag.removeAll()
      reader.read(symbols[$0], into: &bag)
      return Int32(bag.rows.count)
    }
  }

  /// The most rows of n-grams that so many words have.
  private func gramBound(_ words: Int) -> Int {
    gramCounts.sorted(by: >).prefix(words).reduce(0) { $0 + Int($1) }
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
    if var reader {
      reader.read(batch.symbols, into: &batch.grams)
      // The longest words need not be those with the most n-grams.
      batch.grams.fill(upTo: gramBound(count))
    }
    return batch
  }

  private var stemCount: Int { starts.count - 1 }
  /// The words of an epoch, those of several stems counted for each.
  var wordsOfEpoch: Int { places.count }
  private var runs: Int { max(runStarts.count - 1, 0) }

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
    shard.grams.removeAll()
    shard.grams.reserve(texts: bound.sequences, rows: mostGrams)
    for i in range {
      shard.symbols.append(batch.symbols[i])
      shard.stems.append(batch.stems[i])
      if reader != nil { shard.grams.append(text: i, of: batch.grams) }
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
    deal(random)
    order.removeAll(keepingCapacity: true)
    for i in 0..<runs { order.append(Int32(i)) }
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

  /// Finds the stems of an epoch and cuts them into runs of neighbors.
  ///
  /// - Complexity: O(stems that come); allocates for the first epoch only.
  private mutating func deal(_ random: CounterRandom) {
    let most = shares?.most ?? stemCount
    dealt.removeAll(keepingCapacity: true)
    runStarts.removeAll(keepingCapacity: true)
    dealt.reserveCapacity(most)
    // Each round may end with a run that is not full.
    runStarts.reserveCapacity(most + 1)
    order.reserveCapacity(most)
    let shift = random.below(max(stemCount, 1), 0)
    // Never a bound of the range, where the smallest error of a sum would count.
    let start = Double(random.stream(1).uniform(0)) + 0x1p-26
    for k in 0..<stemCount {
      let stem = (k + shift) % stemCount
      if shares?.copies(stem, from: start) ?? 1 > 0 { dealt.append(Int32(stem)) }
    }
    var round = 0..<dealt.count
    var copies = 1
    while !round.isEmpty {
      var first = round.lowerBound
      while first < round.upperBound {
        runStarts.append(Int32(first))
        first += Self.run
      }
      if let shares {
        var i = round.lowerBound
        while i < round.upperBound {
          if shares.copies(Int(dealt[i]), from: start) > copies { dealt.append(dealt[i]) }
          i += 1
        }
      }
      round = round.upperBound..<dealt.count
      copies += 1
    }
    runStarts.append(Int32(dealt.count))
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
      let run = Int(order[next])
      for k in Int(runStarts[run])..<Int(runStarts[run + 1]) {
        let stem = Int(dealt[k])
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
    batch.grams.reserve(texts: bound.sequences, rows: mostGrams)
    reader?.read(batch.symbols, into: &batch.grams)
    return batch.count > 0
  }
}
