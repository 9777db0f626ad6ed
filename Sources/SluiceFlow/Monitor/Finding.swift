import SluiceCore

/// What can be wrong with a training.
public enum Ailment: String, Sendable, CaseIterable, Codable {
  /// The loss or an element of a gradient is infinite or not a number.
  case nonFinite = "non-finite"
  /// No gradient has ever come to a trained parameter.
  case noGradient = "no gradient"
  /// A weight's gradient is next to nothing beside that of the others.
  case blocked
  /// From layer to layer towards the input the gradient shrinks, a thousandfold in all.
  case vanishingDepth = "vanishing over depth"
  /// Far from the end of the sequences next to nothing is left of the gradient.
  case vanishingTime = "vanishing over time"
  /// The gradient's norm is far above its own usual size.
  case exploding
  /// Far from the end of the sequences the gradient is much larger than at the end.
  case explodingTime = "exploding over time"
  /// Most units of a ReLU are 0 for every example.
  case deadUnits = "dead units"
  /// Most values of an activation or a gate have lost their slope.
  case saturated = "saturated"
  /// The initial values are far below 1/√inputs.
  case weightsSmall = "weights too small"
  /// The initial values are far above 1/√inputs.
  case weightsLarge = "weights too large"
  /// A parameter does not change though it has a gradient, or is not trained.
  case frozen
  /// An update is as large as the weights, or larger.
  case rateTooHigh = "rate too high"
  /// No weight ever changed by a share of its size that matters.
  case rateTooLow = "rate too low"
  /// Gradients are not cleared between updates.
  case adding = "gradients add up"
  /// The first losses are above that of a model that knows nothing.
  case badStart = "loss high at the start"
  /// The loss is below what it can be.
  case belowLeast = "loss below its least value"
  /// The loss does not fall.
  case lossFlat = "loss flat"
  /// The loss is above that of the start, and above its best.
  case lossRising = "loss rising"
  /// An output is the same for all examples.
  case collapse

  /// What to try.
  public var hint: String {
    switch self {
    case .nonFinite:
      "Look at the operation named: a logarithm or a root of zero, a division by zero, or a step too large before it."
    case .noGradient: "The loss does not depend on it: is its layer's output used, and not detached?"
    case .blocked:
      "Something between it and the loss lets nothing through: look at the layers behind it for saturated gates, "
        + "tiny weights or a wrong function."
    case .vanishingDepth:
      "Scale the initial weights with the number of inputs, use ReLU or gates, normalize layers, or add a path around "
        + "them."
    case .vanishingTime:
      "Use a gated cell with the gate biased to keep (forget bias 1 to 3), orthogonal recurrent weights, or shorter "
        + "sequences."
    case .exploding:
      "Clip the gradient by its norm, lower the rate, and check the scale of inputs and weights."
    case .explodingTime:
      "Orthogonal recurrent weights, smaller ones, a gated cell, or a limit on the gradient's norm."
    case .weightsSmall, .weightsLarge:
      "Let the initial weights have a deviation of about 1/√inputs; the layers' own initial values do."
    case .deadUnits: "Lower the rate or the weights' scale; look for a large negative bias."
    case .saturated:
      "The slope is gone there: lower the scale of the weights or inputs before it, or take the bias back to near 0."
    case .frozen: "Is it meant to be frozen? Otherwise make it trainable, or look at its group's rate."
    case .rateTooHigh: "Divide the learning rate by 10."
    case .rateTooLow: "Multiply the learning rate by 10 to 1000."
    case .adding: "Clear the gradients after every update."
    case .badStart:
      "A model that knows nothing should say so: lower the weights' scale of the last layer, or set its bias to the "
        + "logarithm of the class frequencies."
    case .belowLeast: "Check the sign of the loss."
    case .lossFlat: "Do the labels belong to the inputs? Can the model overfit one batch? Try `sluice check`."
    case .lossRising: "Check the sign of the loss and lower the learning rate."
    case .collapse: "All examples give the same: look for a layer that ignores its input, or a rate too high."
    }
  }
}

/// Something wrong with a training: what, where, since when, how one can tell, what to try.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
  /// What is wrong; its rule and threshold are in the table of `Diagnosis`.
  public let ailment: Ailment
  /// The parameter, layer or operation; empty for the whole training.
  public let place: String
  /// The first step at which it showed.
  public let firstStep: Int
  /// The step at which it had shown for long enough to be reported.
  public let reportedStep: Int
  /// The step at which it had gone for long enough; nil while it holds.
  public internal(set) var endStep: Int?
  /// The figures that show it.
  public let evidence: String

  /// What to try, the same for every finding of an ailment.
  public var hint: String { ailment.hint }

  /// All of it in one line: what, where, since and until when, the evidence, what to try.
  public var description: String {
    let end = endStep.map { ", until step \($0)" } ?? ""
    let shown = ScreenText.cut(evidence, to: 400)
    return "\(ailment.rawValue)\(shownPlace) since step \(firstStep)\(end): \(shown). \(hint)"
  }

  /// ` at 'the place'` for a message, or nothing for the whole training.
  var shownPlace: String { place.isEmpty ? "" : " at \(ScreenText.quoted(place))" }
}

/// Counts for how many observations in a row something held, and decides when it begins and when it ends.
struct Hysteresis: Sendable {
  var held = 0
  var failed = 0
  var since = 0
  /// Where in the findings it is, while it is reported.
  var finding: Int?

  enum Change { case none, begins, ends }

  /// Something begins after `patience` observations in a row and ends after as many without it.
  mutating func add(_ holds: Bool, step: Int, patience: Int) -> Change {
    if holds {
      if held == 0 { since = step }
      held += 1
      failed = 0
      return held >= patience && finding == nil ? .begins : .none
    }
    failed += 1
    if finding == nil {
      held = 0
      return .none
    }
    guard failed >= patience else { return .none }
    held = 0
    return .ends
  }
}
