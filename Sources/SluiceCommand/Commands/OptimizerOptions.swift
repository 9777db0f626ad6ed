import Sluice

/// The options of every training that say how parameters are updated.
enum OptimizerOptions {
  /// What `--optimizer` can be given: a rule, or the wish to see them.
  enum Choice: Equatable, Sendable {
    case rule(OptimizerName)
    case help
  }

  private static let choice: ArgumentType<Choice> = ArgumentType(
    placeholder: "name",
    expectation: "one of \(OptimizerName.allCases.map(\.rawValue).joined(separator: ", ")), or help",
    choices: OptimizerName.allCases.map(\.rawValue) + ["help"],
    parse: { $0 == "help" ? .help : OptimizerName(named: $0).map { .rule($0) } },
    text: { choice in
      if case .rule(let name) = choice { name.rawValue } else { nil }
    })

  static let optimizer: Option<Choice> = Option(
    "optimizer", choice, default: .rule(.adam),
    help: "The update rule; `help` lists them with defaults and sources.")
  /// In place of `optimizer` where a configuration has a rule already.
  static let otherOptimizer: Option<Choice?> = Option(
    "optimizer", choice,
    help: "Another update rule than the configuration's; `help` lists them with defaults and sources.")
  static let learningRate: Option<Float?> = Option(
    "learning-rate", .limited(by: TrainingLimits.learningRate),
    help: "The step size; by default one that suits the update rule.")
  static let momentum: Option<Float?> = Option(
    "momentum", .limited(by: TrainingLimits.momentum),
    help: "The share of the last step that goes on, for momentum and nesterov.")
  static let weightDecay: Option<Float?> = Option(
    "weight-decay", .limited(by: TrainingLimits.weightDecay),
    help: "How fast values shrink; by default the rule's own.")
  static let clipNorm: Option<Float?> = Option(
    "clip-norm", .limited(by: TrainingLimits.clipNorm),
    help: "The norm above which the whole gradient is scaled down.")
  static let touchedRows: Option<TouchedRowsMode?> = Option(
    "touched-rows", .choice,
    help: "Rows of tables that do not occur stay (lazy, the default), or move as if all were dense (exact)."
  )
  static let schedule: Option<ScheduleSetting?> = Option(
    "schedule", .schedule,
    help: "How the learning rate changes: \(ScheduleSetting.forms).")
  static let warmUpSteps: Option<Int?> = Option(
    "warm-up-steps", .limited(by: TrainingLimits.warmUpSteps),
    help: "The steps in which the learning rate grows to its full size.")

  static let all: [any Declaration] = [optimizer] + details
  /// For a job whose configuration has a rule.
  static let overrides: [any Declaration] = [otherOptimizer] + details
  private static let details: [any Declaration] = [
    learningRate, momentum, weightDecay, clipNorm, touchedRows, schedule, warmUpSteps,
  ]

  /// The settings asked for.
  ///
  /// - Parameter usual: the settings of a rule that suit the job.
  /// - Throws: `UsageError` for arguments that do not go together.
  static func settings(
    _ arguments: ParsedArguments, usual: (OptimizerName) -> OptimizerSettings
  ) throws -> OptimizerSettings {
    guard case .rule(let name) = arguments[optimizer] else { return usual(.adam) }
    return try overriding(usual(name), arguments)
  }

  /// The settings of a configuration with what was asked for in their place.
  ///
  /// - Parameter usual: the settings of another rule that suit the job.
  static func settings(
    _ arguments: ParsedArguments, configured: OptimizerSettings, usual: (OptimizerName) -> OptimizerSettings
  ) throws -> OptimizerSettings {
    guard case .rule(let name) = arguments[otherOptimizer], name != configured.name else {
      return try overriding(configured, arguments)
    }
    return try overriding(usual(name), arguments)
  }

  private static func overriding(
    _ base: OptimizerSettings, _ arguments: ParsedArguments
  ) throws -> OptimizerSettings {
    var settings = base
    if let rate = arguments[learningRate] { settings.learningRate = rate }
    if let share = arguments[momentum] {
      guard settings.momentum != nil else {
        throw UsageError(
          "--momentum does not go with --optimizer \(settings.name.rawValue): use momentum or nesterov")
      }
      guard share > 0 else { throw UsageError("--momentum 0 is --optimizer sgd: use that") }
      settings.momentum = share
    }
    if let decay = arguments[weightDecay] { settings.weightDecay = decay }
    if let norm = arguments[clipNorm] { settings.clipNorm = norm }
    if let mode = arguments[touchedRows] { settings.touchedRows = mode }
    if let schedule = arguments[schedule] { settings.schedule = schedule }
    if let steps = arguments[warmUpSteps] { settings.warmUpSteps = steps }
    return settings
  }

  static func printHelp() {
    Terminal.standardOutput.writeLine(
      OptimizerName.table + "\n\nA command may use another learning rate that suits its model.")
  }
}
