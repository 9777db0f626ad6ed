import SluiceCore

/// What happens to the rows of a table that did not occur in a step.
public enum TouchedRowsMode: String, Sendable, Codable, CaseIterable {
  /// Nothing: neither values nor accumulators change, and no decay applies. What was skipped stays skipped.
  case lazy
  /// What the rule does on a gradient of zeros. It is done before the row is next read, by `Optimizer.settle`, so a step
  /// still visits only rows that occur. A lookup of a row that waits is a trap that says what to call.
  case exact
}

/// Parameters that are updated differently from the rest: a predicate and what differs.
public struct ParameterGroup: Sendable {
  /// The name in reports and errors.
  public let name: String
  let rule: (any UpdateRule)?
  let learningRate: Float?
  let weightDecay: Float?
  let touchedRows: TouchedRowsMode?
  let isFrozen: Bool
  let matches: @Sendable (ParameterDescription) -> Bool

  /// - Parameters:
  ///   - rule: the rule, or nil for the optimizer's.
  ///   - learningRate: nil for the rule's own.
  ///   - weightDecay: nil for the rule's own.
  ///   - touchedRows: nil for what the optimizer does.
  ///   - matches: whether a parameter belongs to the group.
  public init(
    _ name: String, rule: (any UpdateRule)? = nil, learningRate: Float? = nil, weightDecay: Float? = nil,
    touchedRows: TouchedRowsMode? = nil, where matches: @escaping @Sendable (ParameterDescription) -> Bool
  ) {
    self.init(name, rule, learningRate, weightDecay, touchedRows, isFrozen: false, matches)
  }

  /// A group that is not trained: its parameters get no gradient and no update.
  public static func frozen(
    _ name: String, where matches: @escaping @Sendable (ParameterDescription) -> Bool
  ) -> ParameterGroup {
    ParameterGroup(name, nil, nil, nil, nil, isFrozen: true, matches)
  }

  private init(
    _ name: String, _ rule: (any UpdateRule)?, _ learningRate: Float?, _ weightDecay: Float?,
    _ touchedRows: TouchedRowsMode?, isFrozen: Bool,
    _ matches: @escaping @Sendable (ParameterDescription) -> Bool
  ) {
    self.name = name
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.touchedRows = touchedRows
    self.isFrozen = isFrozen
    self.matches = matches
  }
}

/// How one group of parameters is updated, with everything decided.
public struct ResolvedGroup: Sendable {
  /// The name in reports, errors and saved states; `default` for the parameters that no group matches.
  public let name: String
  /// The update rule: the group's own, or else the optimizer's. Its rate and decay give way to those
  /// here.
  public let rule: any UpdateRule
  /// The step size before the schedule's factor. `Optimizer.setLearningRate(_:ofGroup:)` changes it between steps.
  public var learningRate: Float
  /// The decay λ, 0 for none; what it does is up to the rule.
  public let weightDecay: Float
  /// What happens to the rows of the group's tables that do not occur in a step.
  public let touchedRows: TouchedRowsMode
  /// Whether the group is left as it is: no gradient and no update.
  public let isFrozen: Bool
  let accumulatorCount: Int
  /// The learning rates of all updates, where a table of the group is exact.
  let history: RateHistory?

  /// The name of the rule.
  public var ruleName: String { type(of: rule).name }

  /// What a watcher of the training is told of it; nil for a group that is left as it is.
  var watchedSettings: RuleSettings? {
    if isFrozen { return nil }
    var settings = rule.watchedSettings
    settings.rate = learningRate
    settings.decay = weightDecay
    return settings
  }

  init(
    _ group: ParameterGroup, _ fallback: any UpdateRule, _ mode: TouchedRowsMode
  ) throws(ModelError) {
    name = group.name
    rule = group.rule ?? fallback
    learningRate = group.learningRate ?? rule.learningRate
    weightDecay = group.weightDecay ?? rule.weightDecay
    touchedRows = group.touchedRows ?? mode
    isFrozen = group.isFrozen
    history = touchedRows == .exact && !isFrozen ? RateHistory() : nil
    accumulatorCount = rule.accumulatorNames.count
    let name = type(of: rule).name
    if let problem = firstProblem(
      learningRateProblem(learningRate), weightDecayProblem(weightDecay), rule.problem,
      accumulatorCount <= 4
        ? nil : "\(accumulatorCount) accumulators, which have to be at most 4")
    {
      throw ModelError(
        "Optimizer '\(name)', group '\(group.name)'", expected: "possible hyper-parameters", got: problem)
    }
  }
}

func learningRateProblem(_ rate: Float) -> String? {
  rate >= 0 && rate.isFinite ? nil : "a learning rate of \(rate), which has to be finite and not negative"
}

private func weightDecayProblem(_ decay: Float) -> String? {
  decay >= 0 && decay.isFinite ? nil : "a weight decay of \(decay), which has to be finite and not negative"
}

/// The groups of an optimizer and which of them each parameter is in.
struct Grouping {
  var groups: [ResolvedGroup]
  /// For each parameter, by its place in the table.
  var groupOf: [Int]

  /// The last group is that of the parameters no other one matches.
  init(
    _ rule: any UpdateRule, _ groups: [ParameterGroup], _ mode: TouchedRowsMode,
    _ parameters: borrowing Parameters
  ) throws(ModelError) {
    for (i, group) in groups.enumerated()
    where group.name == "default"
      || groups[..<i].contains(where: { $0.name.hasSameCodePoints(as: group.name) })
    {
      throw ModelError(
        "Group '\(group.name)' of an optimizer",
        expected: "a name of its own, other than 'default', which is that of all other parameters",
        got: "one in use")
    }
    var resolved: [ResolvedGroup] = []
    for group in groups { resolved.append(try ResolvedGroup(group, rule, mode)) }
    resolved.append(try ResolvedGroup(ParameterGroup("default") { _ in true }, rule, mode))
    var groupOf: [Int] = []
    var isUsed = Array(repeating: false, count: groups.count)
    for i in 0..<parameters.count {
      let parameter = parameters[parameters.handle(at: i)]
      let matching = groups.indices.filter { groups[$0].matches(parameter) }
      guard matching.count <= 1 else {
        let names = matching.map { "'\(groups[$0].name)'" }.joined(separator: " and ")
        throw ModelError(
          "Grouping parameter '\(parameter.name)'", expected: "at most one group that matches it",
          got: "\(names)")
      }
      if let group = matching.first { isUsed[group] = true }
      groupOf.append(matching.first ?? groups.count)
    }
    if let unused = isUsed.firstIndex(of: false) {
      throw ModelError(
        "Group '\(groups[unused].name)' of an optimizer", expected: "at least one parameter that it matches",
        got: "none of the \(parameters.count)")
    }
    self.groups = resolved
    self.groupOf = groupOf
  }
}
