import SluiceCore

/// What of an optimizer changes as it goes, beside the accumulators, which are tensors (`accumulatorTensors`): the updates done, the
/// learning rates, the memory of a plateau, and what was counted of clipping.
///
/// The rows of tables have to be settled before it is written, which `accumulatorTensors` does.
extension Optimizer: Checkpointed {
  public func write(to state: inout StateWriter) {
    state.write(stepCount)
    state.write(scheduleStart)
    state.write(each: groups) { state, group in
      state.write(group.name)
      state.write(group.learningRate)
    }
    state.write(part: "schedule", schedule)
    state.write(part: "clipping", clippingStatistics)
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
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
      OptimizerRecord(stepCount: steps, schedule: schedule, groups: rates, parameters: []))
    scheduleStart = start
    try state.read(part: "clipping", into: &clippingStatistics)
  }
}

extension Schedule: Checkpointed {
  public func write(to state: inout StateWriter) {
    guard case .plateau(let plateau) = shape else { return }
    state.write(plateau.factor)
    state.write(plateau.reference) { $0.write($1) }
    state.write(plateau.waited)
  }

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
  public func write(to state: inout StateWriter) {
    for count in [stepCount, clippedCount, nonFiniteCount] { state.write(count) }
    state.write(lastNorm)
    state.write(norms)
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    stepCount = try state.readInt()
    clippedCount = try state.readInt()
    nonFiniteCount = try state.readInt()
    lastNorm = try state.readFloat()
    norms = try state.readFloats(norms.count)
  }
}
