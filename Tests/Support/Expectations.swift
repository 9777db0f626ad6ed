import Sluice
import Testing

/// Expects results within `tolerance` of their reference, relative to its largest value.
public func expectClose(
  _ actual: [Float], _ expected: [Double], tolerance: Double = 1e-5, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let closeness = Closeness(actual, expected)
  #expect(closeness.isWithin(tolerance), "\(what): \(closeness)", sourceLocation: sourceLocation)
}
