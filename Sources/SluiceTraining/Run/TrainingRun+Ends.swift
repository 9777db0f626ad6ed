import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceStorage

// How a training ends: at its end or before, by numbers that are not finite, or by a folder that cannot be written.
extension TrainingRun {
  /// Writes what ends a run.
  mutating func conclude(_ end: TrainingEnd) throws -> TrainingOutcome<Job> {
    do throws(StorageError) {
      try journal.summarize(
        job, best: record.result?.measure, test: record.testResult?.measure, interrupted: end != .finished)
      if folder.hasSaved { try folder.writeFlowChart(trainer.monitor.gradients.chart().svg()) }
      // Last: a training that is killed before can go on to its end.
      if end == .finished { folder.removeCheckpoints() }
      try folder.close()
    } catch {
      throw stored(error)
    }
    let outcome = TrainingOutcome<Job>(
      end: end, path: folder.directory.path, best: record.result, test: record.testResult, kept: kept,
      canResume: folder.hasCheckpoint, flow: trainer.monitor.gradients,
      diagnosis: trainer.monitor.diagnosis, problem: nil,
      epochs: isInEpoch ? journal.epoch - 1 : journal.epoch)
    try trainer.lead(.end, end.code)
    try tell(.ended(outcome))
    return outcome
  }

  /// The error for numbers that are not finite, after the log is written and a good model is kept: the best one that was
  /// saved or, where there is none and no earlier run, the last good values.
  ///
  /// - Parameters:
  ///   - cause: what an epoch's end has found; nil if it is the step's loss or gradient.
  ///   - origin: the first number that is not finite.
  mutating func failure(
    cause: TrainingError.Cause? = nil, at found: FoundNonFinite?
  ) throws -> TrainingError {
    let cause = cause ?? (trainer.monitor.loss.last.isFinite ? .gradient : .loss)
    trainer.monitor.report(
      cause == .spike ? .spike : .nonFinite, place: found?.place ?? "",
      evidence: found?.text ?? cause.text)
    try journal.passOnFindings(of: trainer.monitor.diagnosis) { _ in }
    if !folder.hasSaved, !folder.hasEarlierRun, trainer.lastGood.step > 0 {
      trainer.restoreLastGood()
      try save(keepsOptimizer: false)
    }
    let kept =
      record.result == nil && folder.hasSaved
      ? "the model as it was at step \(trainer.lastGood.step)" : self.kept
    try journal.flush()
    // To go on from a checkpoint would lead to the same numbers.
    folder.removeCheckpoints()
    folder.abandon()
    return TrainingError(
      step: journal.stepCount, epoch: journal.epoch, cause: cause, origin: found?.number,
      place: found.map { $0.rank == 0 ? $0.text : "in process \($0.rank), \($0.text)" }, kept: kept,
      path: folder.directory.path, advice: job.overflowAdvice)
  }

  /// The error for a folder that could not be written, after a model is kept as far as that is possible.
  mutating func stored(_ error: StorageError) -> any Error {
    if record.result == nil { try? saveUnmeasured() }
    folder.abandon()
    return TrainingStorageError(cause: "\(error)", kept: kept, path: folder.directory.path)
  }

  /// What the folder keeps, in words.
  private var kept: String {
    // After a kill the saved model may be from after the checkpoint.
    let saved = folder.hasSaved ? try? folder.directory.readDescription(RunRecord<Job>.self).result : nil
    if let result = saved ?? record.result, folder.hasSaved { return "the model after epoch \(result.epoch)" }
    if folder.hasSaved { return "the model after step \(journal.stepCount), which was not measured" }
    return folder.hasEarlierRun
      ? "the model of the earlier training" : "no model, for nothing was learned yet"
  }
}
