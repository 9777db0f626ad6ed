import SluiceCore

/// Adam (Kingma and Ba 2015), with the arithmetic of `torch.optim.Adam`:
///
///     m ← β₁·m + (1 − β₁)·g          v ← β₂·v + (1 − β₂)·g²
///     θ ← θ − η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
///
/// t counts the updates of the optimizer. A row of a table that did not occur keeps its m and v, as in
/// `torch.optim.SparseAdam`.
public struct Adam: UpdateRule, Equatable {
  public static let name = "adam"
  public var learningRate: Float
  public var beta1: Float
  public var beta2: Float
  public var epsilon: Float
  public var accumulatorCount: Int { 2 }

  /// - Parameters:
  ///   - learningRate: η.
  ///   - beta1: the decay of the mean of the gradients.
  ///   - beta2: the decay of the mean of their squares.
  ///   - epsilon: ε, outside of the root.
  public init(learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public var problem: String? {
    if let problem = learningRateProblem(learningRate) { return problem }
    for (name, beta) in [("beta1", beta1), ("beta2", beta2)] where !(beta >= 0 && beta < 1) {
      return "\(name) of \(beta), which has to be from 0 up to, not including, 1"
    }
    return epsilon > 0 ? nil : "an epsilon of \(epsilon), which has to be above 0"
  }

  public func update(_ elements: UpdateElements) {
    elements.engine.update(
      elements.values, gradients: elements.gradients, firstMoments: elements.accumulator(0),
      secondMoments: elements.accumulator(1),
      AdamStep(
        learningRate: Double(learningRate), beta1: Double(beta1), beta2: Double(beta2),
        epsilon: Double(epsilon), firstPower: power(beta1, elements.step),
        secondPower: power(beta2, elements.step)))
  }

  /// A power by squaring, in Double: the same on every machine.
  private func power(_ base: Float, _ exponent: Int) -> Double {
    var result = 1.0
    var square = Double(base)
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}

extension UpdateRule where Self == Adam {
  /// Adam with the usual settings but for the learning rate.
  public static func adam(learningRate: Float = 1e-3) -> Adam { Adam(learningRate: learningRate) }
}
