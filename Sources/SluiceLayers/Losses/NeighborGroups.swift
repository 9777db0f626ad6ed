import SluiceCore

/// The samples of a batch brought into the order of their labels, so that every class is a range.
struct NeighborGroups: BitwiseCopyable, Sendable {
  /// The sample at each place of the order.
  let order: IndexRange
  /// The first place of the class of the sample at each place.
  let starts: IndexRange
  /// The place behind the class's last.
  let ends: IndexRange
  /// The samples that share their label with another.
  let counted: Int

  /// Orders by label, and samples of one label by their place in the batch.
  ///
  /// - Complexity: O(n log n); allocates nothing.
  init(_ labels: [Int32], _ tape: inout Tape) {
    let count = labels.count
    order = tape.makeIndices(count)
    starts = tape.makeIndices(count)
    ends = tape.makeIndices(count)
    let (order, starts, ends) = (tape.indices(order), tape.indices(starts), tape.indices(ends))
    NeighborGroups.sort(labels, order, scratch: starts)
    var counted = 0
    var first = 0
    while first < count {
      var end = first + 1
      while end < count, labels[Int(order[end])] == labels[Int(order[first])] { end += 1 }
      for place in first..<end {
        starts[place] = Int32(first)
        ends[place] = Int32(end)
      }
      if end - first > 1 { counted += end - first }
      first = end
    }
    self.counted = counted
  }

  /// A merge sort from runs of one upwards; stable, and without the memory a library sort takes.
  private static func sort(_ labels: [Int32], _ order: Indices, scratch: Indices) {
    let count = labels.count
    for i in 0..<count { order[i] = Int32(i) }
    var width = 1
    while width < count {
      var low = 0
      while low < count {
        let middle = min(low + width, count)
        let high = min(low + 2 * width, count)
        var (left, right) = (low, middle)
        for place in low..<high {
          let takesLeft =
            right == high || (left < middle && labels[Int(order[left])] <= labels[Int(order[right])])
          scratch[place] = takesLeft ? order[left] : order[right]
          if takesLeft { left += 1 } else { right += 1 }
        }
        low = high
      }
      order.copy(from: scratch)
      width *= 2
    }
  }
}
