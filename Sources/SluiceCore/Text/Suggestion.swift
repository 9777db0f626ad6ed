// What somebody may have meant who wrote a name that there is not.

/// `. Did you mean '…'?` with the candidate nearest to `word`, or nothing when none is near.
///
/// Near means that it begins with the word, or that few letters have to be inserted, removed, replaced or
/// swapped with their neighbor: one for short words, a third of the letters for long ones.
package func suggestion(for word: String, among candidates: [String]) -> String {
  let bare = word.drop { $0 == "-" }
  if bare.count >= 3, let longer = candidates.first(where: { $0.drop { $0 == "-" }.hasPrefix(bare) }) {
    return ". Did you mean '\(longer)'?"
  }
  let distances = candidates.map { (name: $0, distance: editDistance(Array(word), Array($0))) }
  guard let nearest = distances.min(by: { $0.distance < $1.distance }),
    nearest.distance <= (bare.count + 2) / 3
  else { return "" }
  return ". Did you mean '\(nearest.name)'?"
}

/// The fewest insertions, removals, replacements and swaps of neighbors that turn `a` into `b`, no letter
/// touched twice ("optimal string alignment").
package func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
      row.append(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
