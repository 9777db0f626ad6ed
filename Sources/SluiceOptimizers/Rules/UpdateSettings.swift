/// What an update of one group of parameters is done with, this step.
public struct UpdateSettings: Sendable, Equatable {
  /// The number of this update, from 1.
  public var step: Int
  /// The step size, the schedule's factor included.
  public var learningRate: Float
  /// The decay λ of the group, 0 for none; what it does is up to the rule.
  public var weightDecay: Float
  /// Every gradient is multiplied by this first, as clipping by norm asks.
  public var gradientScale: Float
  /// The largest size of an element of the gradient, after scaling.
  public var gradientLimit: Float

  /// Settings of one update.
  public init(
    step: Int, learningRate: Float, weightDecay: Float = 0, gradientScale: Float = 1,
    gradientLimit: Float = .infinity
  ) {
    self.step = step
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.gradientScale = gradientScale
    self.gradientLimit = gradientLimit
  }
}
