import SluiceCore

/// How well predicted labels agree with the true ones, in total and by label.
///
/// With c(i, j) the number of examples of label i that were predicted as j:
///
/// - precision(j) = c(j, j) / Σᵢ c(i, j)
/// - recall(i) = c(i, i) / Σⱼ c(i, j)
/// - F1 = 2 · precision · recall / (precision + recall)
///
/// A quotient 0 / 0 is defined as 0: a label that was never predicted has precision 0, one without examples
/// has recall 0. Macro F1 is the mean of F1 over the labels that occur as a true or as a predicted one, so a
/// label that is absent from a file on both sides does not lower it; it is 0 where nothing was counted.
public struct ClassificationReport: Sendable, Equatable {
  /// The figures of one label.
  public struct Label: Sendable, Equatable {
    /// The label's name.
    public let name: String
    /// Of the examples that were given this label, the share that have it; 0 if there are none.
    public let precision: Double
    /// Of the examples that have this label, the share that were given it; 0 if there are none.
    public let recall: Double
    /// The harmonic mean of precision and recall; 0 if no example of the label was found.
    public let f1: Double
    /// The examples that have this label.
    public let count: Int
    /// The examples that were given this label.
    public let predicted: Int
  }

  /// The names by label id.
  public let labelNames: [String]
  private var counts: [Int]

  /// A report without any examples yet.
  public init(labelNames: [String]) {
    self.labelNames = labelNames
    counts = [Int](repeating: 0, count: labelNames.count * labelNames.count)
  }

  /// Counts one example.
  ///
  /// - Precondition: both ids are those of labels.
  /// - Complexity: O(1); allocates nothing.
  public mutating func add(expected: Int32, predicted: Int32) {
    counts[cell(expected, predicted)] += 1
  }

  /// Forgets all examples and keeps the memory.
  public mutating func removeAll() {
    for i in counts.indices { counts[i] = 0 }
  }

  /// How many examples of the label `expected` were predicted as `predicted`.
  public func count(expected: Int32, predicted: Int32) -> Int { counts[cell(expected, predicted)] }

  /// The number of examples.
  public var count: Int { counts.reduce(0, +) }

  /// The share of the examples whose label was predicted; 0 where there are none.
  public var accuracy: Double {
    var correct = 0
    for i in labelNames.indices { correct += counts[i * labelNames.count + i] }
    return ClassificationReport.ratio(correct, count)
  }

  /// The mean of F1 over the labels that occur.
  public var macroF1: Double {
    let occurring = labels.filter { $0.count + $0.predicted > 0 }
    return occurring.isEmpty ? 0 : occurring.reduce(0) { $0 + $1.f1 } / Double(occurring.count)
  }

  /// The figures by label id.
  public var labels: [Label] { labelNames.indices.map(label) }

  private func label(_ i: Int) -> Label {
    let correct = counts[i * labelNames.count + i]
    var expected = 0
    var predicted = 0
    for j in labelNames.indices {
      expected += counts[i * labelNames.count + j]
      predicted += counts[j * labelNames.count + i]
    }
    return Label(
      name: labelNames[i], precision: ClassificationReport.ratio(correct, predicted),
      recall: ClassificationReport.ratio(correct, expected),
      // The same as the formula above, without its two roundings.
      f1: ClassificationReport.ratio(2 * correct, expected + predicted), count: expected, predicted: predicted
    )
  }

  /// Precision, recall, F1 and count by label, then accuracy and macro F1; no line feed at the end.
  public var table: String {
    var table = TextTable(header: ["label", "precision", "recall", "F1", "count"])
    for label in labels {
      table.add(
        [label.name] + [label.precision, label.recall, label.f1].map { TextTable.fixed($0, 3) }
          + ["\(label.count)"])
    }
    let accuracy = TextTable.fixed(100 * accuracy, 2)
    return table.text
      + "\n\naccuracy \(accuracy) %, macro F1 \(TextTable.fixed(macroF1, 3)), \(count) examples"
  }

  private func cell(_ expected: Int32, _ predicted: Int32) -> Int {
    let n = labelNames.count
    require(
      expected >= 0 && Int(expected) < n && predicted >= 0 && Int(predicted) < n,
      "The report has labels 0 to \(n - 1) and was given \(expected) and \(predicted).")
    return Int(expected) * n + Int(predicted)
  }

  private static func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
