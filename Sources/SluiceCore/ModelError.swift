/// A model that cannot be built, or a use that does not fit it: what was done, what was expected, what came.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  /// What was attempted, such as `Linear 'output'`.
  public let operation: String
  /// What would have been right, to follow the word "expected"; without a full stop.
  public let expected: String
  /// What came instead, to follow the word "got"; without a full stop.
  public let got: String

  /// An error of the given texts, each without a full stop.
  public init(_ operation: String, expected: String, got: String) {
    self.operation = operation
    self.expected = expected
    self.got = got
  }

  /// One sentence: `operation: expected …, got ….`
  public var description: String { "\(operation): expected \(expected), got \(got)." }
}
