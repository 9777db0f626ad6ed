import SluiceCore

/// What of an optimizer changes as it goes, beside the accumulators, which are tensors: the updates done, the learning rates, the memory of
/// a plateau, what was counted of clipping, and what rows of exact tables are owed.
///
/// It belongs to the numbers of the accumulators and tables as they are: take both without an update, or `settle`, in between.
extension Optimizer {
  /// Writes all of it.
  public func write(to state: inout StateWriter, _ parameters: borrowing Parameters) {
    expectOwn(parameters, "Optimizer, its state")
    state.write(stepCount)
    state.write(scheduleStart)
    state.write(each: groups) { state, group in
      state.write(group.name)
      state.write(group.learningRate)
    }
    state.write(part: "schedule", schedule)
    state.write(part: "clipping", clippingStatistics)
    parameters.writeMarks(to: &state)
    let first = firstOwedUpdate(parameters)
    for group in groups { group.history?.write(from: first, to: &state) }
  }

  /// The first update that a row of any table is still owed: the rates of earlier ones are of no use any more.
  private func firstOwedUpdate(_ parameters: borrowing Parameters) -> Int {
    var first = stepCount + 1
    for i in 0..<parameters.count {
      guard let rows = parameters.exactRowMarks(of: parameters.handle(at: i)) else { continue }
      for row in 0..<rows.marks.count where rows.marks[row] < rows.updateCount {
        first = min(first, rows.firstUpdate + Int(rows.marks[row]) + 1)
      }
    }
    return first
  }

  /// Puts back what `write` wrote.
  ///
  /// - Throws: `StateError` for the state of an optimizer with other groups, or an impossible one.
  public mutating func restore(
    from state: inout StateReader, _ parameters: borrowing Parameters
  ) throws(StateError) {
    expectOwn(parameters, "Optimizer, its state")
    let steps = try state.readInt()
    let start = try state.readInt()
    let rates = try state.readList(groups.count) { (state: inout StateReader) throws(StateError) in
      OptimizerRecord.Group(name: try state.readText(), learningRate: try state.readFloat())
    }
    guard rates.map(\.name) == groups.map(\.name), start >= 0, steps >= start, steps < Int32.max else {
      throw StateError(
        expected: "the groups \(groups.map(\.name))", found: "\(rates.map(\.name)) after \(steps) updates")
    }
    var schedule = schedule
    try state.read(part: "schedule", into: &schedule)
    takeOver(
      OptimizerRecord(stepCount: steps, schedule: schedule, groups: rates, parameters: []), parameters)
    scheduleStart = start
    try state.read(part: "clipping", into: &clippingStatistics)
    try parameters.restoreMarks(from: &state)
    for i in groups.indices { try groups[i].history?.restore(from: &state) }
  }
}

extension Schedule: Checkpointed {
  /// Writes what a schedule by plateaus has seen; others follow from the step.
  public func write(to state: inout StateWriter) {
    guard case .plateau(let plateau) = shape else { return }
    state.write(plateau.factor)
    state.write(plateau.reference) { $0.write($1) }
    state.write(plateau.waited)
  }

  /// Takes over what `write` of a schedule of the same shape wrote.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    guard case .plateau(var plateau) = shape else { return }
    plateau.factor = try state.readFloat()
    plateau.reference = try state.readOptional { (state: inout StateReader) throws(StateError) in
      try state.readDouble()
    }
    plateau.waited = try state.readInt()
    shape = .plateau(plateau)
    if let problem {
      throw StateError(expected: "a possible schedule", found: problem)
    }
  }
}

extension ClippingStatistics: Checkpointed {
  /// Writes the counts and norms.
  public func write(to state: inout StateWriter) {
    for count in [stepCount, clippedCount, nonFiniteCount] { state.write(count) }
    state.write(lastNorm)
    state.write(norms)
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    stepCount = try state.readInt()
    clippedCount = try state.readInt()
    nonFiniteCount = try state.readInt()
    lastNorm = try state.readFloat()
    norms = try state.readFloats(norms.count)
  }
}
