import Sluice

/// How far results are from their reference: the largest difference over a tensor, as a share of the
/// largest reference value.
public struct Closeness: Sendable, CustomStringConvertible {
  public let error: Double
  public let index: Int
  public let actual: Double
  public let expected: Double

  public init(_ actual: [Float], _ expected: [Double]) {
    precondition(actual.count == expected.count, "Results and reference differ in count.")
    let scale = expected.map(abs).max() ?? 0
    var worst = (error: 0.0, index: 0)
    for (i, (a, e)) in zip(actual, expected).enumerated() {
      let difference = abs(Double(a) - e)
      // A comparison with not-a-number is false: such a result must count as far off.
      if !(difference <= worst.error) { worst = (difference, i) }
      if !difference.isFinite { break }
    }
    error = worst.error == 0 ? 0 : worst.error / (scale > 0 ? scale : 1)
    index = worst.index
    self.actual = actual.isEmpty ? 0 : Double(actual[worst.index])
    self.expected = expected.isEmpty ? 0 : expected[worst.index]
  }

  /// Whether the error is at most `tolerance`; an error that is not a number never is.
  public func isWithin(_ tolerance: Double) -> Bool { error <= tolerance }

  public var description: String {
    "relative error \(error) at \(index): \(actual) for \(expected)"
  }
}
