import SluiceCore
import SluiceFlow
import SluiceStorage

/// Keeps count of a training: the log of its steps, flow and findings, the sums of the epoch, and the clock.
///
/// A line of the log begins and ends here; the job adds its own figures to it.
struct TrainingJournal<Job: TrainingJob> {
  let epochs: Int
  private let plannedSteps: Int
  private let log: MetricsLog
  /// The same for TensorBoard, with histograms of the first step of every epoch; nil if it was not asked for.
  private let events: EventFile?
  private var started = ContinuousClock.now
  private var lastStep = ContinuousClock.now
  /// How fast the last steps were, their batches and lines of the log included, validation left out.
  private var pace = TrainingPace()
  private(set) var stepCount = 0
  /// The number of the epoch, from 1.
  private(set) var epoch = 0
  /// The examples or words, and the loss of each, since the epoch began.
  private var sums = (count: 0, loss: 0.0)
  private(set) var figures = Job.Figures()
  /// What of the findings is in the log and was told.
  private var passedOn = FindingLedger()

  /// - Parameter plannedSteps: the steps of the whole training, for the time that is left.
  init(epochs: Int, plannedSteps: Int, log: MetricsLog, events: EventFile?) {
    self.epochs = epochs
    self.plannedSteps = plannedSteps
    self.log = log
    self.events = events
  }

  /// Begins an epoch, counted from 1.
  mutating func begin(_ epoch: Int, _ monitor: inout FlowMonitor) {
    if events != nil { monitor.requestHistograms() }
    self.epoch = epoch
    sums = (0, 0)
    figures = Job.Figures()
    lastStep = .now
  }

  /// Takes note of a step: writes its line of the log, and the flow if it was observed. Allocates nothing unless something is written to
  /// the file.
  mutating func add(
    _ step: StepReport<Job.Figures>, _ monitor: borrowing FlowMonitor
  ) throws(StorageError) {
    let now = ContinuousClock.now
    let took = now - lastStep
    lastStep = now
    pace.add(items: step.count, took: took)
    stepCount += 1
    // A step that is passed over is none of the epoch's: one loss that is no number would make the mean none.
    if step.loss.isFinite, !step.isSpike {
      sums.count += step.count
      sums.loss += Double(step.loss) * Double(step.count)
      figures.add(step.figures, count: step.count)
    }
    log.begin("step")
    log.add("step", stepCount)
    log.add("epoch", epoch)
    log.add(Job.unit, step.count)
    log.add("loss", step.loss)
    step.figures.writeStep(to: log)
    log.add("learning_rate", step.learningRate)
    if step.loss.isFinite { log.add("gradient_norm", step.gradientNorm) }
    log.add("seconds", seconds(took))
    try log.end()
    if step.loss.isFinite, monitor.isObserving { try log.writeFlow(monitor) }
    try writeHistograms(monitor)
  }

  /// Takes note of the end of an epoch, after validation.
  mutating func finish(_ measure: Job.Measure) throws(StorageError) {
    log.begin("epoch")
    log.add("epoch", epoch)
    log.add("step", stepCount)
    log.add("loss", meanLoss)
    figures.writeEpoch(to: log)
    measure.write(to: log)
    addClock()
    try log.end()
    try log.flush()
  }

  /// Writes the last line of the log: the figures of the saved model and of the whole training.
  func summarize(_ job: Job, best: Job.Measure?, test: Job.Measure?, interrupted: Bool) throws(StorageError) {
    log.begin("summary")
    job.writeSummary(best: best, test: test, to: log)
    log.add("steps", stepCount)
    log.add("interrupted", interrupted)
    addClock()
    try log.end()
    try log.flush()
  }

  /// Writes a line of kind `plan`: the bytes that the training takes from now on.
  func writePlan(_ plan: MemoryPlan) throws(StorageError) {
    log.begin("plan")
    log.add("step", stepCount)
    log.add("bytes", plan.bytes)
    try log.end()
  }

  /// Writes the line that says which model the training began from, and what of it was taken.
  func writeStart(_ taken: TakenOver, from origin: TrainingStart.Origin) throws(StorageError) {
    log.begin("from")
    log.add("path", origin.path)
    if let checksum = origin.model { log.add("model", checksum) }
    log.beginObject("taken")
    for name in taken.whole { log.add(name, true) }
    for rows in taken.partial { log.add(rows.parameter, rows.taken) }
    log.endObject()
    log.beginObject("new")
    for name in taken.new { log.add(name, true) }
    for rows in taken.partial { log.add(rows.parameter, rows.count - rows.taken) }
    log.endObject()
    log.beginObject("dropped")
    for name in taken.dropped { log.add(name, true) }
    log.endObject()
    if let steps = taken.optimizerSteps { log.add("optimizer_steps", steps) }
    try log.end()
  }

  /// Writes the line that says which vectors of words the training began with.
  func writeVectors(_ taken: Int, of count: Int, from origin: PretrainedVectors.Origin) throws(StorageError) {
    log.begin("vectors")
    log.add("path", origin.path)
    log.add("checksum", origin.checksum)
    log.add("taken", taken)
    log.add("words", count)
    try log.end()
  }

  /// Writes a line about a step that would have spoiled the training: `skipped`, or `rollback` with the step that it went back to.
  func writeSpoiled(_ kind: String, _ step: StepReport<Job.Figures>) throws(StorageError) {
    log.begin(kind)
    log.add("step", stepCount)
    log.add("epoch", step.epoch)
    log.add("spoiled_step", step.number)
    log.add("loss", step.loss)
    log.add("spike", step.isSpike)
    try log.end()
  }

  /// Writes the lines of the log that wait.
  func flush() throws(StorageError) { try log.flush() }

  /// How far the training is.
  var progress: EpochProgress<Job.Figures> {
    EpochProgress(
      epoch: epoch, epochs: epochs, loss: meanLoss, figures: figures, rate: pace.rate,
      secondsLeft: pace.secondsLeft(for: plannedSteps - stepCount))
  }

  /// Writes what is new of the findings and tells it, each change once. Allocates nothing where nothing is.
  mutating func passOnFindings(
    of diagnosis: borrowing Diagnosis, _ tell: (TrainingEvent<Job>) throws -> Void
  ) throws {
    let (findings, log, step) = (diagnosis.findings, log, stepCount)
    try passedOn.follow(diagnosis) { (change: FindingLedger.Change) throws -> Void in
      try log.write(change, of: findings, step: step)
      switch change {
      case .found(let i): try tell(.finding(findings[i]))
      case .explained(let i):
        if let cause = findings[i].cause { try tell(.findingExplained(findings[i], by: findings[cause])) }
      case .ended(let i): try tell(.findingEnded(findings[i]))
      }
    }
  }

  /// The mean loss of an example or word since the epoch began.
  private var meanLoss: Double { sums.loss / Double(max(sums.count, 1)) }

  /// Writes the histograms that were taken at this step.
  private func writeHistograms(_ monitor: borrowing FlowMonitor) throws(StorageError) {
    guard let events, let histograms = monitor.histograms, histograms.step == monitor.stepCount else {
      return
    }
    for i in monitor.parameters.indices where monitor.hasFigures(i) {
      let name = monitor.gradients.parameters[i].name
      try events.add("weights/\(name)", histograms.weights[i], step: stepCount)
      try events.add("gradients/\(name)", histograms.gradients[i], step: stepCount)
    }
  }

  private func addClock() {
    log.add("\(Job.unit)_per_second", pace.rate)
    log.add("seconds", seconds(ContinuousClock.now - started))
  }
}

extension TrainingJournal: Checkpointed {
  func write(to state: inout StateWriter) {
    for value in [stepCount, epoch, sums.count] { state.write(value) }
    state.write(sums.loss)
    state.write(part: "figures", figures)
    state.write(part: "findings", passedOn)
    state.write(seconds(ContinuousClock.now - started))
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    stepCount = try state.readInt()
    epoch = try state.readInt()
    sums.count = try state.readInt()
    sums.loss = try state.readDouble()
    try state.read(part: "figures", into: &figures)
    try state.read(part: "findings", into: &passedOn)
    started = .now - .seconds(try state.readDouble())
    lastStep = .now
  }
}
