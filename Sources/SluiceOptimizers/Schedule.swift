/// How the learning rate changes as training goes on: a factor for each update, as a value that can be saved.
///
///     optimizer.schedule = Schedule(.cosine(steps: 10_000), warmUpSteps: 500)
public struct Schedule: Sendable, Equatable, Codable {
  /// What the factor does after the warm-up, whose end is its step 0.
  public enum Shape: Sendable, Equatable, Codable {
    /// Stays 1.
    case constant
    /// Is multiplied by `factor` after every so many steps.
    case step(every: Int, factor: Float)
    /// Is multiplied by `factor` after each step.
    case exponential(factor: Float)
    /// Falls from 1 to `floor` on a line in so many steps, and stays there.
    case linear(steps: Int, floor: Float = 0)
    /// Falls from 1 to `floor` along half a cosine in so many steps, and stays there
    /// (Loshchilov and Hutter 2017, without restarts).
    case cosine(steps: Int, floor: Float = 0)
    /// Falls when a figure that `observe` is told stops getting better.
    case plateau(Plateau)
  }

  /// What the factor does after the warm-up.
  public var shape: Shape
  /// For so many steps the factor grows in equal parts: t / warmUpSteps at step t.
  public var warmUpSteps: Int

  /// A schedule of a shape, after a warm-up on a line.
  public init(_ shape: Shape, warmUpSteps: Int = 0) {
    self.shape = shape
    self.warmUpSteps = warmUpSteps
  }

  /// A factor of 1 from the first update on.
  public static let constant = Schedule(.constant)

  /// The factor of update `step`, counted from 1.
  public func factor(at step: Int) -> Float {
    if step < warmUpSteps { return Float(step) / Float(warmUpSteps) }
    let elapsed = step - max(warmUpSteps, 1)
    switch shape {
    case .constant: return 1
    case .step(let every, let factor): return Float(power(Double(factor), elapsed / every))
    case .exponential(let factor): return Float(power(Double(factor), elapsed))
    case .linear(let steps, let floor):
      return floor + (1 - floor) * max(0, 1 - Float(elapsed) / Float(steps))
    case .cosine(let steps, let floor):
      let share = min(Double(elapsed) / Double(steps), 1)
      return floor + (1 - floor) * Float((1 + cosine(share)) / 2)
    case .plateau(let plateau): return plateau.factor
    }
  }

  /// Tells a plateau the figure to watch, such as the validation loss after an epoch; others ignore it.
  ///
  /// - Returns: whether the factor has fallen.
  @discardableResult
  public mutating func observe(_ figure: Double) -> Bool {
    guard case .plateau(var plateau) = shape else { return false }
    let before = plateau.factor
    plateau.observe(figure)
    shape = .plateau(plateau)
    return plateau.factor < before
  }

  /// What is impossible about the settings, or nil if nothing is.
  public var problem: String? {
    if warmUpSteps < 0 { return "a warm-up of \(warmUpSteps) steps" }
    switch shape {
    case .constant: return nil
    case .step(let every, let factor):
      return every > 0 ? factorProblem(factor) : "a fall every \(every) steps, which have to be at least 1"
    case .exponential(let factor): return factorProblem(factor)
    case .cosine(let steps, let floor), .linear(let steps, let floor):
      if steps < 1 { return "a fall over \(steps) steps, which have to be at least 1" }
      return floor >= 0 && floor <= 1 ? nil : "a floor of \(floor), which has to be from 0 to 1"
    case .plateau(let plateau): return plateau.problem
    }
  }
}

/// A factor that falls when a figure, lower being better, has not improved enough for some observations.
public struct Plateau: Sendable, Equatable, Codable {
  /// What counts as an improvement on the best figure so far.
  public enum Threshold: Sendable, Equatable, Codable {
    /// To be lower by more than this.
    case absolute(Double)
    /// To be lower by more than this share.
    case relative(Double)
  }

  /// What counts as an improvement on the reference; to be lower by exactly that much does not.
  public var threshold: Threshold
  /// What the factor is multiplied by.
  public var fall: Float
  /// How many observations without improvement are let pass.
  public var patience: Int
  /// Whether a figure is compared with the one before it instead of the best so far.
  public var comparesWithLast: Bool
  /// The factor now: 1 until the first fall, and multiplied by `fall` at each.
  public internal(set) var factor: Float = 1
  /// The figure that the next one is compared with; nil before the first.
  public internal(set) var reference: Double?
  /// The observations without improvement since the last improvement or fall.
  public internal(set) var waited = 0

  /// A plateau with the given patience.
  public init(
    _ threshold: Threshold, fall: Float = 0.5, patience: Int = 0, comparesWithLast: Bool = false
  ) {
    self.threshold = threshold
    self.fall = fall
    self.patience = patience
    self.comparesWithLast = comparesWithLast
  }

  /// Halves when the validation perplexity has not fallen by more than 1 since the epoch before, as in Kim et
  /// al. 2015 (arXiv:1508.06615), after Zaremba et al. 2014 (arXiv:1409.2329). The figure is the perplexity.
  public static let halving = Plateau(.absolute(1), comparesWithLast: true)

  /// Takes the next figure. One that is not a number counts as no improvement and is compared with nothing; any
  /// finite one improves on infinity.
  public mutating func observe(_ figure: Double) {
    if reference == nil && !figure.isNaN {
      reference = figure
      return
    }
    let hasImproved = isImprovement(figure)
    if !figure.isNaN && (hasImproved || comparesWithLast) { reference = figure }
    waited = hasImproved ? 0 : waited + 1
    if waited > patience {
      factor *= fall
      waited = 0
    }
  }

  private func isImprovement(_ figure: Double) -> Bool {
    guard let reference else { return false }
    if reference == .infinity { return figure < reference }
    return switch threshold {
    case .absolute(let amount): figure < reference - amount
    case .relative(let share): figure < reference - abs(reference) * share
    }
  }

  var problem: String? {
    if patience < 0 { return "a patience of \(patience)" }
    return factorProblem(fall)
  }
}

private func factorProblem(_ factor: Float) -> String? {
  factor > 0 && factor <= 1 ? nil : "a factor of \(factor), which has to be above 0 and at most 1"
}

/// cos(π·share) for a share from 0 to 1, by its series: the same on every machine.
private func cosine(_ share: Double) -> Double {
  // Within π/4 of zero the terms fall fast; the rest follows by cos(2a) = 2·cos(a)² − 1.
  let angle = share * Double.pi / 4
  var term = 1.0
  var sum = 1.0
  for k in 1...9 {
    term *= -angle * angle / Double((2 * k - 1) * 2 * k)
    sum += term
  }
  let half = 2 * sum * sum - 1
  return 2 * half * half - 1
}
