import SluiceStorage

/// Which trials go on, as a function of what they have reached so far and nothing else: no clock, no order in which results came.
///
/// Trials begin in batches and are trained to the first rung. At each rung the best third of those that have come so far goes on to the next, as
/// successive halving does without waiting for all (Li et al. 2018, arXiv:1810.05934); the default, trial 0, always goes on. What is to be done
/// falls into rounds: all that goes on and the next batch, side by side. When no more trials begin, the third is rounded up, so that one
/// comes to the top. Then the best of all is trained with two other seeds.
struct Halving {
  /// Of so many trials one goes on.
  static let factor = 3
  /// The rungs: after a ninth, a third and all of its epochs a trial is compared. All stand at the same place of their schedules there.
  static let rungs = [9, 3, 1]
  /// The trials of the first batch, by which the time is measured.
  static let firstBatch = 2
  /// The trials of a further batch.
  static let batch = 9
  /// The trainings of the winner.
  static let repetitions = 3

  let trials: [TuningRecord.Trial]
  let isLowerBetter: Bool
  /// Whether the winner was trained with other seeds.
  let hasRepeated: Bool

  init(_ trials: [TuningRecord.Trial], isLowerBetter: Bool, hasRepeated: Bool = false) {
    self.trials = trials
    self.isLowerBetter = isLowerBetter
    self.hasRepeated = hasRepeated
  }

  init(_ record: TuningRecord) {
    self.init(record.trials, isLowerBetter: record.isLowerBetter, hasRepeated: record.spread != nil)
  }

  /// How many trials begin next.
  var nextBatch: Int { trials.isEmpty ? Self.firstBatch : Self.batch }

  /// The steps of the next round; none when all is done.
  ///
  /// - Parameter starting: how many trials begin; none means that none will any more.
  func round(starting: Int) -> [TuningStep] {
    let starts = (trials.count..<trials.count + starting).map { TuningStep(trial: $0, rung: 0) }
    let steps = promotions(isLast: starting == 0) + starts
    return steps.isEmpty ? missingRepetitions : steps
  }

  /// What goes on to a next rung.
  ///
  /// - Parameter isLast: whether no trial begins any more.
  func promotions(isLast: Bool) -> [TuningStep] {
    var steps: [TuningStep] = []
    for rung in 0..<Self.top {
      let ranking = ranking(at: rung)
      let count = isLast ? (ranking.count + Self.factor - 1) / Self.factor : ranking.count / Self.factor
      for (place, trial) in ranking.enumerated()
      where (place < count || trial == 0) && trials[trial].results.count == rung + 1
        && trials[trial].failure == nil
      {
        steps.append(TuningStep(trial: trial, rung: rung + 1))
      }
    }
    return steps
  }

  /// The trials that have come to a rung, the best there first; of equal ones the earlier.
  func ranking(at rung: Int) -> [Int] {
    trials.indices.filter { trials[$0].results.count > rung }.sorted { a, b in
      let (first, second) = (trials[a].results[rung], trials[b].results[rung])
      if isBetter(first, second) { return true }
      return isBetter(second, first) ? false : a < b
    }
  }

  /// Whether a result is better: by its figure, or by its loss where the figures are equal.
  func isBetter(_ a: TuningRecord.Result, _ b: TuningRecord.Result) -> Bool {
    if a.figure != b.figure { return isLowerBetter ? a.figure < b.figure : a.figure > b.figure }
    guard let first = a.loss, let second = b.loss else { return false }
    return first < second
  }

  /// Whether a model is to be kept rather than another: the better one, of equal ones that of the earlier trial and seed, and of the same trial the one
  /// that has come farther. So which is kept does not depend on the order in which they come.
  func isKept(_ a: TuningRecord.Kept, ratherThan b: TuningRecord.Kept?) -> Bool {
    guard let b else { return true }
    if isBetter(a.result, b.result) { return true }
    if isBetter(b.result, a.result) { return false }
    return (a.trial, a.repetition, -a.result.epochs) < (b.trial, b.repetition, -b.result.epochs)
  }

  /// The trial that is trained with other seeds: the best of those that came to the top, whatever other seeds have made of it since.
  var winner: Int? {
    ranking(at: Self.top).first { trials[$0].failure == nil }
  }

  /// What is left of the winner's trainings with other seeds.
  private var missingRepetitions: [TuningStep] {
    guard !hasRepeated, let winner else { return [] }
    return (1..<Self.repetitions).map { TuningStep(trial: winner, rung: Self.top, repetition: $0) }
  }

  /// The figures of the winner over its seeds; nil where no trial has come to the top.
  var spread: TuningRecord.Spread? {
    guard let winner, let first = trials[winner].results.last else { return nil }
    return TuningRecord.Spread(
      trial: winner, figures: [first.figure] + trials[winner].repetitions.map(\.figure))
  }

  /// The epochs of a training of so many that are made when it comes to a rung.
  static func epochs(of all: Int, at rung: Int) -> Int { (all + rungs[rung] - 1) / rungs[rung] }

  /// The last rung.
  static let top = rungs.count - 1
}
