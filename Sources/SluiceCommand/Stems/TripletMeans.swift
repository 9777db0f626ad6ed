import Sluice

/// The means of the reports of an epoch's steps, each weighted by its words.
struct TripletMeans: Sendable {
  private var words = 0.0
  private var sums = (active: 0.0, positive: 0.0, negative: 0.0, spread: 0.0)
  /// What the last report of a collapse said.
  private(set) var warning: String?

  mutating func add(_ report: TripletReport, words count: Int) {
    let weight = Double(count)
    words += weight
    sums.active += weight * Double(report.activeShare)
    sums.positive += weight * Double(report.meanPositive)
    sums.negative += weight * Double(report.meanNegative)
    sums.spread += weight * Double(report.spread)
    if report.isCollapsed { warning = report.warning }
  }

  var activeShare: Double { sums.active / max(words, 1) }
  var spread: Double { sums.spread / max(words, 1) }

  var text: String {
    "active \(percent(activeShare))  same \(fixed(sums.positive / max(words, 1), 2)) other "
      + "\(fixed(sums.negative / max(words, 1), 2))  spread \(fixed(spread, 2))"
  }
}

extension MetricsLog {
  /// Adds the figures of a step's triplets.
  func write(_ report: TripletReport) {
    add("triplets", report.triplets)
    add("active_share", report.activeShare)
    add("mean_positive", report.meanPositive)
    add("mean_negative", report.meanNegative)
    add("spread", report.spread)
    add("collapsed", report.isCollapsed)
  }
}
