import Sluice

/// Keeps count of a training: the log, the progress line and the clock.
struct ClassifierProgress {
  private let settings: ClassifierSettings
  private let stepsPerEpoch: Int
  private let log: MetricsLog
  private let output: TrainingOutput
  private let line: ProgressLine
  private var view: WatchView?
  private let started = ContinuousClock.now
  private var lastStep = ContinuousClock.now
  /// Time spent in training steps, logging and shuffling included, validation left out.
  private var trainingTime = Duration.zero
  private(set) var stepCount = 0
  private var examples = 0
  /// The findings already written.
  private var findingCount = 0
  /// The examples, the loss of each, and the right ones since the epoch began.
  private var epoch = (examples: 0, loss: 0.0, correct: 0)

  init(settings: ClassifierSettings, data: ClassifierData, log: MetricsLog, output: TrainingOutput) {
    self.settings = settings
    stepsPerEpoch = data.training.batchCount(of: settings.batch)
    self.log = log
    self.output = output
    line = output.progressLine()
    view = output.watchView()
  }

  /// Takes note of a step and writes its line of the log.
  mutating func add(
    _ step: ClassifierTrainer.Step, epoch number: Int, _ monitor: borrowing FlowMonitor,
    learningRate: Float
  ) throws(StorageError) {
    let now = ContinuousClock.now
    let took = now - lastStep
    lastStep = now
    trainingTime += took
    stepCount += 1
    examples += step.examples
    epoch.examples += step.examples
    epoch.loss += Double(step.loss) * Double(step.examples)
    epoch.correct += step.correct
    log.begin("step")
    log.add("step", stepCount)
    log.add("epoch", number)
    log.add("examples", step.examples)
    log.add("loss", step.loss)
    log.add("accuracy", Float(step.correct) / Float(max(step.examples, 1)))
    log.add("learning_rate", learningRate)
    if step.loss.isFinite { log.add("gradient_norm", monitor.gradients.gradientNorm) }
    log.add("seconds", seconds(took))
    try log.end()
    if step.loss.isFinite, monitor.isObserving { try log.writeFlow(monitor) }
    try log.writeFindings(monitor.diagnosis, from: &findingCount)
    if step.loss.isFinite, monitor.isObserving { view?.show(monitor) }
    if !output.isQuiet, !output.watches, line.isDue { line.show(text(number)) }
  }

  /// Takes note of the end of an epoch, after validation.
  mutating func finish(
    _ number: Int, validationLoss: Double, entanglement: Double? = nil, _ report: ClassificationReport
  ) throws(StorageError) {
    let perExample = 1 / Double(max(epoch.examples, 1))
    log.begin("epoch")
    log.add("epoch", number)
    log.add("step", stepCount)
    log.add("loss", epoch.loss * perExample)
    log.add("accuracy", Double(epoch.correct) * perExample)
    log.add("validation_loss", validationLoss)
    log.add("validation_accuracy", report.accuracy)
    log.add("validation_macro_f1", report.macroF1)
    if let entanglement { log.add("validation_entanglement", entanglement) }
    log.add("examples_per_second", rate)
    log.add("seconds", seconds(ContinuousClock.now - started))
    try log.end()
    try log.flush()
    view?.finish()
    if !output.isQuiet {
      line.clear()
      line.print(
        "epoch \(number)/\(settings.epochs)  loss \(fixed(epoch.loss * perExample, 4))  accuracy "
          + "\(percent(Double(epoch.correct) * perExample))  validation loss \(fixed(validationLoss, 4))  accuracy "
          + "\(percent(report.accuracy))  macro F1 \(percent(report.macroF1))  \(Int(rate)) examples/s"
          + (entanglement.map { "  entanglement \(fixed($0, 4))" } ?? ""))
    }
    epoch = (0, 0, 0)
    lastStep = ContinuousClock.now
  }

  /// Writes the last line of the log: the figures of the saved model and of the whole training.
  func writeSummary(_ report: ClassificationReport, interrupted: Bool) throws(StorageError) {
    log.begin("summary")
    log.add("accuracy", report.accuracy)
    log.add("macro_f1", report.macroF1)
    log.beginObject("labels")
    for label in report.labels {
      log.beginObject(label.name)
      log.add("precision", label.precision)
      log.add("recall", label.recall)
      log.add("f1", label.f1)
      log.add("count", label.count)
      log.endObject()
    }
    log.endObject()
    log.add("steps", stepCount)
    log.add("interrupted", interrupted)
    log.add("seconds", seconds(ContinuousClock.now - started))
    log.add("examples_per_second", rate)
    try log.end()
    try log.flush()
    line.clear()
  }

  /// Writes what waits, before the training ends with an error.
  func flush() throws(StorageError) {
    try log.flush()
    line.clear()
  }

  /// Training examples a second.
  private var rate: Double { Double(examples) / max(seconds(trainingTime), 1e-9) }

  private func text(_ number: Int) -> String {
    let left = stepsPerEpoch * settings.epochs - stepCount
    let remaining = seconds(trainingTime) / Double(max(stepCount, 1)) * Double(max(left, 0))
    let perExample = 1 / Double(max(epoch.examples, 1))
    return "epoch \(number)/\(settings.epochs)  step \(stepCount)/\(stepsPerEpoch * settings.epochs)  "
      + "\(Int(rate)) examples/s  loss \(fixed(epoch.loss * perExample, 4))  accuracy "
      + "\(percent(Double(epoch.correct) * perExample))  \(clock(remaining)) left"
  }
}
