import SluiceCore

/// How often each Unicode scalar occurs in some texts.
public struct ScalarCounts: Sendable, Equatable {
  private var counts: [UInt32: Int] = [:]
  /// The number of scalars counted, repetitions included.
  public private(set) var total = 0

  /// No characters counted yet.
  public init() {}

  /// Counts made elsewhere, by the values of the scalars.
  init(_ counts: [UInt32: Int]) {
    self.counts = counts
    total = counts.values.reduce(0, +)
  }

  /// The number of different scalars.
  public var count: Int { counts.count }

  /// How often `scalar` was counted.
  public subscript(scalar: Unicode.Scalar) -> Int { counts[scalar.value] ?? 0 }

  /// Counts the scalars of `text`.
  public mutating func add(_ text: String) {
    for scalar in text.unicodeScalars { add(scalar.value) }
  }

  /// Counts the scalars of all of `texts`.
  public mutating func add(_ texts: LabeledTexts) {
    for value in texts.scalars.values { add(UInt32(value)) }
  }

  private mutating func add(_ scalar: UInt32) {
    counts[scalar, default: 0] += 1
    total += 1
  }

  /// All scalars counted, the most frequent first, those of the same count by their value.
  public var byDecreasingCount: [(scalar: Unicode.Scalar, count: Int)] {
    counts
      .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
      .compactMap { entry in Unicode.Scalar(entry.key).map { ($0, entry.value) } }
  }
}
