import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceStorage

// Steps that would spoil the training: a loss that is a spike, or a number that is not finite.
extension TrainingRun {
  /// Does about a step that would spoil the training what was asked for.
  mutating func answerSpoiled(_ step: StepReport<Job.Figures>) throws {
    switch options.onSpike {
    // Without a policy no step is a spike.
    case .ignore, .stop: throw try failure()
    case .skip:
      trainer.skippedInARow += 1
      if trainer.skippedInARow > SpikePolicy.most { throw try failure() }
      try trainer.lead(.passOver)
      trainer.passOver()
      try journal.writeSpoiled("skipped", step)
      try tell(.note("passed over the batch of step \(step.number): \(spoiled(step))"))
    case .rollback: try rollBack(step)
    }
  }

  /// Goes back to the last checkpoint, and passes over the batch that has spoiled the training when it comes again.
  private mutating func rollBack(_ step: StepReport<Job.Figures>) throws {
    let passedOver = trainer.passedOver + [trainer.lastPlace]
    guard folder.hasCheckpoint, trainer.passedOver.count < SpikePolicy.most else {
      throw try failure()
    }
    let checkpoint = try Checkpoint<Job>(in: folder.directory.path)
    let saved = try checkpoint.restore(&trainer, &record)
    try checkpoint.restore(&journal, from: saved)
    try folder.cutLog(to: (checkpoint.header.logLength, checkpoint.header.eventsLength))
    // The checkpoint may be from before other ways back.
    trainer.passedOver = passedOver
    // Those of the step that went wrong would be added to.
    trainer.parameters.clearGradients()
    try trainer.lead(.share, 1)
    try trainer.share(isRestored: true)
    isInEpoch = checkpoint.header.isInEpoch
    try journal.writeSpoiled("rollback", step)
    try tell(
      .note(
        "went back from step \(step.number) to step \(journal.stepCount), and passes over its batch: \(spoiled(step))"
      ))
    try writeCheckpoint()
  }

  /// What was wrong with a step, in words.
  private func spoiled(_ step: StepReport<Job.Figures>) -> String {
    step.isSpike
      ? "a loss of \(step.loss) is a spike" : "a loss of \(step.loss), or its gradient, is not finite"
  }

  /// The error for a step that spoils the training: a spike, or the first number of it that is not finite.
  private mutating func failure() throws -> TrainingError {
    if trainer.monitor.isFinite { return try failure(cause: .spike, at: nil) }
    try trainer.lead(.locate)
    return try failure(at: trainer.locateTogether())
  }
}
