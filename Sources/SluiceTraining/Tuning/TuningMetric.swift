import SluiceCore

/// The figure of the validation part by which trials are compared.
public enum TuningMetric: Hashable, Sendable {
  /// The share of right ones, of a classifier.
  case accuracy
  /// F1 of all labels together; of texts with one label it is the accuracy.
  case microF1
  /// The mean of the labels' F1.
  case macroF1
  /// The F1 of one label, by its name.
  case f1(String)
  /// How often the nearest word shares a stem.
  case recall
  /// That of a language model; the lower the better.
  case perplexity

  /// The metric that a text names; nil if it names none.
  public init?(_ text: String) {
    switch text {
    case "accuracy": self = .accuracy
    case "micro-f1": self = .microF1
    case "macro-f1": self = .macroF1
    case "recall": self = .recall
    case "perplexity": self = .perplexity
    default:
      guard text.hasPrefix("f1:"), text.utf8.count > 3 else { return nil }
      self = .f1(String(text.dropFirst(3)))
    }
  }

  /// The text that names it.
  public var text: String {
    switch self {
    case .accuracy: "accuracy"
    case .microF1: "micro-f1"
    case .macroF1: "macro-f1"
    case .f1(let label): "f1:\(label)"
    case .recall: "recall"
    case .perplexity: "perplexity"
    }
  }

  /// Whether a lower figure is a better one.
  public var isLowerBetter: Bool { self == .perplexity }
}
