import SluiceCore

/// RMSprop (Tieleman and Hinton 2012; centered: Graves 2013, arXiv:1308.0850), with the arithmetic of
/// `torch.optim.RMSprop`:
///
///     g ← g + λ·θ
///     s ← α·s + (1 − α)·g²
///     plain:    θ ← θ − η·g/(√s + ε)
///     centered:  m ← α·m + (1 − α)·g          θ ← θ − η·g/(√(s − m²) + ε)
///
/// A gradient beyond ±1.8446743 · 10¹⁹, whose square would be infinite, moves a value as that does.
///
/// Without decay a row of a table that was skipped is caught up in closed form: its means shrink by αᵏ.
public struct RMSprop: UpdateRule, Equatable {
  public static let name = "rmsprop"
  /// The step size η, where the group names none; multiplied by the schedule's factor.
  public var learningRate: Float
  /// The decay λ, added to the gradient as λ·θ; 0 for none.
  public var weightDecay: Float
  /// α.
  public var smoothing: Float
  /// ε, added to the root; positive.
  public var epsilon: Float
  /// Whether to divide by the deviation of the gradient instead of its root mean square; takes a second
  /// accumulator.
  public var isCentered: Bool
  /// s, and for the centered form m.
  public var accumulatorNames: [String] { isCentered ? ["mean_square", "mean"] : ["mean_square"] }

  /// - Parameters:
  ///   - learningRate: η.
  ///   - smoothing: α, the decay of the means.
  ///   - epsilon: ε, outside of the root.
  ///   - isCentered: whether to divide by the deviation instead of the root mean square.
  ///   - weightDecay: λ, which is added to the gradient as λ·θ.
  public init(
    learningRate: Float = 0.01, smoothing: Float = 0.99, epsilon: Float = 1e-8, isCentered: Bool = false,
    weightDecay: Float = 0
  ) {
    self.learningRate = learningRate
    self.smoothing = smoothing
    self.epsilon = epsilon
    self.isCentered = isCentered
    self.weightDecay = weightDecay
  }

  /// An α outside of [0, 1), or an ε that is not positive and finite.
  public var problem: String? {
    firstProblem(betaProblem("a smoothing", smoothing), epsilonProblem(epsilon))
  }

  /// The rate, ε and λ; each element is divided by the root of its own s.
  public var watchedSettings: RuleSettings {
    RuleSettings(rate: learningRate, decay: weightDecay, epsilon: epsilon, isAdaptive: true)
  }

  /// Moves the elements by the formula above.
  public func update(_ elements: UpdateElements) {
    elements.run(
      isCentered ? .centeredRMSprop : .rmsprop,
      UpdateStep(
        learningRate: elements.settings.learningRate, coupledDecay: elements.settings.weightDecay,
        secondRate: Float(1 - Double(smoothing)), epsilon: epsilon))
  }

  /// Brings a row of a table to where it would be had it not been skipped.
  public func catchUp(_ row: UpdateElements, _ skipped: SkippedSteps) {
    if skipped.weightDecay != 0 { return replay(row, skipped) }
    if skipped.first == 1 { return }
    let factor = Float(power(Double(smoothing), skipped.count))
    for i in 0..<row.accumulatorCount {
      row.engine.scale(row.accumulator(i), by: factor, into: row.accumulator(i))
    }
  }
}

extension UpdateRule where Self == RMSprop {
  /// RMSprop with the usual settings but for the learning rate.
  public static func rmsprop(learningRate: Float = 0.01, isCentered: Bool = false) -> RMSprop {
    RMSprop(learningRate: learningRate, isCentered: isCentered)
  }
}
