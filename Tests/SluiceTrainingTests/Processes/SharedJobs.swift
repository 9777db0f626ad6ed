import Foundation
import Sluice
import TestSupport

@testable import SluiceTraining

/// Small jobs whose batches are cut into shards.
enum SharedJobs {
  static func classifier(
    shards: Int?, rows: TouchedRowsMode = .lazy, cell: CellName = .gru,
    _ change: (inout ClassifierJobSettings) -> Void = { _ in }
  ) throws -> ClassifierJob {
    let job = try SmallJobs.classifier(epochs: 2, rows: rows)
    var settings = job.settings
    settings.shards = shards
    settings.model.cell = cell
    settings.model.unknownShare = 0.1
    change(&settings)
    return job.with(settings)
  }

  static func languageModel(shards: Int?, _ folder: RunFolder) throws -> LanguageModelJob {
    let job = try SmallJobs.languageModel(folder)
    var settings = job.settings
    settings.shards = shards
    settings.model.dropout = 0.2
    return job.with(settings)
  }

  static func stems(
    shards: Int?, _ folder: RunFolder, _ reader: TextReader = .characters
  ) throws -> StemJob {
    let job = try SmallJobs.stems(folder, reader)
    var settings = job.settings
    settings.shards = shards
    return job.with(settings)
  }
}

/// Trains as several processes, which are threads here, and returns how each has ended.
@discardableResult
func trainTogether<Job: TrainingJob>(
  _ count: Int, _ options: TrainingOptions = TrainingOptions(), in path: String, killedAfter kill: Int? = nil,
  resuming: Bool = false, _ job: @escaping @Sendable (Int) throws -> Job
) -> [Result<TrainingEnd, any Error>] {
  InThreads.attempt(count) { processes in
    var options = options
    options.processes = processes
    let rank = processes.rank
    let observe: (TrainingEvent<Job>) throws -> TrainingDecision = { event in
      if case .step(let step, _) = event, step.number == kill { throw Kill() }
      return .goOn
    }
    let engine = Engine(threads: 1)
    if resuming {
      return try Training<Job>.resume(
        in: path, options: options, engine: engine, { _ in try job(rank) }, observe
      )
      .end
    }
    return try Training(job(rank), in: path, options: options, engine: engine).run(observe).end
  }
}
