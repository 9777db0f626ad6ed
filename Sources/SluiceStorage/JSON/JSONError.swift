/// Where a text stops being JSON, or JSON of the expected form.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The byte, counted from 0 at the start of the text.
  public var offset: Int
  /// What was expected, to follow the word "expected".
  public var expected: String
  /// What came instead, to follow the word "found".
  public var found: String

  /// One line: `expected … at byte n, found …`.
  public var description: String { "expected \(expected) at byte \(offset), found \(found)" }
}
