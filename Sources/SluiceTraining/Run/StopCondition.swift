import SluiceFlow

/// On which causes a training stops: all, those of at least a severity, or those of a name. What follows from a cause stops none.
public enum StopCondition: Equatable, Sendable {
  /// On any, notes included.
  case any
  /// On causes of at least this severity.
  case severity(Severity)
  /// On causes of this name: that of an ailment or of a detector of one's own.
  case finding(String)

  /// What a word says: `any`, `warning`, `fault`, or the name of a finding, in which hyphens may stand for spaces.
  public init(_ word: String) {
    switch word {
    case "any": self = .any
    case Severity.warning.rawValue: self = .severity(.warning)
    case Severity.fault.rawValue: self = .severity(.fault)
    default: self = .finding(Self.names[word] ?? word)
    }
  }

  /// The same as a word.
  public var text: String {
    switch self {
    case .any: "any"
    case .severity(let severity): severity.rawValue
    case .finding(let name): name
    }
  }

  /// The words that any training knows; a detector of one's own adds its name.
  public static let words =
    ["any", Severity.warning.rawValue, Severity.fault.rawValue]
    + Ailment.allCases.filter { $0 != .own }.map(\.rawValue)

  /// The names with hyphens for their spaces.
  private static let names = Dictionary(
    uniqueKeysWithValues: Ailment.allCases.map {
      ($0.rawValue.split(separator: " ").joined(separator: "-"), $0.rawValue)
    })

  /// Whether a finding is such; only a cause is.
  func includes(_ finding: Finding) -> Bool {
    guard finding.cause == nil else { return false }
    return switch self {
    case .any: true
    case .severity(let severity): finding.severity >= severity
    case .finding(let name): finding.name == name
    }
  }
}
