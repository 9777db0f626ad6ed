import SluiceCore

/// How well predicted labels agree with the true ones, in total and by label.
///
/// Three numbers are counted for each label: its examples, the examples that were given it, and those of both, which
/// are right.
///
/// - precision = right / given
/// - recall = right / examples
/// - F1 = 2 · precision · recall / (precision + recall)
///
/// A quotient 0 / 0 is defined as 0: a label that was never predicted has precision 0, one without examples
/// has recall 0. Macro F1 is the mean of F1 over the labels that occur as a true or as a predicted one, so a
/// label that is absent from a file on both sides does not lower it; it is 0 where nothing was counted. Micro F1 is F1 of the sums of the three
/// numbers over all labels; where each example has one label and is given one, it is the accuracy.
///
/// Where examples have any number of labels (`ofSets`), an example is right if it was given exactly its labels: accuracy is then subset accuracy.
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
  /// Whether examples have any number of labels.
  public let isOfSets: Bool
  /// The examples that were given exactly their labels, where they have any number of them.
  private var exact = 0
  fileprivate var counts: [Counts]

  /// What is counted of one label. A table of all pairs of labels would grow with their square.
  fileprivate struct Counts: Sendable, Equatable {
    var correct = 0
    var expected = 0
    var predicted = 0
  }

  /// A report without any examples yet.
  ///
  /// - Complexity: O(labels) memory, 24 bytes for each.
  public init(labelNames: [String], ofSets isOfSets: Bool = false) {
    self.labelNames = labelNames
    self.isOfSets = isOfSets
    counts = [Counts](repeating: Counts(), count: labelNames.count)
  }

  /// Counts one example.
  ///
  /// - Precondition: both ids are those of labels.
  /// - Complexity: O(1); allocates nothing.
  public mutating func add(expected: Int32, predicted: Int32) {
    let n = labelNames.count
    require(!isOfSets, "The report is of examples with any number of labels.")
    require(
      expected >= 0 && Int(expected) < n && predicted >= 0 && Int(predicted) < n,
      "The report has labels 0 to \(n - 1) and was given \(expected) and \(predicted).")
    counts[Int(expected)].expected += 1
    counts[Int(predicted)].predicted += 1
    if expected == predicted { counts[Int(expected)].correct += 1 }
    count += 1
  }

  /// Counts one example that has any number of labels and was given any number.
  ///
  /// - Precondition: both lists are those of labels' ids, rising, and the report is one of sets.
  /// - Complexity: O(labels of both); allocates nothing.
  public mutating func add(expected: ArraySlice<Int32>, predicted: ArraySlice<Int32>) {
    let n = labelNames.count
    require(isOfSets, "The report is of examples with one label each.")
    func check(_ label: Int32) {
      require(
        label >= 0 && Int(label) < n, "The report has labels 0 to \(n - 1) and was given \(label).")
    }
    for label in expected { check(label) }
    for label in predicted { check(label) }
    var i = predicted.startIndex
    for label in expected {
      counts[Int(label)].expected += 1
      while i < predicted.endIndex, predicted[i] < label { i += 1 }
      if i < predicted.endIndex, predicted[i] == label { counts[Int(label)].correct += 1 }
    }
    for label in predicted { counts[Int(label)].predicted += 1 }
    if expected.elementsEqual(predicted) { exact += 1 }
    count += 1
  }

  /// Forgets all examples and keeps the memory.
  public mutating func removeAll() {
    exact = 0
    for i in counts.indices { counts[i] = Counts() }
    count = 0
  }

  /// The number of examples.
  public fileprivate(set) var count = 0

  /// The share of the examples whose label was predicted, or exactly whose labels were; 0 where there are none.
  public var accuracy: Double {
    if isOfSets { return ClassificationReport.ratio(exact, count) }
    return ClassificationReport.ratio(counts.reduce(0) { $0 + $1.correct }, count)
  }

  /// The mean of F1 over the labels that occur.
  public var macroF1: Double {
    let occurring = labels.filter { $0.count + $0.predicted > 0 }
    return occurring.isEmpty ? 0 : occurring.reduce(0) { $0 + $1.f1 } / Double(occurring.count)
  }

  /// F1 of all labels' counts together; 0 where no label occurs.
  public var microF1: Double {
    let (correct, all) = counts.reduce((0, 0)) { ($0.0 + $1.correct, $0.1 + $1.expected + $1.predicted) }
    return ClassificationReport.ratio(2 * correct, all)
  }

  /// The figures by label id.
  public var labels: [Label] { labelNames.indices.map(label) }

  /// The figures of at most so many labels, those with the most examples, by label id.
  public func labels(atMost limit: Int) -> [Label] {
    mostFrequent(limit, of: counts.map(\.expected)).map(label)
  }

  private func label(_ i: Int) -> Label {
    let (correct, expected, predicted) = (counts[i].correct, counts[i].expected, counts[i].predicted)
    return Label(
      name: labelNames[i], precision: ClassificationReport.ratio(correct, predicted),
      recall: ClassificationReport.ratio(correct, expected),
      // The same as the formula above, without its two roundings.
      f1: ClassificationReport.ratio(2 * correct, expected + predicted), count: expected, predicted: predicted
    )
  }

  /// Precision, recall, F1 and count by label, then accuracy and macro F1; no line feed at the end.
  public var table: String { table(labelLimit: .max) }

  /// The same with a line for at most so many labels, those with the most examples, in the order of their ids; of equally
  /// many examples the label of the smaller id is shown. Where labels are left out, a line says how many.
  public func table(labelLimit: Int) -> String {
    var table = TextTable(header: ["label", "precision", "recall", "F1", "count"])
    for label in labels(atMost: labelLimit) {
      table.add(
        [label.name] + [label.precision, label.recall, label.f1].map { fixed($0, 3) }
          + ["\(label.count)"])
    }
    let left = labelNames.count - labelLimit
    let accuracy = fixed(100 * accuracy, 2)
    if isOfSets {
      return table.text + (left > 0 ? "\n… \(left) more labels" : "")
        + "\n\nmicro F1 \(fixed(microF1, 3)), macro F1 \(fixed(macroF1, 3)), subset accuracy \(accuracy) %, \(count) examples"
    }
    return table.text + (left > 0 ? "\n… \(left) more labels" : "")
      + "\n\naccuracy \(accuracy) %, macro F1 \(fixed(macroF1, 3)), \(count) examples"
  }

  private static func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}

/// The places of the `limit` largest counts, in ascending order; of equal ones the first.
func mostFrequent(_ limit: Int, of counts: [Int]) -> [Int] {
  guard counts.count > limit else { return Array(counts.indices) }
  return counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(max(limit, 0)).sorted()
}

/// The counts, for a report with the same labels.
extension ClassificationReport: Checkpointed {
  /// Writes the counts.
  public func write(to state: inout StateWriter) {
    state.write(count)
    state.write(each: counts) { state, counts in
      for value in [counts.correct, counts.expected, counts.predicted] { state.write(value) }
    }
    if isOfSets { state.write(exact) }
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    count = try state.readInt()
    counts = try state.readList(counts.count) { (state: inout StateReader) throws(StateError) in
      Counts(
        correct: try state.readInt(), expected: try state.readInt(), predicted: try state.readInt())
    }
    if isOfSets { exact = try state.readInt() }
  }
}
