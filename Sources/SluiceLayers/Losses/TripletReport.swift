import SluiceCore

/// What a step of a triplet loss says of itself.
///
/// A loss at the margin can mean that nothing is learned yet or that all embeddings are one point; a loss of 0 that
/// nothing is left to learn or that the triplets are too easy. These figures tell them apart.
public struct TripletReport: Sendable, Equatable {
  /// The triplets formed.
  public let triplets: Int
  /// Those with a loss above 0, which alone give a gradient.
  public let active: Int
  /// The mean score of anchors and positives: their cosine, or their distance.
  public let meanPositive: Float
  /// The mean score of anchors and negatives.
  public let meanNegative: Float
  /// How far the embeddings are spread. For cosines 1 − |mean of the directions|², from 0, all in one direction, to 1;
  /// for distances the root of the mean square distance from the mean.
  public let spread: Float
  /// Whether the embeddings have collapsed: all in one place, as far as the margin can tell.
  public let isCollapsed: Bool

  /// A report of the given figures.
  public init(
    triplets: Int, active: Int, meanPositive: Float, meanNegative: Float, spread: Float, isCollapsed: Bool
  ) {
    self.triplets = triplets
    self.active = active
    self.meanPositive = meanPositive
    self.meanNegative = meanNegative
    self.spread = spread
    self.isCollapsed = isCollapsed
  }

  /// The active share of the triplets, 0 if there is none.
  public var activeShare: Float { triplets == 0 ? 0 : Float(active) / Float(triplets) }

  /// What is wrong, in a sentence, or nil.
  public var warning: String? {
    if triplets == 0 {
      return "no triplets: a batch needs two samples of one class and one of another"
    }
    return isCollapsed
      ? "the embedding has collapsed: all samples are in one place (spread \(spread)); lower the learning rate "
        + "or choose easier negatives" : nil
  }
}

/// A triplet loss and its report.
public struct TripletResult: Sendable {
  /// The mean over all triplets, 0 if there is none.
  public let loss: Tensor
  /// What tells a loss that has nothing left to learn from one that cannot learn.
  public let report: TripletReport
}
