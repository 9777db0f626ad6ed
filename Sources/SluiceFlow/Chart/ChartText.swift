import SluiceCore

/// The text in at most `limit` columns: where it is longer, its middle gives way to an ellipsis.
func shortened(_ text: String, to limit: Int, ascii: Bool) -> String {
  guard ScreenText.columns(of: text) > limit else { return text }
  let ellipsis = ascii ? "..." : "…"
  let room = limit - ScreenText.columns(of: ellipsis)
  guard room > 0 else { return String(repeating: ".", count: max(limit, 0)) }
  let head = prefix(of: text.unicodeScalars, columns: (room + 1) / 2)
  let tail = prefix(of: text.unicodeScalars.reversed(), columns: room / 2)
  var result = String.UnicodeScalarView()
  result.append(contentsOf: head)
  result.append(contentsOf: ellipsis.unicodeScalars)
  result.append(contentsOf: tail.reversed())
  return String(result)
}

private func prefix(of scalars: some Sequence<Unicode.Scalar>, columns limit: Int) -> [Unicode.Scalar] {
  var taken: [Unicode.Scalar] = []
  var used = 0
  for scalar in scalars {
    used += ScreenText.columns(of: scalar)
    guard used <= limit else { break }
    taken.append(scalar)
  }
  return taken
}

/// The text in lines no longer than `limit`, broken at spaces and inside a word only where the word alone is
/// too long.
func wrapped(_ text: String, to limit: Double, measure: (Unicode.Scalar) -> Double) -> [String] {
  var lines: [String] = []
  var line = ""
  var used = 0.0
  let space = measure(" ")
  for word in text.split(separator: " ") {
    let width = word.unicodeScalars.reduce(0) { $0 + measure($1) }
    if !line.isEmpty && used + space + width > limit {
      lines.append(line)
      (line, used) = ("", 0)
    }
    if !line.isEmpty {
      line += " "
      used += space
    }
    for scalar in word.unicodeScalars {
      let advance = measure(scalar)
      if used + advance > limit && !line.isEmpty {
        lines.append(line)
        (line, used) = ("", 0)
      }
      line.unicodeScalars.append(scalar)
      used += advance
    }
  }
  if !line.isEmpty { lines.append(line) }
  return lines
}

extension String {
  /// Filled up with spaces on the right, or on the left, to so many columns.
  func padded(to width: Int) -> String {
    ScreenText.padded(self, to: width)
  }
  func paddedLeft(to width: Int) -> String {
    ScreenText.paddedLeft(self, to: width)
  }
}
