import Sluice

/// How files of data are laid out, for every command that reads some.
enum DataOptions {
  static let format: Option<DataColumns.Format?> = Option(
    "format", .choice,
    help:
      "How the data is laid out; by default what its name says (.csv, .jsonl, .ndjson, also with .gz), else lines."
  )
  static let separator: Option<String?> = Option(
    "separator", .separator,
    help:
      "What stands between the fields of CSV: one character, or tab; by default what its first record says.")
  static let textColumn: Option<String?> = Option(
    "text-column", .columnName,
    help: "The column or member of the text, or of the word; by default one with a usual name.")
  static let labelColumn: Option<String?> = Option(
    "label-column", .columnName,
    help: "The column or member of the label, or of the stem; by default one with a usual name.")

  static let countColumn: Option<String?> = Option(
    "count-column", .columnName,
    help:
      "The column or member of how often a word occurs; of lines it is the third column, where there is one.")

  /// For data with labels or stems.
  static let all: [any Declaration] = [format, separator, textColumn, labelColumn]
  /// For text alone.
  static let ofText: [any Declaration] = [format, separator, textColumn]

  /// What was asked for; nil for nothing.
  ///
  /// - Parameters:
  ///   - hasLabels: whether the command takes `--label-column`.
  ///   - hasCounts: whether it takes `--count-column`.
  static func columns(
    _ arguments: ParsedArguments, hasLabels: Bool = true, hasCounts: Bool = false
  ) -> DataColumns? {
    let columns = DataColumns(
      format: arguments[format], separator: arguments[separator], text: arguments[textColumn],
      label: hasLabels ? arguments[labelColumn] : nil, count: hasCounts ? arguments[countColumn] : nil)
    return columns.isEmpty ? nil : columns
  }

  /// What the training of a run was asked for.
  static func columns(ofRun path: String) throws -> DataColumns? {
    try RunDirectory.open(path).readDescription(Stored.self).settings.columns
  }

  private struct Stored: Decodable {
    struct Settings: Decodable { let columns: DataColumns? }
    let settings: Settings
  }
}

extension ArgumentType where Value == String {
  /// What stands between two fields.
  static var separator: Self {
    Self(
      placeholder: "character", expectation: "one character, such as ';', or the word tab",
      parse: { text in
        if text == "tab" || text == "\\t" { return "\t" }
        return text.unicodeScalars.count == 1 && !["\n", "\r", "\""].contains(text) ? text : nil
      }, text: { $0 })
  }

  /// The name of a column.
  static var columnName: Self {
    Self(
      placeholder: "name", expectation: "the name of a column", parse: { $0.isEmpty ? nil : $0 }, text: { $0 }
    )
  }
}
