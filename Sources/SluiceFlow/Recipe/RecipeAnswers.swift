import SluiceCore

import CLibrary

/// What a model is shown during the checks.
public enum RecipeInput: Sendable {
  /// The fixed tiny batch.
  case real
  /// The same batch with everything that tells its examples apart removed; the labels stay.
  case blank
}

/// What the checks ask for when they make a model.
public struct RecipeVariant: Sendable {
  /// What the number of units is multiplied by.
  public var unitsFactor = 1
  /// What the learning rate is multiplied by.
  public var rateFactor: Float = 1
  /// Whether the model drops what it usually drops.
  public var hasDropout = true

  /// The model as it was asked for.
  public init() {}
}

/// The loss of a model that knows nothing.
public struct RecipeChance: Sendable {
  /// What the first loss of the tiny batch is compared with; where it is not above 0 the check is left out.
  public let loss: Float
  /// Where it comes from, such as `-log(1/2)`.
  public let name: String
  /// How far the loss may be away from it, by its size, before there is a warning and before it is a failure.
  public let warnsBeyond: Float
  /// The distance, as a share of the chance loss, from which on the check fails.
  public let failsBeyond: Float

  /// A loss by the name of where it comes from, and how far another may be from it.
  public init(_ loss: Float, named name: String, warnsBeyond: Float = 0.15, failsBeyond: Float = 0.4) {
    self.loss = loss
    self.name = name
    self.warnsBeyond = warnsBeyond
    self.failsBeyond = failsBeyond
  }
}

/// What a metric is without any model.
public struct RecipeBaseline: Sendable {
  /// What reaches the value, such as a rule that needs no training.
  public let name: String
  /// The share of right answers that it reaches, from 0 to 1.
  public let value: Float

  /// A value of the metric by the name of what reaches it.
  public init(_ name: String, _ value: Float) {
    self.name = name
    self.value = value
  }
}

/// The largest gradients of one output of the first example.
public struct RecipeReach: Sendable {
  /// At the inputs that it is to depend on.
  public var own: Float = 0
  /// At the inputs of other examples.
  public var others: Float = 0
  /// At later inputs of its own example; nil for a model that may look ahead.
  public var later: Float?

  /// No answers.
  public init() {}
}

/// What a model makes of each example of the tiny batch.
public struct RecipeAnswers: Sendable {
  /// How sure it is of what is right: the probability of the label, say. The larger the better.
  public var certainties: [Float] = []
  /// The examples that it gets right.
  public var right = 0
  /// Whether what is to be logits are probabilities already; nil without logits.
  public var areProbabilities: Bool?

  /// No example that is right, and none it is sure of.
  public init() {}

  /// The probabilities of the labels by rows of logits.
  ///
  /// - Precondition: there is one label for each row, below the number of columns.
  public init(logits: [Float], _ labels: [Int32]) {
    let classes = logits.count / max(labels.count, 1)
    expect(
      classes * labels.count == logits.count, "RecipeAnswers",
      expected: "a row of \(classes) logits for each of \(labels.count) labels", got: "\(logits.count) logits"
    )
    var areProbabilities = classes > 1
    for (i, label) in labels.enumerated() {
      let row = logits[i * classes..<(i + 1) * classes]
      let own = row[row.startIndex + Int(label)]
      var (sum, plain) = (0.0, 0.0)
      var isLargest = true
      for x in row {
        sum += exp(Double(x - own))
        plain += Double(x)
        if !(x >= 0) { areProbabilities = false }
        if !(x <= own) { isLargest = false }
      }
      if !((plain - 1).magnitude < 1e-3) { areProbabilities = false }
      certainties.append(Float(1 / sum))
      if isLargest { right += 1 }
    }
    self.areProbabilities = areProbabilities
  }

  /// The share of the examples that it gets right.
  public var share: Float { Float(right) / Float(max(certainties.count, 1)) }

  /// How sure it is of what is right on average.
  public var certainty: Float { certainties.reduce(0, +) / Float(max(certainties.count, 1)) }
}
