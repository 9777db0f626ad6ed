import Sluice

/// A numeric gradient: how a sum of weighted outputs changes with each element, by central differences.
///
/// - Parameters:
///   - floats: the elements to vary; restored afterwards.
///   - step: the distance to each side, relative to the element's magnitude or 1, whichever is larger.
///   - value: computes the sum anew.
public func centralDifferences(
  of floats: Floats, step: Float = 1e-2, _ value: () -> Double
) -> [Double] {
  (0..<floats.count).map { i in
    let original = floats[i]
    let distance = step * max(1, abs(original))
    floats[i] = original + distance
    let above = value()
    let upper = floats[i]
    floats[i] = original - distance
    let below = value()
    let lower = floats[i]
    floats[i] = original
    return (above - below) / Double(upper - lower)
  }
}

/// The sum of products of a tensor's values with `weights`, in Double.
public func weightedSum(_ values: [Float], _ weights: [Float]) -> Double {
  zip(values, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}
