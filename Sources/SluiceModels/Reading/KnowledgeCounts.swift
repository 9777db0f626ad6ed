import SluiceCore

/// How many texts a model knows all, some or nothing of, to be told once for all of them.
public struct KnowledgeCounts: Sendable {
  private var count = 0
  private var partly = 0
  private var strangers = 0
  private var empty = 0

  /// Counts of no text.
  public init() {}

  /// Counts a text, and returns the mark of its answer, if that rests on nothing.
  public mutating func add(_ knowledge: Knowledge) -> String? {
    count += 1
    switch knowledge {
    case .all: return nil
    case .some: partly += 1
    case .none: strangers += 1
    case .empty: empty += 1
    }
    return knowledge == .none ? "unknown" : knowledge == .empty ? "empty" : nil
  }

  /// What there is to say, in one sentence; none where every character of every text is known.
  public var notes: [String] {
    var parts: [String] = []
    if strangers > 0 {
      parts.append("\(grouped(strangers)) marked 'unknown' have no character that was met in training")
    }
    if empty > 0 { parts.append("\(grouped(empty)) marked 'empty' have none at all") }
    if partly > 0 { parts.append("\(grouped(partly)) have some that were not met in training") }
    guard !parts.isEmpty else { return [] }
    return [
      "of \(grouped(count)) texts " + parts.joined(separator: ", ")
        + (strangers + empty > 0 ? "; what is said of the marked ones means nothing" : "")
    ]
  }
}
