/// What clipping and the check for finite numbers need to know of a whole gradient.
public struct GradientSummary: Sendable, Equatable {
  /// The sum of the squares of the elements that are finite.
  public var sumOfSquares: Double
  /// How many elements are infinite or not a number.
  public var nonFiniteCount: Int

  /// A summary of the given figures.
  public init(sumOfSquares: Double = 0, nonFiniteCount: Int = 0) {
    self.sumOfSquares = sumOfSquares
    self.nonFiniteCount = nonFiniteCount
  }

  /// The Euclidean norm of the elements that are finite; the largest float where it is above.
  public var norm: Float { min(Float(sumOfSquares.squareRoot()), .greatestFiniteMagnitude) }

  /// Adds what a part of the gradient holds.
  public mutating func add(_ statistics: Statistics) {
    sumOfSquares += statistics.sumOfSquares
    nonFiniteCount += statistics.nonFinite
  }
}
