import SluiceCore
import SluiceModels
import SluiceProcesses

extension TrainingJob {
  /// The memory of a training of a model whose parameters are known and have no memory yet: all of it, and that of a step.
  ///
  /// - Throws: `ModelError` if it is more than can be had.
  func plan(
    of model: Model, _ largest: LargestBatches<Batches.Batch>, _ parameters: borrowing Parameters,
    sharing shards: ShardPlan? = nil
  ) throws(ModelError) -> (memory: MemoryPlan, step: TapePlan) {
    // Parameters that are too large by themselves are not worth recording a step.
    try memoryPlan(for: parameters, TapePlan(), sharing: shards).check(advice: memoryAdvice)
    let step = stepPlan(of: model, largest, parameters)
    let memory = memoryPlan(for: parameters, step, sharing: shards)
    try memory.check(advice: memoryAdvice)
    return (memory, step)
  }

  /// What the largest batches take, found by recording their losses without computing.
  func stepPlan(
    of model: Model, _ largest: LargestBatches<Batches.Batch>, _ parameters: borrowing Parameters
  ) -> TapePlan {
    var plan = TapePlan()
    // The first shard is as large as any that can be: others have as many streams, or fewer.
    let count = settings.shards ?? 1
    let widest = (count - 1) / 2
    let before =
      count == 1 ? makeState(for: model) : makeState(for: model, part: widest, of: count)
    var after = before
    for batch in largest.training {
      plan = plan.combined(
        with: Tape.plan(for: parameters) { tape in
          loss(of: batch, by: model, from: before, to: &after, &tape).root(&tape)
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
    for parameters: borrowing Parameters, _ step: TapePlan, sharing shards: ShardPlan? = nil
  ) -> MemoryPlan {
    var plan = MemoryPlan(for: parameters)
    let column = plan.entries[0].bytes / MemoryLayout<Float>.stride
    for _ in 0..<settings.optimizer.accumulatorCount { plan.add("accumulators", floats: column) }
    plan.add(Self.stepPurpose, floats: step.byteCount / MemoryLayout<Float>.stride)
    // The rows of all shards may be different ones. They lie with the parameters, and in each sum that is put aside.
    let rows = step.tableGradients * (shards.map { $0.shards * ($0.placeCount + 2) } ?? 1)
    if rows > 0 { plan.add("gradients of the rows that occur", floats: rows) }
    if let shards {
      let places = shards.placeCount + (shards.own.count < shards.shards ? 1 : 0)
      plan.add("gradients of shards", floats: places * parameters.denseCount)
    }
    plan.add("last good values", floats: column)
    if dataMemory > 0 {
      plan.add("reading the data, and counting them before", floats: dataMemory / MemoryLayout<Float>.stride)
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
    plan = job.memoryPlan(for: parameters, step, sharing: shards?.sum.plan)
    return plan
  }
}
