import SluiceCore

/// What a setting may be: a rule, and the sentence that says it.
///
/// A settings type checks its own fields against limits; a command line makes its options of the same ones, so that what is
/// refused there and what is refused in a file are the same values in the same words.
public struct SettingLimit<Value: Sendable>: Sendable {
  /// What is expected, to follow the word "expected": `a whole number from 1 to 64`.
  public let expectation: String
  /// Whether a value is within the limit.
  public let allows: @Sendable (Value) -> Bool

  /// A limit by any rule.
  public init(_ expectation: String, _ allows: @escaping @Sendable (Value) -> Bool) {
    self.expectation = expectation
    self.allows = allows
  }
}

extension SettingLimit where Value == Int {
  /// Whole numbers of a range.
  public init(_ range: ClosedRange<Int>) {
    self.init("a whole number from \(range.lowerBound) to \(range.upperBound)") { range.contains($0) }
  }
}

extension SettingLimit where Value: BinaryFloatingPoint {
  /// Numbers from one bound to the other, both included.
  public init(_ range: ClosedRange<Value>) {
    self.init("a number from \(range.lowerBound) to \(range.upperBound)") { range.contains($0) }
  }

  /// Numbers from one bound, included, to below the other.
  public init(_ range: Range<Value>) {
    self.init(
      "a number from \(range.lowerBound) to below \(range.upperBound) (at most \(range.upperBound.nextDown))"
    ) { range.contains($0) }
  }

  /// Finite numbers of at least a bound.
  public init(_ range: PartialRangeFrom<Value>) {
    self.init(range.lowerBound...Value.greatestFiniteMagnitude)
  }

  /// Finite numbers above a bound.
  public init(above bound: Value) {
    self.init("a number above \(bound), from \(bound.nextUp) to \(Value.greatestFiniteMagnitude)") {
      $0 > bound && $0.isFinite
    }
  }
}

/// A setting, or another field of a description, that cannot be: which one, what was expected of it, and what it is.
public struct SettingProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// The field by its path, such as `settings.optimizer.learningRate` or `labels[3]`.
  public var field: String
  /// What was expected, to follow the word "expected".
  public var expected: String
  /// What it is.
  public var found: String

  /// A problem of one field. What was found is cut when it is long.
  public init(_ field: String, expected: String, found: String) {
    self.field = field
    self.expected = expected
    self.found = ScreenText.cut(found, to: 400)
  }

  /// The problem in one line.
  public var description: String { "expected \(expected) for '\(field)', found \(found)" }
}
