import SluiceCore

/// What labeled texts look like: how many of each label and how long they are.
public struct TextStatistics: Sendable, Equatable {
  /// The share of one label.
  public struct LabelShare: Sendable, Equatable {
    /// The label's name.
    public let name: String
    /// The examples that have it.
    public let count: Int
    /// Of all examples; 0 where there are none.
    public let share: Double
  }

  /// Lengths in Unicode scalars; all zero where there are no texts.
  public struct Lengths: Sendable, Equatable {
    /// The length of the shortest text.
    public let minimum: Int
    /// The middle one of the sorted lengths, the lower of the two for an even count.
    public let median: Int
    /// The smallest length that at least nine tenths of the texts do not exceed.
    public let percentile90: Int
    /// The length of the longest text.
    public let maximum: Int
    /// The sum of the lengths divided by the number of texts.
    public let mean: Double
    /// The sum of all lengths.
    public let total: Int

    init(minimum: Int, median: Int, percentile90: Int, maximum: Int, count: Int, total: Int) {
      (self.minimum, self.median, self.percentile90) = (minimum, median, percentile90)
      (self.maximum, self.total) = (maximum, total)
      mean = count == 0 ? 0 : Double(total) / Double(count)
    }

    /// - Complexity: O(n · log n).
    public init(_ lengths: [Int]) {
      let sorted = lengths.sorted()
      // The nearest-rank definition: element ⌈share · n⌉, counted from 1.
      func ranked(tenths: Int) -> Int {
        sorted.isEmpty ? 0 : sorted[max(0, (sorted.count * tenths + 9) / 10 - 1)]
      }
      minimum = sorted.first ?? 0
      median = ranked(tenths: 5)
      percentile90 = ranked(tenths: 9)
      maximum = sorted.last ?? 0
      total = sorted.reduce(0, +)
      mean = sorted.isEmpty ? 0 : Double(total) / Double(sorted.count)
    }
  }

  /// By label id.
  public let labels: [LabelShare]
  /// Of all texts.
  public let lengths: Lengths
  /// The number of examples.
  public let count: Int

  /// - Complexity: O(n · log n) for n examples.
  public init(_ texts: LabeledTexts) {
    self.init(
      names: texts.labelNames, counts: texts.countsByLabel, count: texts.count,
      Lengths((0..<texts.count).map { texts.length($0) }))
  }

  init(names: [String], counts: [Int], count: Int, _ lengths: Lengths) {
    self.count = count
    self.lengths = lengths
    let total = Double(max(count, 1))
    labels = zip(names, counts).map { LabelShare(name: $0, count: $1, share: Double($1) / total) }
  }

  /// Both as lines of text, without a line feed at the end: a table of the labels, an empty line, one line of
  /// lengths.
  public var table: String { table(labelLimit: .max) }

  /// The same with a line for at most so many labels, those with the most examples. Where labels are left out, a line says
  /// how many.
  public func table(labelLimit: Int) -> String {
    var table = TextTable(header: ["label", "count", "share"])
    for i in mostFrequent(labelLimit, of: labels.map(\.count)) {
      let label = labels[i]
      table.add([label.name, "\(label.count)", fixed(100 * label.share, 1) + " %"])
    }
    let left = labels.count - labelLimit
    if left > 0 { table.add(["… \(left) more labels", "", ""]) }
    table.add(["all", "\(count)", ""])
    let mean = fixed(lengths.mean, 1)
    return table.text + "\n\n"
      + "characters a text: least \(lengths.minimum), median \(lengths.median), mean \(mean), "
      + "90 % up to \(lengths.percentile90), most \(lengths.maximum)"
  }
}
