import SluiceCore

/// Stochastic gradient descent: `θ ← θ − η·g`.
public struct SGD: UpdateRule, Equatable {
  public static let name = "sgd"
  public var learningRate: Float
  public var accumulatorCount: Int { 0 }

  /// - Parameter learningRate: η.
  public init(learningRate: Float) { self.learningRate = learningRate }

  public var problem: String? { learningRateProblem(learningRate) }

  public func update(_ elements: UpdateElements) {
    elements.engine.update(
      elements.values, gradients: elements.gradients, SGDStep(learningRate: learningRate))
  }
}

extension UpdateRule where Self == SGD {
  /// Stochastic gradient descent: `θ ← θ − η·g`.
  public static func sgd(learningRate: Float) -> SGD { SGD(learningRate: learningRate) }
}

/// What is wrong with a learning rate, or nil if nothing is.
func learningRateProblem(_ rate: Float) -> String? {
  rate >= 0 && rate.isFinite ? nil : "a learning rate of \(rate), which has to be finite and not negative"
}
