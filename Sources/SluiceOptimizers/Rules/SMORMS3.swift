import SluiceCore

/// SMORMS3, "squared mean over root mean squared cubed" (Funk 2015, sifter.org/~simon/journal/20150420.html):
///
///     r ← 1/(mem + 1)
///     g₁ ← (1 − r)·g₁ + r·g          g₂ ← (1 − r)·g₂ + r·g²
///     x ← g₁²/(g₂ + ε)               mem ← 1 + mem·(1 − x)
///     θ ← θ − g·min(η, x)/(√g₂ + ε)
///
/// The learning rate is a cap, and there is nothing else to tune: each element chooses how long it remembers
/// by how steady its gradient is. The accumulator of mem holds mem − 1, so that zero is its start.
public struct SMORMS3: UpdateRule, Equatable {
  public static let name = "smorms3"
  public var learningRate: Float
  public var epsilon: Float
  public var accumulatorCount: Int { 3 }

  /// - Parameters:
  ///   - learningRate: η, the cap of the step.
  ///   - epsilon: ε, which keeps quotients of vanishing gradients finite.
  public init(learningRate: Float = 0.0025, epsilon: Float = 1e-16) {
    self.learningRate = learningRate
    self.epsilon = epsilon
  }

  public var problem: String? {
    learningRateProblem(learningRate)
      ?? (epsilon > 0 ? nil : "an epsilon of \(epsilon), which has to be above 0")
  }

  public func update(_ elements: UpdateElements) {
    elements.engine.update(
      elements.values, gradients: elements.gradients, memories: elements.accumulator(0),
      means: elements.accumulator(1), meanSquares: elements.accumulator(2),
      SMORMS3Step(learningRate: learningRate, epsilon: epsilon))
  }
}

extension UpdateRule where Self == SMORMS3 {
  /// SMORMS3 with a cap of the step.
  public static func smorms3(learningRate: Float = 0.0025) -> SMORMS3 {
    SMORMS3(learningRate: learningRate)
  }
}
