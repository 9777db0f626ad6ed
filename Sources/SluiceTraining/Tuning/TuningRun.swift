import SluiceCore
import SluiceModels
import SluiceStorage
import Synchronization

/// A tuning while it runs: round after round of steps that are trained side by side.
struct TuningRun<Job: TunableJob> {
  let job: Job
  let folder: TuningFolder
  let options: TuningOptions
  let metric: TuningMetric
  var space: TuningSpace<Job>
  var record: TuningRecord
  let observe: @Sendable (TuningEvent) -> Void

  private let began = ContinuousClock.now
  /// The seconds that were spent before this process.
  private let secondsBefore: Double

  init(
    job: Job, folder: TuningFolder, options: TuningOptions, metric: TuningMetric, space: TuningSpace<Job>,
    record: TuningRecord, observe: @escaping @Sendable (TuningEvent) -> Void
  ) {
    self.job = job
    self.folder = folder
    self.options = options
    self.metric = metric
    self.space = space
    self.record = record
    self.observe = observe
    secondsBefore = record.seconds
  }

  mutating func run() throws -> TuningOutcome {
    guard try choices(record.trials.count).count == record.trials.count else {
      throw StorageError(
        .damaged, path: folder.run.path, expected: "trials of the settings that there are",
        found: "more of them", advice: "The file tune.json was changed: begin anew with --overwrite.")
    }
    observe(.began(record))
    let workers = Workers(count: min(options.threads, Halving.batch))
    // Alone each trial is fastest with all threads; side by side with one each, and no thread waits for another.
    let engines = (0..<workers.count).map { _ in
      Engine(threads: max(options.threads / workers.count, 1))
    }
    while true {
      if record.round.isEmpty {
        if let limit = options.rounds, record.rounds >= limit { return try end(.outOfTime) }
        let before = record
        guard let round = try nextRound() else { break }
        // A round that does not begin leaves nothing behind: what goes on with the tuning decides about it anew. What is drawn while a
        // stop is asked for may lack figures that the size depends on.
        let isStopped = options.isStopRequested()
        if isStopped || !fits(round) {
          record = before
          return try end(isStopped ? .interrupted : .outOfTime)
        }
        record.round = round
        try save()
      }
      let queue = TrialQueue(
        job: job, folder: folder, options: options, metric: metric, record: record, engines: engines,
        space: space, clock: clock, observe: observe)
      workers.run(workers.count, queue) { queue, part in queue.work(part) }
      record = try queue.finish()
      guard !options.isStopRequested() else { return try end(.interrupted) }
      if record.round.contains(where: { $0.repetition > 0 }) { record.spread = Halving(record).spread }
      record.round = []
      record.rounds += 1
      try save()
    }
    guard record.kept != nil else {
      throw TuningError.noResult(record.trials.first?.failure ?? "it was not begun")
    }
    record.isComplete = true
    let outcome = try end(.finished)
    if !options.keepsTrials { folder.removeTrials() }
    return outcome
  }

  private mutating func end(_ end: TuningEnd) throws -> TuningOutcome {
    try save()
    return TuningOutcome(end: end, record: record, path: folder.run.path)
  }

  private mutating func save() throws(StorageError) {
    record.seconds = clock.elapsed
    try folder.write(TuningFile(record, of: job))
  }

  // MARK: Rounds

  /// The steps of the next round, with the trials that begin entered in the record; nil when all is done.
  private mutating func nextRound() throws -> [TuningStep]? {
    var starting = 0
    if !record.isClosed {
      let count = record.trials.count
      let wanted = min(Halving(record).nextBatch, (options.trials ?? .max) - count)
      if wanted > 0, try isTime(for: wanted) { starting = try choices(count + wanted).count - count }
      if starting <= 0 { record.isClosed = true }
    }
    starting = max(starting, 0)
    let round = Halving(record).round(starting: starting)
    for choice in try choices(record.trials.count + starting).dropFirst(record.trials.count) {
      record.trials.append(
        TuningRecord.Trial(
          number: record.trials.count, values: space.values(of: choice), command: space.command(of: choice)))
    }
    return round.isEmpty ? nil : round
  }

  /// The settings of the first trials, fewer where there are no more.
  private mutating func choices(_ count: Int) throws -> [TuningChoice<Job.Settings>] {
    guard count > 0 else { return [] }
    _ = try space.choice(count - 1)
    return Array(space.choices.prefix(count))
  }

  // MARK: Time

  private var clock: TuningClock<Job> { TuningClock(began: began, before: secondsBefore) }

  /// Whether so many more trials, all that follows from them, and what is left of the others end in time.
  private mutating func isTime(for count: Int) throws -> Bool {
    guard let minutes = options.minutes, !record.trials.isEmpty else { return true }
    let all = try choices(record.trials.count + count)
    let seconds = clock.seconds(ofAll: record, beginning: all.count - record.trials.count, all)
    return clock.elapsed + seconds / Double(min(options.threads, Halving.batch)) <= 60 * minutes
  }

  /// Whether a round of what was begun ends in time, or not much later: what the minutes were reckoned for is done even where they were
  /// reckoned a little wrong.
  private mutating func fits(_ round: [TuningStep]) -> Bool {
    guard let minutes = options.minutes, record.rounds > 0 else { return true }
    guard let all = try? choices(record.trials.count) else { return true }
    let costs = round.map { clock.seconds(of: $0, record, all) }
    let workers = Double(min(options.threads, Halving.batch))
    let seconds = max(costs.reduce(0, +) / workers, costs.max() ?? 0)
    return clock.elapsed + seconds <= 1.25 * 60 * minutes
  }
}

/// What the time of a tuning is reckoned by: the seconds that its steps have taken for what they compute.
struct TuningClock<Job: TunableJob>: Sendable {
  let began: ContinuousClock.Instant
  /// The seconds before this process.
  let before: Double

  /// The seconds of the whole tuning so far.
  var elapsed: Double { before + SluiceCore.seconds(.now - began) }

  /// What a step computes, in the job's unit.
  private func work(of step: TuningStep, _ choices: [TuningChoice<Job.Settings>]) -> Double {
    let settings = choices[step.trial].settings
    let done =
      step.rung == 0 || step.repetition > 0 ? 0 : Halving.epochs(of: settings.epochs, at: step.rung - 1)
    let epochs = Halving.epochs(of: settings.epochs, at: step.rung) - done
    return Job.work(of: settings) * Double(epochs) / Double(settings.epochs)
  }

  /// The seconds that a unit of work has taken on one thread; nil before there is a result.
  private func rate(_ record: TuningRecord, _ choices: [TuningChoice<Job.Settings>]) -> Double? {
    var (taken, done) = (0.0, 0.0)
    for trial in record.trials where trial.number < choices.count {
      for (rung, result) in trial.results.enumerated() {
        taken += result.seconds
        done += work(of: TuningStep(trial: trial.number, rung: rung), choices)
      }
    }
    return done > 0 ? taken / done : nil
  }

  /// The seconds of a step, as far as can be told; 0 before there is a result.
  func seconds(
    of step: TuningStep, _ record: TuningRecord, _ choices: [TuningChoice<Job.Settings>]
  ) -> Double { (rate(record, choices) ?? 0) * work(of: step, choices) }

  /// The seconds of so many more trials and all that is left of the others, on one thread. Of those of which it is not known which go on, the mean
  /// counts.
  func seconds(
    ofAll record: TuningRecord, beginning count: Int, _ choices: [TuningChoice<Job.Settings>]
  ) -> Double {
    guard let rate = rate(record, choices) else { return 0 }
    let total = record.trials.count + count
    func mean(_ rung: Int) -> Double {
      let sum = (0..<total).reduce(0) { $0 + work(of: TuningStep(trial: $1, rung: rung), choices) }
      return sum / Double(max(total, 1))
    }
    var sum = (record.trials.count..<total).reduce(0) {
      $0 + work(of: TuningStep(trial: $1, rung: 0), choices)
    }
    var coming = total
    for rung in 1...Halving.top {
      coming = (coming + Halving.factor - 1) / Halving.factor
      let there = record.trials.count { $0.results.count > rung }
      // The default comes on top.
      sum += Double(max(coming + 1 - there, 0)) * mean(rung)
    }
    // The winner with other seeds.
    let best = record.kept?.trial ?? 0
    sum += Double(Halving.repetitions - 1) * Job.work(of: choices[best].settings)
    return rate * sum
  }
}
