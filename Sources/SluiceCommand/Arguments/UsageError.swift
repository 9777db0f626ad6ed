/// A command line that cannot be understood. Commands throw it too, for arguments that do not go together.
struct UsageError: Error, Equatable, CustomStringConvertible {
  /// What is wrong: one line, without a full stop at its end unless that is a question.
  let description: String

  init(_ description: String) { self.description = description }
}

/// Ends the program with a status and without a message, for a command that has said why.
struct ExitStatus: Error, Equatable {
  let code: Int32

  /// The work was done.
  static let success = ExitStatus(code: 0)
  /// The work failed.
  static let failure = ExitStatus(code: 1)
  /// The command line was wrong (`EX_USAGE` of sysexits).
  static let usage = ExitStatus(code: 64)
  /// What was found is serious: `sluice doctor` says so by its status.
  static let fault = ExitStatus(code: 2)
  /// What was to be read cannot be (`EX_NOINPUT` of sysexits), where 1 says something else.
  static let unreadable = ExitStatus(code: 66)
  /// A signal ended the work, which was saved: 128 and the signal's number, as shells have it.
  static var interrupted: ExitStatus { ExitStatus(code: Interruption.status) }
}

/// `. Did you mean '…'?` with the candidate nearest to `word`, or nothing when none is near.
///
/// Near means that it begins with the word, or that few letters have to be inserted, removed, replaced or
/// swapped with their neighbor: one for short words, a third of the letters for long ones.
func suggestion(for word: String, among candidates: [String]) -> String {
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
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
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
