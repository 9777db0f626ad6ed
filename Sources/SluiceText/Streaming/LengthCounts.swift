import SluiceCore

/// How many texts of each length there are: what lengths have to tell of texts that are not held, exactly.
struct LengthCounts: Sendable, Equatable {
  private var short = [Int](repeating: 0, count: 1 << 12)
  /// Of lengths that `short` has no place for. There cannot be many different ones, for each takes so much of the file.
  private var long: [Int: Int] = [:]
  private(set) var count = 0
  private(set) var total = 0

  mutating func add(_ length: Int) {
    count += 1
    total += length
    if length < short.count {
      short[length] = short[length] + 1
    } else {
      long[length, default: 0] += 1
    }
  }

  /// About the memory, in bytes.
  var byteCount: Int { 8 * short.count + 48 * long.count }

  /// Lengths and how many texts have each, the shortest first.
  private var inOrder: [(length: Int, count: Int)] {
    short.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }
      + long.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The lengths of the longest texts, at most so many of them, the longest first.
  func longest(_ limit: Int) -> [Int] {
    var found: [Int] = []
    for (length, count) in inOrder.reversed() {
      let left = limit - found.count
      guard left > 0 else { break }
      found.append(contentsOf: repeatElement(length, count: min(count, left)))
    }
    return found
  }

  /// The same figures as of lengths that are held.
  var statistics: TextStatistics.Lengths {
    let lengths = inOrder
    // The nearest-rank definition, as there: element ⌈share · n⌉, counted from 1.
    func ranked(tenths: Int) -> Int {
      var left = max(1, (count * tenths + 9) / 10)
      for (length, count) in lengths {
        left -= count
        if left <= 0 { return length }
      }
      return lengths.last?.length ?? 0
    }
    return TextStatistics.Lengths(
      minimum: lengths.first?.length ?? 0, median: ranked(tenths: 5), percentile90: ranked(tenths: 9),
      maximum: lengths.last?.length ?? 0, count: count, total: total)
  }
}
