import SluiceCore

/// Adam (Kingma and Ba 2015, arXiv:1412.6980) and its relatives, with the arithmetic of `torch.optim`:
///
///     Adam:   g ← g + λ·θ        AdamW:  θ ← θ − η·λ·θ        (Loshchilov and Hutter 2019)
///     m ← β₁·m + (1 − β₁)·g          v ← β₂·v + (1 − β₂)·g²
///     θ ← θ − η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
///     AMSGrad: under the root the largest v so far             (Reddi, Kale and Kumar 2018)
///
/// A gradient beyond ±1.8446743 · 10¹⁹, whose square would be infinite, moves a value as that does.
///
/// t counts the updates of the optimizer. Of a skipped row the first moment dies out: catching up runs the
/// recurrence until it has, and goes on in closed form; with the decay of Adam it runs every step.
public struct Adam: UpdateRule, Equatable {
  public static let name = "adam"
  /// The step size η, where the group names none; multiplied by the schedule's factor.
  public var learningRate: Float
  /// The decay λ; 0 for none. `hasDecoupledDecay` says how it acts.
  public var weightDecay: Float
  /// β₁, how much of the mean of the gradients is kept at each update; from 0 up to, not including, 1.
  public var beta1: Float
  /// β₂, the same for the mean of their squares.
  public var beta2: Float
  /// ε, added to the root; positive.
  public var epsilon: Float
  /// Whether to divide by the root of the largest mean of squares so far, in a third accumulator.
  public var isAMSGrad: Bool
  /// Whether the decay leaves the moments alone, as in AdamW.
  public var hasDecoupledDecay: Bool
  /// m and v, and for AMSGrad the largest v so far.
  public var accumulatorNames: [String] {
    isAMSGrad
      ? ["first_moment", "second_moment", "largest_second_moment"] : ["first_moment", "second_moment"]
  }

  /// - Parameters:
  ///   - learningRate: η.
  ///   - beta1: the decay of the mean of the gradients.
  ///   - beta2: the decay of the mean of their squares.
  ///   - epsilon: ε, outside of the root.
  ///   - isAMSGrad: whether to divide by the largest mean of squares so far.
  ///   - weightDecay: λ.
  ///   - hasDecoupledDecay: whether λ shrinks the values themselves, as in AdamW, or is added to the gradient.
  public init(
    learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
    isAMSGrad: Bool = false, weightDecay: Float = 0, hasDecoupledDecay: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.isAMSGrad = isAMSGrad
    self.weightDecay = weightDecay
    self.hasDecoupledDecay = hasDecoupledDecay
  }

  /// A β outside of [0, 1), or an ε that is not positive and finite.
  public var problem: String? {
    firstProblem(betaProblem("a beta1", beta1), betaProblem("a beta2", beta2), epsilonProblem(epsilon))
  }

  /// The rate, β₁ as the momentum, ε and λ.
  public var watchedSettings: RuleSettings {
    RuleSettings(
      rate: learningRate, momentum: beta1, decay: weightDecay, epsilon: epsilon, isAdaptive: true,
      isDecoupled: hasDecoupledDecay)
  }

  /// Moves the elements by the formula above.
  public func update(_ elements: UpdateElements) {
    let settings = elements.settings
    let firstPower = power(Double(beta1), settings.step)
    let secondPower = power(Double(beta2), settings.step)
    let rate = Double(settings.learningRate)
    let decay = Double(settings.weightDecay)
    elements.run(
      isAMSGrad ? .amsgrad : .adam,
      UpdateStep(
        learningRate: Float(rate / (1 - firstPower)),
        coupledDecay: hasDecoupledDecay ? 0 : settings.weightDecay,
        keep: hasDecoupledDecay ? Float(1 - rate * decay) : 1,
        firstRate: Float(1 - Double(beta1)), secondRate: Float(1 - Double(beta2)),
        rootScale: Float(1 / (1 - secondPower).squareRoot()), epsilon: epsilon))
  }

  /// Brings a row of a table to where it would be had it not been skipped.
  public func catchUp(_ row: UpdateElements, _ skipped: SkippedSteps) {
    if skipped.weightDecay != 0, !hasDecoupledDecay { return replay(row, skipped) }
    var rest = skipped
    if skipped.first > 1 {
      // A row without any update yet has no moments to run down.
      let steps = min(skipped.count, stepsUntilStill)
      replay(row, skipped, limit: steps)
      rest = skipped.dropping(steps)
      if rest.count == 0 { return }
      let first = Float(power(Double(beta1), rest.count))
      let second = Float(power(Double(beta2), rest.count))
      row.engine.scale(row.accumulator(0), by: first, into: row.accumulator(0))
      row.engine.scale(row.accumulator(1), by: second, into: row.accumulator(1))
    }
    if rest.weightDecay != 0 {
      row.engine.scale(row.rangeValues, by: rest.keep, into: row.rangeValues)
    }
  }

  /// After how many steps without gradient all further ones together move a value by less than a
  /// hundred-millionth of what the first did.
  private var stepsUntilStill: Int {
    let shrink = Double(beta1) / (isAMSGrad ? 1 : Double(beta2).squareRoot())
    if !(shrink < 0.9999) { return .max }
    var left = 1e-8 * (1 - shrink)
    var steps = 1
    while left < 1 {
      left /= shrink
      steps += 1
    }
    return steps
  }
}

extension UpdateRule where Self == Adam {
  /// Adam with the usual settings but for the learning rate.
  public static func adam(learningRate: Float = 1e-3) -> Adam { Adam(learningRate: learningRate) }

  /// Adam that divides by the largest mean of squares so far.
  public static func amsgrad(learningRate: Float = 1e-3) -> Adam {
    Adam(learningRate: learningRate, isAMSGrad: true)
  }

  /// Adam with decoupled weight decay, by default 0.01 as in `torch.optim.AdamW`.
  public static func adamW(learningRate: Float = 1e-3, weightDecay: Float = 0.01) -> Adam {
    Adam(learningRate: learningRate, weightDecay: weightDecay, hasDecoupledDecay: true)
  }
}
