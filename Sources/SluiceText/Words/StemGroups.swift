/// Which stems are tied by common words, directly or through others: what has to stay on one side of a split, so that no word
/// is on both.
struct StemGroups {
  /// For each stem one of its group, the same for all of them.
  private var groupOf: [Int32]
  /// For each group, at the stem that stands for it, how many stems it has.
  private var sizes: [Int]

  /// - Complexity: about O(pairs of words and stems).
  init(_ words: WordStems) {
    groupOf = Array(0..<Int32(words.stemNames.count))
    sizes = Array(repeating: 0, count: groupOf.count)
    for i in 0..<words.count {
      guard let first = words.stems[i].first else { continue }
      for stem in words.stems[i].dropFirst() {
        let (a, b) = (root(of: first), root(of: stem))
        groupOf[Int(max(a, b))] = min(a, b)
      }
    }
    for i in groupOf.indices {
      groupOf[i] = root(of: Int32(i))
      sizes[Int(groupOf[i])] += 1
    }
  }

  /// What stands for the group of a stem: its smallest stem.
  func group(of stem: Int32) -> Int32 { groupOf[Int(stem)] }

  /// The number of stems in the group of a stem.
  func size(of stem: Int32) -> Int { sizes[Int(groupOf[Int(stem)])] }

  /// Follows the stems to the one that stands for the group, and shortens the way for the next.
  private mutating func root(of stem: Int32) -> Int32 {
    var stem = stem
    while groupOf[Int(stem)] != stem {
      groupOf[Int(stem)] = groupOf[Int(groupOf[Int(stem)])]
      stem = groupOf[Int(stem)]
    }
    return stem
  }
}
