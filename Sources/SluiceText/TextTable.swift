import SluiceCore

/// A table for a terminal or a log: columns as wide as their widest cell, the first to the left, the others
/// to the right. Widths are those of a terminal, where some letters take two places.
///
/// Cells may be names out of a file: they are shown escaped, and cut, so that one long name does not fill up every row.
struct TextTable {
  /// The most columns of a cell.
  static let cellLimit = 60

  private var rows: [[String]]

  init(header: [String]) { rows = [header] }

  mutating func add(_ row: [String]) {
    require(row.count == rows[0].count, "A row must have a cell for each column.")
    rows.append(row.map { ScreenText.cut($0, to: TextTable.cellLimit) })
  }

  /// The lines without a line feed at the end.
  var text: String {
    let widths = rows[0].indices.map { column in rows.map { ScreenText.columns(of: $0[column]) }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        if column > 0 { line += "  " }
        line +=
          column == 0
          ? ScreenText.padded(cell, to: widths[column]) : ScreenText.paddedLeft(cell, to: widths[column])
      }
      // A last empty cell must not leave spaces at the end of a line.
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
