import Sluice

/// A training that cannot go on because its loss is no finite number any more.
struct TrainingError: Error, CustomStringConvertible {
  let step: Int
  let epoch: Int
  /// The first operation or parameter whose values are not finite.
  let origin: NonFinite?
  /// What the run's folder keeps.
  let kept: String
  let directory: RunDirectory

  var description: String {
    let cause = origin.map { "the first number that is not finite: \($0)" } ?? "its origin was not found"
    return "the loss is not a finite number at step \(step) (epoch \(epoch)); \(cause). "
      + "\(directory.path) keeps \(kept). Try a smaller learning rate."
  }
}

extension TrainingJournal {
  /// The error for a loss that is not finite, after the log is written and a good model is kept: the best one that was saved or,
  /// before there is one, the last good values.
  ///
  /// - Parameters:
  ///   - tape: that of the step, from which the origin is read.
  ///   - bestEpoch: the epoch after which the saved model was saved; nil before the first.
  ///   - description: what is saved beside the last good values.
  func failure(
    _ tape: borrowing Tape, _ parameters: inout Parameters, _ lastGood: LastGoodValues, bestEpoch: Int?,
    _ description: some RunDescription, in directory: RunDirectory
  ) throws(StorageError) -> TrainingError {
    let origin = tape.firstNonFinite()
    let kept: String
    if let bestEpoch {
      kept = "the model after epoch \(bestEpoch)"
    } else {
      lastGood.restore(&parameters)
      try directory.save(parameters, description)
      kept = "the model as it was at step \(lastGood.step)"
    }
    try flush()
    return TrainingError(step: stepCount, epoch: epoch, origin: origin, kept: kept, directory: directory)
  }
}
