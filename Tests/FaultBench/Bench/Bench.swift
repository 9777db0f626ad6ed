import Sluice

/// Runs faults and healthy trainings, with so many seeds from the first on.
enum Bench {
  struct FaultRun: Sendable {
    let fault: Fault
    let seed: UInt64
  }

  /// Each fault with each seed, beside the training without it.
  static func run(faults: [Fault], seeds: Int, from first: UInt64 = 1) throws -> [FaultResult] {
    let runs = faults.flatMap { fault in
      (1...seeds).map { FaultRun(fault: fault, seed: first - 1 + UInt64($0)) }
    }
    return try inParallel(runs) { run in
      FaultResult(
        fault: run.fault, seed: run.seed, faulty: try train(run.fault.faultySetup(seed: run.seed)),
        healthy: try train(run.fault.healthySetup(seed: run.seed)))
    }
  }

  static func run(healthy: [Healthy], seeds: Int, from first: UInt64 = 1) throws -> [HealthyResult] {
    let runs = healthy.flatMap { one in (1...seeds).map { (one, first - 1 + UInt64($0)) } }
    return try inParallel(runs) { one, seed in
      HealthyResult(healthy: one, seed: seed, outcome: try train(one.setup(seed: seed)))
    }
  }
}

/// What was said of a healthy training.
struct HealthyResult: Sendable {
  let healthy: Healthy
  let seed: UInt64
  let outcome: Outcome

  /// The causes that are more than a note.
  var alarms: [Finding] { outcome.verdict.filter { $0.severity > .note } }
  /// The causes that are only worth knowing.
  var notes: [Finding] { outcome.verdict.filter { $0.severity == .note } }
  /// Whether it is healthy indeed: it learns, and what it learned on examples that nobody saw is not lost again.
  var learnsWell: Bool {
    let least = outcome.tenths.min() ?? 0
    return outcome.learnsWell(as: healthy.setup(seed: seed))
      && outcome.end <= least + 0.1 * (outcome.start - least)
  }
}
