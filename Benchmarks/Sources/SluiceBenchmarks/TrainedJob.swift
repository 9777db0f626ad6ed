import BenchmarkKit
import Sluice

/// A job of the library in training, as the command trains it: with its dropout, its watching, and the copy of the last good
/// values.
final class TrainedJob<Job: TrainingJob> {
  private var trainer: Trainer<Job>
  private var epoch = 1

  init(_ job: Job, _ setting: Setting) throws {
    trainer = try Trainer(job, engine: setting.engine)
    trainer.start(epoch: epoch)
  }

  /// The next step, in the next epoch where one has ended.
  func step() {
    if trainer.step() != nil { return }
    epoch += 1
    trainer.start(epoch: epoch)
    _ = trainer.step()
  }
}

extension Benchmark {
  /// A step of a job.
  static func job<Job: TrainingJob>(
    _ name: String, work: Work = Work(), _ make: @escaping () throws -> Job
  ) -> Benchmark {
    Benchmark(name, work: work) { setting in
      let job = try TrainedJob(make(), setting)
      return { _ in job.step() }
    }
  }
}
