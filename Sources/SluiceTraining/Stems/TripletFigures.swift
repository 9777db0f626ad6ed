import SluiceCore
import SluiceLayers
import SluiceStorage

/// What a step says of its triplets; those of an epoch are means weighted by words.
public struct TripletFigures: StepFigures {
  /// The step's own figures; of an epoch those of the last step.
  private var triplets = 0
  private var activeShare: Float = 0
  private var meanPositive: Float = 0
  private var meanNegative: Float = 0
  private var spread: Float = 0
  private var isCollapsed = false
  /// The sums of the epoch, each step weighted by its words.
  private var words = 0.0
  private var activeSum = 0.0
  private var positiveSum = 0.0
  private var negativeSum = 0.0
  private var spreadSum = 0.0
  /// The spread at the last collapse of the epoch.
  private var collapse: Float?

  public init() {}

  init(_ report: TripletReport, words: Int) {
    triplets = report.triplets
    activeShare = report.activeShare
    meanPositive = report.meanPositive
    meanNegative = report.meanNegative
    spread = report.spread
    isCollapsed = report.isCollapsed
  }

  public mutating func add(_ step: TripletFigures, count: Int) {
    let weight = Double(count)
    words += weight
    activeSum += weight * Double(step.activeShare)
    positiveSum += weight * Double(step.meanPositive)
    negativeSum += weight * Double(step.meanNegative)
    spreadSum += weight * Double(step.spread)
    if step.isCollapsed { collapse = step.spread }
  }

  /// The means of a batch are those of its shards, weighted by their triplets, and the spread by their words.
  public mutating func join(_ shard: TripletFigures, count: Int, before: Int) {
    func mean(_ a: Float, _ b: Float, _ first: Int, _ second: Int) -> Float {
      first + second == 0
        ? 0 : Float((Double(a) * Double(first) + Double(b) * Double(second)) / Double(first + second))
    }
    activeShare = mean(activeShare, shard.activeShare, triplets, shard.triplets)
    meanPositive = mean(meanPositive, shard.meanPositive, triplets, shard.triplets)
    meanNegative = mean(meanNegative, shard.meanNegative, triplets, shard.triplets)
    spread = mean(spread, shard.spread, before, count)
    isCollapsed = before == 0 ? shard.isCollapsed : isCollapsed && shard.isCollapsed
    triplets += shard.triplets
  }

  public func writeStep(to log: MetricsLog) {
    log.add("triplets", triplets)
    log.add("active_share", activeShare)
    log.add("mean_positive", meanPositive)
    log.add("mean_negative", meanNegative)
    log.add("spread", spread)
    log.add("collapsed", isCollapsed)
  }

  public func writeEpoch(to log: MetricsLog) {
    log.add("active_share", activeSum / max(words, 1))
    log.add("spread", spreadSum / max(words, 1))
  }

  /// The means of an epoch.
  var text: String {
    "active \(percent(activeSum / max(words, 1)))  same \(fixed(positiveSum / max(words, 1), 2)) other "
      + "\(fixed(negativeSum / max(words, 1), 2))  spread \(fixed(spreadSum / max(words, 1), 2))"
  }

  public var warning: String? {
    collapse.flatMap {
      TripletReport(
        triplets: 1, active: 1, meanPositive: 1, meanNegative: 1, spread: $0, isCollapsed: true
      ).warning
    }
  }
}

extension StemJob {
  public func epochText(loss: Double, _ figures: TripletFigures, _ measure: StemMeasure) -> String {
    "loss \(fixed(loss, 4))  \(figures.text)  \(measure.text)"
  }
}
