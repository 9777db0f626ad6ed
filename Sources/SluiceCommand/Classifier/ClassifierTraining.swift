import Sluice

/// Trains a classifier and keeps its run's folder up to date.
struct ClassifierTraining {
  let settings: ClassifierSettings
  let dataPath: String?
  let directory: RunDirectory
  let engine: Engine
  let output: TrainingOutput

  /// How a training ended.
  enum End: Equatable {
    case finished
    case interrupted
  }

  /// Trains until all epochs are done or the user interrupts.
  ///
  /// - Throws: `DataError`, `ModelError` or `StorageError`, and `TrainingError` when the loss stops being a
  ///   finite number.
  func run() throws -> End {
    let data = try ClassifierData(path: dataPath, settings)
    let bound = data.bound(of: settings.batch)
    var trainer = try ClassifierTrainer(
      symbols: data.alphabet.count, labels: data.labelNames.count, settings: settings, bound: bound,
      plannedSteps: settings.epochs * data.training.batchCount(of: settings.batch), engine: engine)
    output.describe(data, trainer.parameters, trainer.plan, trainer.optimizer, settings, engine)
    var progress = ClassifierProgress(
      settings: settings, data: data, log: try MetricsLog(path: directory.metrics), output: output)
    var state = State(data: data, description: description(of: data))
    var end = End.finished
    for epoch in 1...settings.epochs where end == .finished {
      end = try train(epoch, &trainer, &progress, &state)
      try finish(epoch, &trainer, &progress, &state)
    }
    try progress.writeSummary(state.best.report, interrupted: end == .interrupted)
    try AtomicFile.write(trainer.flow.chart().svg(), to: directory.flowChart)
    output.conclude(state.best.report, trainer.flow, end, state.description.result, directory)
    return end
  }

  /// What changes from epoch to epoch besides the model.
  private struct State {
    var training: Batches
    var validation: Batches
    var batch = LabelledBatch()
    var description: ClassifierDescription
    var best: (report: ClassificationReport, loss: Double)

    init(data: ClassifierData, description: ClassifierDescription) {
      let settings = description.settings
      training = data.training.batches(of: settings.batch, shuffledBy: settings.seed)
      validation = data.validation.batches(of: settings.batch)
      self.description = description
      best = (ClassificationReport(labelNames: data.labelNames), .infinity)
    }
  }

  /// One pass over the training part, or what of it comes before an interruption.
  private func train(
    _ epoch: Int, _ trainer: inout ClassifierTrainer, _ progress: inout ClassifierProgress,
    _ state: inout State
  ) throws -> End {
    state.training.start(epoch: epoch)
    while state.training.next(into: &state.batch) {
      let step = trainer.step(state.batch)
      try progress.add(step, epoch: epoch, trainer.flowMonitor, learningRate: trainer.learningRate)
      guard step.loss.isFinite else { throw try failure(&trainer, progress, state, epoch) }
      if Interruption.requested { return .interrupted }
    }
    return .finished
  }

  /// Measures the model on the validation part and saves it if it is the best so far.
  private func finish(
    _ epoch: Int, _ trainer: inout ClassifierTrainer, _ progress: inout ClassifierProgress,
    _ state: inout State
  ) throws {
    var report = ClassificationReport(labelNames: state.description.labels)
    let loss = trainer.evaluate(&state.validation, into: &report)
    trainer.observe(validationLoss: loss)
    try progress.finish(epoch, validationLoss: loss, entanglement: trainer.entanglement, report)
    let isBetter =
      state.description.result == nil
      || (report.macroF1, -loss) > (state.best.report.macroF1, -state.best.loss)
    guard isBetter else { return }
    state.best = (report, loss)
    state.description.result = ClassifierResult(
      epoch: epoch, loss: loss, accuracy: report.accuracy, macroF1: report.macroF1)
    try save(trainer.parameters, state.description)
  }

  private func save(
    _ parameters: borrowing Parameters, _ description: ClassifierDescription
  ) throws(StorageError) {
    try parameters.write(
      to: directory.model, metadata: ["format": "pt", "producer": "sluice \(SluiceVersion.current)"])
    try JSONFile.write(description, to: directory.configuration)
  }

  /// The error for a loss that is not finite, after the last good model has been kept.
  private func failure(
    _ trainer: inout ClassifierTrainer, _ progress: ClassifierProgress, _ state: State, _ epoch: Int
  ) throws -> TrainingError {
    let origin = trainer.tape.firstNonFinite()
    let kept: String
    if let result = state.description.result {
      kept = "the model after epoch \(result.epoch)"
    } else {
      trainer.restoreLastGood()
      try save(trainer.parameters, state.description)
      kept = "the model as it was at step \(trainer.lastGoodStep)"
    }
    try progress.flush()
    return TrainingError(
      step: progress.stepCount, epoch: epoch, origin: origin, kept: kept, directory: directory)
  }

  private func description(of data: ClassifierData) -> ClassifierDescription {
    ClassifierDescription(
      data: dataPath, settings: settings, labels: data.labelNames, alphabet: data.alphabet,
      machine: MachineDescription(
        instructionSet: engine.kernels.instructionSet.rawValue, threads: engine.workers.count))
  }
}

/// A training that cannot go on because its loss is no finite number any more.
struct TrainingError: Error, CustomStringConvertible {
  let step: Int
  let epoch: Int
  let origin: NonFinite?
  let kept: String
  let directory: RunDirectory

  var description: String {
    let cause = origin.map { "the first number that is not finite: \($0)" } ?? "its origin was not found"
    return "the loss is not a finite number at step \(step) (epoch \(epoch)); \(cause). "
      + "\(directory.path) keeps \(kept). Try a smaller learning rate."
  }
}
