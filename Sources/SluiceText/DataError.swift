import SluiceCore

/// Why a file of texts cannot be used: where, what was expected, what came and what to do about it.
///
/// `description` is one line, whatever the file holds: what a terminal would obey is escaped, long excerpts are cut.
public struct DataError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as it was named by the caller, or `standard input`.
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
    self.path = TextLines.isStandardInput(path) ? "standard input" : path
    self.line = line
    self.expected = expected
    self.got = got
    self.advice = advice
  }

  /// One line: `path, line n: expected …, got …. Advice`, without what is not known.
  public var description: String {
    let place = ScreenText.path(path) + (line.map { ", line \($0)" } ?? "")
    return "\(place): expected \(expected), got \(got)." + (advice.isEmpty ? "" : " \(advice)")
  }

  /// `text` in quotation marks, on one line and not wider than `limit` columns.
  static func excerpt(_ text: String, limit: Int = 40) -> String { "“\(ScreenText.cut(text, to: limit))”" }

  /// The first of some names as excerpts, and how many more there are.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(12).map { excerpt($0) }.joined(separator: ", ")
    return names.count > 12 ? shown + " and \(names.count - 12) more" : names.isEmpty ? "none" : shown
  }
}
