import Sluice

/// A schedule as it is asked for: without a number of steps it runs over the whole training.
enum ScheduleSetting: Codable, Equatable, Sendable {
  case constant
  case linear(steps: Int?)
  case cosine(steps: Int?)
  case step(every: Int, factor: Float)
  case exponential(factor: Float)
  case plateau(fall: Float, patience: Int)
  /// Half as much after an epoch whose perplexity is not lower than the one before by more than 1.
  case halving

  static let forms =
    "constant, linear[:STEPS], cosine[:STEPS], step:EVERY[:FACTOR], exponential:FACTOR, plateau[:FACTOR[:PATIENCE]], halving"

  /// The schedule that a text names, or nil if it names none.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let numbers = parts.dropFirst().map { Float($0) }
    guard numbers.allSatisfy({ $0?.isFinite == true }) else { return nil }
    func factor(_ i: Int, usual: Float) -> Float? {
      let factor = i < numbers.count ? numbers[i] : usual
      return factor.flatMap { $0 > 0 && $0 <= 1 ? $0 : nil }
    }
    func count(_ i: Int, atLeast least: Int) -> Int? {
      parts.count > i + 1 ? Int(parts[i + 1]).flatMap { $0 >= least ? $0 : nil } : nil
    }
    switch (parts[0], numbers.count) {
    case ("constant", 0): self = .constant
    case ("halving", 0): self = .halving
    case ("linear", 0): self = .linear(steps: nil)
    case ("cosine", 0): self = .cosine(steps: nil)
    case ("linear", 1):
      guard let steps = count(0, atLeast: 1) else { return nil }
      self = .linear(steps: steps)
    case ("cosine", 1):
      guard let steps = count(0, atLeast: 1) else { return nil }
      self = .cosine(steps: steps)
    case ("step", 1...2):
      guard let every = count(0, atLeast: 1), let factor = factor(1, usual: 0.5) else { return nil }
      self = .step(every: every, factor: factor)
    case ("exponential", 1):
      guard let factor = factor(0, usual: 1) else { return nil }
      self = .exponential(factor: factor)
    case ("plateau", 0...2):
      let patience = numbers.count == 2 ? count(1, atLeast: 0) : 0
      guard let fall = factor(0, usual: 0.5), let patience else { return nil }
      self = .plateau(fall: fall, patience: patience)
    default: return nil
    }
  }

  /// The text that names it.
  var text: String {
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
  func schedule(plannedSteps: Int, warmUpSteps: Int) -> Schedule {
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
