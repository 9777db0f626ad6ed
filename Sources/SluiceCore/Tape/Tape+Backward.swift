extension Tape {
  /// Records an operation that has run.
  ///
  /// - Complexity: O(1); allocates nothing.
  public mutating func record<Kind: TapeOperation>(_ operation: Kind) {
    let start = (payloadsUsed + 15) & ~15
    if start + MemoryLayout<Kind>.size > payloads.byteCount {
      growPayloads(to: start + MemoryLayout<Kind>.size)
    }
    unsafe payloads.address.storeBytes(of: operation, toByteOffset: start, as: Kind.self)
    payloadsUsed = start + MemoryLayout<Kind>.size
    _ = operations.append(OperationRow(kind: Kind.self, payload: start, layer: layer, time: time))
  }

  private mutating func growPayloads(to byteCount: Int) {
    let larger = MemoryBlock(
      byteCount: max(2 * payloads.byteCount, byteCount), for: "What \(operations.count) operations remember")
    unsafe larger.address.copyMemory(from: payloads.address, byteCount: payloadsUsed)
    payloads = larger
  }

  /// Goes back through the operations from the last to the first and adds the gradient of `loss` to that
  /// of every trainable parameter.
  ///
  /// The gradients begin anew if an optimizer's step came since the last call, else they add up. A
  /// parameter the loss does not reach has gradient zero.
  ///
  /// - Precondition: `loss` has one element, `parameters` are those the tape was made for, and this is the step's only
  ///   backward pass. The sum of two losses is a loss.
  public mutating func backward(from loss: Tensor, into parameters: inout Parameters) {
    beginBackward()
    checkLoss(loss)
    contributionIgnoringNeed(to: loss).floats.fill(1)
    runBackward(into: &parameters)
  }

  /// The same for the sum of the elements of `output` times `weights`: a vector–Jacobian product.
  public mutating func backward(from output: Tensor, weights: [Float], into parameters: inout Parameters) {
    beginBackward()
    expect(
      weights.count == shape(of: output).count, "backward",
      expected: "a weight for each element of the output, shape \(shape(of: output))", got: "\(weights.count)"
    )
    let adjoint = contributionIgnoringNeed(to: output).floats
    // On all threads, so that each has its share in its cache.
    unsafe weights.withUnsafeBufferPointer { weights in
      guard let first = weights.baseAddress else { return }
      let given = unsafe Floats(unsafeBase: UnsafeMutablePointer(mutating: first), count: adjoint.count)
      engine.scale(given, by: 1, into: adjoint)
    }
    runBackward(into: &parameters)
  }

  func checkLoss(_ loss: Tensor) {
    expect(
      shape(of: loss).count == 1, "backward", expected: "a loss of one element",
      got: "shape \(shape(of: loss)). Take its sum or mean, or give weights: `backward(from:weights:into:)`")
  }

  mutating func beginBackward() {
    if hasGoneBack {
      fatalError(
        "Expected one backward pass in a step, got a second one, whose values the first has overwritten. Add the "
          + "losses and go back once, or run the step again after `reset`.")
    }
    hasGoneBack = true
  }

  func checkOwn(_ parameters: borrowing Parameters) {
    expect(
      parameters.store === store, "backward", expected: "the parameters that the tape was made for",
      got: "others")
  }

  private mutating func runBackward(into parameters: inout Parameters) {
    checkOwn(parameters)
    if givenMode == nil {
      if hasLeftOut {
        fatalError(
          "Expected a tape in training mode to go back through a saved model with dropout, got one that has left it out, as a "
            + "tape for a saved model does unless told. Make it by `Tape(for: parameters, mode: .training)`.")
      }
      // From now on it trains. What is the same in both modes is all that has run.
      givenMode = .training
    }
    runOperationsBackward()
    // What the loss did not reach keeps no gradient of an earlier step.
    for i in store.rows.indices where !store.rows[i].hasFreshGradient {
      store.clearGradient(i)
      store.rows[i].hasFreshGradient = true
    }
  }

  /// The operations from the last to the first.
  mutating func runOperationsBackward() {
    var i = operations.count - 1
    while i >= 0 {
      let row = operations[i]
      unsafe row.kind.backward(UnsafeRawPointer(payloads.address + row.payload), &self)
      i -= 1
    }
  }

  /// The adjoint of an output, or nil if nothing depended on it.
  public func adjoint(of tensor: Tensor) -> Floats? {
    let row = tensors[checked(tensor)]
    return row.isReached ? adjoints[row.start..<row.start + row.shape.count] : nil
  }

  /// Whether a contribution to the tensor's adjoint was made.
  func isReached(_ tensor: Tensor) -> Bool { tensors[checked(tensor)].isReached }

  /// Where to put a contribution to the adjoint of `tensor`, or nil if none is needed.
  public mutating func contribution(to tensor: Tensor) -> Contribution? {
    guard tensors[checked(tensor)].requiresGradient else { return nil }
    return contributionIgnoringNeed(to: tensor)
  }

  mutating func contributionIgnoringNeed(to tensor: Tensor) -> Contribution {
    let i = checked(tensor)
    let row = tensors[i]
    tensors[i].isReached = true
    return Contribution(
      floats: adjoints[row.start..<row.start + row.shape.count], accumulate: row.isReached,
      isPlanned: rehearsal != nil)
  }

  /// Where to put a contribution to the gradient of a dense parameter, or nil if it is frozen.
  public mutating func contribution(to parameter: ParameterHandle) -> Contribution? {
    let i = store.index(parameter)
    guard store.rows[i].isTrainable else { return nil }
    if let rehearsal { return rehearsal.contribution(to: i, count: store.rows[i].shape.count) }
    let accumulate = store.rows[i].hasFreshGradient
    store.rows[i].hasFreshGradient = true
    store.rows[i].hasNewContribution = true
    return Contribution(floats: store.gradient(i), accumulate: accumulate)
  }

  /// Adds row `i` of `rows` to the gradient of row `ids[i]` of a table, for every i.
  ///
  /// **Shapes.** `ids` [n], `rows` [n, width].
  ///
  /// - Parameter excluded: an id that gets no gradient, such as a padding row.
  public mutating func touch(
    _ table: ParameterHandle, ids: Indices, rows: Floats, excluding excluded: Int32? = nil
  ) {
    let i = store.index(table)
    guard store.rows[i].isTrainable else { return }
    guard let place = store.rows[i].table else {
      fatalError("The parameter '\(store.labels[i].name)' is dense and has no touched rows.")
    }
    let scratch = indices.arena(with: Tables.scratchCount(ids: ids.count))
    if let rehearsal {
      return rehearsal.touch(i, store.rows[i].shape, ids: ids.count, scratch)
    }
    if !store.rows[i].hasFreshGradient { store.tables.clear(place) }
    store.rows[i].hasFreshGradient = true
    store.rows[i].hasNewContribution = true
    store.tables.add(
      rows, ids: ids, to: place, excluding: excluded, scratch: scratch, engine: engine)
  }

  /// The kind of update that a parameter gets, which decides how its gradient is handed over.
  public func updates(of parameter: ParameterHandle) -> UpdateKind {
    store.rows[store.index(parameter)].updates
  }
}
