/// The optimizers' formulas, swept over contiguous ranges of parameters.
///
/// Counts may be anything from zero; the ranges of one call have equal counts and do not overlap. Elements
/// are independent of each other, so a range may be cut anywhere. Accumulators that would become subnormal
/// become 0: they no longer move a value, and arithmetic on them is many times slower on some processors.
@safe
public struct UpdateKernels: Sendable {
  /// `(values, gradients, count, step)`.
  public let sgd: @Sendable (Target, Source, Int, SGDStep) -> Void
  /// `(values, gradients, first moments, second moments, count, step)`.
  public let adam: @Sendable (Target, Source, Target, Target, Int, AdamStep) -> Void
  /// `(values, gradients, memories, means, mean squares, count, step)`.
  public let smorms3: @Sendable (Target, Source, Target, Target, Target, Int, SMORMS3Step) -> Void

  public init(
    sgd: @escaping @Sendable (Target, Source, Int, SGDStep) -> Void,
    adam: @escaping @Sendable (Target, Source, Target, Target, Int, AdamStep) -> Void,
    smorms3: @escaping @Sendable (Target, Source, Target, Target, Target, Int, SMORMS3Step) -> Void
  ) {
    unsafe self.sgd = sgd
    unsafe self.adam = adam
    unsafe self.smorms3 = smorms3
  }
}

/// One step of stochastic gradient descent: value -= learningRate * g.
public struct SGDStep: Sendable, Equatable {
  public var learningRate: Float
  /// Every gradient is multiplied by this first, as clipping asks.
  public var gradientScale: Float

  public init(learningRate: Float, gradientScale: Float = 1) {
    self.learningRate = learningRate
    self.gradientScale = gradientScale
  }
}

/// One step of Adam (Kingma and Ba 2015, arXiv:1412.6980, Algorithm 1), epsilon outside the root:
///
///     m += (1 - beta1) (g - m)            v += (1 - beta2) (g^2 - v)
///     value -= learningRate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
///
/// Holds what the formula needs of t, the number of this step; the first is 1.
public struct AdamStep: Sendable, Equatable {
  /// learningRate / (1 - beta1^t).
  public var stepSize: Float
  /// 1 - beta1.
  public var firstRate: Float
  /// 1 - beta2.
  public var secondRate: Float
  /// 1 / sqrt(1 - beta2^t).
  public var rootScale: Float
  public var epsilon: Float
  /// Every gradient is multiplied by this first, as clipping asks.
  public var gradientScale: Float

  /// - Parameters:
  ///   - firstPower: beta1^t. The caller keeps the powers: they are found by one multiplication a step.
  ///   - secondPower: beta2^t.
  public init(
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double,
    firstPower: Double, secondPower: Double, gradientScale: Float = 1
  ) {
    stepSize = Float(learningRate / (1 - firstPower))
    firstRate = Float(1 - beta1)
    secondRate = Float(1 - beta2)
    rootScale = Float(1 / (1 - secondPower).squareRoot())
    self.epsilon = Float(epsilon)
    self.gradientScale = gradientScale
  }
}

/// One step of SMORMS3 (Funk 2015, sifter.org/~simon/journal/20150420.html):
///
///     r = 1 / (memory + 1)
///     mean += r (g - mean)                meanSquare += r (g^2 - meanSquare)
///     x = mean^2 / (meanSquare + epsilon)
///     value -= g min(learningRate, x) / (sqrt(meanSquare) + epsilon)
///     memory = 1 + memory (1 - x)
///
/// A memory starts at 1, the means at 0. Nothing divides by zero as long as epsilon is above 0: where the
/// squares of tiny gradients vanish (|g| < 1e-19), so does x, and the value stays where it is.
public struct SMORMS3Step: Sendable, Equatable {
  /// The largest step relative to the gradient's root mean square.
  public var learningRate: Float
  public var epsilon: Float
  /// Every gradient is multiplied by this first, as clipping asks.
  public var gradientScale: Float

  public init(learningRate: Float, epsilon: Float = 1e-16, gradientScale: Float = 1) {
    self.learningRate = learningRate
    self.epsilon = epsilon
    self.gradientScale = gradientScale
  }
}
