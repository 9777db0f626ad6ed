extension Tape {
  /// The first parameter or, in the order they ran, the first operation of this step with a value that is
  /// not finite, or nil if all are finite.
  ///
  /// An operation whose input was not finite either comes after the one that made it, so the first one
  /// found is where it began. To be asked between the forward and the backward pass, which may use the memory for
  /// gradients. Allocates; meant for after a step has failed.
  public func firstNonFinite() -> NonFinite? {
    if let found = store.firstNonFinite() { return found }
    for i in 0..<operations.count where !operations[i].kind.onlyMoves {
      let operation = operation(i)
      for k in 0..<operation.inputs.count {
        let x = operation.inputs[k]
        if let element = firstNonFinite(values(of: x)) {
          return found(.input, values(of: x), element, shape(of: x), in: i)
        }
      }
      if let place = firstStep(of: i, isBackward: false) { return place }
      for k in 0..<operation.outputs.count {
        let y = operation.outputs[k]
        if let element = firstNonFinite(values(of: y)) {
          // Two directions write side by side into one tensor.
          for j in i + 1..<operations.count where writes(j, to: y) {
            if let place = firstStep(of: j, isBackward: false) { return place }
          }
          return found(.output, values(of: y), element, shape(of: y), in: i)
        }
      }
    }
    return nil
  }

  /// The first number of the gradient that is not finite, as the last backward pass left it: the operation nearest to the loss that
  /// gave one back. Nil if there is none, or if its memory was used again; `replay` finds it then.
  ///
  /// - Complexity: one look at every gradient of the step. Allocates; meant for after a step has failed.
  public func firstNonFiniteGradient() -> NonFinite? {
    for i in (0..<operations.count).reversed() {
      if let place = firstNonFiniteInputGradient(of: i) { return place }
    }
    return nil
  }

  /// Runs a failed step once more, looks at every operation forward and backward, and names the first number that is not
  /// finite; nil if there is none. The same as `rewind`, the forward pass and `firstNonFinite(from:into:)`.
  ///
  ///     let place = tape.replay(into: &parameters) { tape in loss(of: batch, &tape) }
  ///
  /// - Parameter step: the forward pass, with the same batch and, for a net that carries a state, the state from before it.
  ///   It returns the loss, of one element.
  public mutating func replay(
    into parameters: inout Parameters, _ step: (inout Tape) -> Tensor
  ) -> NonFinite? {
    rewind()
    let loss = step(&self)
    return firstNonFinite(from: loss, into: &parameters)
  }

  /// Forgets all tensors and operations and begins the step anew, with the same random masks.
  public mutating func rewind() {
    // `reset` counts one up again.
    if mode == .training { step &-= 1 }
    reset()
  }

  /// The first number of this step that is not finite: forward, or in a backward pass from `loss` that looks at what
  /// every operation gave back; nil if there is none.
  ///
  /// A backward pass overwrites what it needs no more, so after one the step has to be run again (`rewind`), and before anything
  /// is updated: then the parameters are as they were. Gradients are forgotten before and after.
  ///
  /// - Complexity: the backward pass, and one look at every tensor and gradient. Allocates.
  public mutating func firstNonFinite(
    from loss: Tensor, into parameters: inout Parameters
  ) -> NonFinite? {
    if let found = firstNonFinite() { return found }
    parameters.clearGradients()
    defer { parameters.clearGradients() }
    return backwardToNonFinite(from: loss, into: &parameters)
  }

  /// The backward pass as far as the first number that is not finite.
  private mutating func backwardToNonFinite(from loss: Tensor, into parameters: inout Parameters)
    -> NonFinite?
  {
    checkLoss(loss)
    checkOwn(parameters)
    contributionIgnoringNeed(to: loss).floats.fill(1)
    for row in store.rows.indices { store.rows[row].hasNewContribution = false }
    for i in (0..<operations.count).reversed() {
      let row = operations[i]
      unsafe row.kind.backward(UnsafeRawPointer(payloads.address + row.payload), &self)
      if let place = firstNonFiniteGradient(after: i) { return place }
    }
    return nil
  }

  /// Looks at what an operation gave back to its inputs.
  private func firstNonFiniteInputGradient(of i: Int) -> NonFinite? {
    let operation = operation(i)
    for k in 0..<operation.outputs.count where isReached(operation.outputs[k]) {
      if let place = firstStep(of: i, isBackward: true) { return place }
      break
    }
    for k in 0..<operation.inputs.count {
      let x = operation.inputs[k]
      guard let gradient = adjoint(of: x), let element = firstNonFinite(gradient) else { continue }
      return found(.inputGradient, gradient, element, shape(of: x), in: i)
    }
    return nil
  }

  /// Looks at what an operation gave back.
  private func firstNonFiniteGradient(after i: Int) -> NonFinite? {
    if let place = firstNonFiniteInputGradient(of: i) { return place }
    for p in store.rows.indices where store.rows[p].hasNewContribution {
      store.rows[p].hasNewContribution = false
      let (row, name) = (store.rows[p], store.labels[p].name)
      if let table = row.table {
        let touched = store.tables.touchedRows(table)
        guard let element = firstNonFinite(touched.rowGradients) else { continue }
        let width = row.shape.width
        return found(
          .parameterGradient, touched.rowGradients, element, row.shape, in: i, parameter: name,
          as: Int(touched.rowIDs[element / width]) * width + element % width)
      }
      let gradient = store.gradient(p)
      guard let element = firstNonFinite(gradient) else { continue }
      return found(.parameterGradient, gradient, element, row.shape, in: i, parameter: name)
    }
    return nil
  }

  /// Of a recurrent operation the first step, in the order of computing, whose numbers are not finite.
  private func firstStep(of i: Int, isBackward: Bool) -> NonFinite? {
    let row = operations[i]
    let payload = unsafe UnsafeRawPointer(payloads.address + row.payload)
    let found =
      unsafe isBackward ? row.kind.gradientsByTime(payload, self) : row.kind.valuesByTime(payload, self)
    guard let steps = found else { return nil }
    let layout = layout(of: steps.sequences)
    let (starts, order) = (indices(layout.stepStarts), indices(layout.order))
    let offsets = indices(layout.offsets)
    for k in 0..<layout.longest {
      let t = isBackward ? layout.longest - 1 - k : k
      for r in Int(starts[t])..<Int(starts[t + 1]) {
        for c in 0..<steps.values.columns where !steps.values[r, c].isFinite {
          let sequence = Int(order[r - Int(starts[t])])
          let length = Int(offsets[sequence + 1] - offsets[sequence])
          let place = steps.readsRightToLeft ? length - 1 - t : t
          let (part, unit) = part(of: i, row: r, column: c)
          return NonFinite(
            isBackward ? .inputGradient : .output, source: function(of: i), layer: store.name(of: row.layer),
            run: run(of: i),
            step: SequenceStep(step: place, sequence: sequence), part: part, element: unit,
            shape: Shape(steps.values.columns), value: steps.values[r, c])
        }
      }
    }
    return nil
  }

  /// The gate to which a column belongs and the unit in it.
  private func part(of i: Int, row: Int, column: Int) -> (name: String?, unit: Int) {
    let views = activations(i)
    guard views.count > 0, views[0].values.columns > 0 else { return (nil, column) }
    let units = views[0].values.columns
    let k = column / units
    return k < views.count ? ("\(views[k].name)", column % units) : (nil, column)
  }

  private func found(
    _ origin: NonFinite.Origin, _ floats: Floats, _ element: Int, _ shape: Shape, in i: Int,
    parameter: String? = nil, as place: Int? = nil
  ) -> NonFinite {
    let row = operations[i]
    return NonFinite(
      origin, source: function(of: i), parameter: parameter, layer: store.name(of: row.layer),
      run: run(of: i),
      step: row.time?.step(of: origin == .parameterGradient ? nil : element / max(shape.width, 1), self),
      element: place ?? element, shape: shape, value: floats[element])
  }

  private func writes(_ i: Int, to tensor: Tensor) -> Bool {
    let outputs = operation(i).outputs
    return (0..<outputs.count).contains { outputs[$0] == tensor }
  }

  /// Which of the operations of its kind and layer it is, from 1.
  private func run(of i: Int) -> Int {
    let row = operations[i]
    if row.time != nil { return 1 }
    var run = 1
    for j in 0..<i where operations[j].layer == row.layer && operations[j].kind == row.kind { run += 1 }
    return run
  }

  private func function(of i: Int) -> String {
    let row = operations[i]
    return unsafe "\(row.kind.function(UnsafeRawPointer(payloads.address + row.payload)))"
  }

  private func firstNonFinite(_ floats: Floats) -> Int? { engine.firstNonFinite(floats) }
}

extension Parameters {
  /// The first parameter with a value that is not finite, or nil if all are finite.
  ///
  /// - Complexity: O(elements), in one pass. Allocates nothing where all are finite.
  public func firstNonFinite() -> NonFinite? { store.firstNonFinite() }
}

extension ParameterStore {
  fileprivate func firstNonFinite() -> NonFinite? {
    for i in rows.indices {
      // Of bytes only the scales can be anything but finite.
      if case .bytes(let bytes) = fixed?.sources[i], engine.firstNonFinite(bytes.scales) == nil { continue }
      if let element = engine.firstNonFinite(values(i)) {
        return NonFinite(
          .parameter, source: labels[i].name, layer: name(of: labels[i].layer), element: element,
          shape: rows[i].shape, value: values(i)[element])
      }
    }
    return nil
  }
}

extension Engine {
  fileprivate func firstNonFinite(_ floats: Floats) -> Int? {
    if statistics(floats).nonFinite == 0 { return nil }
    return (0..<floats.count).first { !floats[$0].isFinite }
  }
}

/// The time step that operations belong to while a cell is run step by step. Their rows are the sequences alive, by
/// decreasing length.
public struct OperationTime: Sendable, BitwiseCopyable {
  let sequences: SequencesHandle
  let count: Int
  let readsRightToLeft: Bool

  /// The `count`-th step, from 0, in the order of reading.
  public init(_ count: Int, of sequences: SequencesHandle, readsRightToLeft: Bool = false) {
    self.sequences = sequences
    self.count = count
    self.readsRightToLeft = readsRightToLeft
  }

  /// The step of the sequence that has this row, nil for one that is no row of the step.
  fileprivate func step(of row: Int?, _ tape: borrowing Tape) -> SequenceStep {
    let layout = tape.layout(of: sequences)
    let alive = Int(tape.indices(layout.alive)[count])
    guard let row, row < alive else { return SequenceStep(step: count, sequence: nil) }
    let sequence = Int(tape.indices(layout.order)[row])
    let offsets = tape.indices(layout.offsets)
    let length = Int(offsets[sequence + 1] - offsets[sequence])
    return SequenceStep(step: readsRightToLeft ? length - 1 - count : count, sequence: sequence)
  }
}
