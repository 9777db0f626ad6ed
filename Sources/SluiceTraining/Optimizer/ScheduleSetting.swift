import SluiceCore
import SluiceOptimizers

/// A schedule as it is asked for: without a number of steps it runs over the whole training.
public enum ScheduleSetting: Codable, Equatable, Sendable {
  /// The rate stays.
  case constant
  /// It falls to 0 on a line.
  case linear(steps: Int?)
  /// It falls to 0 along half a cosine.
  case cosine(steps: Int?)
  /// It is multiplied by `factor` after every so many steps.
  case step(every: Int, factor: Float)
  /// It is multiplied by `factor` after each step.
  case exponential(factor: Float)
  /// It is multiplied by `fall` after more than `patience` epochs without a better figure.
  case plateau(fall: Float, patience: Int)
  /// Half as much after an epoch whose perplexity is not lower than the one before by more than 1.
  case halving

  /// The texts that name schedules.
  public static let forms =
    "constant, linear[:STEPS], cosine[:STEPS], step:EVERY[:FACTOR], exponential:FACTOR, plateau[:FACTOR[:PATIENCE]], halving"

  /// Why a text names no schedule: what is expected of it.
  struct Misfit: Error, Equatable {
    let expectation: String
  }

  /// What may stand for each word of `forms`.
  package static let ranges =
    "STEPS and EVERY whole numbers from 1, PATIENCE one from 0, FACTOR above 0 and at most 1"

  /// The schedule that a text names, or nil if it names none.
  public init?(_ text: String) {
    guard let schedule = try? ScheduleSetting(parsing: text) else { return nil }
    self = schedule
  }

  /// The schedule that a text names.
  init(parsing text: String) throws(Misfit) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let form = Self.forms.parts(between: ", ").first { $0.prefix(while: \.isLetter) == parts[0] }
    guard let form else { throw Misfit(expectation: "one of \(Self.forms), with \(Self.ranges)") }
    func factor(_ i: Int, usual: Float) throws(Misfit) -> Float {
      guard parts.count > i else { return usual }
      guard let factor = Float(parts[i]), factor > 0, factor <= 1 else {
        throw Misfit(expectation: "a FACTOR above 0 and at most 1 in \(form)")
      }
      return factor
    }
    func count(_ i: Int, _ name: String, atLeast least: Int) throws(Misfit) -> Int {
      guard let count = Int(parts[i]), count >= least else {
        throw Misfit(expectation: "\(name) to be a whole number from \(least) to \(Int.max) in \(form)")
      }
      return count
    }
    switch (parts[0], parts.count - 1) {
    case ("constant", 0): self = .constant
    case ("halving", 0): self = .halving
    case ("linear", 0): self = .linear(steps: nil)
    case ("cosine", 0): self = .cosine(steps: nil)
    case ("linear", 1): self = .linear(steps: try count(1, "STEPS", atLeast: 1))
    case ("cosine", 1): self = .cosine(steps: try count(1, "STEPS", atLeast: 1))
    case ("step", 1...2):
      self = .step(every: try count(1, "EVERY", atLeast: 1), factor: try factor(2, usual: 0.5))
    case ("exponential", 1): self = .exponential(factor: try factor(1, usual: 1))
    case ("plateau", 0...2):
      self = .plateau(
        fall: try factor(1, usual: 0.5),
        patience: parts.count > 2 ? try count(2, "PATIENCE", atLeast: 0) : 0)
    default: throw Misfit(expectation: "the form \(form)")
    }
  }

  /// What is expected of a text that names no schedule; nil for one that does.
  package static func problem(_ text: String) -> String? {
    do {
      _ = try ScheduleSetting(parsing: text)
      return nil
    } catch {
      return error.expectation
    }
  }

  /// The text that names it.
  public var text: String {
    switch self {
    case .constant: "constant"
    case .linear(let steps): steps.map { "linear:\($0)" } ?? "linear"
    case .cosine(let steps): steps.map { "cosine:\($0)" } ?? "cosine"
    case .step(let every, let factor): "step:\(every):\(factor)"
    case .exponential(let factor): "exponential:\(factor)"
    case .plateau(let fall, let patience): "plateau:\(fall):\(patience)"
    case .halving: "halving"
    }
  }

  /// The schedule of a training of `plannedSteps`. A plateau watches the figure of the validation part that is to fall: a
  /// classifier's loss, a language model's perplexity, of an embedding of words the share not found.
  public func schedule(plannedSteps: Int, warmUpSteps: Int) -> Schedule {
    let rest = max(plannedSteps - warmUpSteps, 1)
    let shape: Schedule.Shape =
      switch self {
      case .constant: .constant
      case .linear(let steps): .linear(steps: steps ?? rest)
      case .cosine(let steps): .cosine(steps: steps ?? rest)
      case .step(let every, let factor): .step(every: every, factor: factor)
      case .exponential(let factor): .exponential(factor: factor)
      case .plateau(let fall, let patience):
        .plateau(Plateau(.relative(1e-4), fall: fall, patience: patience))
      case .halving: .plateau(.halving)
      }
    return Schedule(shape, warmUpSteps: warmUpSteps)
  }
}
