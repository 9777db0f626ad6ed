import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

/// What each of many steps of a training allocates, and what its lines of the log do.
struct SteadySteps {
  /// The steps that were counted.
  private(set) var count = 0
  /// Those among them at which all statistics of the flow were taken.
  private(set) var observed = 0
  /// The steps that allocated, and at which place of them, in words.
  private(set) var allocating: [String] = []

  /// Trains `job` with the journal of a training, and counts from the third epoch and the 65th step on.
  ///
  /// - Parameters:
  ///   - wanted: at least so many steps are counted, in whole epochs.
  ///   - counter: the allocations so far, of the calling thread or of the process.
  init<Job: TrainingJob>(
    _ job: Job, threads: Int = 1, atLeast wanted: Int, counter: () -> Int
  ) throws {
    let folder = try TestFolder()
    var trainer = try Trainer(job, engine: Engine(threads: threads))
    trainer.monitor.interval = 3
    let log = try MetricsLog(path: folder.file("metrics.jsonl"))
    var journal = TrainingJournal<Job>(epochs: 1, plannedSteps: job.plannedSteps, log: log, events: nil)
    var epoch = 0
    while count < wanted {
      epoch += 1
      journal.begin(epoch, &trainer.monitor)
      trainer.start(epoch: epoch)
      while true {
        let findings = trainer.monitor.diagnosis.findings.count
        let before = counter()
        let step = trainer.step()
        let between = counter()
        guard let step else { break }
        let written = counter()
        try journal.add(step, trainer.monitor)
        let after = counter()
        // What may become a cause is written down in the first 64 steps.
        guard epoch > 2, step.number > 64 else { continue }
        count += 1
        if trainer.monitor.isObserving { observed += 1 }
        // What a finding says is made when it is found.
        guard trainer.monitor.diagnosis.findings.count == findings else { continue }
        if between > before { allocating.append("step \(step.number): \(between - before)") }
        if after > written { allocating.append("line of step \(step.number): \(after - written)") }
      }
    }
  }

  /// The same, but where a step has allocated the whole training is made and counted once more: what the language's runtime makes when
  /// a line of the program runs for the first time in the process is not made again, what a step allocates is.
  static func repeated<Job: TrainingJob>(
    _ job: Job, threads: Int = 1, atLeast wanted: Int, counter: () -> Int
  ) throws -> SteadySteps {
    let steps = try SteadySteps(job, threads: threads, atLeast: wanted, counter: counter)
    if steps.allocating.isEmpty { return steps }
    return try SteadySteps(job, threads: threads, atLeast: wanted, counter: counter)
  }

  /// Counts the calling thread's allocations with one thread, and expects none.
  static func expectNone<Job: TrainingJob>(
    _ job: Job, atLeast wanted: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let steps = try repeated(job, atLeast: wanted) { sluice_thread_allocation_count() }
    #expect(
      steps.allocating.isEmpty,
      "\(steps.allocating.count) of \(steps.count) steps: \(steps.allocating.prefix(5))",
      sourceLocation: sourceLocation)
    #expect(steps.observed >= steps.count / 4, sourceLocation: sourceLocation)
  }
}

extension RunRecord {
  /// What the folder of a run says of it.
  static func read(_ path: String) throws -> RunRecord {
    try RunDirectory.open(path).readDescription(RunRecord.self)
  }
}
