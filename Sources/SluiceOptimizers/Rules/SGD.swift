import SluiceCore

/// Stochastic gradient descent, `θ ← θ − η·g`, with or without momentum, with the arithmetic of `torch.optim.SGD`:
///
///     g ← g + λ·θ
///     plain:     θ ← θ − η·g
///     momentum:  b ← μ·b + g          θ ← θ − η·b                (Polyak 1964)
///     Nesterov:  b ← μ·b + g          θ ← θ − η·(g + μ·b)        (Sutskever et al. 2013)
///
/// The weight decay λ goes through the momentum, as an L2 penalty does. Rows of a table that were skipped are
/// caught up in closed form: a step without gradient is a linear map of θ and b.
public struct SGD: UpdateRule, Equatable {
  public static let name = "sgd"
  /// The step size η, where the group names none; multiplied by the schedule's factor.
  public var learningRate: Float
  /// The decay λ, added to the gradient as λ·θ before the momentum; 0 for none.
  public var weightDecay: Float
  /// μ; with 0 there is no buffer.
  public var momentum: Float
  /// Whether the step looks ahead along the momentum; needs a momentum above 0.
  public var isNesterov: Bool
  /// b of the formula, or none without momentum.
  public var accumulatorNames: [String] { momentum == 0 ? [] : ["momentum"] }

  /// - Parameters:
  ///   - learningRate: η.
  ///   - momentum: μ.
  ///   - isNesterov: whether the step looks ahead along the momentum.
  ///   - weightDecay: λ, which is added to the gradient as λ·θ.
  public init(
    learningRate: Float = 0.01, momentum: Float = 0, isNesterov: Bool = false, weightDecay: Float = 0
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.weightDecay = weightDecay
  }

  /// A μ outside of [0, 1), or Nesterov's form without momentum.
  public var problem: String? {
    firstProblem(
      betaProblem("a momentum", momentum),
      isNesterov && momentum == 0 ? "Nesterov's form without momentum, which has to be above 0" : nil)
  }

  /// The rate, μ and λ.
  public var watchedSettings: RuleSettings {
    RuleSettings(rate: learningRate, momentum: momentum, decay: weightDecay)
  }

  /// Moves the elements by the formula above.
  public func update(_ elements: UpdateElements) {
    let settings = elements.settings
    elements.run(
      momentum == 0 ? .sgd : isNesterov ? .nesterov : .momentum,
      UpdateStep(
        learningRate: settings.learningRate, coupledDecay: settings.weightDecay, momentum: momentum))
  }

  /// Brings a row of a table to where it would be had it not been skipped.
  public func catchUp(_ row: UpdateElements, _ skipped: SkippedSteps) {
    guard momentum > 0 else {
      if skipped.weightDecay != 0 {
        row.engine.scale(row.rangeValues, by: skipped.keep, into: row.rangeValues)
      }
      return
    }
    if skipped.first == 1, skipped.weightDecay == 0 { return }
    let mu = Double(momentum)
    let decay = Double(skipped.weightDecay)
    var total = Matrix2.identity
    skipped.forEachRun { rate, count in
      let rate = Double(rate)
      let direct = isNesterov ? rate * decay * (1 + mu) : rate * decay
      let step = Matrix2(a: 1 - direct, b: -rate * (isNesterov ? mu * mu : mu), c: decay, d: mu)
      total = step.power(count).times(total)
    }
    row.engine.mix(
      row.rangeValues, row.accumulator(0),
      by: (Float(total.a), Float(total.b), Float(total.c), Float(total.d)))
  }
}

extension UpdateRule where Self == SGD {
  /// Stochastic gradient descent: `θ ← θ − η·g`.
  public static func sgd(learningRate: Float) -> SGD { SGD(learningRate: learningRate) }

  /// Descent with momentum.
  public static func momentum(learningRate: Float, _ momentum: Float = 0.9) -> SGD {
    SGD(learningRate: learningRate, momentum: momentum)
  }

  /// Descent with Nesterov's momentum.
  public static func nesterov(learningRate: Float, _ momentum: Float = 0.9) -> SGD {
    SGD(learningRate: learningRate, momentum: momentum, isNesterov: true)
  }
}

/// What a step without gradient does to a value and its buffer: [[a, b], [c, d]].
private struct Matrix2 {
  var a, b, c, d: Double

  static let identity = Matrix2(a: 1, b: 0, c: 0, d: 1)

  func times(_ o: Matrix2) -> Matrix2 {
    Matrix2(
      a: a * o.a + b * o.c, b: a * o.b + b * o.d, c: c * o.a + d * o.c, d: c * o.b + d * o.d)
  }

  func power(_ exponent: Int) -> Matrix2 {
    var result = Matrix2.identity
    var square = self
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result = square.times(result) }
      square = square.times(square)
      rest >>= 1
    }
    return result
  }
}
