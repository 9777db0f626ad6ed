/// The loss of a training, summed up in fixed memory.
public struct LossHistory: Sendable {
  /// The steps whose mean is the loss at the start.
  public static let startCount = 10

  /// The loss of the last step, finite or not; 0 before the first.
  public internal(set) var last: Float = 0
  /// The finite losses so far: the others enter only `last`.
  public internal(set) var count = 0
  /// The first loss, before anything moved.
  public internal(set) var first: Float = 0
  /// The mean of the first losses.
  public internal(set) var start: Float = 0
  /// The largest of them.
  public internal(set) var startLargest: Float = -.infinity
  /// The largest loss, forgotten slowly: by a fortieth of its distance from `recent` at each step.
  public internal(set) var peak: Float = -.infinity
  /// An exponential mean over about the last 20 steps.
  public internal(set) var recent: Float = 0
  /// The same over about the last 80.
  public internal(set) var slow: Float = 0
  /// What `recent` was some 48 steps ago.
  public var before: Float { earlier.0 }
  var earlier: (Float, Float, Float) = (.infinity, .infinity, .infinity)
  /// The mean distance of a loss from `recent`, over about 20 steps.
  public internal(set) var spread: Float = 0
  /// The lowest that `recent` has been.
  public internal(set) var best = Float.infinity

  /// How often the loss leapt back to about what it began with, and stayed there.
  public internal(set) var restarts = 0
  /// The loss at which that was last, counted from 1; 0 for never.
  public internal(set) var restart = 0
  /// What the loss was before that.
  public internal(set) var restartFrom: Float = 0
  /// The leap that is looked at: what the loss was before, what each loss since has to be above, how many there were, and their sum.
  var leap: (from: Float, least: Float, count: Int, sum: Float) = (0, 0, 0, 0)

  /// The last clear low of `recent`, below the one before by more than its scatter makes it, and at which loss that was.
  var low = Float.infinity
  var lowCount = 0
  /// Whether it has stood since the last clear low for a third of all losses: what has come down to a level slowly is not there for good.
  var stands: Bool { 3 * (count - lowCount) > count }

  /// Whether a loss is far from those before it, so that it is worth looking at what came about.
  func isSurprise(_ value: Float) -> Bool { count >= 16 && abs(value - recent) > 6 * spread }

  /// Whether a loss stands out: far above those before it by their own spread, and above all of the start.
  ///
  /// - Parameter rows: of how many examples it is the loss: the fewer, the more it scatters by itself.
  func isSpike(_ value: Float, rows: Int) -> Bool {
    guard count >= 30, value.isFinite else { return false }
    return value > recent + 12 * spread
      && value - recent > (rows <= 2 ? 20 : rows <= 16 ? 8 : 3) * (peak - recent)
      && value > recent + max(abs(recent), 0.9 * abs(start)) && (rows > 16 || value > 4 * startLargest)
  }

  mutating func add(_ value: Float) {
    last = value
    guard value.isFinite else { return }
    count += 1
    if count == 1 { first = value }
    if count <= Self.startCount {
      start += (value - start) / Float(count)
      startLargest = max(startLargest, value)
    }
    followLeap(value)
    let distance = count == 1 ? 0 : abs(value - recent)
    recent += (value - recent) * max(0.05, 1 / Float(count))
    slow += (value - slow) * max(0.0125, 1 / Float(count))
    spread += (distance - spread) * max(0.05, 1 / Float(count))
    if count % 16 == 0 { earlier = (earlier.1, earlier.2, recent) }
    peak = max(value, count == 1 ? value : peak - (peak - recent) / 40)
    if count >= Self.startCount { best = min(best, recent) }
    if recent < low - 0.01 * abs(recent) - 0.2 * spread || count == 1 { (low, lowCount) = (recent, count) }
  }
}

extension LossHistory {
  /// The losses that a leap is looked at for.
  private static let leapCount = 6

  /// Whether the loss leaps from what was learned to where it began, and not beyond: so it does where a model is made anew.
  private mutating func followLeap(_ value: Float) {
    if leap.count > 0 {
      guard value > leap.least else { return leap.count = 0 }
      leap = (leap.from, leap.least, leap.count + 1, leap.sum + value)
      guard leap.count == Self.leapCount else { return }
      let mean = leap.sum / Float(leap.count)
      if mean > 0.85 * start, mean < 1.2 * max(start, first) {
        (restarts, restart, restartFrom) = (restarts + 1, count - leap.count + 1, leap.from)
      }
      leap.count = 0
    } else if count > 24, start > 0, recent < 0.75 * start, value > recent + 4 * spread, value > 0.8 * start {
      leap = (recent, recent + 3 * spread, 1, value)
    }
  }
}

/// The loss of the validation part, each time it was measured.
public struct ValidationHistory: Sendable {
  /// How often it was measured.
  public internal(set) var count = 0
  /// What it was last.
  public internal(set) var last: Float = 0
  /// The least that it was.
  public internal(set) var best = Float.infinity
  /// A mean in which the last weighs a half.
  public internal(set) var smooth: Float = 0
  /// What it was three times before the last.
  public var before: Float { recentLosses.0 }
  var recentLosses: (Float, Float, Float, Float) = (0, 0, 0, 0)
  /// At which step it was least.
  public internal(set) var bestStep = 0
  /// What the training's recent loss was then.
  public internal(set) var bestTraining: Float = 0
  /// Whether its losses are of the size that the training's are; a loss that is divided for an accumulated gradient is not.
  public internal(set) var isComparable = false
  /// For how many times in a row, up to the last, it was far below the training's, and for how many it was clearly below.
  var lowCount = 0
  var lowerCount = 0
  /// For how many times in a row, up to the last, it was not the least.
  public internal(set) var worseCount = 0
  /// The loss there of what needs no model; nil where none is known.
  public internal(set) var baseline: Float?

  mutating func add(_ loss: Float, baseline: Float?, step: Int, training: Float, start: Float) {
    count += 1
    // Few examples may be known by heart when it is first measured: then it is about what the training began with.
    if count == 1 {
      isComparable = isAbout(loss, training) || loss < 2 * start && start < 4 * loss && training < loss
    }
    lowCount = loss < 0.6 * training ? lowCount + 1 : 0
    lowerCount = loss < 0.86 * training ? lowerCount + 1 : 0
    last = loss
    recentLosses =
      count == 1 ? (loss, loss, loss, loss) : (recentLosses.1, recentLosses.2, recentLosses.3, loss)
    smooth += (loss - smooth) * (count == 1 ? 1 : 0.5)
    self.baseline = baseline
    if loss < best {
      (best, bestStep, bestTraining, worseCount) = (loss, step, training, 0)
    } else {
      worseCount += 1
    }
  }

  private func isAbout(_ loss: Float, _ other: Float) -> Bool {
    loss > 0 && other > 0 && loss < 2 * other && other < 2 * loss
  }
}
