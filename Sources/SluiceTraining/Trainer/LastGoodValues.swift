import SluiceCore
import SluiceOptimizers

/// A copy of the parameters from before an update whose loss was finite, in case a later loss is not.
package struct LastGoodValues: Sendable {
  /// A copy takes one pass over the parameters, so not every step makes one.
  private static let stepsBetweenCopies = 50

  private let column: Column
  /// The updates behind the values that are kept.
  package internal(set) var step = 0

  init(for parameters: borrowing Parameters) {
    column = Column(for: parameters, named: "last good values")
  }

  /// Keeps the values of `parameters` after the optimizer's last update, if it is time to. To be called when the loss is known to be
  /// finite, before the update. Allocates nothing.
  mutating func keep(_ parameters: inout Parameters, of optimizer: inout Optimizer) {
    let stepCount = optimizer.stepCount - optimizer.scheduleStart
    guard stepCount % Self.stepsBetweenCopies == 0 else { return }
    optimizer.settle(&parameters)
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      parameters.engine.copy(parameters.values(of: handle), into: column[handle])
    }
    step = stepCount
  }

  /// The values kept of a parameter.
  func values(of handle: ParameterHandle) -> Floats { column[handle] }

  /// Takes the parameters back to `step`.
  func restore(_ parameters: inout Parameters, of optimizer: inout Optimizer) {
    optimizer.settle(&parameters)
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      parameters.engine.copy(column[handle], into: parameters.values(of: handle))
    }
  }
}

extension Optimizer {
  /// The learning rate of the last step, of the parameters in no group of their own.
  public var learningRate: Float {
    // Not `last`, which allocates in debug builds.
    let rate = groups.isEmpty ? 0 : groups[groups.count - 1].learningRate
    return rate * schedule.factor(at: max(stepCount - scheduleStart, 1))
  }
}
