/// What a step takes of a tape's memory.
public struct TapePlan: Equatable, Sendable {
  /// The floats of activations and of what operations keep; adjoints take as many again.
  public var floats: Int
  /// The indices: of rows, sequences, labels.
  public var indices: Int
  /// The rows of the longest of the tape's tables: tensors, operations, layouts of sequences.
  public var rows: Int
  /// The bytes of what the operations remember.
  public var payload: Int
  /// The floats of the gradients of tables, of the rows that occur. They lie beside the tables, not in the tape.
  public var tableGradients: Int

  /// A plan by its parts, by default for nothing.
  public init(floats: Int = 0, indices: Int = 0, rows: Int = 0, payload: Int = 0, tableGradients: Int = 0) {
    self.floats = floats
    self.indices = indices
    self.rows = rows
    self.payload = payload
    self.tableGradients = tableGradients
  }

  /// What is enough for either of two steps.
  public func combined(with other: TapePlan) -> TapePlan {
    TapePlan(
      floats: max(floats, other.floats), indices: max(indices, other.indices), rows: max(rows, other.rows),
      payload: max(payload, other.payload), tableGradients: max(tableGradients, other.tableGradients))
  }

  /// The bytes of the tape's memory.
  public var byteCount: Int { (2 * floats + indices) * 4 + rows * TapeRoom.rowBytes + payload }

  /// Whether a step of `other` fits.
  func holds(_ other: TapePlan) -> Bool {
    other.floats <= floats && other.indices <= indices && other.rows <= rows && other.payload <= payload
  }
}

extension Tape {
  /// What a step will take, found by recording it without computing.
  ///
  ///     let plan = Tape.plan(for: parameters) { tape in loss(of: largestBatch, &tape) }
  ///     var tape = Tape(for: parameters, plan: plan)
  ///
  /// Operations reserve their memory and are recorded, forward and, in training mode, backward; kernels do nothing, so it takes
  /// milliseconds. All values that operations compute read as 0, and so do parameters, whose memory is not touched: parameters may
  /// still be added afterwards. Gradients, random streams and the parameters' marks stay as they are.
  ///
  /// Code that decides by *values* what to record decides by zeros here. Where more would be taken at other values,
  /// it asks `Tape.isPlanning` and records the most.
  ///
  /// - Parameters:
  ///   - mode: `.training` for forward and backward, `.evaluation` for forward alone.
  ///   - step: records a step and returns what the backward pass begins at. It may reset the tape between several steps; the
  ///     plan is then enough for each.
  /// - Complexity: that of recording; takes address space for the largest tensor, and memory for what `step` itself writes.
  public static func plan<Failure: Error>(
    for parameters: borrowing Parameters, mode: Mode = .training,
    _ step: (inout Tape) throws(Failure) -> Tensor
  ) throws(Failure) -> TapePlan {
    var tape = Tape(
      parameters.store, .rehearsal, mode, Rehearsal(Engine(planningFor: parameters.engine)))
    tape.reset()
    let root = try step(&tape)
    if mode == .training {
      tape.beginBackward()
      tape.contributionIgnoringNeed(to: root).floats.fill(0)
      tape.runOperationsBackward()
    }
    return tape.seen.combined(with: tape.use)
  }

  /// Whether what is recorded is only counted, so that all values are 0; see `plan(for:mode:_:)`.
  public var isPlanning: Bool { rehearsal != nil }

  /// What the current step has taken so far.
  public var use: TapePlan {
    TapePlan(
      floats: values.used, indices: indices.used,
      rows: max(tensors.count, operations.count, layouts.count), payload: payloadsUsed,
      tableGradients: rehearsal?.tableGradients ?? 0)
  }

  /// The most that a step has taken, this one included, since the tape was made or its plan was raised.
  public var largestUse: TapePlan { seen.combined(with: use) }

  /// Raises the plan to what the steps so far have taken. To be asked after a step.
  ///
  /// - Returns: the new plan if a step took more than the old one; nil if none did, or there was no plan.
  /// - Complexity: O(1); allocates nothing.
  public mutating func raisePlan() -> TapePlan? {
    guard let plan, !plan.holds(largestUse) else { return nil }
    let raised = plan.combined(with: largestUse)
    self.plan = raised
    return raised
  }
}
