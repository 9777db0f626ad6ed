import SluiceCore

/// Checks the fields of settings and descriptions, which may have been read from a file that somebody edited: the first field
/// that no training can have written is a problem that names it.
public struct SettingCheck: Sendable {
  /// What the names of the fields begin with, such as `settings.`.
  public var prefix: String

  /// A check of fields whose names begin with `prefix`.
  public init(_ prefix: String = "") { self.prefix = prefix }

  /// The same for the fields of a field.
  public func inside(_ field: String) -> SettingCheck { SettingCheck("\(prefix)\(field).") }

  /// Throws unless the value is within its limit.
  public func value<Value>(
    _ value: Value, _ limit: SettingLimit<Value>, _ field: String
  ) throws(SettingProblem) {
    guard !limit.allows(value) else { return }
    throw problem(field, expected: limit.expectation, found: "\(value)")
  }

  /// The same for a value that may be left out.
  public func value<Value>(
    _ value: Value?, _ limit: SettingLimit<Value>, _ field: String
  ) throws(SettingProblem) {
    if let value { try self.value(value, limit, field) }
  }

  /// Throws for a list with fewer than so many elements.
  public func count(_ count: Int, atLeast least: Int, _ field: String) throws(SettingProblem) {
    guard count < least else { return }
    throw problem(field, expected: "at least \(least)", found: "\(count)")
  }

  /// Throws for the first text that is not `expected`.
  public func each(
    _ texts: [String], _ field: String, expected: String, _ isExpected: (String) -> Bool
  ) throws(SettingProblem) {
    guard let i = texts.firstIndex(where: { !isExpected($0) }) else { return }
    throw problem("\(field)[\(i)]", expected: expected, found: "\"\(ScreenText.cut(texts[i], to: 80))\"")
  }

  /// Throws for the first text that is listed a second time.
  public func distinct(_ texts: [String], _ field: String) throws(SettingProblem) {
    var places: [CodePoints: Int] = [:]
    places.reserveCapacity(texts.count)
    for (i, text) in texts.enumerated() {
      if let first = places.updateValue(i, forKey: CodePoints(text)) {
        throw problem(
          "\(field)[\(i)]", expected: "a text that is not listed before",
          found: "\"\(ScreenText.cut(text, to: 80))\" as in '\(prefix)\(field)[\(first)]'")
      }
    }
  }

  /// The problem of a field.
  public func problem(_ field: String, expected: String, found: String) -> SettingProblem {
    SettingProblem(prefix + field, expected: expected, found: found)
  }
}
