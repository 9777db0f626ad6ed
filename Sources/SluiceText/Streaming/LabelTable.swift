import SluiceCore

/// Labels by their characters, each with a number in the order of first sight, and how often each came: for labels that come so often that a text
/// of each would take too long.
struct LabelTable: Sendable {
  private var index = SequenceIndex<UInt32>()
  private(set) var counts: [Int] = []
  /// The line on which each came first.
  private(set) var firstLines: [Int] = []

  /// The most different labels: a column of them that has more is hardly one of labels, and would be held.
  static let limit = 1 << 20

  /// How many labels there are.
  var count: Int { counts.count }
  /// About the memory, in bytes.
  var byteCount: Int { index.byteCount + 16 * counts.capacity }

  /// A label as a text.
  func name(of label: Int) -> String { TextScalars.text(index[label]) }

  /// The number of a label; nil for one that was never added.
  func number(of label: [UInt32]) -> Int? { index.number(of: 0..<label.count, in: label).map { Int($0) } }

  /// Counts a label, which gets a number where it was never seen.
  mutating func add(_ label: [UInt32], line: Int) -> Int {
    let number = Int(index.enter(0..<label.count, of: label))
    if number == counts.count {
      counts.append(0)
      firstLines.append(line)
    }
    counts[number] += 1
    return number
  }
}
