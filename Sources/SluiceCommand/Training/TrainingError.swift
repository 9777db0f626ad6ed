import Sluice

/// A training that cannot go on because its numbers are not finite any more.
struct TrainingError: Error, CustomStringConvertible {
  /// What is not finite.
  enum Cause: Equatable, Sendable {
    case loss
    /// The loss is finite still.
    case gradient
    /// What an epoch ends with: a figure of the validation part, such as its loss.
    case validation(String)
    /// A weight, though the figures of the validation part are finite: no word of it may have read that weight.
    case weight

    var text: String {
      switch self {
      case .loss: "the loss is not a finite number"
      case .gradient: "the gradient is not finite"
      case .validation(let figure): "the validation \(figure) is not a finite number"
      case .weight: "a weight is not a finite number"
      }
    }
  }

  let step: Int
  let epoch: Int
  let cause: Cause
  /// Where the step's first number that is not finite came about.
  let origin: NonFinite?
  /// What the run's folder keeps.
  let kept: String
  let directory: RunDirectory
  /// What to try, from the settings that were used.
  let advice: String

  var description: String {
    let place = origin.map { "the first number that is not finite: \($0)" } ?? "its origin was not found"
    return "\(cause.text) at step \(step) (epoch \(epoch)); \(place). "
      + "\(ScreenText.path(directory.path)) keeps \(kept). \(advice)"
  }
}

extension TrainingJournal {
  /// The error for numbers that are not finite, after the log is written and a good model is kept: the best one that was
  /// saved or, before there is one, the last good values.
  ///
  /// - Parameters:
  ///   - cause: what an epoch's end has found; nil if it is the step's loss or gradient.
  ///   - origin: the first number that is not finite, found by running the step again.
  ///   - monitor: what saw the step.
  ///   - bestEpoch: the epoch after which the saved model was saved; nil before the first.
  ///   - description: what is saved beside the last good values.
  func failure(
    cause: TrainingError.Cause? = nil, _ origin: NonFinite?, _ monitor: borrowing FlowMonitor,
    _ parameters: inout Parameters,
    _ lastGood: LastGoodValues, bestEpoch: Int?,
    _ description: some RunDescription, in directory: RunDirectory
  ) throws(StorageError) -> TrainingError {
    let cause = cause ?? (monitor.loss.last.isFinite ? .gradient : .loss)
    // Of a loss that is not finite the diagnosis has said so.
    if cause != .loss { try writeFinding(.nonFinite, at: origin, evidence: cause.text) }
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
      step: stepCount, epoch: epoch, cause: cause, origin: origin, kept: kept, directory: directory,
      advice: description.suspects.advice)
  }
}
