import Sluice

extension Parameters {
  /// Sets the values of the parameter of that name.
  public borrowing func set(_ name: String, to reference: Fixture.Reference) {
    guard let handle = find(name) else { fatalError("There is no parameter '\(name)'.") }
    let values = values(of: handle)
    precondition(values.count == reference.values.count, "'\(name)' has another count.")
    for (i, value) in reference.floats.enumerated() { values[i] = value }
  }
}

extension Tape {
  /// The adjoint of a tensor as an array, all not-a-number if no gradient reached it.
  public func adjointArray(_ tensor: Tensor) -> [Float] {
    adjoint(of: tensor)?.array ?? Array(repeating: .nan, count: shape(of: tensor).count)
  }
}
