import Sluice

/// What a training tells its user on standard output.
struct TrainingOutput: Sendable {
  /// Whether only the result is told.
  let isQuiet: Bool
  /// Whether the flow is shown while the training runs, in place of the progress line.
  let watches: Bool
  private let terminal: Terminal

  init(isQuiet: Bool, watches: Bool = false, terminal: Terminal = .standardOutput) {
    self.isQuiet = isQuiet
    self.watches = watches
    self.terminal = terminal
  }

  func watchView() -> WatchView? { watches ? WatchView(on: terminal) : nil }

  func progressLine() -> ProgressLine { ProgressLine(on: terminal) }

  /// What the data are, what the model is, how it is updated and what memory it takes.
  func describe(
    _ data: ClassifierData, _ parameters: borrowing Parameters, _ plan: MemoryPlan,
    _ optimizer: borrowing Optimizer, _ settings: ClassifierSettings, _ engine: Engine
  ) {
    if isQuiet { return }
    terminal.writeLine(data.statistics.table)
    terminal.writeLine(
      "\n\(grouped(data.training.count)) to train on, \(grouped(data.validation.count)) to validate on, "
        + "\(grouped(data.alphabet.count - 1)) characters\n")
    for handle in parameters.handles {
      let row = parameters[handle]
      let group = optimizer.group(of: handle, in: parameters)
      let how = row.updates == .touchedRows ? "rows that occur, \(group.touchedRows.rawValue)" : "dense"
      terminal.writeLine(
        padded(row.name, 18) + padded("\(row.shape)", 14) + padded(grouped(row.shape.count), 10)
          + "\(settings.optimizer.name.rawValue), \(how)")
    }
    terminal.writeLine("\(grouped(parameters.elementCount)) parameters\n")
    terminal.writeLine(plan.table)
    terminal.writeLine(
      "\n\(engine.workers.count) threads, \(engine.kernels.instructionSet.rawValue) kernels, seed "
        + "\(settings.seed)\n\(settings.optimizer.headline)\n")
  }

  /// The result: by label, the gradient's flow, what to look at, and where everything is.
  func conclude(
    _ report: ClassificationReport, _ flow: GradientFlow, _ end: ClassifierTraining.End,
    _ result: ClassifierResult?, _ directory: RunDirectory
  ) {
    terminal.writeLine("\n" + report.table)
    if !isQuiet {
      terminal.writeLine(
        "\n"
          + flow.chart().terminal(columns: min(terminal.width, 100), color: terminal.usesColor))
      for warning in flow.warnings { terminal.writeLine(warning) }
    }
    let epoch = result.map { " after epoch \($0.epoch)" } ?? ""
    let ended = end == .interrupted ? "Interrupted. " : ""
    terminal.writeLine(
      "\n\(ended)The model\(epoch) is saved in \(directory.path): accuracy \(percent(report.accuracy)).")
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
