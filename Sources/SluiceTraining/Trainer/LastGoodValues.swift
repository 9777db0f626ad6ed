import SluiceCore
import SluiceOptimizers

/// A copy of the parameters from before an update whose loss was finite, in case a later loss is not.
package struct LastGoodValues: Sendable {
  /// A copy takes one pass over the parameters, so not every step makes one.
  private static let stepsBetweenCopies = 50

  private let column: Column
  /// The updates behind the values that are kept.
  package private(set) var step = 0

  init(for parameters: borrowing Parameters) {
    column = Column(for: parameters, named: "last good values")
  }

  /// Keeps the values of `parameters` after `stepCount` updates, if it is time to. To be called when the loss is known to be
  /// finite, before the update. Allocates nothing.
  mutating func keep(_ parameters: borrowing Parameters, after stepCount: Int) {
    guard stepCount % Self.stepsBetweenCopies == 0 else { return }
    parameters.settle()
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      column[handle].copy(from: parameters.values(of: handle))
    }
    step = stepCount
  }

  /// Takes the parameters back to `step`.
  func restore(_ parameters: inout Parameters) {
    parameters.settle()
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      parameters.values(of: handle).copy(from: column[handle])
    }
  }
}

extension Optimizer {
  /// The learning rate of the last step, of the parameters in no group of their own.
  public var learningRate: Float {
    (groups.last?.learningRate ?? 0) * schedule.factor(at: max(stepCount, 1))
  }
}
