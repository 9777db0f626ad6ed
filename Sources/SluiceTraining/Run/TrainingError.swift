import SluiceCore

/// A training that cannot go on because its numbers are not finite any more.
public struct TrainingError: Error, CustomStringConvertible {
  /// What is not finite.
  public enum Cause: Equatable, Sendable {
    /// The loss of a step.
    case loss
    /// The loss is finite still.
    case gradient
    /// What an epoch ends with: a figure of the validation part, such as its loss.
    case validation(String)
    /// A weight, though the figures of the validation part are finite: no example of it may have read that weight.
    case weight
    /// The loss is finite, but far above those before it.
    case spike

    var text: String {
      switch self {
      case .loss: "the loss is not a finite number"
      case .gradient: "the gradient is not finite"
      case .validation(let figure): "the validation \(figure) is not a finite number"
      case .weight: "a weight is not a finite number"
      case .spike: "the loss is a spike, far above those before it,"
      }
    }
  }

  /// The number of the step, from 1.
  public let step: Int
  /// The number of the epoch, from 1.
  public let epoch: Int
  /// What is not finite.
  public let cause: Cause
  /// Where the step's first number that is not finite came about.
  public let origin: NonFinite?
  /// The same in words, and in which process where there are several.
  let place: String?
  /// What the run's folder keeps, in words.
  public let kept: String
  /// The folder of the run.
  public let path: String
  /// What to try, from the settings that were used.
  public let advice: String

  /// All of it in one line, with what to try.
  public var description: String {
    let place =
      cause == .spike
      ? ""
      : "; " + (place.map { "the first number that is not finite: \($0)" } ?? "its origin was not found")
    return "\(cause.text) at step \(step) (epoch \(epoch))\(place). "
      + "\(ScreenText.path(path)) keeps \(kept). \(advice)"
  }
}

/// A training that ended because its folder could not be written any more. What was trained is kept as far as it could be.
public struct TrainingStorageError: Error, CustomStringConvertible {
  /// Why the folder could not be written.
  public let cause: String
  /// What the run's folder keeps, in words.
  public let kept: String
  /// The folder of the run.
  public let path: String

  /// All of it in one line.
  public var description: String {
    "\(cause) The training has ended; \(ScreenText.path(path)) keeps \(kept)."
  }
}
