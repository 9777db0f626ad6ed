import SluiceCore

/// Labels by their characters, each with a number in the order of first sight, and how often each came: for labels that come so often that a text
/// of each would take too long.
struct LabelTable: Sendable {
  private(set) var counts: [Int] = []
  /// The line on which each came first.
  private(set) var firstLines: [Int] = []
  private var scalars: [UInt32] = []
  /// Where each label begins in `scalars`, and the end of the last.
  private var starts: [Int] = [0]
  /// For a hash the number of a label and 1, or 0 for none; the next place is looked at where another label has it.
  private var slots = [Int32](repeating: 0, count: 64)

  /// The most different labels: a column of them that has more is hardly one of labels, and would be held.
  static let limit = 1 << 20

  /// How many labels there are.
  var count: Int { counts.count }
  /// About the memory, in bytes.
  var byteCount: Int { 4 * scalars.capacity + 24 * counts.capacity + 4 * slots.count }

  /// A label as a text.
  func name(of label: Int) -> String { TextScalars.text(scalars[starts[label]..<starts[label + 1]]) }

  /// The number of a label; nil for one that was never added.
  func number(of label: [UInt32]) -> Int? {
    let found = slots[place(of: label)]
    return found > 0 ? Int(found) - 1 : nil
  }

  /// Counts a label, which gets a number where it was never seen.
  mutating func add(_ label: [UInt32], line: Int) -> Int {
    let place = place(of: label)
    if slots[place] > 0 {
      let number = Int(slots[place]) - 1
      counts[number] = counts[number] + 1
      return number
    }
    scalars.append(contentsOf: label)
    starts.append(scalars.count)
    counts.append(1)
    firstLines.append(line)
    slots[place] = Int32(count)
    if 2 * count > slots.count { grow() }
    return count - 1
  }

  private func place(of label: [UInt32]) -> Int {
    let mask = slots.count - 1
    var place = Self.hash(label, 0..<label.count) & mask
    while slots[place] > 0, !isEqual(Int(slots[place]) - 1, label) { place = (place + 1) & mask }
    return place
  }

  private func isEqual(_ known: Int, _ label: [UInt32]) -> Bool {
    let start = starts[known]
    guard starts[known + 1] - start == label.count else { return false }
    for i in 0..<label.count where scalars[start + i] != label[i] { return false }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: 2 * slots.count)
    let mask = slots.count - 1
    for label in 0..<count {
      var place = Self.hash(scalars, starts[label]..<starts[label + 1]) & mask
      while slots[place] > 0 { place = (place + 1) & mask }
      slots[place] = Int32(label + 1)
    }
  }

  /// FNV-1a over characters, its bits mixed once more.
  private static func hash(_ scalars: [UInt32], _ range: Range<Int>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in range { hash = (hash ^ UInt64(scalars[i])) &* 0x0000_0100_0000_01B3 }
    hash ^= hash >> 29
    hash = hash &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash >> 24)
  }
}
