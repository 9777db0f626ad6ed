/// A weight as a layer multiplies with it: a parameter itself, or a tensor computed from parameters, such as
/// one that is normalized or has elements dropped.
public enum Weight: Sendable, BitwiseCopyable {
  /// A parameter as it is.
  case parameter(ParameterHandle)
  /// What was computed in this step.
  case tensor(Tensor)
}

extension Tape {
  /// The values of a weight.
  public func values(of weight: Weight) -> Floats {
    switch weight {
    case .parameter(let parameter): values(of: parameter)
    case .tensor(let tensor): values(of: tensor)
    }
  }

  /// Whether a gradient has to go back to the weight.
  public func requiresGradient(_ weight: Weight) -> Bool {
    switch weight {
    case .parameter(let parameter): requiresGradient(parameter)
    case .tensor(let tensor): requiresGradient(tensor)
    }
  }

  /// Where to put a contribution to the gradient of a weight, or nil if none is needed.
  public mutating func contribution(to weight: Weight) -> Contribution? {
    switch weight {
    case .parameter(let parameter): contribution(to: parameter)
    case .tensor(let tensor): contribution(to: tensor)
    }
  }
}

/// Tensors of the current step in a list of any length, in the tape's memory.
@frozen
public struct TensorTable: Sendable, BitwiseCopyable {
  let indices: IndexRange
  /// How many tensors the table has room for.
  public var count: Int { indices.count }
}

extension Tape {
  /// Makes room for `count` tensors, none of which may be read before it is set.
  public mutating func makeTensorTable(_ count: Int) -> TensorTable {
    let table = TensorTable(indices: makeIndices(count))
    indices(table.indices).fill(-1)
    return table
  }

  /// Writes entry `i` of a table.
  public func set(_ tensor: Tensor, at i: Int, of table: TensorTable) {
    indices(table.indices)[i] = Int32(checked(tensor))
  }

  /// Entry `i` of a table.
  public func tensor(_ i: Int, of table: TensorTable) -> Tensor {
    let index = indices(table.indices)[i]
    expect(index >= 0, "Tape.tensor", expected: "a place of the table that was set", got: "place \(i)")
    return Tensor(index: UInt32(index), generation: generation)
  }
}
