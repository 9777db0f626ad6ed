/// Where the first number that is infinite or not a number was found.
public struct NonFinite: Equatable, Sendable, CustomStringConvertible {
  /// What held it.
  public enum Origin: String, Sendable {
    /// The values of a parameter: an update before this step spoiled it.
    case parameter
    /// A tensor that no operation made.
    case input
    /// What an operation computed.
    case output
    /// What an operation gave back to its input.
    case inputGradient
    /// What an operation gave back to a parameter.
    case parameterGradient
  }

  /// What held the number, and so what `source`, `element` and `index` are about.
  public let origin: Origin
  /// The operation, such as `recurrent`; of `.parameter` the parameter, such as `output.weight`.
  public let source: String
  /// Of `.parameterGradient` the parameter.
  public let parameter: String?
  /// The layer, or nil for an operation called outside of one.
  public let layer: String?
  /// Which of the operations of its kind in its layer, from 1, in the order they ran: a stack of recurrent layers has
  /// several. 1 for those of a single time step.
  public let run: Int
  /// The time step, for an operation over sequences.
  public let step: SequenceStep?
  /// The gate or state of a recurrent layer, such as `update`.
  public let part: String?
  /// The first element, counted row-major.
  public let element: Int
  /// The same by axis: row and column of a matrix.
  public let index: [Int]
  /// The number itself: an infinity or NaN.
  public let value: Float

  init(
    _ origin: Origin, source: String, parameter: String? = nil, layer: String?, run: Int = 1,
    step: SequenceStep? = nil, part: String? = nil, element: Int, shape: Shape,
    value: Float
  ) {
    self.origin = origin
    self.source = source
    self.parameter = parameter
    self.layer = layer
    self.run = run
    self.step = step
    self.part = part
    self.element = element
    var rest = element
    var index: [Int] = []
    for axis in (0..<shape.rank).reversed() {
      index.insert(rest % max(shape[axis], 1), at: 0)
      rest /= max(shape[axis], 1)
    }
    self.index = index
    self.value = value
  }

  /// Whether `source` names a parameter, which was then spoiled by an update before this step.
  public var isParameter: Bool { origin == .parameter }

  /// One line that says what was not finite, and where, for a person to read.
  public var description: String {
    let name =
      "operation '\(source)'" + (layer.map { " of layer '\($0)'" } ?? "") + (run > 1 ? " (run \(run))" : "")
    let place =
      "element \(element)" + (index.count > 1 ? " \(index)" : "") + (part.map { " (\($0))" } ?? "")
      + (step.map { ", \($0)" } ?? "")
    switch origin {
    case .parameter:
      return "parameter '\(source)'" + (layer.map { " of layer '\($0)'" } ?? "")
        + " is \(value) at \(place) since an earlier update"
    case .input: return "the input of \(name) is \(value) at \(place)"
    case .output: return "\(name) gave \(value) at \(place)"
    case .inputGradient: return "going back, \(name) gave \(value) at \(place) of its input's gradient"
    case .parameterGradient:
      return "going back, \(name) gave \(value) at \(place) of the gradient of '\(parameter ?? "")'"
    }
  }
}

/// A time step of one sequence of a batch.
public struct SequenceStep: Equatable, Sendable, CustomStringConvertible {
  /// The place in the sequence, counted from 0 at its left end, whichever way it is read.
  public let step: Int
  /// The place of the sequence in the batch, counted from 0; nil if the numbers are of no single sequence.
  public let sequence: Int?

  /// A step of a sequence.
  public init(step: Int, sequence: Int?) {
    self.step = step
    self.sequence = sequence
  }

  /// The step and the sequence in words, both counted from 0.
  public var description: String {
    "time step \(step)" + (sequence.map { " of sequence \($0)" } ?? "")
  }
}
