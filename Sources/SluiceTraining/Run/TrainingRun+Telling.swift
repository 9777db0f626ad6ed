import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceStorage

// What is told of a training while it runs.
extension TrainingRun {
  mutating func tell(_ event: TrainingEvent<Job>) throws {
    if try observe(event) == .stop { isStopped = true }
  }

  /// Takes note of memory beyond the plan.
  mutating func tellGrowth() throws {
    guard let plan = trainer.raisePlan() else { return }
    try journal.writePlan(plan)
    try tell(
      .note(
        "a batch took more memory than was planned for the largest; the plan is now "
          + "\(MemoryPlan.readable(plan.bytes))"))
  }

  /// Says what the training begins from.
  mutating func tellStart() throws {
    if let takenOver, let origin = record.from {
      try journal.writeStart(takenOver.what, from: origin)
      try tell(.tookOver(takenOver.what, text: takenOver.text))
    }
    if let givenVectors, let origin = record.vectors {
      try journal.writeVectors(givenVectors.taken, of: givenVectors.count, from: origin)
      try tell(
        .note(
          "vectors of \(grouped(givenVectors.taken)) of \(grouped(givenVectors.count)) words from "
            + "\(ScreenText.path(origin.path)); the other \(grouped(givenVectors.count - givenVectors.taken)) begin with random ones"
        ))
    }
  }

  mutating func tellFindings() throws {
    guard trainer.monitor.isObserving || !trainer.monitor.isFinite else { return }
    var decision = TrainingDecision.goOn
    try journal.tellFindings(trainer.monitor.diagnosis) { [observe] event in
      if try observe(event) == .stop { decision = .stop }
    }
    if decision == .stop { isStopped = true }
  }

  var overview: TrainingOverview {
    TrainingOverview(
      parameterTable: trainer.parameterTable, parameterCount: trainer.parameters.elementCount,
      plan: trainer.plan, optimizer: job.settings.optimizer.headline,
      machine: MachineDescription(trainer.parameters.engine), seed: job.settings.seed)
  }
}
