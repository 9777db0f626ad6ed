import SluiceCore

/// How a file of data is laid out and which of its columns are read: what `--format`, `--separator`, `--text-column` and `--label-column`
/// say. What is nil is found out. Stored with a run, so that `resume` and `evaluate` read alike.
public struct DataColumns: Codable, Equatable, Sendable {
  /// How the records of a file stand in it.
  public enum Format: String, Codable, CaseIterable, Sendable {
    /// Lines of plain text: `label<TAB>text`, `word<TAB>stem`, or a sentence.
    case lines
    /// Records of fields with a separator between them, of which the first has the names of the columns (RFC 4180).
    case csv
    /// One JSON object a line.
    case jsonl
  }

  /// How the records stand in the file; nil where the file's name and beginning say it.
  public var format: Format?
  /// What stands between the fields of CSV, one character; nil where the first record says it.
  public var separator: String?
  /// The column or member of the text, or of the word; nil for the first of `usualTexts` that there is.
  public var text: String?
  /// The column or member of the label, or of the stem; nil for the first of `usualLabels` that there is.
  public var label: String?
  /// The column or member of how often a word occurs, of words with their stems; nil where none is read.
  public var count: String?

  /// Names that a column of texts often has.
  public static let usualTexts = [
    "text", "sentence", "message", "content", "body", "review", "comment", "word",
  ]
  /// Names that a column of labels often has.
  public static let usualLabels = [
    "label", "class", "category", "target", "sentiment", "tag", "stem", "lemma",
  ]

  /// Further names where a text has any number of labels.
  public static let usualLabelLists = ["labels", "tags", "classes", "categories", "topics", "genres"]

  /// Columns by what is known of them.
  public init(
    format: Format? = nil, separator: String? = nil, text: String? = nil, label: String? = nil,
    count: String? = nil
  ) {
    self.format = format
    self.separator = separator
    self.text = text
    self.label = label
    self.count = count
  }

  /// Whether nothing was asked for.
  public var isEmpty: Bool { self == DataColumns() }

  /// The same with what another says in the place of what is not known: of a run, for another file. How that is laid out its own name says
  /// first. Of counts, which are for training alone, none is read.
  public func completed(by other: DataColumns?, forFile path: String) -> DataColumns {
    let isNamed = format == nil && Self.formatOfName(path) != nil
    return DataColumns(
      format: format ?? (isNamed ? nil : other?.format),
      separator: separator ?? (isNamed ? nil : other?.separator), text: text ?? other?.text,
      label: label ?? other?.label)
  }

  /// How the records of the file at `path` stand in it, as far as that is known before it is read. A name that ends with `.gz` counts
  /// without that.
  ///
  /// - Returns: nil where its first line decides between CSV and JSON.
  func format(of path: String) -> Format? {
    if let format = format ?? Self.formatOfName(path) { return format }
    if separator != nil { return .csv }
    return text == nil && label == nil && count == nil ? .lines : nil
  }

  /// The same without counts, as for a file of which no more is wanted than words and stems.
  public var withoutCounts: DataColumns {
    var other = self
    other.count = nil
    return other
  }

  /// What the name of a file says.
  private static func formatOfName(_ path: String) -> Format? {
    var name = path.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    if name.hasSuffix(".csv") { return .csv }
    return name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") ? .jsonl : nil
  }
}
