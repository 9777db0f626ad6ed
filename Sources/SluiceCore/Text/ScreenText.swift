/// Text of unknown origin as a screen may show it: names and texts out of files, arguments, paths.
///
/// A terminal obeys control characters, marks of direction turn around what stands beside them, and characters that nobody
/// sees make two names look the same. So all of them are escaped, as `\n` or `\u{202E}`, wherever text goes that was
/// not written by this program: messages, tables, progress lines, pictures, pages. This is the only place that decides
/// which characters these are and how wide the others are. Where people read, text is cut too (`cut`, `quoted`);
/// where programs read, it is escaped in full (`escaped`).
package enum ScreenText {
  // MARK: Escaping

  /// `text` with everything escaped that a screen would obey or not show.
  ///
  /// - Parameter ascii: whether to escape what is not ASCII too.
  package static func escaped(_ text: String, ascii: Bool = false) -> String {
    guard needsEscaping(text, ascii: ascii) else { return text }
    var result = ""
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      append(scalar, after: last, ascii: ascii, to: &result)
      last = scalar
    }
    return result
  }

  private static func needsEscaping(_ text: String, ascii: Bool) -> Bool {
    text.utf8.contains { $0 < 0x20 || $0 >= 0x7F } && (ascii || text.unicodeScalars.contains(where: isHidden))
  }

  private static func append(
    _ scalar: Unicode.Scalar, after last: Unicode.Scalar?, ascii: Bool, to result: inout String
  ) {
    let isPlain = !isHidden(scalar) || isPresentation(scalar, of: last)
    if isPlain, !ascii || scalar.isASCII {
      result.unicodeScalars.append(scalar)
    } else if isPlain {
      result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    } else {
      result += scalar.escaped(asASCII: true)
    }
  }

  /// Whether a screen would obey the character or show nothing for it: control and format characters, separators of lines,
  /// what Unicode calls ignorable (joiners, fillers, selectors, tags), and what it has not assigned, whose look nobody knows.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// Whether the character says that the emoji before it is to be colored, or not. It is part of many emoji as they are typed.
  private static func isPresentation(_ scalar: Unicode.Scalar, of last: Unicode.Scalar?) -> Bool {
    guard scalar.value == 0xFE0E || scalar.value == 0xFE0F, let last else { return false }
    return !last.isASCII && last.properties.isEmoji
  }

  // MARK: Cutting

  /// `text` escaped, in at most `limit` columns: what is longer ends in an ellipsis.
  ///
  /// - Complexity: O(limit), however long the text is.
  package static func cut(_ text: String, to limit: Int) -> String {
    // Marks take no column, but a heap of them on one letter is no name either: scalars are limited too.
    let most = max(limit, 1)
    var columns = 0
    var count = 0
    var result = ""
    // What is shown if the text turns out to be longer: it leaves room for the ellipsis.
    var kept = ""
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      var piece = ""
      append(scalar, after: last, ascii: false, to: &piece)
      columns += self.columns(of: piece)
      count += 1
      if columns > most || count > 4 * most { return kept + "…" }
      result += piece
      if columns < most { kept = result }
      last = scalar
    }
    return result
  }

  /// `text` escaped, in at most `limit` columns: what is longer loses its middle, as a path is told by both of its ends.
  package static func cutInTheMiddle(_ text: String, to limit: Int) -> String {
    let scalars = escaped(text).unicodeScalars
    guard scalars.count > limit || columns(of: String(scalars)) > limit else { return String(scalars) }
    func part(_ scalars: some Sequence<Unicode.Scalar>, _ room: Int) -> [Unicode.Scalar] {
      var used = 0
      return scalars.prefix(room).prefix { scalar in
        used += columns(of: scalar)
        return used <= room
      }
    }
    let room = max(limit - 1, 0)
    var result = String.UnicodeScalarView()
    result.append(contentsOf: part(scalars, (room + 1) / 2))
    result.append("…")
    result.append(contentsOf: part(scalars.reversed(), room / 2).reversed())
    return String(result)
  }

  /// `text` in single quotes, escaped and cut: how messages repeat what they were given.
  package static func quoted(_ text: String, limit: Int = 80) -> String { "'\(cut(text, to: limit))'" }

  /// A path in a message: escaped, and whole unless no system takes such a path.
  package static func path(_ path: String) -> String { cutInTheMiddle(path, to: 1_000) }

  /// One line of a message: line ends become spaces, everything else that a screen would obey is escaped.
  package static func line(_ text: String) -> String {
    escaped(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  /// A field of data that a program reads: whole, line ends and tabs as spaces, everything else that a screen would obey escaped.
  package static func field(_ text: String) -> String {
    escaped(String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }))
  }

  // MARK: Widths

  /// How many columns of a terminal the text takes: two for a wide East Asian letter or a picture, none for a
  /// mark that combines with the letter before it.
  package static func columns(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
  }

  /// The columns of one character.
  package static func columns(of scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return isWide(scalar) ? 2 : 1
    }
  }

  /// Whether the scalar fills the square of two letters (Unicode Standard Annex #11, by blocks).
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x1F000...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: scalar.properties.isEmojiPresentation
    }
  }

  /// `text` with spaces behind it, up to so many columns; a longer text stays as it is.
  package static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(of: text)))
  }

  /// The same with the spaces before it.
  package static func paddedLeft(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - columns(of: text))) + text
  }
}
