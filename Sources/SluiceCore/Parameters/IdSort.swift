extension Tables {
  /// The positions of `newIDs` in increasing order of id, equal ids in order of appearance, with the ids in
  /// that order: a radix sort over the digits that ids of a table of `tableRows` rows can have.
  func sortedIDs(
    _ newIDs: Indices, below tableRows: Int, excluding excluded: Int32?, scratch: Arena<Int32>
  ) -> (ids: Indices, positions: Indices) {
    let all = newIDs.count
    var keys = scratch[scratch.allocate(all)]
    var positions = scratch[scratch.allocate(all)]
    var otherKeys = scratch[scratch.allocate(all)]
    var otherPositions = scratch[scratch.allocate(all)]
    let histogram = scratch[scratch.allocate(Self.buckets)]
    var kept = 0
    for i in 0..<all {
      let id = newIDs[i]
      expect(
        id >= 0 && id < tableRows, "Tape.touch", expected: "ids from 0 up to, not including, \(tableRows)",
        got: "\(id) at place \(i)")
      if let excluded, id == excluded { continue }
      keys[kept] = id
      positions[kept] = Int32(i)
      kept += 1
    }
    var shift: Int32 = 0
    while shift == 0 || (tableRows - 1) >> Int(shift) > 0 {
      histogram.fill(0)
      for i in 0..<kept { histogram[Int(keys[i] >> shift) & (Self.buckets - 1)] += 1 }
      var total: Int32 = 0
      for digit in 0..<Self.buckets {
        let occurrences = histogram[digit]
        histogram[digit] = total
        total += occurrences
      }
      for i in 0..<kept {
        let digit = Int(keys[i] >> shift) & (Self.buckets - 1)
        let place = Int(histogram[digit])
        histogram[digit] += 1
        otherKeys[place] = keys[i]
        otherPositions[place] = positions[i]
      }
      swap(&keys, &otherKeys)
      swap(&positions, &otherPositions)
      shift += Self.digitBits
    }
    return (keys[0..<kept], positions[0..<kept])
  }

  /// The indices that `add` takes of its scratch memory for so many ids, gaps of alignment included.
  static func scratchCount(ids: Int) -> Int { 6 * Arena.aligned(ids + 1) + Arena.aligned(buckets) }

  /// Takes of `scratch` what `add` does for so many ids, and no more.
  static func reserve(ids: Int, in scratch: Arena<Int32>) {
    for _ in 0..<5 { _ = scratch.allocate(ids) }
    _ = scratch.allocate(ids + 1)
    _ = scratch.allocate(buckets)
  }

  private static let digitBits: Int32 = 11
  private static let buckets = 1 << 11
}
