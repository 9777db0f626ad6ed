import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceOptimizers

/// How a training updates its parameters. Stored with the run.
public struct OptimizerSettings: Codable, Equatable, Sendable {
  /// The update rule.
  public var name: OptimizerName
  /// The step size.
  public var learningRate: Float
  /// The share of the last step that goes on, for rules that have one.
  public var momentum: Float?
  /// How fast values shrink.
  public var weightDecay: Float
  /// The norm above which a gradient is scaled down, or nil for none.
  public var clipNorm: Float?
  /// What happens to rows of tables that do not occur.
  public var touchedRows = TouchedRowsMode.lazy
  /// How the learning rate changes.
  public var schedule = ScheduleSetting.constant
  /// The steps in which the learning rate grows to its full size.
  public var warmUpSteps = 0
  /// The names of layers and parameters that are not trained; nil for none.
  public var frozen: [String]?

  /// The usual settings of a rule.
  public init(_ name: OptimizerName) {
    self.name = name
    let rule = name.usualRule
    learningRate = rule.learningRate
    weightDecay = rule.weightDecay
    momentum = (rule as? SGD).flatMap { $0.momentum > 0 ? $0.momentum : nil }
  }

  /// An optimizer by these settings.
  ///
  /// - Parameters:
  ///   - plannedSteps: the steps of the whole training, for schedules that run over all of it.
  ///   - solved: the names of parameters that are not trained, beside those that the settings name.
  public func makeOptimizer(
    for parameters: borrowing Parameters, plannedSteps: Int, besides solved: [String] = []
  ) throws(ModelError) -> Optimizer {
    let frozen = frozen ?? []
    if let problem = FrozenParts(frozen).problem(parameters) {
      throw ModelError("Freezing a part of the model", expected: problem.expected, got: problem.found)
    }
    let still = FrozenParts(frozen + solved)
    let groups = still.names.isEmpty ? [] : [ParameterGroup.frozen("frozen") { still.holds($0.name) }]
    return try Optimizer(
      rule, for: parameters, groups: groups, touchedRows: touchedRows,
      clipping: clipNorm.map { .norm($0) } ?? .none,
      schedule: schedule.schedule(plannedSteps: plannedSteps, warmUpSteps: warmUpSteps))
  }

  /// Makes the settings those of a check, which compares rates and needs the same one in every step.
  public mutating func vary(by variant: RecipeVariant) {
    schedule = .constant
    learningRate *= variant.rateFactor
  }

  /// The rule with these settings.
  private var rule: any UpdateRule {
    var rule = name.usualRule
    if var descent = rule as? SGD {
      descent.momentum = momentum ?? 0
      rule = descent
    }
    rule.learningRate = learningRate
    rule.weightDecay = weightDecay
    return rule
  }

  /// How many columns of accumulators the rule keeps.
  var accumulatorCount: Int { rule.accumulatorNames.count }

  /// Throws for the first setting that cannot be.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try fields.value(learningRate, TrainingLimits.learningRate, "learningRate")
    try fields.value(momentum, TrainingLimits.momentum, "momentum")
    try fields.value(weightDecay, TrainingLimits.weightDecay, "weightDecay")
    try fields.value(clipNorm, TrainingLimits.clipNorm, "clipNorm")
    try fields.value(warmUpSteps, TrainingLimits.warmUpSteps, "warmUpSteps")
    guard ScheduleSetting(schedule.text) != nil else {
      throw fields.problem("schedule", expected: "one of \(ScheduleSetting.forms)", found: schedule.text)
    }
  }

  /// One line that says what is updated how.
  package var headline: String {
    var parts = ["learning rate \(learningRate)"]
    if warmUpSteps > 0 { parts.append("warm-up of \(warmUpSteps) steps") }
    parts.append("schedule \(schedule.text)")
    if let momentum { parts.append("momentum \(momentum)") }
    if weightDecay > 0 {
      let isDecoupled = name == .adamw || name == .smorms3
      parts.append("weight decay \(weightDecay) \(isDecoupled ? "of the values" : "through the gradient")")
    }
    parts.append(clipNorm.map { "clipped at norm \($0)" } ?? "not clipped")
    return "\(name.rawValue), touched rows \(touchedRows.rawValue): " + parts.joined(separator: ", ")
  }
}
