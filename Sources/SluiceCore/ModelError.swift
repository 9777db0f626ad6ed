/// A model that cannot be built, or a use that does not fit it: what was done, what was expected, what came.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  /// What was attempted, such as `Linear 'output'`.
  public let operation: String
  public let expected: String
  public let got: String

  /// An error of the given texts, each without a full stop.
  public init(_ operation: String, expected: String, got: String) {
    self.operation = operation
    self.expected = expected
    self.got = got
  }

  public var description: String { "\(operation): expected \(expected), got \(got)." }
}
