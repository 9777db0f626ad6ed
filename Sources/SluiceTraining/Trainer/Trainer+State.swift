import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceOptimizers
import SluiceStorage

/// A trainer saved and put back goes on to the same bits: parameters, accumulators and what the steps carry are tensors, all else
/// is in the state.
extension Trainer: Checkpointed {
  public func write(to state: inout StateWriter) {
    state.write(tape.step)
    state.write(batches.epoch)
    state.write(batches.cursor)
    // Where batches are not cut it is the same however many processes there are.
    if let shards, shards.count > 1 {
      // Of all shards, whoever has them: the next process that goes on with one may be another.
      state.write(each: processes.count == 1 ? ownCarried : shards.carried) { $0.write(bytes: $1) }
    } else {
      state.write(part: "carried", after[0])
    }
    state.write(part: "optimizer") { optimizer.write(to: &$0, parameters) }
    state.write(part: "monitor", monitor)
    state.write(lastGood.step)
    state.write(part: "spikes", spikes)
    state.write(skippedInARow)
    state.write(part: "plan", tape.plan ?? TapePlan())
    state.write(each: passedOver) { state, place in
      state.write(place.epoch)
      state.write(place.cursor)
    }
  }

  /// What the next step of each shard of this process goes on from.
  var ownCarried: [[UInt8]] {
    after.map { carried in
      var writer = StateWriter()
      carried.write(to: &writer)
      return writer.bytes
    }
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    tape.step = try state.readUInt64()
    let (epoch, cursor) = (try state.readInt(), try state.readInt())
    guard epoch >= 0, cursor >= 0 else {
      throw StateError(expected: "a place in the data", found: "epoch \(epoch), cursor \(cursor)")
    }
    batches.start(epoch: epoch, cursor: cursor)
    if let plan = shards?.sum.plan, plan.shards > 1 {
      let carried = try state.readList(plan.shards) {
        (state: inout StateReader) throws(StateError) in try state.readBytes()
      }
      for i in 0..<plan.own.count {
        var inside = StateReader(carried[plan.own.lowerBound + i])
        try after[i].restore(from: &inside)
        try inside.end(of: "carried")
      }
      shards?.carried = carried
    } else {
      try state.read(part: "carried", into: &after[0])
    }
    var inside = try state.read(part: "optimizer")
    try optimizer.restore(from: &inside, parameters)
    try inside.end(of: "optimizer")
    try state.read(part: "monitor", into: &monitor)
    lastGood.step = try state.readInt()
    try state.read(part: "spikes", into: &spikes)
    skippedInARow = try state.readInt()
    // What was said of memory beyond the plan is not said again.
    var step = TapePlan()
    try state.read(part: "plan", into: &step)
    step = step.combined(with: tape.plan ?? TapePlan())
    tape.plan = step
    plan = job.memoryPlan(for: parameters, step, shards: shards?.count)
    passedOver = try state.readList { (state: inout StateReader) throws(StateError) in
      BatchPlace(epoch: try state.readInt(), cursor: try state.readInt())
    }
  }

  /// The numbers that a checkpoint holds beside the state, each under a name of its own: the values of all parameters, the optimizer's
  /// accumulators, and the last good values. Views where they lie. Rows of exact tables stay as they are, and what they are owed is in the
  /// state: a checkpoint changes nothing of the training.
  package var stateTensors: [(name: String, shape: [Int], values: Floats)] {
    var tensors: [(name: String, shape: [Int], values: Floats)] = []
    for accumulator in optimizer.unsettledAccumulatorTensors(parameters) {
      tensors.append(("accumulators/\(accumulator.name)", accumulator.shape.array, accumulator.values))
    }
    for handle in parameters.handles {
      let row = parameters[handle]
      tensors.append(("values/\(row.name)", row.shape.array, parameters.values(of: handle)))
      tensors.append(("last good/\(row.name)", row.shape.array, lastGood.values(of: handle)))
    }
    return tensors
  }
}

extension Trainer {
  /// What a model is saved as: all parameters, some with the values of `TrainingJob.refittedParts`. Views where they lie.
  var savedTensors: [NamedTensor] {
    let saved = job.refittedParts?.saved ?? [:]
    return parameters.namedTensors.map { tensor in
      saved[tensor.name].map { NamedTensor(tensor.name, shape: tensor.shape, $0) } ?? tensor
    }
  }
}

extension TapePlan: Checkpointed {
  public func write(to state: inout StateWriter) {
    for count in [floats, indices, rows, payload, tableGradients] { state.write(count) }
  }
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    let plan = TapePlan(
      floats: try state.readInt(), indices: try state.readInt(), rows: try state.readInt(),
      payload: try state.readInt(), tableGradients: try state.readInt())
    // Some exabytes are damage.
    for count in [plan.floats, plan.indices, plan.rows, plan.payload, plan.tableGradients]
    where count < 0 || count > 1 << 48 {
      throw StateError(expected: "a plan of memory", found: "a count of \(count)")
    }
    self = plan
  }
}

extension NoState: Checkpointed {
  public func write(to state: inout StateWriter) {}
  public mutating func restore(from state: inout StateReader) throws(StateError) {}
}

/// What is dropped derives from the tape's step: nothing is carried.
extension UnknownDropout: Checkpointed {
  public func write(to state: inout StateWriter) {}
  public mutating func restore(from state: inout StateReader) throws(StateError) {}
}
