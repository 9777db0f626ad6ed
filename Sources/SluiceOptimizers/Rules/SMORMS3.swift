import SluiceCore

/// SMORMS3, "squared mean over root mean squared cubed" (Funk 2015, sifter.org/~simon/journal/20150420.html):
///
///     r ← 1/(mem + 1)
///     g₁ ← (1 − r)·g₁ + r·g          g₂ ← (1 − r)·g₂ + r·g²
///     x ← g₁²/(g₂ + ε)               mem ← 1 + mem·(1 − x)
///     θ ← θ − η·λ·θ − g·min(η, x)/(√g₂ + ε)
///
/// A gradient beyond ±1.8446743 · 10¹⁹, whose square would be infinite, moves a value as that does.
///
/// The learning rate is a cap, and there is nothing else to tune: each element chooses how long it remembers
/// by how steady its gradient is. mem starts at 1; its accumulator holds mem − 1, so that zero is its start.
/// The decay λ is decoupled: passed through the means, it would pose as a steady gradient.
///
/// A skipped step moves no value, only the state, by a recurrence of two variables: catching up runs it, and
/// where g₁ is zero, as in a row that has never occurred, mem simply grows by one a step. A row that occurs
/// late moves much further when exact than when lazy; Documentation/Optimizers.md says why lazy is the default.
public struct SMORMS3: UpdateRule, Equatable {
  public static let name = "smorms3"
  /// η, which caps x of the formula instead of setting the step; the group may name another, and the
  /// schedule's factor applies.
  public var learningRate: Float
  /// The decay λ, which takes away the share η·λ of the values themselves; 0 for none.
  public var weightDecay: Float
  /// ε, which keeps the quotients of vanishing gradients finite; positive.
  public var epsilon: Float
  /// mem − 1, g₁ and g₂, in this order.
  public var accumulatorNames: [String] { ["memory_less_one", "mean", "mean_square"] }

  /// - Parameters:
  ///   - learningRate: η, the cap of the step.
  ///   - epsilon: ε, which keeps quotients of vanishing gradients finite.
  ///   - weightDecay: λ.
  public init(learningRate: Float = 0.0025, epsilon: Float = 1e-16, weightDecay: Float = 0) {
    self.learningRate = learningRate
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Only an ε that is not positive and finite is wrong.
  public var problem: String? { epsilonProblem(epsilon) }

  /// The cap as the rate, ε and λ; values move by the gradient itself, without momentum.
  public var watchedSettings: RuleSettings {
    RuleSettings(
      rate: learningRate, decay: weightDecay, epsilon: epsilon, isAdaptive: true, isDecoupled: true)
  }

  /// Moves the elements by the formula above.
  public func update(_ elements: UpdateElements) {
    let settings = elements.settings
    elements.run(
      .smorms3,
      UpdateStep(
        learningRate: settings.learningRate,
        keep: Float(1 - Double(settings.learningRate) * Double(settings.weightDecay)), epsilon: epsilon))
  }

  /// Brings a row of a table to where it would be had it not been skipped.
  public func catchUp(_ row: UpdateElements, _ skipped: SkippedSteps) {
    row.runIdleSMORMS3(times: skipped.count, UpdateStep(learningRate: 0, epsilon: epsilon))
    if skipped.weightDecay != 0 {
      row.engine.scale(row.rangeValues, by: skipped.keep, into: row.rangeValues)
    }
  }
}

extension UpdateRule where Self == SMORMS3 {
  /// SMORMS3 with a cap of the step.
  public static func smorms3(learningRate: Float = 0.0025) -> SMORMS3 {
    SMORMS3(learningRate: learningRate)
  }
}
