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

  /// The values kept of a parameter.
  func values(of handle: ParameterHandle) -> Floats { column[handle] }

  /// Takes the parameters back to `step`.
  func restore(_ parameters: inout Parameters) {
    parameters.settle()
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      parameters.values(of: handle).copy(from: column[handle])
    }
  }
}

extension MemoryPlan {
  /// What a training takes, of a model whose parameters are known and have no memory yet.
  ///
  /// - Parameters:
  ///   - accumulators: the columns of accumulators that the optimizer keeps.
  ///   - activations: the floats of the largest batch's outputs; their adjoints take as many again.
  init(for parameters: borrowing Parameters, accumulators: Int, activations: Int) {
    self.init(for: parameters)
    let column = entries[0].bytes / MemoryLayout<Float>.stride
    for _ in 0..<accumulators { add("accumulators", floats: column) }
    add("activations and adjoints of the largest batch", floats: 2 * activations)
    add("last good values", floats: column)
  }
}

extension Optimizer {
  /// The learning rate of the last step, of the parameters in no group of their own.
  public var learningRate: Float {
    (groups.last?.learningRate ?? 0) * schedule.factor(at: max(stepCount - scheduleStart, 1))
  }
}
