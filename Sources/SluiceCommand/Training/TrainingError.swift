import Sluice

/// A training that cannot go on because its loss or its gradient is not finite any more.
struct TrainingError: Error, CustomStringConvertible {
  let step: Int
  let epoch: Int
  /// Whether it is the gradient, and the loss still finite.
  let isGradient: Bool
  /// Where the step's first number that is not finite came about.
  let origin: NonFinite?
  /// What the run's folder keeps.
  let kept: String
  let directory: RunDirectory

  var description: String {
    let cause = origin.map { "the first number that is not finite: \($0)" } ?? "its origin was not found"
    return "the \(isGradient ? "gradient is not finite" : "loss is not a finite number") at step \(step) "
      + "(epoch \(epoch)); \(cause). "
      + "\(directory.path) keeps \(kept). Try a smaller learning rate."
  }
}

extension TrainingJournal {
  /// The error for a loss or gradient that is not finite, after the log is written and a good model is kept: the best one that was saved or,
  /// before there is one, the last good values.
  ///
  /// - Parameters:
  ///   - origin: the first number that is not finite, found by running the step again.
  ///   - monitor: what saw the step.
  ///   - bestEpoch: the epoch after which the saved model was saved; nil before the first.
  ///   - description: what is saved beside the last good values.
  func failure(
    _ origin: NonFinite?, _ monitor: borrowing FlowMonitor, _ parameters: inout Parameters,
    _ lastGood: LastGoodValues, bestEpoch: Int?,
    _ description: some RunDescription, in directory: RunDirectory
  ) throws(StorageError) -> TrainingError {
    // Of a loss that is not finite the diagnosis has said so.
    let isGradient = monitor.loss.last.isFinite
    if isGradient { try writeFinding(.nonFinite, at: origin) }
    let kept: String
    if let bestEpoch {
      kept = "the model after epoch \(bestEpoch)"
    } else {
      lastGood.restore(&parameters)
      try directory.save(parameters, description)
      kept = "the model as it was at step \(lastGood.step)"
    }
    try flush()
    return TrainingError(
      step: stepCount, epoch: epoch, isGradient: isGradient, origin: origin, kept: kept, directory: directory)
  }
}
