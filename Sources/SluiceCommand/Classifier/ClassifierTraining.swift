import Sluice

/// Trains a classifier and keeps its run's folder up to date.
struct ClassifierTraining {
  let settings: ClassifierSettings
  let dataPath: String?
  let directory: RunDirectory
  let engine: Engine
  let output: TrainingOutput

  /// Trains until all epochs are done or the user interrupts.
  ///
  /// - Throws: `DataError`, `ModelError` or `StorageError`, and `TrainingError` when the loss stops being a
  ///   finite number.
  func run() throws -> TrainingEnd {
    let data = try ClassifierData(path: dataPath, settings)
    let plannedSteps = settings.epochs * data.training.batchCount(of: settings.batch)
    var trainer = try ClassifierTrainer(
      symbols: data.alphabet.count, labels: data.labelNames.count, labelCounts: data.labelCounts,
      settings: settings, bound: data.bound(of: settings.batch), plannedSteps: plannedSteps, engine: engine)
    if let flowInterval = output.flowInterval { trainer.flowMonitor.interval = flowInterval }
    describe(data)
    output.describe(
      trainer.parameters, trainer.plan, trainer.optimizer, settings.optimizer, seed: settings.seed, engine)
    var journal = try TrainingJournal(
      unit: "examples", epochs: settings.epochs, plannedSteps: plannedSteps, directory: directory,
      output: output)
    var state = State(data: data, description: description(of: data))
    var end = TrainingEnd.finished
    for epoch in 1...settings.epochs where end == .finished {
      journal.begin(epoch, &trainer.flowMonitor)
      end = try train(epoch, &trainer, &journal, &state)
      try finish(&trainer, &journal, &state)
    }
    try journal.summarize(interrupted: end == .interrupted) { $0.write(state.best.report) }
    try AtomicFile.write(trainer.flow.chart().svg(), to: directory.flowChart)
    conclude(state, trainer.flow, end)
    return end
  }

  /// What changes from epoch to epoch besides the model.
  private struct State {
    var training: Batches
    var validation: Batches
    var batch = LabelledBatch()
    var description: ClassifierDescription
    var best: (report: ClassificationReport, loss: Double)
    /// The examples and the right ones since the epoch began.
    var seen = (count: 0, correct: 0)

    init(data: ClassifierData, description: ClassifierDescription) {
      let settings = description.settings
      training = data.training.batches(of: settings.batch, shuffledBy: settings.seed)
      validation = data.validation.batches(of: settings.batch)
      self.description = description
      best = (ClassificationReport(labelNames: data.labelNames), .infinity)
    }

    /// The accuracy on the training part since the epoch began.
    var accuracy: Double { Double(seen.correct) / Double(max(seen.count, 1)) }
  }

  /// One pass over the training part, or what of it comes before an interruption.
  private func train(
    _ epoch: Int, _ trainer: inout ClassifierTrainer, _ journal: inout TrainingJournal, _ state: inout State
  ) throws -> TrainingEnd {
    state.training.start(epoch: epoch)
    state.seen = (0, 0)
    while state.training.next(into: &state.batch) {
      let step = trainer.step(state.batch)
      state.seen.count += step.examples
      state.seen.correct += step.correct
      let accuracy = state.accuracy
      try journal.add(
        StepFigures(
          loss: step.loss, count: step.examples, learningRate: trainer.optimizer.learningRate),
        trainer.flowMonitor, shown: { "loss \(fixed($0, 4))  accuracy \(percent(accuracy))" }
      ) {
        $0.add("accuracy", Float(step.correct) / Float(max(step.examples, 1)))
      }
      guard trainer.flowMonitor.isFinite else {
        let origin = trainer.locate(state.batch)
        throw try journal.failure(
          origin, trainer.flowMonitor, &trainer.parameters, trainer.lastGood,
          bestEpoch: state.description.result?.epoch,
          state.description, in: directory)
      }
      if Interruption.requested { return .interrupted }
    }
    return .finished
  }

  /// Measures the model on the validation part and saves it if it is the best so far.
  private func finish(
    _ trainer: inout ClassifierTrainer, _ journal: inout TrainingJournal, _ state: inout State
  ) throws {
    var report = ClassificationReport(labelNames: state.description.labels)
    let loss = trainer.evaluate(&state.validation, into: &report)
    let (accuracy, entanglement) = (state.accuracy, trainer.entanglement)
    trainer.observe(validationLoss: loss)
    try journal.finish(
      {
        "loss \(fixed($0, 4))  accuracy \(percent(accuracy))  validation loss \(fixed(loss, 4))  accuracy "
          + "\(percent(report.accuracy))  macro F1 \(percent(report.macroF1))"
          + (entanglement.map { "  entanglement \(fixed($0, 4))" } ?? "")
      },
      {
        $0.add("accuracy", accuracy)
        $0.add("validation_loss", loss)
        $0.add("validation_accuracy", report.accuracy)
        $0.add("validation_macro_f1", report.macroF1)
        if let entanglement { $0.add("validation_entanglement", entanglement) }
      })
    let spoilt = trainer.parameters.firstNonFinite()
    guard loss.isFinite, spoilt == nil else {
      throw try journal.failure(
        cause: loss.isFinite ? .weight : .validation("loss"), spoilt, trainer.flowMonitor,
        &trainer.parameters, trainer.lastGood, bestEpoch: state.description.result?.epoch, state.description,
        in: directory)
    }
    let isBetter =
      state.description.result == nil
      || (report.macroF1, -loss) > (state.best.report.macroF1, -state.best.loss)
    guard isBetter else { return }
    state.best = (report, loss)
    state.description.result = ClassifierResult(
      epoch: journal.epoch, loss: loss, accuracy: report.accuracy, macroF1: report.macroF1)
    try directory.save(trainer.parameters, state.description)
  }

  private func description(of data: ClassifierData) -> ClassifierDescription {
    ClassifierDescription(
      data: dataPath, settings: settings, labels: data.labelNames, alphabet: data.alphabet,
      machine: MachineDescription(engine))
  }

  private func describe(_ data: ClassifierData) {
    output.say(data.statistics.table)
    output.say(
      "\n\(grouped(data.training.count)) to train on, \(grouped(data.validation.count)) to validate on, "
        + "\(grouped(data.alphabet.count - 1)) characters\n")
  }

  /// The result: by label, the gradient's flow, what to look at, and where everything is.
  private func conclude(_ state: State, _ flow: GradientFlow, _ end: TrainingEnd) {
    output.conclude("\n" + state.best.report.table)
    output.show(flow)
    let epoch = state.description.result.map { " after epoch \($0.epoch)" } ?? ""
    output.conclude(
      "\n\(end == .interrupted ? "Interrupted. " : "")The model\(epoch) is saved in \(ScreenText.path(directory.path)): "
        + "accuracy \(percent(state.best.report.accuracy)).")
  }
}

extension MetricsLog {
  /// Adds the figures of a classifier, in all and by label.
  fileprivate func write(_ report: ClassificationReport) {
    add("accuracy", report.accuracy)
    add("macro_f1", report.macroF1)
    beginObject("labels")
    for label in report.labels {
      beginObject(label.name)
      add("precision", label.precision)
      add("recall", label.recall)
      add("f1", label.f1)
      add("count", label.count)
      endObject()
    }
    endObject()
  }
}
