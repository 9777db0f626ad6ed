import SluiceText

/// The figure of the validation part by which the best epoch of a classifier is chosen. Of equal ones the smaller loss counts.
public enum ClassifierMetric: Equatable, Sendable {
  /// The share of right ones; where texts have any number of labels, of those that were given exactly theirs.
  case accuracy
  /// F1 of all labels together; of texts with one label it is the accuracy.
  case microF1
  /// The mean of the labels' F1.
  case macroF1
  /// The F1 of one label.
  case f1(String)

  /// The figure that a word names: `accuracy`, `micro-f1`, `macro-f1` or `f1:` and a label; nil for another word.
  public init?(_ word: String) {
    switch word {
    case "accuracy": self = .accuracy
    case "micro-f1": self = .microF1
    case "macro-f1": self = .macroF1
    default:
      let mark = "f1:"
      guard word.hasPrefix(mark), word.count > mark.count else { return nil }
      self = .f1(String(word.dropFirst(mark.count)))
    }
  }

  /// The same as a word.
  public var text: String {
    switch self {
    case .accuracy: "accuracy"
    case .microF1: "micro-f1"
    case .macroF1: "macro-f1"
    case .f1(let label): "f1:\(label)"
    }
  }

  /// The forms that words may have.
  public static var forms: String { "accuracy, micro-f1, macro-f1 and f1:LABEL" }

  /// The figure of a report.
  func value(of report: ClassificationReport) -> Double {
    switch self {
    case .accuracy: report.accuracy
    case .microF1: report.microF1
    case .macroF1: report.macroF1
    case .f1(let name): report.labels.first { $0.name == name }?.f1 ?? 0
    }
  }

  /// The label that it names and that is none of `labels`, if there is one.
  func unknownLabel(among labels: [String]) -> String? {
    guard case .f1(let name) = self, !labels.contains(name) else { return nil }
    return name
  }
}

extension ClassifierMetric: Codable {
  /// Reads the word.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let word = try container.decode(String.self)
    guard let metric = ClassifierMetric(word) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected one of \(Self.forms), found '\(word)'")
    }
    self = metric
  }

  /// Writes the word.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// What an example counts in the loss.
public enum ClassWeights: String, Codable, CaseIterable, Sendable {
  /// All the same.
  case none
  /// Those of a rare label as much more as they are fewer: examples / (labels · examples of the label). Where texts have any number of labels,
  /// those with a label as much more as they are fewer than those without it, at most 100 times.
  case balanced
}
