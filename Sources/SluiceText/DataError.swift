/// Why a file of texts cannot be used: where, what was expected, what came and what to do about it.
///
/// `description` is one line, whatever the file holds: control characters are escaped and long excerpts cut.
public struct DataError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as it was named by the caller.
  public let path: String
  /// The line the error is about, counted from 1; nil where it is about the file as a whole.
  public let line: Int?
  /// What a usable file has there.
  public let expected: String
  /// What was found instead.
  public let got: String
  /// What the reader of the message can do; may be empty.
  public let advice: String

  /// An error of the given texts, each without a full stop.
  public init(path: String, line: Int? = nil, expected: String, got: String, advice: String = "") {
    self.path = path
    self.line = line
    self.expected = expected
    self.got = got
    self.advice = advice
  }

  /// One line: `path, line n: expected …, got …. Advice`, without what is not known.
  public var description: String {
    let place = DataError.printable(path) + (line.map { ", line \($0)" } ?? "")
    return "\(place): expected \(expected), got \(got)." + (advice.isEmpty ? "" : " \(advice)")
  }

  /// `text` in quotation marks, on one line and not longer than `limit` characters.
  static func excerpt(_ text: String, limit: Int = 40) -> String {
    let start = String(text.unicodeScalars.prefix(limit))
    return "“" + printable(start) + (text.unicodeScalars.count > limit ? "…" : "") + "”"
  }

  /// `text` with every control character and line separator escaped: it stays on one line, and a terminal shows it instead of obeying it.
  public static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += scalar.escaped(asASCII: true)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
