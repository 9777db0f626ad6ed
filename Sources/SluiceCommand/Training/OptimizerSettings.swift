import Sluice

/// The update rules that can be asked for by name.
enum OptimizerName: String, Codable, CaseIterable, Sendable {
  case sgd, momentum, nesterov, adagrad, rmsprop
  case centredRMSprop = "centred-rmsprop"
  case adam, amsgrad, adamw, smorms3

  /// The rule with its usual settings.
  var usualRule: any UpdateRule {
    switch self {
    case .sgd: SGD()
    case .momentum: SGD(momentum: 0.9)
    case .nesterov: SGD(momentum: 0.9, isNesterov: true)
    case .adagrad: Adagrad()
    case .rmsprop: RMSprop()
    case .centredRMSprop: RMSprop(isCentred: true)
    case .adam: Adam()
    case .amsgrad: Adam(isAMSGrad: true)
    case .adamw: Adam(weightDecay: 0.01, hasDecoupledDecay: true)
    case .smorms3: SMORMS3()
    }
  }

  /// Where the rule comes from.
  var source: String {
    switch self {
    case .sgd: "Robbins and Monro 1951"
    case .momentum: "Polyak 1964"
    case .nesterov: "Nesterov 1983; Sutskever et al. 2013"
    case .adagrad: "Duchi, Hazan and Singer 2011"
    case .rmsprop: "Tieleman and Hinton 2012"
    case .centredRMSprop: "Graves 2013, arXiv:1308.0850"
    case .adam: "Kingma and Ba 2015, arXiv:1412.6980"
    case .amsgrad: "Reddi, Kale and Kumar 2018"
    case .adamw: "Loshchilov and Hutter 2019, arXiv:1711.05101"
    case .smorms3: "Funk 2015"
    }
  }
}

/// How a training updates its parameters. Stored with the run.
struct OptimizerSettings: Codable, Equatable, Sendable {
  var name: OptimizerName
  var learningRate: Float
  var momentum: Float?
  var weightDecay: Float
  /// The norm above which a gradient is scaled down, or nil for none.
  var clipNorm: Float?
  var touchedRows = TouchedRowsMode.lazy
  var schedule = ScheduleSetting.constant
  var warmUpSteps = 0

  /// The usual settings of a rule.
  init(_ name: OptimizerName) {
    self.name = name
    let rule = name.usualRule
    learningRate = rule.learningRate
    weightDecay = rule.weightDecay
    momentum = (rule as? SGD).flatMap { $0.momentum > 0 ? $0.momentum : nil }
  }

  /// - Parameter plannedSteps: the steps of the whole training, for schedules that run over all of it.
  func makeOptimizer(
    for parameters: borrowing Parameters, plannedSteps: Int
  ) throws(ModelError) -> Optimizer {
    try Optimizer(
      rule, for: parameters, touchedRows: touchedRows, clipping: clipNorm.map { .norm($0) } ?? .none,
      schedule: schedule.schedule(plannedSteps: plannedSteps, warmUpSteps: warmUpSteps))
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

  /// One line that says what is updated how.
  var headline: String {
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
