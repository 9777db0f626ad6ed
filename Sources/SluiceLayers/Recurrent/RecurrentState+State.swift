import SluiceCore

extension RecurrentState: Checkpointed {
  /// Writes the states.
  public func write(to state: inout StateWriter) { state.write(values) }

  /// Takes over what `write` wrote, of as many sequences, units and layers.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    restore(try state.readFloats(values.count))
  }
}

/// Of a model that carries states, or none.
extension Optional: Checkpointed where Wrapped: Checkpointed {
  /// Writes whether there is a value, and the value.
  public func write(to state: inout StateWriter) { state.write(self) { $0.write(part: "value", $1) } }

  /// Takes over what `write` wrote; an error where there is a value here and none there, or the other way round.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    let isThere = try state.readBool()
    guard isThere == (self != nil) else {
      throw StateError(
        expected: self == nil ? "no carried state" : "a carried state",
        found: isThere ? "one" : "none")
    }
    guard var value = self else { return }
    try state.read(part: "value", into: &value)
    self = value
  }
}
