import KernelInterface

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

extension Parameters {
  /// The summary of the gradients as they are now: parameter by parameter in the order of the table, as one adds up their statistics
  /// one after the other, bit for bit. A frozen parameter has a gradient of zero.
  ///
  /// - Complexity: one pass over the gradients, of which it asks for the squares alone; allocates nothing.
  package func summarizeGradients() -> GradientSummary { store.summarizeGradients() }

  /// How many elements of the gradients of dense vectors, as biases are, are not finite; nil where there are no vectors.
  ///
  /// What is not finite in the backward pass comes to the biases of the layers before it, so that this is a small part of the work and
  /// finds nearly all of it.
  package func nonFiniteVectorCount() -> Int? { store.nonFiniteVectorCount() }
}

extension ParameterStore {
  func summarizeGradients() -> GradientSummary {
    var summary = GradientSummary()
    let rows = rows
    // One view of all dense gradients: of a small model to make one of each takes longer than to add them up.
    let dense = denseCount > 0 ? denseGradients[0..<denseCount] : nil
    for i in 0..<rows.count {
      let squares: SquareSum
      if let table = rows[i].table {
        squares = engine.squares(tables.touchedRows(table).rowGradients)
      } else if let dense {
        squares = engine.squares(dense, rows[i].range)
      } else {
        continue
      }
      summary.sumOfSquares += squares.sumOfSquares
      summary.nonFiniteCount += squares.nonFinite
    }
    return summary
  }

  func nonFiniteVectorCount() -> Int? {
    guard denseCount > 0 else { return nil }
    var count: Int?
    let (rows, dense) = (rows, denseGradients[0..<denseCount])
    for i in 0..<rows.count where rows[i].table == nil && rows[i].shape.rank == 1 {
      count = (count ?? 0) + engine.squares(dense, rows[i].range).nonFinite
    }
    return count
  }
}
