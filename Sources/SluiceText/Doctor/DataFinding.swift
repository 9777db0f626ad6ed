import SluiceCore

/// Something about data that makes a training impossible, worse than it has to be, or its figures say more than is true.
public struct DataFinding: Sendable, Equatable {
  /// What it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// All texts have one label.
    case singleLabel = "one label only"
    /// All texts have the same set of labels, or none.
    case singleSet = "the same labels on every text"
    /// A label has fewer texts than it takes to be in both parts.
    case rareLabel = "rare label"
    /// A label has so few texts that the validation part has only one or two of them.
    case thinLabel = "thin label"
    /// Equal texts have different labels.
    case contradiction = "equal texts with different labels"
    /// Texts of the validation part are in the training part, too.
    case overlap = "texts in both parts"
    /// Texts occur several times.
    case duplicate = "texts that occur again"
    /// Texts without a character.
    case empty = "empty texts"
    /// Texts that are far longer than the others.
    case long = "very long texts"
    /// Characters of the validation part that the training part does not have.
    case unseenCharacter = "characters never seen in training"
    /// Stems of a single word, for which nothing can be found.
    case loneStem = "stems of one word"
    /// Words of the validation part that are not in the vocabulary.
    case unknownWord = "words that cannot be predicted"
  }

  /// How much it matters.
  public enum Severity: String, Sendable, Comparable {
    /// It costs little.
    case note
    /// The model, or what is said of it, is worse than it has to be.
    case warning
    /// Nothing can be trained.
    case fault

    private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }

    /// Whether one is less serious than another.
    public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
  }

  /// What it is.
  public let kind: Kind
  /// How much it matters.
  public let severity: Severity
  /// How many texts, labels, characters or words it is about.
  public let count: Int
  /// Of how many.
  public let total: Int
  /// The line of an example, from 1; nil where the data have no lines, or the finding is about all of them.
  public let line: Int?
  /// The example itself, or what is to be known of it; may be empty.
  public let example: String
  /// What to do, a sentence.
  public let advice: String

  /// One line: what, how many, an example with its line, and what to do.
  public var text: String {
    // With a capital, unlike the lines of a compiler.
    let severity = severity.rawValue
    var text =
      "\(severity.prefix(1).uppercased() + severity.dropFirst()): \(kind.rawValue): \(grouped(count)) of \(grouped(total))"
    if let line { text += ", such as line \(line)" }
    if !example.isEmpty { text += (line == nil ? ", such as " : ", ") + example }
    return text + ". " + advice
  }
}
