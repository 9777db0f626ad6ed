extension Tape {
  /// Makes room for a tensor, with undefined values.
  ///
  /// - Parameter requiresGradient: whether a gradient has to go back through it: for an operation's output,
  ///   whether one of its inputs or parameters needs one.
  public mutating func makeTensor(_ shape: Shape, requiresGradient: Bool) -> Tensor {
    let range = allocate(shape.count)
    return append(
      TensorRow(
        start: range.lowerBound, shape: shape, requiresGradient: requiresGradient, isReached: false))
  }

  private mutating func append(_ row: TensorRow) -> Tensor {
    let capacity = tensors.capacity
    let index = tensors.append(row)
    if tensors.capacity != capacity { printing.tensors = tensors }
    return Tensor(index: UInt32(index), generation: generation)
  }

  /// A tensor with values of the caller's.
  ///
  /// - Parameter requiresGradient: true where the gradient with respect to the input is wanted too.
  /// - Precondition: there are as many values as the shape has elements.
  public mutating func input(
    _ elements: [Float], _ shape: Shape, requiresGradient: Bool = false
  ) -> Tensor {
    expect(
      elements.count == shape.count, "input",
      expected: "\(shape.count) values, one for each element of \(shape)",
      got: "\(elements.count)")
    let tensor = makeTensor(shape, requiresGradient: requiresGradient)
    let floats = values(of: tensor)
    for i in 0..<floats.count { floats[i] = elements[i] }
    return tensor
  }

  /// A scalar that needs no gradient.
  public mutating func constant(_ value: Float) -> Tensor {
    let tensor = makeTensor(Shape(), requiresGradient: false)
    values(of: tensor)[0] = value
    return tensor
  }

  /// A tensor with values copied from a view.
  public mutating func input(_ floats: Floats, _ shape: Shape, requiresGradient: Bool = false) -> Tensor {
    expect(
      floats.count == shape.count, "input",
      expected: "\(shape.count) values, one for each element of \(shape)",
      got: "\(floats.count)")
    let tensor = makeTensor(shape, requiresGradient: requiresGradient)
    values(of: tensor).copy(from: floats)
    return tensor
  }

  /// A tensor with the values of `x`, in the same memory, through which no gradient goes back.
  ///
  /// - Complexity: O(1); copies nothing.
  public mutating func detached(_ x: Tensor) -> Tensor {
    let row = tensors[checked(x)]
    return append(
      TensorRow(start: row.start, shape: row.shape, requiresGradient: false, isReached: false))
  }

  /// The shape of a tensor.
  public func shape(of tensor: Tensor) -> Shape { tensors[checked(tensor)].shape }

  /// The values of a tensor.
  public func values(of tensor: Tensor) -> Floats {
    let row = tensors[checked(tensor)]
    return values[row.start..<row.start + row.shape.count]
  }

  /// The only value of a tensor of one element, such as a loss.
  public func scalar(_ tensor: Tensor) -> Float {
    let floats = values(of: tensor)
    expect(
      floats.count == 1, "scalar", expected: "a tensor of one element", got: "shape \(shape(of: tensor))")
    return floats[0]
  }

  /// The values of a tensor as an array. Allocates.
  public func array(_ tensor: Tensor) -> [Float] { values(of: tensor).array }

  /// Whether a gradient has to go back through the tensor.
  public func requiresGradient(_ tensor: Tensor) -> Bool { tensors[checked(tensor)].requiresGradient }

  /// The shape of a parameter.
  public func shape(of parameter: ParameterHandle) -> Shape { store.rows[store.index(parameter)].shape }

  /// The values of a parameter.
  public func values(of parameter: ParameterHandle) -> Floats {
    let i = store.index(parameter)
    return rehearsal?.values(store.rows[i].shape.count) ?? store.values(i)
  }

  /// Whether a parameter is trained, so that a gradient for it is needed.
  public func requiresGradient(_ parameter: ParameterHandle) -> Bool {
    store.rows[store.index(parameter)].isTrainable
  }

  /// Memory of this step for `count` floats, with undefined contents.
  public mutating func makeWorkspace(_ count: Int) -> Workspace {
    Workspace(start: allocate(count).lowerBound, count: count, generation: generation)
  }

  /// The floats of a workspace.
  public func floats(_ workspace: Workspace) -> Floats {
    expect(
      workspace.generation == generation, "Tape.floats", expected: "a workspace of this step",
      got: age(workspace.generation))
    return values[workspace.start..<workspace.start + workspace.count]
  }

  /// Memory of this step for `count` indices, with undefined contents.
  public mutating func makeIndices(_ count: Int) -> IndexRange {
    IndexRange(start: indices.allocate(count).lowerBound, count: count, generation: generation)
  }

  /// Copies ids into the memory of this step.
  public mutating func copyIndices(_ ids: [Int32]) -> IndexRange {
    let range = makeIndices(ids.count)
    let view = indices(range)
    for i in 0..<ids.count { view[i] = ids[i] }
    return range
  }

  /// The indices of a range.
  public func indices(_ range: IndexRange) -> Indices {
    expect(
      range.generation == generation, "Tape.indices", expected: "indices of this step",
      got: age(range.generation))
    return indices[range.start..<range.start + range.count]
  }

  /// Where something with another generation belongs.
  func age(_ other: UInt32) -> String {
    other >> 20 == generation >> 20
      ? "one of an earlier step; the tape has been reset since" : "one of another tape"
  }

  private func allocate(_ count: Int) -> Range<Int> {
    let range = values.allocate(count)
    if range.upperBound > adjoints.capacity { adjoints.match(values) }
    return range
  }

  func checked(_ tensor: Tensor) -> Int {
    expect(
      tensor.generation == generation, "Tape", expected: "a tensor of this step of this tape",
      got: age(tensor.generation))
    return Int(tensor.index)
  }
}

/// Indices in the memory of the current step.
@frozen
public struct IndexRange: Sendable, BitwiseCopyable {
  let start: Int
  /// How many indices there are.
  public let count: Int
  let generation: UInt32
}
