import Sluice

/// What a training tells its user: on standard output, and beside its log.
struct TrainingOutput: Sendable {
  /// Whether only the result is told.
  let isQuiet: Bool
  /// Whether the flow is shown while the training runs, in place of the progress line.
  let watches: Bool
  /// Whether the log's figures are written for TensorBoard too.
  let writesEvents: Bool
  /// Every how many steps all statistics of the flow are taken and logged; nil for the usual interval.
  let flowInterval: Int?
  private let terminal: Terminal

  init(
    isQuiet: Bool, watches: Bool = false, writesEvents: Bool = false, flowInterval: Int? = nil,
    terminal: Terminal = .standardOutput
  ) {
    self.isQuiet = isQuiet
    self.watches = watches
    self.writesEvents = writesEvents
    self.flowInterval = flowInterval
    self.terminal = terminal
  }

  /// The output that the options of a training ask for.
  init(_ arguments: ParsedArguments) {
    self.init(
      isQuiet: arguments[Shared.quiet], watches: arguments[Shared.watch],
      writesEvents: arguments[Shared.tensorBoard], flowInterval: arguments[Shared.flowInterval])
  }

  /// What can be asked for of any training.
  static let options: [any Declaration] = [Shared.watch, Shared.flowInterval, Shared.tensorBoard]

  func watchView() -> WatchView? { watches ? WatchView(on: terminal) : nil }

  func progressLine() -> ProgressLine { ProgressLine(on: terminal) }

  /// Tells something on the way.
  func say(_ text: String) {
    if !isQuiet { terminal.writeLine(text) }
  }

  /// Tells something of the result.
  func conclude(_ text: String) { terminal.writeLine(text) }

  /// What the model is, how each part of it is updated, what memory the training takes, and on what it runs.
  func describe(
    _ parameters: borrowing Parameters, _ plan: MemoryPlan, _ optimizer: borrowing Optimizer,
    _ settings: OptimizerSettings, seed: UInt64, _ engine: Engine
  ) {
    if isQuiet { return }
    var rows: [(name: String, shape: String, count: String, how: String)] = []
    for handle in parameters.handles {
      let row = parameters[handle]
      let group = optimizer.group(of: handle, in: parameters)
      let how = row.updates == .touchedRows ? "rows that occur, \(group.touchedRows.rawValue)" : "dense"
      rows.append(
        (
          ScreenText.cut(row.name, to: 80), "\(row.shape)", grouped(row.shape.count),
          "\(settings.name.rawValue), \(how)"
        ))
    }
    let names = rows.map { ScreenText.columns(of: $0.name) }.max() ?? 0
    let shapes = rows.map(\.shape.count).max() ?? 0
    let counts = rows.map(\.count.count).max() ?? 0
    for row in rows {
      say(padded(row.name, names) + padded(row.shape, shapes) + padded(row.count, counts) + row.how)
    }
    say("\(grouped(parameters.elementCount)) parameters\n")
    say(plan.table)
    say(
      "\n\(engine.workers.count) threads, \(engine.kernels.instructionSet.rawValue) kernels, seed "
        + "\(seed)\n\(settings.headline)\n")
  }

  /// The gradient's flow, and what to look at.
  func show(_ flow: GradientFlow) {
    say("\n" + flow.chart().terminal(columns: min(terminal.width, 100), color: terminal.usesColor))
    for warning in flow.warnings { say(warning) }
  }

  private func padded(_ text: String, _ width: Int) -> String {
    ScreenText.padded(text, to: width + 2)
  }
}
