/// What a monitor looks at, and how often.
public struct FlowSettings: Sendable {
  /// Every so many steps all statistics are taken, after the first 16. In between only the loss, whether it and the gradients of biases are
  /// finite, and which rows of tables occurred are. Nil for 10, or more where steps are so small that the statistics would take more than a
  /// hundredth of the time.
  public var interval: Int?
  /// Whether the whole gradient is summed up at every step, and not only where all statistics are taken: its norm, and whether all of it is
  /// finite. It costs one pass over the gradient, 1 to 2 % of a step of a small model; an optimizer that clips by the norm makes use of it.
  public var summarizesEveryStep = false
  /// How many elements of each parameter are followed through an update.
  public var sampleCount = 512
  /// Whether a parameter of this name is watched. Biases are left out of pictures by default, not out of figures.
  public var includes: @Sendable (String) -> Bool = { _ in true }
  /// Whether a parameter of this name is left untrained on purpose, so that nothing is wrong with that.
  public var freezes: @Sendable (String) -> Bool = { _ in false }
  /// The loss of a model that knows nothing, such as log n for n classes; nil if there is none.
  public var chanceLoss: Float?
  /// The loss of the best model that does not look at its input: the entropy of the class frequencies, or the margin of
  /// a triplet loss; nil if it is not known.
  public var baselineLoss: Float?
  /// The least loss that makes sense: 0 for a cross entropy, as by default. Nil where there is none: the negative logarithm of
  /// a density may be below zero.
  public var leastLoss: Float? = 0
  /// For how many observations in a row a finding has to hold before it is reported, and to fail before it ends; some rules ask for
  /// fewer or more.
  public var patience = 3

  /// Rules of one's own, which are asked at each step at which all statistics are taken.
  public var detectors: [any FlowDetector] = []

  /// The usual settings.
  public init() {}
}
