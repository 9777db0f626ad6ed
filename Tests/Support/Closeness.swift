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
    let worst = worstDifference(actual.map(Double.init), expected)
    error = worst.difference == 0 ? 0 : worst.difference / (scale > 0 && scale.isFinite ? scale : 1)
    index = worst.index
    self.actual = actual.isEmpty ? 0 : Double(actual[worst.index])
    self.expected = expected.isEmpty ? 0 : expected[worst.index]
  }

  /// Whether the error is at most `tolerance`.
  public func isWithin(_ tolerance: Double) -> Bool { error <= tolerance }

  public var description: String {
    "relative error \(error) at \(index): \(actual) for \(expected)"
  }
}

/// The largest difference of two lists, which is infinite if they differ in count or one of the differences is not a number.
///
/// `max` of the differences would not do: each comparison with not-a-number is false, so that it may pass over one.
public func largestDifference(_ values: [Double], _ others: [Double]) -> Double {
  values.count == others.count ? worstDifference(values, others).difference : .infinity
}

/// The same for single precision beside double.
public func largestDifference(_ values: [Float], _ others: [Double]) -> Double {
  largestDifference(values.map(Double.init), others)
}

/// The largest difference and where it is, the first of equal ones; one that is not a number counts as infinite.
private func worstDifference(_ values: [Double], _ others: [Double]) -> (difference: Double, index: Int) {
  var worst = (difference: 0.0, index: 0)
  for (i, (a, b)) in zip(values, others).enumerated() {
    let difference = abs(a - b)
    let counted = difference.isNaN ? .infinity : difference
    if counted > worst.difference { worst = (counted, i) }
  }
  return worst
}
