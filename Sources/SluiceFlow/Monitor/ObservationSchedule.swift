import SluiceCore

/// Decides at which steps all statistics are taken: at each of the first, when most of what can be wrong shows, then at every so manieth.
///
/// Unless an interval is said, it is 10 or more: so many that the statistics take at most three thousandths of the steps between, which leaves room
/// for what is looked at in each of them. Both are reckoned from what a step does, not from a clock, so that two runs of one training look at the
/// same steps.
struct ObservationSchedule: Sendable {
  /// Every step up to this one is observed.
  static let first = 16
  /// Until this step what costs little is done often, however small steps are: many trainings are no longer than that.
  private static let early = 1_024
  private static let share = 0.003

  /// What was said; nil to reckon it.
  var said: Int?
  /// What holds.
  private(set) var interval: Int
  /// Until which step a series lasts, and from which on there can be another.
  var seriesEnd = 0
  var nextSeries = 0

  init(said: Int?, interval: Int = 10) {
    self.said = said
    self.interval = said ?? interval
  }

  /// Whether a step is looked at: one of the first, one that is due, or one of a few after a loss that surprises, as when the data
  /// change. Such a series comes once in four intervals at most.
  mutating func isDue(_ step: Int, surprised: Bool) -> Bool {
    if surprised, step > Self.first, step >= nextSeries, interval > 2 {
      seriesEnd = step + 6
      nextSeries = step + max(4 * interval, 64)
    }
    return step <= Self.first || (step - 1) % interval == 0 || step < seriesEnd || isMilestone(step)
  }

  /// Whether a step is one of four in a row from a power of two on: so many at most that in a long training they cost nothing, and in a short
  /// one what comes about later is seen, too.
  private func isMilestone(_ step: Int) -> Bool {
    said == nil && interval > 10 && step > Self.first && (step & ~3).nonzeroBitCount == 1
  }

  /// Whether there is a glance at what comes in and at the labels alone: every so many steps, more seldom where steps are small.
  func isGlance(_ step: Int) -> Bool {
    step % (step <= Self.early ? min(max(interval / 4, 32), 64) : min(max(interval / 2, 32), 256)) == 0
  }

  /// Whether the loss is judged: at each of the first steps, then at every eighth; where steps are small more seldom, once there were many.
  func judgesLoss(_ step: Int) -> Bool {
    step <= Self.first || step % (step <= Self.early ? 8 : min(max(interval / 8, 8), 64)) == 0
  }

  /// Lengthens the interval of small steps. Costs in nanoseconds, measured with AVX2 and AVX-512 kernels; only their ratio counts.
  ///
  /// A step takes at least some 350 ns for each operation, there and back, half a nanosecond for each float that it keeps, and one for each
  /// element of a parameter; products, which are most of a large step, come on top. An observation takes
  /// about 900 ns for each operation and 1,500 for each parameter, and a third of a nanosecond for each element of one.
  mutating func reckon(operations: Int, floats: Int, parameters: Int, elements: Int) {
    guard said == nil else { return }
    let step = 350 * Double(operations) + 0.5 * Double(floats) + Double(elements)
    let observation =
      900 * Double(min(operations, 1024)) + 1_500 * Double(parameters) + 0.35 * Double(elements)
    interval = max(10, Int((observation / (Self.share * max(step, 1))).rounded(.up)))
  }
}
