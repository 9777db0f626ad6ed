import Sluice

/// The options of every training that say how parameters are updated.
enum OptimizerOptions {
  /// What `--optimizer` can be given: a rule, or the wish to see them.
  enum Choice: Equatable, Sendable {
    case rule(OptimizerName)
    case help
  }

  static let optimizer: Option<Choice> = Option(
    "optimizer",
    ArgumentType(
      placeholder: "name",
      expectation: "one of \(OptimizerName.allCases.map(\.rawValue).joined(separator: ", ")), or help",
      choices: OptimizerName.allCases.map(\.rawValue) + ["help"],
      parse: { $0 == "help" ? .help : OptimizerName(rawValue: $0).map { .rule($0) } },
      text: { choice in
        if case .rule(let name) = choice { name.rawValue } else { nil }
      }), default: .rule(.adam), help: "The update rule; `help` lists them with defaults and sources.")
  static let learningRate: Option<Float?> = Option(
    "learning-rate", .real(above: 0), help: "The step size; by default one that suits the update rule.")
  static let momentum: Option<Float?> = Option(
    "momentum", .real(in: Float(0)..<1),
    help: "The share of the last step that goes on, for momentum and nesterov.")
  static let weightDecay: Option<Float?> = Option(
    "weight-decay", .real(in: Float(0)...), help: "How fast values shrink; by default the rule's own.")
  static let clipNorm: Option<Float?> = Option(
    "clip-norm", .real(above: 0), help: "The norm above which the whole gradient is scaled down.")
  static let touchedRows = Option(
    "touched-rows", .choice, default: TouchedRowsMode.lazy,
    help: "Rows of tables that do not occur stay as they are (lazy), or move as if all were dense (exact).")
  static let schedule: Option<ScheduleSetting?> = Option(
    "schedule",
    ArgumentType(
      placeholder: "shape", expectation: "one of \(ScheduleSetting.forms)", parse: { ScheduleSetting($0) },
      text: { $0.text }), help: "How the learning rate changes: \(ScheduleSetting.forms).")
  static let warmUpSteps = Option(
    "warm-up-steps", .integer(in: 0...1_000_000_000), default: 0,
    help: "The steps in which the learning rate grows to its full size.")

  static let all: [any Declaration] = [
    optimizer, learningRate, momentum, weightDecay, clipNorm, touchedRows, schedule, warmUpSteps,
  ]

  /// The settings asked for.
  ///
  /// - Parameter usual: the settings of a rule that suit the job.
  /// - Throws: `UsageError` for arguments that do not go together.
  static func settings(
    _ arguments: ParsedArguments, usual: (OptimizerName) -> OptimizerSettings
  ) throws -> OptimizerSettings {
    guard case .rule(let name) = arguments[optimizer] else { return usual(.adam) }
    var settings = usual(name)
    if let rate = arguments[learningRate] { settings.learningRate = rate }
    if let share = arguments[momentum] {
      guard settings.momentum != nil else {
        throw UsageError("--momentum does not go with --optimizer \(name.rawValue): use momentum or nesterov")
      }
      guard share > 0 else { throw UsageError("--momentum 0 is --optimizer sgd: use that") }
      settings.momentum = share
    }
    if let decay = arguments[weightDecay] { settings.weightDecay = decay }
    settings.clipNorm = arguments[clipNorm]
    settings.touchedRows = arguments[touchedRows]
    if let schedule = arguments[schedule] { settings.schedule = schedule }
    settings.warmUpSteps = arguments[warmUpSteps]
    return settings
  }

  /// The rules with their defaults and sources, one a line.
  static var table: String {
    let rows = OptimizerName.allCases.map { name in
      let settings = OptimizerSettings(name)
      let momentum = settings.momentum.map { ", momentum \($0)" } ?? ""
      let decay = settings.weightDecay > 0 ? ", weight decay \(settings.weightDecay)" : ""
      return (name.rawValue, "learning rate \(settings.learningRate)\(momentum)\(decay)", name.source)
    }
    let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
    return rows.map { row in
      row.0 + spaces(widths.0 - row.0.count + 2) + row.1 + spaces(widths.1 - row.1.count + 2) + row.2
    }.joined(separator: "\n")
  }

  static func printHelp() {
    Terminal.standardOutput.writeLine(
      table + "\n\nA command may use another learning rate that suits its model.")
  }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}
