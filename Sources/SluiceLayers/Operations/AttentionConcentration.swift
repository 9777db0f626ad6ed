import SluiceCore

import CLibrary

extension AttentionBlocks {
  /// At most so many rows are looked at.
  private static let sampledRows = 64

  /// How concentrated the weights are, over rows that see at least two: the mean of a row's entropy divided by that of equal
  /// weights, and the mean of its largest weight; nil where no such row is found.
  ///
  /// The rows are one in each of equal shares of all, the place inside its share chosen by a fixed hash: at equal steps
  /// they could be the same row of every head.
  func concentration(of weights: Floats, _ offsets: Indices) -> (entropy: Float, largest: Float)? {
    let total = heads * Int(offsets[offsets.count - 1])
    let wanted = min(total, Self.sampledRows)
    var entropies = 0.0
    var largest = 0.0
    var looked = 0
    var next = 0
    // Before the sequence at hand: the rows of all heads, and the floats of their weights.
    var (first, start) = (0, 0)
    for sequence in 1..<max(offsets.count, 1) {
      let length = Int(offsets[sequence] - offsets[sequence - 1])
      while next < wanted {
        let place = Self.place(next, of: wanted, in: total) - first
        guard place < heads * length else { break }
        next += 1
        let (head, row) = (place / length, place % length)
        let count = isCausal ? row + 1 : length
        if count < 2 { continue }
        let block = row / Self.rows
        let seen = seen(block, length)
        let begin = start + head * floats(length) + offset(block, length) + row % Self.rows * seen
        let shares = weights[begin..<begin + count]
        var entropy = 0.0
        var most: Float = 0
        for i in 0..<count {
          let share = shares[i]
          // Written so that a share that is not a number reaches both figures.
          if share != 0 { entropy -= Double(share) * log(Double(share)) }
          if share > most || share.isNaN { most = share }
        }
        entropies += entropy / log(Double(count))
        largest += Double(most)
        looked += 1
      }
      first += heads * length
      start += heads * floats(length)
    }
    if looked == 0 { return nil }
    return (Float(entropies / Double(looked)), Float(largest / Double(looked)))
  }

  /// The row that stands for share `i` of `count` shares of all.
  private static func place(_ i: Int, of count: Int, in total: Int) -> Int {
    let hash = Int((UInt32(i) &* 0x9E37_79B9) >> 8)
    return (i * total + hash % total) / count
  }
}
