import SluiceCore
import SluiceFlow
import SluiceText

/// What a training tells its user, as it happens, in words: what `sluice train` shows.
///
///     let console = TrainingConsole(output: Screen(write: { print($0, terminator: "") }), errors: Screen(write: { _ in }))
///     try Training(job, in: "runs/sms").run { event in
///       console.tell(event, of: job)
///       return .goOn
///     }
public final class TrainingConsole {
  /// Whether only the result is told.
  private let isQuiet: Bool
  private let output: Screen
  private let errors: Screen
  private let line: ProgressLine
  /// Shows the flow while the training runs, in place of the progress line.
  private var view: WatchView?

  /// - Parameters:
  ///   - output: gets all that stays.
  ///   - errors: gets the progress line, and what is said of a stop.
  ///   - isQuiet: whether only the result is told.
  ///   - watches: whether the flow is shown while the training runs.
  public init(output: Screen, errors: Screen, isQuiet: Bool = false, watches: Bool = false) {
    self.isQuiet = isQuiet
    self.output = output
    self.errors = errors
    line = ProgressLine(on: errors)
    view = watches ? WatchView(on: output) : nil
  }

  /// Tells an event of a training of `job`.
  public func tell<Job: TrainingJob>(_ event: TrainingEvent<Job>, of job: Job) {
    switch event {
    case .note(let text): say(text)
    case .tookOver(_, let text): say(text + "\n")
    case .began(let overview): show(overview)
    case .step(_, let progress): show(progress, of: job)
    case .flow(let monitor): view?.show(monitor)
    // What follows from a cause is counted in the end, and told by `sluice doctor` and `sluice report`.
    case .finding(let finding):
      if finding.cause == nil { announce((finding.severity == .note ? "note: " : "found: ") + "\(finding)") }
    case .findingExplained(let finding, let cause): announce("\(finding.title) comes from: \(cause.title)")
    case .findingEnded(let finding):
      if finding.cause == nil {
        announce("no more: \(finding.title), until step \(finding.endStep ?? finding.reportedStep)")
      }
    case .epoch(let epoch): show(epoch, of: job)
    case .stopping:
      line.clear()
      errors.writeLine("Stopping: what was trained is being saved.")
    case .ended(let outcome): show(outcome, of: job)
    }
  }

  // MARK: Events

  /// What the model is, how each part of it is updated, what memory the training takes, and on what it runs.
  private func show(_ overview: TrainingOverview) {
    say(overview.parameterTable)
    say("\(grouped(overview.parameterCount)) parameters\n")
    say(overview.plan.table)
    let threads = overview.machine.threads
    say(
      "\n\(threads) thread\(threads == 1 ? "" : "s"), \(overview.machine.instructionSet) kernels, seed "
        + "\(overview.seed)\n\(overview.optimizer)\n")
  }

  private func show<Job: TrainingJob>(_ progress: EpochProgress<Job.Figures>, of job: Job) {
    guard !isQuiet, view == nil, line.isDue else { return }
    line.show(
      "epoch \(progress.epoch)/\(progress.epochs)  \(grouped(Int(progress.rate))) \(Job.unit)/s  "
        + "\(job.progressText(loss: progress.loss, progress.figures))  \(clock(progress.secondsLeft)) left")
  }

  private func show<Job: TrainingJob>(_ epoch: EpochReport<Job>, of job: Job) {
    view?.finish()
    line.clear()
    let progress = epoch.progress
    say(
      "epoch \(progress.epoch)/\(progress.epochs)  "
        + "\(job.epochText(loss: progress.loss, progress.figures, epoch.measure))  "
        + "\(grouped(Int(progress.rate))) \(Job.unit)/s")
  }

  /// A line that stays, above the progress line.
  private func announce(_ text: String) {
    guard !isQuiet, view == nil else { return }
    line.clear()
    output.writeLine(ScreenText.line(text))
  }

  /// The result, the gradient's flow, what was found, and where everything is.
  private func show<Job: TrainingJob>(_ outcome: TrainingOutcome<Job>, of job: Job) {
    view?.finish()
    line.clear()
    if let best = outcome.best {
      let text = job.conclusion(best: best.measure)
      if !text.isEmpty { conclude("\n" + text) }
    }
    if !isQuiet {
      say("\n" + outcome.flow.chart().terminal(columns: min(output.width, 100), color: output.usesColor))
      for warning in outcome.flow.warnings { say(warning) }
    }
    conclude("")
    for line in Self.summary(of: outcome.findings, run: outcome.path) { conclude(ScreenText.line(line)) }
    let figures = outcome.best.map { ": " + job.resultText(best: $0.measure) } ?? ""
    conclude("\(Self.text(of: outcome.end))\(ScreenText.path(outcome.path)) keeps \(outcome.kept)\(figures).")
    if outcome.canResume {
      let again =
        job.inputs.contains(where: TextLines.isStandardInput)
        ? ", given the same data on standard input again," : ""
      conclude("`sluice resume \(ScreenText.path(outcome.path))`\(again) goes on from here.")
    }
    if let test = outcome.test { conclude("Test: \(job.resultText(best: test.measure)).") }
  }

  /// How a training ended, if that was not at its end.
  private static func text(of end: TrainingEnd) -> String {
    switch end {
    case .finished: ""
    case .interrupted: "Interrupted. "
    case .stopped(let finding): "Stopped on '\(finding.name)' at step \(finding.reportedStep). "
    }
  }

  /// The verdict in a few lines, and the command that shows more; nothing if nothing was found.
  static func summary(of findings: [Finding], run path: String) -> [String] {
    guard !findings.isEmpty else { return [] }
    return Verdict(of: findings).summary + ["`sluice doctor \(ScreenText.path(path))` says more."]
  }

  /// Tells something on the way.
  private func say(_ text: String) {
    guard !isQuiet else { return }
    line.clear()
    output.writeLine(text)
  }

  /// Tells something of the result.
  private func conclude(_ text: String) { output.writeLine(text) }
}
