import SluiceCore

// The dense gradients of 2ᵏ processes, each of which has an equal part of the tree. On the way up a process trades with its neighbor at
// each level: it gets one half of what both still have to add, gives the other away, and adds. So the work is shared by all,
// and after k levels each has its piece of the whole sum. On the way back the pieces are traded in the reverse order
// (reduce-scatter by recursive halving, all-gather by recursive doubling: Thakur, Rabenseifner and Gropp 2005).
//
// Each element is added up along the same tree as it would be by one process: at level l the left operand is of the process whose bit l
// is 0. A sum of two floats does not depend on their order, so whoever has either adds the other to it.
extension GradientSum {
  /// What is sent at a time, in elements: pieces are added while they are in a cache, and need no more memory than one.
  package static let pieceCount = 1 << 18

  /// Makes the dense gradients of every process the sum of all.
  func tradeHalves(_ processes: Processes, _ engine: Engine) throws(ProcessError) {
    guard let received else { return }
    let own = places[plan.root].denseGradients
    let (rank, levels) = (processes.rank, processes.count.trailingZeroBitCount)
    for level in 0..<levels {
      let other = rank ^ (1 << level)
      let kept = Self.share(of: rank, in: own.count, after: level + 1)
      let given = Self.share(of: other, in: own.count, after: level + 1)
      for start in stride(from: 0, to: max(kept.count, given.count), by: Self.pieceCount) {
        let (mine, theirs) = (own[Self.piece(of: kept, at: start)], own[Self.piece(of: given, at: start)])
        let coming = received.denseGradients[0..<mine.count]
        try processes.trade(theirs, for: coming, with: other)
        engine.accumulate(coming, onto: mine)
        // The way back begins with the same neighbor.
        if level == levels - 1 { try processes.trade(mine, for: theirs, with: other) }
      }
    }
    for level in (0..<levels - 1).reversed() {
      let other = rank ^ (1 << level)
      let had = Self.share(of: rank, in: own.count, after: level + 1)
      let missing = Self.share(of: other, in: own.count, after: level + 1)
      try processes.trade(own[had], for: own[missing], with: other)
    }
  }

  /// The piece of a range that begins so many elements behind its start; empty behind its end.
  static func piece(of range: Range<Int>, at start: Int) -> Range<Int> {
    let lower = min(range.lowerBound + start, range.upperBound)
    return lower..<min(lower + pieceCount, range.upperBound)
  }

  /// What a process still adds up of so many elements after some levels: whole lines of memory, as equal as can be.
  static func share(of rank: Int, in count: Int, after levels: Int) -> Range<Int> {
    var range = 0..<count
    for level in 0..<levels {
      let middle = range.lowerBound + range.count / 2 / 16 * 16
      range = rank >> level & 1 == 0 ? range.lowerBound..<middle : middle..<range.upperBound
    }
    return range
  }
}
