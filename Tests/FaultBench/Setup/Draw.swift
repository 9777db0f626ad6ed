import Sluice

/// Random numbers one after the other, the same for the same seed and purpose.
struct Draw: Sendable {
  private let random: CounterRandom
  private var counter: UInt64 = 0

  init(_ seed: UInt64, _ purpose: UInt64) { random = CounterRandom(seed: seed).stream(purpose) }

  mutating func uniform() -> Float {
    counter += 1
    return random.uniform(counter)
  }

  mutating func normal() -> Float {
    counter += 1
    return random.normal(counter)
  }

  mutating func below(_ bound: Int) -> Int {
    counter += 1
    return random.below(bound, counter)
  }

  mutating func from(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for i in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(i, below(i + 1)) }
  }
}

/// In which order examples are dealt out: each once an epoch, anew in every epoch if shuffled.
struct Deck: Sendable {
  private var order: [Int]
  private var next = 0
  private let isShuffled: Bool
  private let layout: DataSetup.Order
  /// The places in the order of their keys, and how many have the least key.
  private let ranked: [Int]
  private let firstCount: Int
  private var batches = 0
  /// The places of the batch before the last one taken, and of the last.
  private var before: ArraySlice<Int> = []
  private var last: ArraySlice<Int> = []
  private var draw: Draw

  /// - Parameter keys: the labels or targets of the examples.
  init<Key: Comparable>(_ data: DataSetup, keys: [Key], seed: UInt64) {
    order = Array(keys.indices.prefix(data.dealtOut ?? keys.count))
    if data.unseenShare > 0 {
      let unseen = Int(data.unseenShare * Float(order.count))
      order = Array(order.sorted { keys[$0] < keys[$1] }.dropLast(unseen))
    }
    isShuffled = data.isShuffled
    layout = data.order
    draw = Draw(seed, 0xDECC)
    if isShuffled { draw.shuffle(&order) }
    ranked = order.sorted { keys[$0] < keys[$1] }
    firstCount = keys.count { $0 == keys.min() }
  }

  /// The order of the keys, in which the places in each row of so many are shuffled.
  private mutating func shuffle(among neighbors: Int) {
    order = ranked
    for start in stride(from: 0, to: order.count, by: neighbors) {
      var some = Array(order[start..<min(start + neighbors, order.count)])
      draw.shuffle(&some)
      order.replaceSubrange(start..<start + some.count, with: some)
    }
  }

  /// The places of the next batch.
  mutating func take(_ count: Int) -> ArraySlice<Int> {
    before = last
    last = next(count)
    return last
  }

  /// The places whose labels the last batch gets: its own, or those of the batch before.
  func labelPlaces(_ data: DataSetup, at step: Int) -> ArraySlice<Int> {
    guard let from = data.lagsLabelsFrom, step >= from, before.count == last.count else { return last }
    return before
  }

  private mutating func next(_ count: Int) -> ArraySlice<Int> {
    batches += 1
    switch layout {
    case .asDealt: break
    case .sameBatch: return order[..<count]
    case .firstLabelFirst(let first):
      if batches <= first { return (0..<count).map { _ in ranked[draw.below(firstCount)] }[...] }
    case .oneLabelABatch:
      let start = draw.below(ranked.count / count) * count
      return ranked[start..<start + count]
    case .filesInTurn(let inARow):
      let file = (batches - 1) / inARow % 4
      let size = ranked.count / 4
      return (0..<count).map { _ in ranked[file * size + draw.below(size)] }[...]
    case .buffered(let neighbors):
      if batches == 1 { shuffle(among: neighbors) }
      if next + count > order.count {
        next = 0
        shuffle(among: neighbors)
      }
      defer { next += count }
      return order[next..<next + count]
    }
    if next + count > order.count {
      next = 0
      if isShuffled { draw.shuffle(&order) }
    }
    defer { next += count }
    return order[next..<min(next + count, order.count)]
  }
}

/// Labels as faults leave them.
extension DataSetup {
  func spoil(labels: [Int32], classes: Int, seed: UInt64) -> [Int32] {
    var labels = labels
    var draw = Draw(seed, 0x1AB)
    if hasShuffledLabels { draw.shuffle(&labels) }
    if hasRandomClass {
      for i in labels.indices where labels[i] == 1 { labels[i] = Int32(draw.below(classes)) }
    }
    if let (first, second) = confusedClasses {
      for i in labels.indices where labels[i] == first || labels[i] == second {
        labels[i] = draw.below(2) == 0 ? first : second
      }
    }
    for i in labels.indices where defaultLabelShare > 0 && draw.uniform() < defaultLabelShare {
      labels[i] = 0
    }
    for i in labels.indices where otherCodeShare > 0 && draw.uniform() < otherCodeShare {
      labels[i] = (labels[i] + 1) % Int32(classes)
    }
    if hasMisalignedLabels, let last = labels.popLast() { labels.insert(last, at: 0) }
    for i in labels.indices where labelNoise > 0 && draw.uniform() < labelNoise {
      labels[i] = Int32(draw.below(classes))
    }
    return labels
  }

  /// A batch's labels as this step gets them.
  func counted(_ labels: [Int32], of classes: Int = 4, at step: Int) -> [Int32] {
    guard let recountedFrom, step >= recountedFrom else { return labels }
    return labels.map { ($0 + 1) % Int32(classes) }
  }

  /// The order in which examples of these keys are stored: by key, where the data are sorted.
  func storedOrder<Key: Comparable>(of keys: [Key]) -> [Int] {
    isSorted ? keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) } : Array(keys.indices)
  }

  /// What a model reads of a symbol.
  func reading(_ symbol: Int32, unknown: Int32, _ draw: inout Draw) -> Int32 {
    if isAllUnknown { return unknown }
    if let knownSymbols, symbol >= knownSymbols { return unknown }
    if unknownShare > 0, draw.uniform() < unknownShare { return unknown }
    return hashedTo.map { symbol % Int32($0) } ?? symbol
  }

  /// A sequence of validation or of fresh examples as it is read.
  func others(_ sequence: [Int32], symbols: Int = 12) -> [Int32] {
    let sequence = reversesOthers ? sequence.reversed() : sequence
    return recodesOthers ? recoded(sequence, symbols: symbols) : sequence
  }

  /// Symbols numbered in another order; what is no symbol stays as it is.
  private func recoded(_ sequence: [Int32], symbols: Int) -> [Int32] {
    // Neither five and twelve nor three and the others have a divisor in common.
    let (count, factor) = (Int32(symbols), symbols == 12 ? Int32(5) : 3)
    return sequence.map { $0 < count ? ($0 * factor + 1) % count : $0 }
  }

  /// A training sequence as an augmentation leaves it: a window of it, or with other symbols here and there.
  private func augmented(_ sequence: [Int32], symbols: Int, _ draw: inout Draw) -> [Int32] {
    var sequence = sequence
    if let cropsTo, sequence.count > cropsTo {
      let start = draw.below(sequence.count - cropsTo + 1)
      sequence = Array(sequence[start..<start + cropsTo])
    }
    for i in sequence.indices where replacedShare > 0 && draw.uniform() < replacedShare {
      sequence[i] = Int32(draw.below(symbols))
    }
    return sequence
  }

  /// The sequences of a batch, all of one length, as they are read; mixed up where a batch by time is taken for one by example.
  func asRead(_ sequences: [[Int32]], symbols: Int = 12, at step: Int) -> [[Int32]] {
    var sequences = sequences
    if shufflesRows {
      var draw = Draw(UInt64(step), 0x5F)
      draw.shuffle(&sequences)
    }
    if cropsTo != nil || replacedShare > 0 {
      var draw = Draw(UInt64(step), 0xA07)
      sequences = sequences.map { augmented($0, symbols: symbols, &draw) }
    }
    if let recodedFrom, step >= recodedFrom {
      sequences = sequences.map { recoded($0, symbols: symbols) }
    }
    guard mixesTime else { return sequences }
    let length = sequences[0].count
    return sequences.indices.map { row in
      (0..<length).map {
        let i = row * length + $0
        return sequences[i % sequences.count][i / sequences.count]
      }
    }
  }
}
