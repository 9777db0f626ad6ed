import SluiceCore

/// How fast the last steps of a training were: those of half a minute to a minute.
///
/// The whole training would be the wrong measure: it may have begun on another machine, or stood still while a laptop slept. No checkpoint has
/// it, so that a resumed training is judged by its own steps.
struct TrainingPace {
  private typealias Steps = (count: Int, items: Int, time: Duration)

  private var earlier: Steps = (0, 0, .zero)
  private var latest: Steps = (0, 0, .zero)

  /// Takes note of a step over so many examples or words.
  mutating func add(items: Int, took time: Duration) {
    if latest.time >= .seconds(30) {
      earlier = latest
      latest = (0, 0, .zero)
    }
    latest = (latest.count + 1, latest.items + items, latest.time + time)
  }

  /// Examples or words a second; 0 before the first step.
  var rate: Double { items == 0 ? 0 : Double(items) / max(time, 1e-9) }

  /// The seconds that so many steps will take; 0 before the first.
  func secondsLeft(for steps: Int) -> Double {
    time / Double(max(earlier.count + latest.count, 1)) * Double(max(steps, 0))
  }

  private var items: Int { earlier.items + latest.items }

  private var time: Double { seconds(earlier.time + latest.time) }
}
