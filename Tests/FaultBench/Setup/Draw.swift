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
  private var draw: Draw

  init(_ count: Int, isShuffled: Bool, seed: UInt64) {
    order = Array(0..<count)
    self.isShuffled = isShuffled
    draw = Draw(seed, 0xDECC)
    if isShuffled { draw.shuffle(&order) }
  }

  /// The places of the next batch.
  mutating func take(_ count: Int) -> ArraySlice<Int> {
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
    if hasMisalignedLabels, let last = labels.popLast() { labels.insert(last, at: 0) }
    for i in labels.indices where labelNoise > 0 && draw.uniform() < labelNoise {
      labels[i] = Int32(draw.below(classes))
    }
    return labels
  }

  /// The order in which examples of these keys are stored: by key, where the data are sorted.
  func storedOrder<Key: Comparable>(of keys: [Key]) -> [Int] {
    isSorted ? keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) } : Array(keys.indices)
  }
}
