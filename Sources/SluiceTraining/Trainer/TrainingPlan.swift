import SluiceCore
import SluiceModels
import SluiceProcesses

extension TrainingJob {
  /// The memory of a training of a model whose parameters are known and have no memory yet: all of it, and that of a step.
  ///
  /// - Throws: `ModelError` if it is more than can be had.
  func plan(
    of model: Model, _ largest: LargestBatches<Batches.Batch>, _ parameters: borrowing Parameters,
    shards: Int? = nil
  ) throws(ModelError) -> (memory: MemoryPlan, step: TapePlan) {
    // Parameters that are too large by themselves are not worth recording a step.
    try memoryPlan(for: parameters, TapePlan(), shards: shards).check(advice: memoryAdvice)
    let step = stepPlan(of: model, largest, parameters)
    let memory = memoryPlan(for: parameters, step, shards: shards)
    try memory.check(advice: memoryAdvice)
    return (memory, step)
  }

  /// What the largest batches take, found by recording their losses without computing.
  func stepPlan(
    of model: Model, _ largest: LargestBatches<Batches.Batch>, _ parameters: borrowing Parameters
  ) -> TapePlan {
    var plan = TapePlan()
    let count = settings.shards ?? 1
    // No shard has more streams than the last.
    let before =
      count == 1 ? makeState(for: model) : makeState(for: model, part: count - 1, of: count)
    var after = before
    for batch in largest.training {
      plan = plan.combined(
        with: Tape.plan(for: parameters) { tape in
          var recorded = loss(of: batch, by: model, from: before, to: &after, &tape)
          // The loss of a shard has a weight, which is recorded too.
          if count > 1 { recorded.scale *= 0.5 }
          return recorded.root(&tape)
        })
    }
    for batch in largest.validation {
      plan = plan.combined(
        with: Tape.plan(for: parameters, mode: .evaluation) { tape in
          loss(of: batch, by: model, from: before, to: &after, &tape).loss
        })
    }
    return plan
  }

  /// All that a training takes, by purpose.
  ///
  /// - Parameter shards: how batches are cut; nil where they are not.
  func memoryPlan(
    for parameters: borrowing Parameters, _ step: TapePlan, shards: Int? = nil
  ) -> MemoryPlan {
    var plan = MemoryPlan(for: parameters)
    let column = plan.entries[0].bytes / MemoryLayout<Float>.stride
    for _ in 0..<settings.optimizer.accumulatorCount { plan.add("accumulators", floats: column) }
    plan.add(Self.stepPurpose, floats: step.byteCount / MemoryLayout<Float>.stride)
    // As for one process, so that the plan is the same for all numbers of them. The rows of all shards may be different ones; they lie
    // with the parameters, and in each sum that is put aside.
    let places = shards.map { ShardPlan(shards: $0).placeCount + 1 } ?? 0
    let rows = step.tableGradients * (shards ?? 1) * (1 + places)
    if rows > 0 { plan.add("gradients of the rows that occur", floats: rows) }
    if places > 0 { plan.add("gradients of shards", floats: places * parameters.denseCount) }
    plan.add("last good values", floats: column)
    if dataMemory > 0 {
      plan.add("reading the data, and counting them before", floats: dataMemory / MemoryLayout<Float>.stride)
    }
    if measureMemory > 0 {
      plan.add("measuring the validation part", floats: measureMemory / MemoryLayout<Float>.stride)
    }
    return plan
  }

  private static var stepPurpose: String { "activations and adjoints of the largest batch" }
}

extension Trainer {
  /// Raises the plan to what was taken since it was made, if that is more. To be asked between steps.
  ///
  /// - Returns: the new plan, of which `plan` is the same from now on; nil if no step took more.
  /// - Complexity: allocates only where there is a new plan.
  public mutating func raisePlan() -> MemoryPlan? {
    guard let step = tape.raisePlan() else { return nil }
    plan = job.memoryPlan(for: parameters, step, shards: shards?.count)
    return plan
  }
}
