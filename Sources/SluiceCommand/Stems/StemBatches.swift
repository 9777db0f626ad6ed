import Sluice

/// Words side by side, with the numbers of their stems.
struct StemBatch: Sendable {
  fileprivate(set) var symbols = RaggedIndices()
  fileprivate(set) var stems: [Int32] = []
  var count: Int { stems.count }
}

/// The words of a training part in batches of whole stems.
///
/// A batch is made of runs of neighbouring stems of the alphabet: words of one run look alike, so it holds
/// the negatives that are hard to tell apart. Each epoch cuts the runs at other places and deals them out in
/// another order. A stem of very many words counts as several, so that a batch, and with it the table of all its pairs,
/// stays near the size that was asked for.
struct StemBatches: Sendable {
  /// The stems of a run.
  static let run = 6

  /// The most words of a stem that stay together in batches of about `size` words.
  private static func most(of size: Int) -> Int { max(size / 4, 8) }

  private let symbols: RaggedIndices
  private let stems: [Int32]
  private let size: Int
  private let random: CounterRandom
  /// Where the words of each stem, or of a part of one, begin in the order of the stems, and the end of the last.
  private let starts: [Int32]
  private let places: [Int32]
  private var order: [Int32] = []
  private var shift = 0
  private var next = 0
  /// The most a batch can hold.
  let bound: BatchBound

  init(_ words: WordStems, _ alphabet: Alphabet, size: Int, seed: UInt64) {
    var symbols = RaggedIndices()
    for word in words.words {
      var ids: [Int32] = []
      alphabet.encode(word, into: &ids)
      symbols.append(ids)
    }
    let places = words.words.indices.sorted { (words.stems[$0], $0) < (words.stems[$1], $1) }
    var starts: [Int32] = []
    var first = 0
    while first < places.count {
      var end = first + 1
      while end < places.count, words.stems[places[end]] == words.stems[places[first]] { end += 1 }
      let parts = (end - first + Self.most(of: size) - 1) / Self.most(of: size)
      for part in 0..<parts { starts.append(Int32(first + (end - first) * part / parts)) }
      first = end
    }
    starts.append(Int32(places.count))
    self.symbols = symbols
    stems = words.stems
    self.size = size
    random = CounterRandom(seed: seed).stream(0x57E3)
    self.starts = starts
    self.places = places.map { Int32($0) }
    let largestStem = zip(starts, starts.dropFirst()).map { Int($1 - $0) }.max() ?? 0
    let most = min(size + Self.run * largestStem, places.count)
    let lengths = places.indices.map { symbols.length($0) }.sorted(by: >).prefix(most)
    bound = BatchBound(sequences: most, symbols: lengths.reduce(0, +), longest: lengths.first ?? 0)
  }

  private var stemCount: Int { starts.count - 1 }
  private var runs: Int { (stemCount + Self.run - 1) / Self.run }

  /// Goes to the start of an epoch.
  mutating func start(epoch: Int) {
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
    next = 0
  }

  /// Replaces what `batch` holds by the next runs; false at the end of the epoch.
  ///
  /// - Complexity: allocates for the first batch only.
  mutating func next(into batch: inout StemBatch) -> Bool {
    batch.symbols.removeAll()
    batch.symbols.reserve(sequences: bound.sequences, values: bound.symbols)
    batch.stems.removeAll(keepingCapacity: true)
    batch.stems.reserveCapacity(bound.sequences)
    while next < runs, batch.count < size {
      let first = Int(order[next]) * Self.run
      for k in first..<min(first + Self.run, stemCount) {
        let stem = (k + shift) % stemCount
        for i in Int(starts[stem])..<Int(starts[stem + 1]) {
          let place = Int(places[i])
          batch.symbols.append(symbols[place])
          batch.stems.append(stems[place])
        }
      }
      next += 1
    }
    return batch.count > 0
  }
}
