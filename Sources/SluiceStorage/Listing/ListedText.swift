import SluiceCore

/// How names, texts and shapes of a file are listed: escaped, as they come from the file and may hold anything, and cut where they
/// are long.
enum ListedText {
  /// Names are padded to the longest, but no further: what is printed grows with the file, not with its longest name
  /// times the number of its tensors.
  private static let widestPadding = 60
  /// The characters shown of a name.
  private static let nameLimit = 200
  /// The characters shown of a text.
  private static let textLimit = 1_000
  /// The extents shown of a shape.
  private static let extentLimit = 16

  static func name(_ name: String) -> String { ScreenText.cut(name, to: nameLimit) }

  /// A text by its key.
  static func text(_ key: String, _ value: String) -> String {
    name(key) + ": " + "\"" + ScreenText.cut(value, to: textLimit) + "\""
  }

  static func shape(_ extents: [String]) -> String {
    let first = extents.prefix(extentLimit).map(name).joined(separator: ", ")
    return extents.count > extentLimit ? "[\(first), … \(extents.count) extents]" : "[\(first)]"
  }

  /// Rows whose first column, of names, is as wide as the longest. The last column is shown as it is.
  static func table(_ rows: [[String]], _ line: (String) -> Void) {
    var width = 0
    for row in rows { width = max(width, ScreenText.columns(of: name(row[0]))) }
    width = min(width, widestPadding)
    for row in rows {
      let cells = [ScreenText.padded(name(row[0]), to: width)] + row.dropFirst().dropLast().map(name)
      line((cells + row.suffix(1)).joined(separator: "  "))
    }
  }
}
