import Sluice

/// What is done to parameters before a training: to all whose name begins with the given text.
enum Change: Sendable {
  case scale(String, Float)
  case set(String, Float)
  /// Sets the block of a bias that belongs to one of so many gates.
  case setGate(String, gate: Int, of: Int, Float)
  /// Sets one element.
  case setElement(String, Int, Float)
  case freeze(String)
  /// Takes the biases that begin so back to zero.
  case resetBias(String)

  func apply(to parameters: inout Parameters) {
    switch self {
    case .scale(let prefix, let factor):
      forEach(prefix, parameters) { values, _ in for i in 0..<values.count { values[i] *= factor } }
    case .set(let prefix, let value): forEach(prefix, parameters) { values, _ in values.fill(value) }
    case .setGate(let prefix, let gate, let count, let value):
      forEach(prefix, parameters) { values, _ in
        let units = values.count / count
        values[gate * units..<(gate + 1) * units].fill(value)
      }
    case .setElement(let prefix, let i, let value):
      forEach(prefix, parameters) { values, _ in values[i] = value }
    case .freeze(let prefix):
      for handle in parameters.handles where parameters[handle].name.hasPrefix(prefix) {
        parameters.setTrainable(false, handle)
      }
    case .resetBias(let prefix):
      forEach(prefix, parameters) { values, role in if role == .bias { values.fill(0) } }
    }
  }

  private func forEach(
    _ prefix: String, _ parameters: borrowing Parameters, _ body: (Floats, ParameterRole) -> Void
  ) {
    var isFound = false
    for handle in parameters.handles where parameters[handle].name.hasPrefix(prefix) {
      isFound = true
      body(parameters.values(of: handle), parameters.role(of: handle))
    }
    precondition(isFound, "no parameter begins with '\(prefix)'")
  }
}
