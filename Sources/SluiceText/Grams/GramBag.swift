import SluiceCore

/// The n-grams of some texts: for each text the rows of a table that they fall on, each row once, with the weight of its count.
///
/// Text `i` has the places `offsets[i]..<offsets[i + 1]` of `rows` and `weights`. A text may have none.
public struct GramBag: Sendable, Equatable {
  /// Where each text starts, and at the end where the last one ends: one more than there are texts.
  public private(set) var offsets: [Int32] = [0]
  /// The rows of all texts.
  public private(set) var rows: [Int32] = []
  /// 1 + ln(count) for each of the rows.
  public private(set) var weights: [Float] = []

  /// No texts.
  public init() {}

  /// The number of texts.
  public var count: Int { offsets.count - 1 }

  /// The places of text `i`.
  public func places(_ i: Int) -> Range<Int> { Int(offsets[i])..<Int(offsets[i + 1]) }

  /// Removes all texts and keeps the memory.
  public mutating func removeAll() {
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    rows.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
  }

  /// Makes room so that adding up to these counts does not allocate.
  package mutating func reserve(texts: Int, rows count: Int) {
    offsets.reserveCapacity(texts + 1)
    rows.reserveCapacity(count)
    weights.reserveCapacity(count)
  }

  /// Adds a text of another bag.
  package mutating func append(text i: Int, of other: GramBag) {
    for place in other.places(i) { add(row: other.rows[place], weight: other.weights[place]) }
    endText()
  }

  /// Fills the last text up with row 0, which weighs nothing there, so that all texts have `count` rows: for the plan of a step that
  /// is as large as any.
  package mutating func fill(upTo count: Int) {
    guard self.count > 0, rows.count < count else { return }
    while rows.count < count { add(row: 0, weight: 0) }
    offsets[self.count] = Int32(count)
  }

  /// Adds a row to the text that is being added.
  mutating func add(row: Int32, weight: Float) {
    rows.append(row)
    weights.append(weight)
  }

  /// Ends the text that is being added.
  mutating func endText() { offsets.append(Int32(rows.count)) }
}
