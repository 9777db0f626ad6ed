/// What can be wrong with a training.
///
/// The raw values are the names in logs and on the screen. `Diagnosis` has the rule of each.
public enum Ailment: String, Sendable, CaseIterable, Codable {
  // What comes in.
  /// A column that comes in, or all of them, is far from unit scale.
  case unscaledInput = "unscaled input"
  /// A column that comes in, or all rows of a batch, are one and the same.
  case constantInput = "constant input"
  /// What comes in holds what is infinite or not a number.
  case inputNotFinite = "input not finite"
  /// What comes in leaves what it has been in the steps before.
  case inputShifted = "input shifted"
  /// A regression's targets are far from unit scale.
  case unscaledTarget = "unscaled target"
  /// Batches are alike within and differ from each other: the data come in order.
  case unshuffled = "unshuffled data"
  /// Nearly all labels are one and the same.
  case unbalanced = "unbalanced classes"
  /// Nearly all ids that are looked up are one and the same.
  case unknownSymbols = "unknown symbols"
  /// Most rows of a table never occur.
  case rowsNeverSeen = "rows never seen"
  /// The rows of a weight or table begin as one and the same.
  case duplicateRows = "duplicate rows"
  /// Examples of the validation part are in the training part, too.
  case leakage

  // How the model is made.
  /// No gradient has ever come to a trained parameter.
  case noGradient = "no gradient"
  /// A parameter does not change though it has a gradient, or is not trained and nobody said so.
  case frozen
  /// An affine map follows another with nothing between them.
  case noNonlinearity = "no nonlinearity"
  /// The initial values are far below what keeps the scale of what goes through.
  case weightsSmall = "weights too small"
  /// The initial values are far above what keeps the scale of what goes through.
  case weightsLarge = "weights too large"
  /// Next to nothing is left of what goes through.
  case tooMuchDropout = "too much dropout"
  /// A normalization's gain is next to zero and stays so.
  case withoutGain = "normalization without gain"
  /// What is normalized varies less than the number that keeps from dividing by zero.
  case ofNothing = "normalization of nothing"
  /// A text goes on from step to step, and the states begin from zeros.
  case stateNotCarried = "state not carried"
  /// Sequences of their own begin from the states of others.
  case stateNeverReset = "state never reset"

  // The loss.
  /// What a loss takes for logits are probabilities already.
  case softmaxTwice = "softmax twice"
  /// The loss is below the least value that it can have: its sign is wrong.
  case belowLeast = "loss below its least value"
  /// The loss is a sum over examples at a rate for a mean.
  case notAveraged = "loss not averaged"
  /// Nearly all rows of the loss do not count.
  case maskedAway = "masked away"
  /// The temperature is next to nothing beside what it divides.
  case temperatureSmall = "temperature too small"
  /// The margin is beyond the largest difference of distances.
  case marginUnreachable = "margin unreachable"

  // The optimizer.
  /// Updates go along the gradient instead of against it.
  case uphill = "steps uphill"
  /// Gradients are not cleared between updates.
  case adding = "gradients add up"
  /// Clipping leaves next to nothing of the gradient.
  case clippedAway = "clipped away"
  /// An update is as large as the weights, or the loss grows by it.
  case rateTooHigh = "rate too high"
  /// No weight changes by a share of its size that matters.
  case rateTooLow = "rate too low"
  /// The momentum makes steps many times as large as the rate says.
  case momentumHigh = "momentum too high"
  /// The weight decay takes more than the loss gives.
  case decayStrong = "decay too strong"
  /// An adaptive rule's epsilon is far above its gradients.
  case epsilonLarge = "epsilon too large"
  /// The schedule has taken the rate to nothing while the training goes on.
  case scheduleDied = "schedule died"

  // What is seen of it between the layers.
  /// The loss or an element of a gradient is infinite or not a number.
  case nonFinite = "non-finite"
  /// Most values of an activation or a gate have lost their slope.
  case saturated
  /// Most units of a ReLU are 0 for every example.
  case deadUnits = "dead units"
  /// Each row looks at one place only, from the start.
  case attentionCollapsed = "attention collapsed"
  /// All rows look everywhere alike.
  case attentionUniform = "attention uniform"
  /// Far from the end of the sequences the gradient is much larger than nearer to it.
  case explodingTime = "exploding over time"
  /// Far from the end of the sequences next to nothing is left of the gradient.
  case vanishingTime = "vanishing over time"
  /// From layer to layer towards the input the gradient shrinks, a thousandfold in all.
  case vanishingDepth = "vanishing over depth"
  /// A weight's gradient is next to nothing beside that of those behind it.
  case blocked
  /// The gradient's norm is far above its own usual size, or grows from layer to layer.
  case exploding
  /// An output is the same for all examples.
  case collapse

  // What is seen of it in the loss.
  /// The first losses are above that of a model that knows nothing.
  case badStart = "loss high at the start"
  /// The loss of one batch stands far above those before it.
  case spike
  /// The loss is far above that of the start.
  case lossRising = "loss rising"
  /// The loss is that of the best model that does not look at its input.
  case notFromInputs = "not learning from the inputs"
  /// The loss does not fall.
  case lossFlat = "loss flat"
  /// Some rows are learned and others contradicted, as where some labels are wrong.
  case labelNoise = "label noise suspected"
  /// The validation's loss rises while that of the training falls.
  case overfitting
  /// The validation's loss has not been lower for long.
  case validationPlateau = "validation plateau"
  /// The validation's loss stands above that of a simpler method.
  case worseThanBaseline = "worse than the baseline"

  /// What a detector of one's own looks for; the finding has the detector's name. See `FlowDetector`.
  case own

  /// How much it takes from a training.
  public var severity: Severity {
    switch self {
    case .rowsNeverSeen, .validationPlateau: .note
    case .overfitting, .spike, .labelNoise, .worseThanBaseline, .rateTooLow, .deadUnits,
      .inputShifted, .constantInput, .noNonlinearity, .momentumHigh, .epsilonLarge, .attentionUniform,
      .attentionCollapsed, .saturated, .frozen, .unbalanced, .vanishingTime, .stateNeverReset,
      .stateNotCarried, .own:
      .warning
    default: .fault
    }
  }
}

/// How much a finding takes from a training.
public enum Severity: String, Sendable, Comparable, Codable {
  /// Worth knowing; a training like this may well be as it should.
  case note
  /// The training learns less than it could.
  case warning
  /// It learns nothing, or something else than is wanted.
  case fault

  /// Its name at the start of a line.
  package var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

  /// Whether the first takes less from a training.
  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

  var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
}
