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

/// What cannot be left out of a job's step: the loss of a batch that is at hand, the way back, and the update. What a step of
/// the job takes longer goes to batches, watching, and the copy of the last good values.
final class BareJob<Job: TrainingJob> {
  private let job: Job
  private let model: Job.Model
  private var parameters: Parameters
  private var tape: Tape
  private var optimizer: Optimizer
  private var before: Job.State
  private var after: Job.State
  private var batches: [Job.Batches.Batch] = []

  init(_ job: Job, _ setting: Setting) throws {
    var parameters = Parameters(seed: job.settings.seed, engine: setting.engine)
    model = try job.makeModel(in: &parameters)
    tape = Tape(for: parameters)
    tape.mode = .training
    optimizer = try job.settings.optimizer.makeOptimizer(
      for: parameters, plannedSteps: job.plannedSteps)
    before = job.makeState(for: model)
    after = job.makeState(for: model)
    var source = job.makeBatches()
    source.start(epoch: 1, cursor: 0)
    var batch = source.makeBatch()
    while batches.count < Workload.batches, source.next(into: &batch) { batches.append(batch) }
    self.job = job
    self.parameters = parameters
  }

  func step(_ number: Int) {
    tape.reset()
    swap(&before, &after)
    let recorded = job.loss(of: batches[number % batches.count], by: model, from: before, to: &after, &tape)
    let root = recorded.scale == 1 ? recorded.loss : multiply(recorded.loss, recorded.scale, &tape)
    tape.backward(from: root, into: &parameters)
    optimizer.step(&parameters)
  }
}

extension Benchmark {
  /// A step of a job with nothing around it.
  static func bareJob<Job: TrainingJob>(
    _ name: String, work: Work = Work(), _ make: @escaping () throws -> Job
  ) -> Benchmark {
    Benchmark(name, work: work) { setting in
      let job = try BareJob(make(), setting)
      return { job.step($0) }
    }
  }

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
