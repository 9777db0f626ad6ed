import Sluice

/// How a training ended.
enum TrainingEnd: Equatable, Sendable {
  case finished
  case interrupted
}

/// What every job says of a step.
struct StepFigures: Sendable {
  let loss: Float
  /// The examples or words of the batch.
  let count: Int
  let learningRate: Float
}

/// Keeps count of a training: the log of its steps, flow and findings, what is shown while it runs, and the clock.
///
/// A job adds its own figures to the lines of the log and its own words to those of the terminal.
///
///     for epoch in 1...epochs {
///       journal.begin(epoch, &trainer.flowMonitor)
///       while … {
///         let step = trainer.step(batch)
///         try journal.add(figures, trainer.flowMonitor, shown: { "loss \($0)" }) { $0.add("accuracy", …) }
///       }
///       try journal.finish({ "loss \($0)" }) { $0.add("validation_loss", …) }
///     }
///     try journal.summarize(interrupted: false) { $0.add("accuracy", …) }
struct TrainingJournal {
  /// What a batch holds several of, as the log and the terminal call it: `examples`, `words`.
  let unit: String
  private let lock: RunLock
  private let epochs: Int
  private let plannedSteps: Int
  private let log: MetricsLog
  /// The same for TensorBoard, with histograms of the first step of every epoch; nil if it was not asked for.
  private let events: EventFile?
  private let output: TrainingOutput
  private let line: ProgressLine
  private var view: WatchView?
  private let started = ContinuousClock.now
  private var lastStep = ContinuousClock.now
  /// Time spent in training steps, their batches and lines of the log included, validation left out.
  private var trainingTime = Duration.zero
  private(set) var stepCount = 0
  /// The number of the epoch, from 1.
  private(set) var epoch = 0
  private var count = 0
  /// The findings already written.
  private var findingCount = 0
  /// The examples or words, and the loss of each, since the epoch began.
  private var sums = (count: 0, loss: 0.0)

  /// - Parameter plannedSteps: the steps of the whole training, for the time that is left.
  init(
    unit: String, epochs: Int, plannedSteps: Int, directory: RunDirectory, output: TrainingOutput
  ) throws(StorageError) {
    self.unit = unit
    self.epochs = epochs
    self.plannedSteps = plannedSteps
    lock = try directory.lock()
    events = output.writesEvents ? try EventFile(path: directory.events) : nil
    log = try MetricsLog(path: directory.metrics, mirroredTo: events)
    self.output = output
    line = output.progressLine()
    view = output.watchView()
  }

  /// Begins an epoch, counted from 1.
  mutating func begin(_ epoch: Int, _ monitor: inout FlowMonitor) {
    if events != nil { monitor.requestHistograms() }
    self.epoch = epoch
    sums = (0, 0)
    lastStep = .now
  }

  /// Takes note of a step: writes its line of the log, the flow if it was observed and new findings. Allocates nothing unless
  /// something is shown, found or written to the file.
  ///
  /// - Parameters:
  ///   - shown: what the progress line says of the epoch so far, given its mean loss.
  ///   - figures: adds the job's own figures to the line.
  mutating func add(
    _ step: StepFigures, _ monitor: borrowing FlowMonitor, shown: (Double) -> String,
    _ figures: (MetricsLog) -> Void
  ) throws(StorageError) {
    let now = ContinuousClock.now
    let took = now - lastStep
    lastStep = now
    trainingTime += took
    stepCount += 1
    count += step.count
    sums.count += step.count
    sums.loss += Double(step.loss) * Double(step.count)
    log.begin("step")
    log.add("step", stepCount)
    log.add("epoch", epoch)
    log.add(unit, step.count)
    log.add("loss", step.loss)
    figures(log)
    log.add("learning_rate", step.learningRate)
    if step.loss.isFinite { log.add("gradient_norm", monitor.gradients.gradientNorm) }
    log.add("seconds", seconds(took))
    try log.end()
    if step.loss.isFinite, monitor.isObserving { try log.writeFlow(monitor) }
    try log.writeFindings(monitor.diagnosis, from: &findingCount)
    try writeHistograms(monitor)
    if step.loss.isFinite, monitor.isObserving { view?.show(monitor) }
    if !output.isQuiet, !output.watches, line.isDue { line.show(progress(shown(meanLoss))) }
  }

  /// Takes note of the end of an epoch, after validation.
  ///
  /// - Parameters:
  ///   - shown: what the terminal says of it, given the mean loss of the training part.
  ///   - figures: adds the job's own figures to the line of the log.
  mutating func finish(
    _ shown: (Double) -> String, _ figures: (MetricsLog) -> Void
  ) throws(StorageError) {
    log.begin("epoch")
    log.add("epoch", epoch)
    log.add("step", stepCount)
    log.add("loss", meanLoss)
    figures(log)
    addClock()
    try log.end()
    try log.flush()
    view?.finish()
    line.clear()
    output.say("epoch \(epoch)/\(epochs)  \(shown(meanLoss))  \(grouped(Int(rate))) \(unit)/s")
  }

  /// Writes the last line of the log: the figures of the saved model and of the whole training.
  func summarize(interrupted: Bool, _ figures: (MetricsLog) -> Void) throws(StorageError) {
    log.begin("summary")
    figures(log)
    log.add("steps", stepCount)
    log.add("interrupted", interrupted)
    addClock()
    try log.end()
    try flush()
  }

  /// Writes a finding about the last step that no observation made.
  ///
  /// - Parameter evidence: what is said where the origin was not found.
  func writeFinding(
    _ ailment: Ailment, at origin: NonFinite?, evidence: String
  ) throws(StorageError) {
    log.begin("finding")
    log.add("step", stepCount)
    log.add("first_step", stepCount)
    log.add("name", ailment.rawValue)
    log.add("place", origin?.layer ?? origin?.source ?? "")
    log.add("evidence", origin.map { "\($0)" } ?? evidence)
    log.add("hint", ailment.hint)
    try log.end()
  }

  /// Writes the lines of the log that wait.
  func flush() throws(StorageError) {
    try log.flush()
    line.clear()
  }

  /// The mean loss of an example or word since the epoch began.
  private var meanLoss: Double { sums.loss / Double(max(sums.count, 1)) }

  /// Examples or words a second of training.
  private var rate: Double { Double(count) / max(seconds(trainingTime), 1e-9) }

  /// Writes the histograms that were taken at this step.
  private func writeHistograms(_ monitor: borrowing FlowMonitor) throws(StorageError) {
    guard let events, let histograms = monitor.histograms, histograms.step == monitor.stepCount else {
      return
    }
    for i in monitor.parameters.indices where monitor.isWatched(i) {
      let name = monitor.gradients.parameters[i].name
      try events.add("weights/\(name)", histograms.weights[i], step: stepCount)
      try events.add("gradients/\(name)", histograms.gradients[i], step: stepCount)
    }
  }

  private func addClock() {
    log.add("\(unit)_per_second", rate)
    log.add("seconds", seconds(ContinuousClock.now - started))
  }

  private func progress(_ text: String) -> String {
    let left = seconds(trainingTime) / Double(max(stepCount, 1)) * Double(max(plannedSteps - stepCount, 0))
    return "epoch \(epoch)/\(epochs)  step \(stepCount)  \(grouped(Int(rate))) \(unit)/s  \(text)  "
      + "\(clock(left)) left"
  }
}
