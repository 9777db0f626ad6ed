import SluiceCore
import SluiceModels
import SluiceStorage
import Synchronization

/// The steps of a round, which threads take one after the other; what they find is entered under a lock.
final class TrialQueue<Job: TunableJob>: Sendable {
  private let job: Job
  private let folder: TuningFolder
  private let options: TuningOptions
  private let metric: TuningMetric
  private let engines: [Engine]
  private let space: TuningSpace<Job>
  private let clock: TuningClock<Job>
  private let observe: @Sendable (TuningEvent) -> Void
  private let state: Mutex<State>
  /// Whether a step has thrown an error; asked in every step of a training.
  private let hasFailed = Atomic<Bool>(false)

  private struct State {
    var record: TuningRecord
    /// The steps that nobody has taken, the longest first.
    var waiting: [TuningStep]
    var error: (any Error)?
  }

  init(
    job: Job, folder: TuningFolder, options: TuningOptions, metric: TuningMetric, record: TuningRecord,
    engines: [Engine], space: TuningSpace<Job>, clock: TuningClock<Job>,
    observe: @escaping @Sendable (TuningEvent) -> Void
  ) {
    self.job = job
    self.folder = folder
    self.options = options
    self.metric = metric
    self.engines = engines
    self.space = space
    self.clock = clock
    self.observe = observe
    // After a kill some have their results already.
    let waiting = record.round.filter { !Self.isDone($0, in: record) }
      .map { (step: $0, cost: clock.seconds(of: $0, record, space.choices)) }
    let sorted = waiting.enumerated().sorted { a, b in
      (b.element.cost, a.offset) < (a.element.cost, b.offset)
    }
    state = Mutex(State(record: record, waiting: sorted.map { $0.element.step }))
  }

  private static func isDone(_ step: TuningStep, in record: TuningRecord) -> Bool {
    let trial = record.trials[step.trial]
    if step.repetition > 0 {
      return trial.repetitions.contains { $0.seed == record.seed &+ UInt64(step.repetition) }
    }
    return trial.failure != nil || trial.results.count > step.rung
  }

  /// Takes steps until none is left, or somebody asks to stop, or something has failed. One thread is one part.
  func work(_ part: Int) {
    while !isStopped, let step = state.withLock({ $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }) {
      do {
        try train(step, on: engines[part])
      } catch {
        state.withLock { $0.error = $0.error ?? error }
        hasFailed.store(true, ordering: .relaxed)
      }
    }
  }

  private var isStopped: Bool { hasFailed.load(ordering: .relaxed) || options.isStopRequested() }

  /// The record with all that was found.
  ///
  /// - Throws: the first error.
  func finish() throws -> TuningRecord {
    let (record, error) = state.withLock { ($0.record, $0.error) }
    if let error { throw error }
    return record
  }

  private func train(_ step: TuningStep, on engine: Engine) throws {
    let choice = space.choices[step.trial]
    let settings =
      step.repetition == 0
      ? choice.settings
      : Job.repeating(choice.settings, seed: choice.settings.seed &+ UInt64(step.repetition))
    let path = try folder.folder(of: step)
    let training = TrialTraining(
      job: try space.jobs.job(settings), precision: choice.precision, metric: metric, path: path,
      epochs: Halving.epochs(of: settings.epochs, at: step.rung), engine: engine,
      isStopRequested: { [self] in isStopped })
    var end = try training.run()
    if case .reached(let result) = end, let limit = options.sizeLimit, result.bytes > limit {
      end = .failed("its file has \(grouped(result.bytes)) bytes")
    }
    try enter(end, of: step, path)
  }

  /// Enters what became of a step, and keeps its model if it is the best so far.
  private func enter(_ end: TrialTraining<Job>.End, of step: TuningStep, _ path: String) throws {
    try state.withLock { state in
      switch end {
      case .stopped: return
      case .failed(let problem):
        if step.repetition == 0 { state.record.trials[step.trial].failure = problem }
        folder.removeTrial(path)
      case .reached(let result):
        if step.repetition == 0 {
          state.record.trials[step.trial].results.append(result)
        } else {
          state.record.trials[step.trial].repetitions.append(result)
          state.record.trials[step.trial].repetitions.sort { $0.seed < $1.seed }
        }
        let found = TuningRecord.Kept(
          trial: step.trial, repetition: step.repetition, result: result,
          command: space.command(of: space.choices[step.trial], repetition: step.repetition))
        if Halving(state.record).isKept(found, ratherThan: state.record.kept) {
          try folder.keep(path)
          state.record.kept = found
        }
      }
      state.record.seconds = clock.elapsed
      try folder.write(TuningFile(state.record, of: job))
      let rest = options.minutes.map { max(60 * $0 - clock.elapsed, 0) }
      observe(.stepped(step, state.record, secondsLeft: rest))
    }
  }
}
