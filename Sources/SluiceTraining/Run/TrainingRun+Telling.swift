import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceStorage
import SluiceText

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

  /// Looks at the data before the first step: whether the validation part is in the training part already.
  mutating func lookAtData() throws {
    guard let overlap = job.splitOverlap, overlap.isLeakage else { return }
    let example = overlap.example.map { ", such as \(ScreenText.quoted($0))" } ?? ""
    trainer.monitor.report(
      .leakage,
      evidence: "\(grouped(overlap.sharedCount)) of \(grouped(overlap.count)) examples to validate on "
        + "(\(percent(overlap.sharedShare))) are in the part to train on too, equal or nearly so\(example); of the part to "
        + "train on \(percent(overlap.repeatedShare)) are in it again")
    try passOnFindings()
  }

  /// Says that the training ends before its last epoch because none was better for long.
  mutating func tellPatience() throws {
    guard isPatienceOver, journal.epoch < job.settings.epochs, let best = record.result else { return }
    try tell(
      .note(
        "ends after epoch \(journal.epoch) of \(job.settings.epochs): none since epoch \(best.epoch) was better"
      ))
  }

  /// Says where a simpler method is better than the saved model.
  mutating func tellShortfall() throws {
    guard let best = record.result?.measure, let evidence = job.shortfall(of: best) else { return }
    trainer.monitor.report(.worseThanBaseline, evidence: evidence)
    try passOnFindings()
    // There is nothing left that could be stopped.
    (isStopped, stoppedOn) = (false, nil)
  }

  /// Logs and tells what is new of the findings, and stops where one is such that it was asked for.
  mutating func passOnFindings() throws {
    var decision = TrainingDecision.goOn
    var decisive: Finding?
    try journal.passOnFindings(of: trainer.monitor.diagnosis) { [observe, options] event in
      if try observe(event) == .stop { decision = .stop }
      if case .finding(let finding) = event, decisive == nil, options.stopOn?.includes(finding) == true {
        decisive = finding
      }
    }
    if let decisive { stoppedOn = stoppedOn ?? decisive }
    if decision == .stop || decisive != nil { isStopped = true }
  }

  var overview: TrainingOverview {
    TrainingOverview(
      parameterTable: trainer.parameterTable, parameterCount: trainer.parameters.elementCount,
      plan: trainer.plan, optimizer: job.settings.optimizer.headline,
      machine: MachineDescription(trainer.parameters.engine), seed: job.settings.seed)
  }
}
