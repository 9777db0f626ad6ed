/// A handle of how the rows of a ragged tensor divide into sequences.
@frozen
public struct SequencesHandle: Hashable, Sendable, BitwiseCopyable {
  let index: UInt32
  let generation: UInt32
}

/// How sequences of differing lengths are laid out, by the order of the batch and by time step.
///
/// The batch's own order is the one callers see: sequence after sequence. A recurrent layer works by time
/// step: sequences by decreasing length (ties in batch order), so that those alive at step t are the first
/// `alive[t]`, and all rows of step t before those of step t + 1.
@frozen
public struct SequencesRow: Sendable, BitwiseCopyable {
  /// The number of sequences.
  public let count: Int
  /// The number of rows of all sequences.
  public let total: Int
  /// The length of the longest sequence.
  public let longest: Int
  /// Where each sequence starts in batch order, and the end: `count + 1`.
  public let offsets: IndexRange
  /// The sequences by decreasing length: `count`.
  public let order: IndexRange
  /// How many sequences are longer than t: `longest`.
  public let alive: IndexRange
  /// Where the rows of step t start in step order, and the end: `longest + 1`.
  public let stepStarts: IndexRange
  /// The row in batch order of each row in step order: `total`. Read left to right.
  public let rowsForward: IndexRange
  /// The same, each sequence read from its end.
  public let rowsBackward: IndexRange
}

extension Tape {
  /// Lays out sequences with the given offsets: sequence i has the rows `offsets[i]..<offsets[i + 1]`.
  ///
  /// - Precondition: the offsets begin with 0 and do not decrease.
  /// - Complexity: O(rows + sequences); allocates nothing.
  public mutating func makeSequences(offsets given: [Int32]) -> SequencesHandle {
    let offsets = copyIndices(given)
    return layOut(offsets)
  }

  /// The layout of sequences.
  public func layout(of sequences: SequencesHandle) -> SequencesRow {
    expect(
      sequences.generation == generation, "Tape.layout", expected: "sequences of this step of this tape",
      got: age(sequences.generation))
    return layouts[Int(sequences.index)]
  }

  private mutating func layOut(_ offsetRange: IndexRange) -> SequencesHandle {
    let offsets = indices(offsetRange)
    expect(
      offsets.count >= 1 && offsets[0] == 0, "sequences", expected: "offsets that begin with 0",
      got: offsets.count == 0 ? "none" : "\(offsets[0])")
    let count = offsets.count - 1
    var longest = 0
    for i in 0..<count {
      expect(
        offsets[i] <= offsets[i + 1], "sequences", expected: "offsets that do not decrease",
        got: "\(offsets[i + 1]) after \(offsets[i]) at place \(i + 1)")
      longest = max(longest, Int(offsets[i + 1] - offsets[i]))
    }
    let row = SequencesRow(
      count: count, total: Int(offsets[count]), longest: longest, offsets: offsetRange,
      order: makeIndices(count), alive: makeIndices(longest), stepStarts: makeIndices(longest + 1),
      rowsForward: makeIndices(Int(offsets[count])), rowsBackward: makeIndices(Int(offsets[count])))
    fill(row)
    let index = layouts.append(row)
    return SequencesHandle(index: UInt32(index), generation: generation)
  }

  private func fill(_ row: SequencesRow) {
    let offsets = indices(row.offsets)
    let order = indices(row.order)
    let alive = indices(row.alive)
    let starts = indices(row.stepStarts)
    // alive[t] first counts the sequences of length t + 1, then those at least as long.
    alive.fill(0)
    for i in 0..<row.count where offsets[i + 1] > offsets[i] {
      alive[Int(offsets[i + 1] - offsets[i]) - 1] += 1
    }
    var t = row.longest - 2
    while t >= 0 {
      alive[t] += alive[t + 1]
      t -= 1
    }
    // A counting sort: the sequences of length l come after the alive[l] longer ones.
    starts.fill(0)
    for i in 0..<row.count {
      let length = Int(offsets[i + 1] - offsets[i])
      let longer = length < row.longest ? alive[length] : 0
      order[Int(longer + starts[length])] = Int32(i)
      starts[length] += 1
    }
    var next: Int32 = 0
    for t in 0..<row.longest {
      starts[t] = next
      next += alive[t]
    }
    starts[row.longest] = next
    let forward = indices(row.rowsForward)
    let backward = indices(row.rowsBackward)
    var place = 0
    for t in 0..<row.longest {
      for s in 0..<Int(alive[t]) {
        let sequence = Int(order[s])
        forward[place] = offsets[sequence] + Int32(t)
        backward[place] = offsets[sequence + 1] - 1 - Int32(t)
        place += 1
      }
    }
  }
}
