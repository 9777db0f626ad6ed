/// Sequences of ids of differing lengths, stored one after the other: no padding.
///
/// Sequence `i` is `values[offsets[i]..<offsets[i + 1]]`. A sequence may be empty.
public struct RaggedIndices: Sendable, Equatable {
  /// Where each sequence starts, and at the end where the last one ends: one more than there are sequences.
  public private(set) var offsets: [Int32] = [0]
  /// The ids of all sequences.
  public private(set) var values: [Int32] = []

  /// No sequences.
  public init() {}

  /// The number of sequences.
  public var count: Int { offsets.count - 1 }

  /// The length of sequence `i`.
  public func length(_ i: Int) -> Int { Int(offsets[i + 1] - offsets[i]) }

  /// The ids of sequence `i`.
  public subscript(i: Int) -> ArraySlice<Int32> { values[Int(offsets[i])..<Int(offsets[i + 1])] }

  /// Whether a value of sequence `i` is one of sequence `j` too.
  ///
  /// - Complexity: O(product of the lengths), for short sequences; allocates nothing.
  public func sharesValue(_ i: Int, _ j: Int) -> Bool {
    for a in Int(offsets[i])..<Int(offsets[i + 1]) {
      for b in Int(offsets[j])..<Int(offsets[j + 1]) where values[a] == values[b] { return true }
    }
    return false
  }

  /// Adds one sequence at the end.
  ///
  /// - Complexity: O(its length), amortized; allocates only where the capacity reserved is exceeded.
  public mutating func append(_ sequence: some Sequence<Int32>) {
    values.append(contentsOf: sequence)
    offsets.append(Int32(values.count))
  }

  /// Replaces one id, counted from the first of the first sequence.
  ///
  /// - Precondition: there is one at this place.
  public mutating func replaceValue(at place: Int, by value: Int32) { values[place] = value }

  /// Makes room so that appending up to these counts does not allocate.
  public mutating func reserve(sequences: Int, values count: Int) {
    offsets.reserveCapacity(sequences + 1)
    values.reserveCapacity(count)
  }

  /// Removes all sequences and keeps the memory.
  public mutating func removeAll() {
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    values.removeAll(keepingCapacity: true)
  }
}
