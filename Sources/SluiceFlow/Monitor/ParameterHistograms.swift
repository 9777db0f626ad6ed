import SluiceCore

/// Histograms of the weights and gradients of all parameters at one step, in fixed memory.
public struct ParameterHistograms: Sendable {
  /// The values of each parameter before the update, in the order of their table.
  public private(set) var weights: [Histogram]
  /// The gradients; of a table those of the rows that occurred.
  public private(set) var gradients: [Histogram]
  /// The step they are of; 0 before the first.
  public private(set) var step = 0
  var isDue = false

  init(count: Int) {
    weights = Array(repeating: Histogram(), count: count)
    gradients = weights
  }

  /// Takes those of `step`, if they were asked for.
  mutating func observe(_ parameters: borrowing Parameters, step: Int) {
    guard isDue else { return }
    isDue = false
    self.step = step
    for i in weights.indices {
      let handle = parameters.handle(at: i)
      weights[i].removeAll()
      weights[i].add(parameters.values(of: handle))
      gradients[i].removeAll()
      switch parameters.updates(of: handle) {
      case .dense: gradients[i].add(parameters.gradient(of: handle))
      case .touchedRows: gradients[i].add(parameters.touchedRows(of: handle).rowGradients)
      }
    }
  }
}
