import SluiceCore
import SluiceModels
import SluiceStorage

/// The training of one step of a tuning: from where the trial stands to the epoch of its next rung, as the run of its own folder.
struct TrialTraining<Job: TunableJob> {
  let job: Job
  let precision: StoredPrecision
  let metric: TuningMetric
  /// The folder of its run.
  let path: String
  /// The epoch after which it pauses.
  let epochs: Int
  let engine: Engine
  let isStopRequested: @Sendable () -> Bool

  /// What became of it.
  enum End {
    case reached(TuningRecord.Result)
    /// It has no result, and never will.
    case failed(String)
    /// It was asked to stop before.
    case stopped
  }

  /// Trains.
  ///
  /// - Throws: `StorageError` or `TrainingStorageError` where its folder cannot be written.
  func run() throws -> End {
    let start = ContinuousClock.now
    do {
      guard let best = try trained() else { return .stopped }
      let directory = try RunDirectory.open(path)
      var measure = best.result.measure
      // What is kept is the stored model, so that is what counts.
      if precision != .float32 || job.figure(metric, of: measure) == nil {
        guard let stored = try job.measure(savedIn: directory, engine: engine, while: { !isStopRequested() })
        else { return .stopped }
        measure = stored
      }
      guard let figure = job.figure(metric, of: measure), figure.isFinite else {
        return .failed("it has no \(metric.text)")
      }
      return .reached(
        TuningRecord.Result(
          seed: job.settings.seed, epochs: best.epochs, bestEpoch: best.result.epoch, figure: figure,
          loss: measure.validationLoss, text: measure.text,
          bytes: try SafetensorsFile(path: directory.model).byteCount,
          seconds: seconds(.now - start)))
    } catch let error as TrainingError {
      return .failed("\(error.cause.text) at step \(error.step)")
    } catch let error as ModelError {
      return .failed("\(error)")
    }
  }

  /// The best model of the training, and the epochs that were made; nil where it was asked to stop.
  private func trained() throws -> (result: SavedResult<Job.Measure>, epochs: Int)? {
    var options = TrainingOptions()
    options.overwrites = true
    options.precision = precision
    options.preparesJob = false
    options.lastEpoch = epochs
    options.isStopRequested = isStopRequested
    let outcome: TrainingOutcome<Job>
    if let checkpoint = try? RunDirectory.lastCheckpoint(in: path), checkpoint.checksum != nil {
      outcome = try Training<Job>.resume(in: path, options: options, engine: engine, { _ in job })
    } else if let done = try finished() {
      return (done, epochs)
    } else {
      outcome = try Training(job, in: path, options: options, engine: engine).run()
    }
    guard outcome.end == .finished || outcome.epochs >= epochs else { return nil }
    guard let best = outcome.best else {
      throw StorageError(
        .missing, path: path, expected: "a model that was measured", found: "none",
        advice: "Begin anew with --overwrite.")
    }
    return (best, outcome.epochs)
  }

  /// The result of a training that has come to its end before the tuning took note of it.
  private func finished() throws -> SavedResult<Job.Measure>? {
    guard RunDirectory.isRun(path), let directory = try? RunDirectory.open(path) else { return nil }
    let record = try? directory.readDescription(RunRecord<Job>.self)
    guard let record, record.settings == job.settings else { return nil }
    return record.result
  }
}
