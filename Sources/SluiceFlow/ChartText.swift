/// The text with everything that would disturb a terminal or an XML file made visible: a line feed becomes
/// `\n`, other control and formatting characters `\u{…}`; with `ascii`, also whatever is not ASCII.
func visible(_ text: String, ascii: Bool = false) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    default:
      if isUnprintable(scalar) || (ascii && !scalar.isASCII) {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
  return result
}

private func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: true
  default: false
  }
}

/// How many columns of a terminal the text takes: two for a wide East Asian letter or a picture, none for a
/// mark that combines with the letter before it.
func displayColumns(of text: String) -> Int {
  text.unicodeScalars.reduce(0) { $0 + displayColumns(of: $1) }
}

func displayColumns(of scalar: Unicode.Scalar) -> Int {
  if scalar.isASCII { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark: return 0
  default: return isWide(scalar) ? 2 : 1
  }
}

/// Whether the scalar fills the square of two letters (Unicode Standard Annex #11, by blocks).
func isWide(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F000...0x1FAFF, 0x20000...0x3FFFD:
    true
  default: scalar.properties.isEmojiPresentation
  }
}

/// The text in at most `limit` columns: where it is longer, its middle gives way to an ellipsis.
func shortened(_ text: String, to limit: Int, ascii: Bool) -> String {
  guard displayColumns(of: text) > limit else { return text }
  let ellipsis = ascii ? "..." : "…"
  let room = limit - displayColumns(of: ellipsis)
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
    used += displayColumns(of: scalar)
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
    self + String(repeating: " ", count: max(0, width - displayColumns(of: self)))
  }
  func paddedLeft(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - displayColumns(of: self))) + self
  }
}
