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
  /// Multiplies the values of the one parameter of this name, as a remedy says.
  case scaleOne(String, Float)

  /// A change of what is not there.
  struct Missing: Error, CustomStringConvertible {
    let name: String
    var description: String { "no parameter has the name '\(name)'" }
  }

  func apply(to parameters: inout Parameters) throws {
    switch self {
    case .scale(let prefix, let factor):
      try forEach(prefix, parameters) { values, _ in for i in 0..<values.count { values[i] *= factor } }
    case .set(let prefix, let value): try forEach(prefix, parameters) { values, _ in values.fill(value) }
    case .setGate(let prefix, let gate, let count, let value):
      try forEach(prefix, parameters) { values, _ in
        let units = values.count / count
        values[gate * units..<(gate + 1) * units].fill(value)
      }
    case .setElement(let prefix, let i, let value):
      try forEach(prefix, parameters) { values, _ in values[i] = value }
    case .freeze(let prefix):
      for handle in parameters.handles where parameters[handle].name.hasPrefix(prefix) {
        parameters.setTrainable(false, handle)
      }
    case .scaleOne(let name, let factor):
      guard let handle = parameters.find(name) else { throw Missing(name: name) }
      let values = parameters.values(of: handle)
      for i in 0..<values.count { values[i] *= factor }
    }
  }

  private func forEach(
    _ prefix: String, _ parameters: borrowing Parameters, _ body: (Floats, ParameterRole) -> Void
  ) throws {
    var isFound = false
    for handle in parameters.handles where parameters[handle].name.hasPrefix(prefix) {
      isFound = true
      body(parameters.values(of: handle), parameters.role(of: handle))
    }
    if !isFound { throw Missing(name: prefix) }
  }
}
