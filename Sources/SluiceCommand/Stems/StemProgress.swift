import Sluice

/// Keeps count of a training of words: the log, the progress line and the clock.
struct StemProgress {
  private let settings: StemSettings
  private let log: MetricsLog
  private let terminal: Terminal
  private let isQuiet: Bool
  private let line: ProgressLine
  private let started = ContinuousClock.now
  private(set) var stepCount = 0
  /// The findings already written.
  private var findingCount = 0
  private var words = 0
  private var epoch = (steps: 0.0, loss: 0.0, active: 0.0, positive: 0.0, negative: 0.0, spread: 0.0)
  private var warning: String?

  init(settings: StemSettings, log: MetricsLog, terminal: Terminal, isQuiet: Bool) {
    self.settings = settings
    self.log = log
    self.terminal = terminal
    self.isQuiet = isQuiet
    line = ProgressLine(on: terminal)
  }

  /// Takes note of a step and writes its line of the log.
  mutating func add(
    _ step: StemTrainer.Step, epoch number: Int, words count: Int, _ monitor: borrowing FlowMonitor
  ) throws(StorageError) {
    let report = step.report
    stepCount += 1
    words += count
    epoch.steps += 1
    epoch.loss += Double(step.loss)
    epoch.active += Double(report.activeShare)
    epoch.positive += Double(report.meanPositive)
    epoch.negative += Double(report.meanNegative)
    epoch.spread += Double(report.spread)
    if report.isCollapsed { warning = report.warning }
    log.begin("step")
    log.add("step", stepCount)
    log.add("epoch", number)
    log.add("words", count)
    log.add("triplets", report.triplets)
    log.add("loss", step.loss)
    log.add("active_share", report.activeShare)
    log.add("mean_positive", report.meanPositive)
    log.add("mean_negative", report.meanNegative)
    log.add("spread", report.spread)
    log.add("collapsed", report.isCollapsed)
    if step.loss.isFinite { log.add("gradient_norm", monitor.gradients.gradientNorm) }
    try log.end()
    if step.loss.isFinite, monitor.isObserving { try log.writeFlow(monitor) }
    try log.writeFindings(monitor.diagnosis, from: &findingCount)
    if !isQuiet, line.isDue {
      line.show("epoch \(number)/\(settings.epochs)  step \(stepCount)  loss \(fixed(Double(step.loss), 4))")
    }
  }

  /// Takes note of the end of an epoch, after validation.
  mutating func finish(_ number: Int, _ recall: Recall) throws(StorageError) {
    let share = 1 / max(epoch.steps, 1)
    let took = seconds(ContinuousClock.now - started)
    log.begin("epoch")
    log.add("epoch", number)
    log.add("loss", epoch.loss * share)
    log.add("active_share", epoch.active * share)
    log.add("spread", epoch.spread * share)
    log.add("recall_at_1", recall.at1)
    log.add("recall_at_5", recall.at5)
    log.add("seconds", took)
    try log.end()
    try log.flush()
    line.clear()
    if !isQuiet {
      terminal.writeLine(
        "epoch \(number)/\(settings.epochs)  loss \(fixed(epoch.loss * share, 4))  active "
          + "\(percent(epoch.active * share))  same \(fixed(epoch.positive * share, 2)) other "
          + "\(fixed(epoch.negative * share, 2))  spread \(fixed(epoch.spread * share, 2))  unseen: \(recall.text)  "
          + "\(clock(took))")
      if let warning { terminal.writeLine(warning) }
    }
    epoch = (0, 0, 0, 0, 0, 0)
    warning = nil
  }
}
