import SluiceCore
import SluiceFlow
import SluiceProcesses

// The step of a batch that is cut into shards. Each shard has a forward and a backward pass of its own, on the memory of one; the sum
// of their gradients is the batch's, and all that follows is as for a batch that is not cut.
//
//   pass        reads                              writes
//   ──────────  ─────────────────────────────────  ───────────────────────────────────────
//   cut         the batch                          the shard's ids
//   forward     values, ids, what the shard        activations; what the shard carries on;
//               carries                            its record
//   backward    operations, activations            gradients, touched rows
//   put aside   gradients, touched rows            a place of the sum
//   add         two places                         the left one
//   records     this process's                     those of all
//   exchange    places, those of other processes   gradients, touched rows: of the batch
extension Trainer {
  /// The step after its rows were settled.
  mutating func advanceInShards() throws(ProcessError) -> StepReport<Job.Figures> {
    guard let sum = shards?.sum else { fatalError("There are no shards.") }
    let plan = sum.plan
    let step = tape.step &+ 1
    var next = 0
    // All of this process but its last shard, which for the leader is the first of all: that is the one the flow is watched in.
    while next < plan.computing.count, !isLast(plan.computing[next], plan) {
      switch plan.computing[next] {
      case .compute(let shard, let place):
        let recorded = record(shard, step: step)
        goBack(recorded, shard, to: place, sum)
      case .add(let right, let left): sum.add(right, to: left, parameters.engine)
      case .send, .receive: break
      }
      next += 1
    }
    let last = plan.own.isEmpty ? nil : record(plan.own.lowerBound, step: step)
    if plan.own.isEmpty { begin(plan.own.lowerBound, step: step) }
    try shards?.exchangeRecords(processes)
    let whole = shards?.whole ?? Shards<Job>.Record()
    monitor.observeForward(tape, loss: whole.mean, ofTape: last?.mean ?? whole.mean)
    let isSpike = isSpike(whole.mean)
    if !isSpike, whole.mean.isFinite {
      lastGood.keep(&parameters, of: &optimizer)
      while next < plan.computing.count {
        switch plan.computing[next] {
        case .compute(let shard, let place): goBack(last, shard, to: place, sum)
        case .add(let right, let left): sum.add(right, to: left, parameters.engine)
        case .send, .receive: break
        }
        next += 1
      }
      try sum.exchange(processes, &parameters)
      update()
    }
    return report(whole.mean, whole.count, whole.figures, isSpike: isSpike)
  }

  private func isLast(_ operation: ShardPlan.Operation, _ plan: ShardPlan) -> Bool {
    if case .compute(plan.own.lowerBound, _) = operation { return true }
    return false
  }

  /// Lets the tape begin a shard of the step.
  private mutating func begin(_ shard: Int, step: UInt64) {
    tape.reset()
    // However many shards were recorded before: masks are those of the step and the shard.
    tape.step = step
    tape.shard = shard
  }

  /// The forward pass of a shard; nil for one without examples.
  private mutating func record(_ shard: Int, step: UInt64) -> StepLoss<Job.Figures>? {
    guard let plan = shards?.sum.plan else { return nil }
    begin(shard, step: step)
    let isWhole = plan.shards == 1
    let part = isWhole ? nil : batches.cut(batch, part: shard, of: plan.shards, into: &self.shard)
    let i = shard - plan.own.lowerBound
    if let part, part.count == 0 {
      // It carries nothing on that was not there before.
      after[i] = before[i]
      shards?.records[shard] = Shards<Job>.Record()
      return nil
    }
    var recorded =
      isWhole
      ? job.loss(of: batch, by: model, from: before[i], to: &after[i], &tape)
      : job.loss(of: self.shard, by: model, from: before[i], to: &after[i], &tape)
    shards?.records[shard].mean = recorded.mean
    shards?.records[shard].count = recorded.count
    shards?.records[shard].figures = recorded.figures
    if let part { recorded.scale *= part.weight }
    return recorded
  }

  /// The backward pass of a shard whose loss was recorded last, into a place of the sum.
  private mutating func goBack(
    _ recorded: StepLoss<Job.Figures>?, _ shard: Int, to place: Int, _ sum: GradientSum
  ) {
    guard let recorded else { return sum.putZero(at: place) }
    tape.backward(from: recorded.root(&tape), into: &parameters)
    sum.put(&parameters, at: place)
  }

  /// Runs the shards of this process again, from the first on, up to one with a number that is not finite.
  mutating func locateInShards() -> NonFinite? {
    guard let plan = shards?.sum.plan else { return nil }
    let step = tape.step
    for shard in plan.own {
      guard let recorded = record(shard, step: step) else { continue }
      if let found = tape.firstNonFinite(from: recorded.root(&tape), into: &parameters) { return found }
    }
    return nil
  }
}
