/// Who computes what of a batch that is cut into shards, and how the gradients of the shards are added up: as a list of operations, made
/// once.
///
/// The tree depends on the number of shards alone. A part of several shards is the sum of its two halves, of which the left has as many shards
/// as the largest power of two below the number of all. Process r of R has the shards from r·S/R up to (r + 1)·S/R; where there are more processes than
/// shards the last ones have none. A process adds up what it has of the tree before it sends anything, and what is left are the
/// edges between processes: a sum goes to the process that has the first shard of both.
package struct ShardPlan: Equatable, Sendable {
  /// One thing that a process does with the gradients in its places.
  package enum Operation: Equatable, Sendable {
    /// Computes the gradient of a shard into a place.
    case compute(shard: Int, place: Int)
    /// Adds the gradient in a place to that in another, the left one.
    case add(Int, to: Int)
    /// Sends the gradient in a place to a process.
    case send(Int, rank: Int)
    /// Waits for a gradient from a process, and adds it to that in a place.
    case receive(rank: Int, addTo: Int)
  }

  /// The shards of a batch.
  package let shards: Int
  /// The shards of this process.
  package let own: Range<Int>
  /// Where the shards of each process begin, and the end of the last.
  package let bounds: [Int]
  /// What this process computes and adds up by itself. Shards come in falling order, so the first of all is computed last by the process that leads.
  package private(set) var computing: [Operation] = []
  /// What it exchanges with others then.
  package private(set) var exchanging: [Operation] = []
  /// The places for gradients that it needs, at least one.
  package private(set) var placeCount = 1
  /// Where the sum of all ends up: at the process that leads what it has added up itself, at the others what they get.
  package private(set) var root = 0
  /// Whether each process has one whole part of the tree, all parts as large as each other: then every process can add up a piece of
  /// all sums, see `GradientSum`.
  package let isEven: Bool

  private let rank: Int
  private var free: [Int] = []
  /// The places of the largest parts that are wholly this process's, by their first shard.
  private var placeOf: [Int: Int] = [:]

  /// The plan of process `rank` of `ranks`.
  package init(shards: Int, ranks: Int = 1, rank: Int = 0) {
    self.shards = shards
    self.rank = rank
    let working = min(shards, ranks)
    // Parts of the tree are all as large as each other where there is a power of two of them.
    isEven = ranks > 1 && shards.nonzeroBitCount == 1 && ranks.nonzeroBitCount == 1 && ranks <= shards
    bounds = (0...ranks).map { min($0, working) * shards / working }
    own = bounds[rank]..<bounds[rank + 1]
    placeCount = 0
    collect(0..<shards)
    let sum = exchange(0..<shards)
    root = sum ?? placeOf[own.lowerBound] ?? 0
    placeCount = max(placeCount, 1)
  }

  /// Where a part of several shards is halved.
  private static func middle(of part: Range<Int>) -> Int {
    part.lowerBound + 1 << (Int.bitWidth - 1 - (part.count - 1).leadingZeroBitCount)
  }

  private func owner(of shard: Int) -> Int { bounds.lastIndex { $0 <= shard } ?? 0 }

  private mutating func take() -> Int {
    if let place = free.popLast() { return place }
    placeCount += 1
    return placeCount - 1
  }

  /// Finds the largest parts that are this process's, and lets it compute each. Right before left.
  private mutating func collect(_ part: Range<Int>) {
    guard part.overlaps(own) else { return }
    if own.contains(part.lowerBound), part.upperBound <= own.upperBound {
      placeOf[part.lowerBound] = compute(part)
      return
    }
    let middle = Self.middle(of: part)
    collect(middle..<part.upperBound)
    collect(part.lowerBound..<middle)
  }

  private mutating func compute(_ part: Range<Int>) -> Int {
    if part.count == 1 {
      let place = take()
      computing.append(.compute(shard: part.lowerBound, place: place))
      return place
    }
    let middle = Self.middle(of: part)
    let right = compute(middle..<part.upperBound)
    let left = compute(part.lowerBound..<middle)
    computing.append(.add(right, to: left))
    free.append(right)
    return left
  }

  /// Adds up a part among processes, and returns where this one has it; nil where another has. All go through the parts in one
  /// order, so nobody waits for somebody who waits for him.
  private mutating func exchange(_ part: Range<Int>) -> Int? {
    guard part.overlaps(own) else { return nil }
    if own.contains(part.lowerBound), part.upperBound <= own.upperBound { return placeOf[part.lowerBound] }
    let middle = Self.middle(of: part)
    let left = exchange(part.lowerBound..<middle)
    let right = exchange(middle..<part.upperBound)
    let (leftOwner, rightOwner) = (owner(of: part.lowerBound), owner(of: middle))
    if leftOwner == rank, let left {
      if rightOwner != rank {
        exchanging.append(.receive(rank: rightOwner, addTo: left))
      } else if let right {
        exchanging.append(.add(right, to: left))
      }
      return left
    }
    if rightOwner == rank, let right { exchanging.append(.send(right, rank: leftOwner)) }
    return nil
  }
}
