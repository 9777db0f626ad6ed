import SluiceCore

/// Adagrad (Duchi, Hazan and Singer 2011), with the arithmetic of `torch.optim.Adagrad`:
///
///     g ← g + λ·θ
///     s ← s + g²          θ ← θ − η·g/(√s + ε)
///
/// A gradient beyond ±1.8446743 · 10¹⁹, whose square would be infinite, moves a value as that does, and s stops at the largest
/// float.
///
/// Without decay a row of a table that does not occur does not move: lazy and exact are the same.
public struct Adagrad: UpdateRule, Equatable {
  public static let name = "adagrad"
  /// The step size η, where the group names none; multiplied by the schedule's factor.
  public var learningRate: Float
  /// The decay λ, added to the gradient as λ·θ; 0 for none.
  public var weightDecay: Float
  /// ε, added to the root; positive.
  public var epsilon: Float
  /// One accumulator: s, the sum of the squared gradients.
  public var accumulatorNames: [String] { ["sum"] }

  /// - Parameters:
  ///   - learningRate: η.
  ///   - epsilon: ε, outside of the root.
  ///   - weightDecay: λ, which is added to the gradient as λ·θ.
  public init(learningRate: Float = 0.01, epsilon: Float = 1e-10, weightDecay: Float = 0) {
    self.learningRate = learningRate
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Only an ε that is not positive and finite is wrong.
  public var problem: String? { epsilonProblem(epsilon) }

  /// The rate, ε and λ; each element is divided by the root of its own s.
  public var watchedSettings: RuleSettings {
    RuleSettings(rate: learningRate, decay: weightDecay, epsilon: epsilon, isAdaptive: true)
  }

  /// Moves the elements by the formula above.
  public func update(_ elements: UpdateElements) {
    elements.run(
      .adagrad,
      UpdateStep(
        learningRate: elements.settings.learningRate, coupledDecay: elements.settings.weightDecay,
        epsilon: epsilon))
  }

  /// Brings a row of a table to where it would be had it not been skipped.
  public func catchUp(_ row: UpdateElements, _ skipped: SkippedSteps) {
    if skipped.weightDecay != 0 { replay(row, skipped) }
  }
}

extension UpdateRule where Self == Adagrad {
  /// Adagrad with the usual settings but for the learning rate.
  public static func adagrad(learningRate: Float = 0.01) -> Adagrad { Adagrad(learningRate: learningRate) }
}
