import Foundation
import Sluice

/// What a training left.
struct Outcome: Sendable {
  var findings: [Finding] = []
  /// The findings that are causes, the most decisive first.
  var verdict: [Finding] = []
  /// The loss on fresh examples before the first step and in the end.
  var start: Float = 0
  var end: Float = 0
  /// The same after each tenth of the steps.
  var tenths: [Float] = []
  /// The losses of the batches, from the first.
  var losses: [Float] = []
  /// The losses of the part that the training itself validated on, with their steps.
  var validation: [(step: Int, loss: Float)] = []
}

/// A training loop as the documentation of `FlowMonitor` shows it.
func train(_ setup: Setup) throws -> Outcome {
  switch setup.model {
  case .perceptron: try train(Perceptron.self, setup)
  case .regression: try train(Regression.self, setup)
  case .characters: try train(Characters.self, setup)
  case .words: try train(Words.self, setup)
  case .attention: try train(Attention.self, setup)
  case .stems: try train(Stems.self, setup)
  }
}

private func train<Model: BenchModel>(_ type: Model.Type, _ setup: Setup) throws -> Outcome {
  var parameters = Parameters(seed: setup.seed, engine: Engine(threads: 1))
  var model = try Model(setup, in: &parameters)
  for change in setup.changes { try change.apply(to: &parameters) }
  var evaluation = Tape(
    for: parameters, capacity: 1 << 22, mode: setup.watch.evaluatesAsTraining ? .training : .evaluation)
  var outcome = Outcome()
  outcome.start = model.freshLoss(&evaluation)
  if setup.earlierSteps > 0 { try trainUnwatched(&model, setup, &parameters) }
  var optimizer = try setup.optimizer.make(parameters)
  var tape = Tape(for: parameters, capacity: 1 << 21, mode: .training)
  var settings = setup.watch.settings(chance: model.chanceLoss, least: setup.leastLoss)
  if setup.watch.saysFrequencies { settings.baselineLoss = model.frequencyLoss }
  var monitor = FlowMonitor(for: parameters, settings: settings)
  if setup.watch.validationEvery != nil, let split = model.split {
    monitor.observeSplit(training: split.training, validation: split.validation)
  }
  if setup.watch.validationEvery != nil, let rows = model.rowSplit {
    monitor.observeSplit(
      trainingRows: rows.training.values, validationRows: rows.validation.values, width: rows.training.width)
  }
  let kept = setup.optimizer.keepsGradients ? Column(for: parameters, named: "kept gradients") : nil
  let copy = setup.optimizer.movesCopyOf.map { Copy(of: $0, parameters) }
  let late = setup.optimizer.gradientDelay > 0 ? LateGradients(by: setup.optimizer.gradientDelay) : nil
  let running = setup.watch.evaluatesMean.map { RunningMean(share: $0, parameters) }
  let beginning = setup.optimizer.restartsEvery.map { _ in Copy(of: "", parameters) }

  for step in 1...setup.steps {
    for _ in 0..<setup.optimizer.accumulation {
      tape.reset()
      var loss = model.trainingLoss(step, &tape)
      if setup.optimizer.accumulation > 1, setup.optimizer.dividesAccumulated {
        loss = multiply(loss, 1 / Float(setup.optimizer.accumulation), &tape)
      }
      let value = tape.scalar(loss)
      outcome.losses.append(value)
      monitor.observeForward(tape, loss: value)
      tape.backward(from: loss, into: &parameters)
      if let floor = setup.optimizer.gradientFloor { parameters.floorGradients(at: floor) }
      if setup.optimizer.gradientFactor != 1 { parameters.scaleGradients(setup.optimizer.gradientFactor) }
      if setup.optimizer.gradientNoise > 0 {
        parameters.addGradientNoise(setup.optimizer.gradientNoise, seed: setup.seed, step: step)
      }
      late?.exchange(parameters)
      kept?.addUp(parameters)
      if let every = setup.optimizer.clearsEvery, step % every == 0 { kept?.clear(parameters) }
      monitor.observeBackward(tape, parameters)
    }
    let clears = setup.optimizer.clearsBeforeUpdate
    if clears { parameters.clearGradients() }
    if setup.optimizer.growth != 1 {
      try optimizer.setLearningRate(
        setup.optimizer.rate * pow(setup.optimizer.growth, Float(step)), ofGroup: "default")
    }
    if let jump = setup.optimizer.rateJump, jump.step == step {
      try optimizer.setLearningRate(setup.optimizer.rate * jump.factor, ofGroup: "default")
    }
    if let peaks = setup.optimizer.peaks {
      let factor = step % peaks.every == 0 ? peaks.factor : 1
      try optimizer.setLearningRate(setup.optimizer.rate * factor, ofGroup: "default")
    }
    let before = setup.optimizer.keptShare > 0 ? Copy(of: "", parameters) : nil
    if step % setup.optimizer.updatesEvery == 0 {
      optimizer.step(
        &parameters,
        observed: setup.optimizer.accumulation == 1 && !clears ? monitor.gradients.summary : nil)
    } else {
      parameters.clearGradients()
    }
    copy?.restore(parameters)
    before?.mix(setup.optimizer.keptShare, into: parameters)
    setup.optimizer.confine(parameters)
    if let every = setup.optimizer.restartsEvery, step % every == 0 {
      beginning?.restore(parameters)
      optimizer = try setup.optimizer.make(parameters)
    }
    if let every = setup.optimizer.remadeEvery, step % every == 0 {
      optimizer = try setup.optimizer.make(parameters)
    }
    running?.follow(parameters)
    monitor.observeUpdate(parameters)
    if let every = setup.watch.validationEvery, step % every == 0 {
      running?.exchange(parameters)
      let loss = model.validationLoss(&evaluation)
      running?.exchange(parameters)
      outcome.validation.append((step, loss))
      monitor.observeEvaluation(evaluation)
      monitor.observeValidation(loss: loss, baseline: setup.watch.baseline)
    }
    if step % (setup.steps / 10) == 0 {
      running?.exchange(parameters)
      outcome.tenths.append(model.freshLoss(&evaluation))
      running?.exchange(parameters)
    }
    if setup.watch.resumesAt == step {
      var state = StateWriter()
      state.write(part: "monitor", monitor)
      monitor = FlowMonitor(for: parameters, settings: settings)
      var reader = StateReader(state.bytes)
      try reader.read(part: "monitor", into: &monitor)
    }
  }
  running?.exchange(parameters)
  outcome.end = model.freshLoss(&evaluation)
  running?.exchange(parameters)
  outcome.findings = monitor.diagnosis.findings
  outcome.verdict = monitor.diagnosis.verdict
  return outcome
}

/// What a training did before this one, rightly, with the same examples.
private func trainUnwatched<Model: BenchModel>(
  _ model: inout Model, _ setup: Setup, _ parameters: inout Parameters
) throws {
  var optimizer = try Optimizer(Adam(learningRate: 0.01), for: parameters)
  var tape = Tape(for: parameters, capacity: 1 << 21, mode: .training)
  for _ in 1...setup.earlierSteps {
    tape.reset()
    // The accidents and changes of the watched training come by its own steps.
    tape.backward(from: model.trainingLoss(0, &tape), into: &parameters)
    optimizer.step(&parameters)
  }
}

extension Column {
  /// What a training does that never clears: the gradients of all steps add up.
  fileprivate func addUp(_ parameters: borrowing Parameters) {
    for handle in parameters.handles where parameters.updates(of: handle) == .dense {
      let gradient = parameters.gradient(of: handle)
      let sum = self[handle]
      for i in 0..<gradient.count { gradient[i] += sum[i] }
      sum.copy(from: gradient)
    }
  }
}

extension Column {
  fileprivate func clear(_ parameters: borrowing Parameters) {
    for handle in parameters.handles { self[handle].fill(0) }
  }
}

extension Parameters {
  fileprivate func scaleGradients(_ factor: Float) {
    for handle in handles where updates(of: handle) == .dense {
      let gradient = gradient(of: handle)
      for i in 0..<gradient.count { gradient[i] *= factor }
    }
  }
}

extension Parameters {
  /// What a format of fewer bits does to elements that are too small for it.
  fileprivate func floorGradients(at floor: Float) {
    for handle in handles where updates(of: handle) == .dense {
      let gradient = gradient(of: handle)
      for i in 0..<gradient.count where gradient[i].magnitude < floor { gradient[i] = 0 }
    }
  }
}

extension OptimizerSetup {
  /// Cuts weights off, or leaves them fewer bits.
  fileprivate func confine(_ parameters: borrowing Parameters) {
    guard weightLimit != nil || weightBits != nil else { return }
    for handle in parameters.handles {
      let values = parameters.values(of: handle)
      for i in 0..<values.count {
        if let limit = weightLimit { values[i] = min(max(values[i], -limit), limit) }
        if let bits = weightBits {
          let unit = values[i].ulp * Float(1 << (23 - bits))
          values[i] = unit > 0 ? (values[i] / unit).rounded(.toNearestOrEven) * unit : values[i]
        }
      }
    }
  }
}

/// Values that the model keeps whatever the optimizer does.
private struct Copy {
  private let values: [(handle: ParameterHandle, values: [Float])]

  init(of prefix: String, _ parameters: borrowing Parameters) {
    var values: [(ParameterHandle, [Float])] = []
    for handle in parameters.handles where parameters[handle].name.hasPrefix(prefix) {
      let current = parameters.values(of: handle)
      values.append((handle, (0..<current.count).map { current[$0] }))
    }
    self.values = values
  }

  /// Leaves so large a share of these values in the current ones.
  func mix(_ share: Float, into parameters: borrowing Parameters) {
    for (handle, kept) in values {
      let current = parameters.values(of: handle)
      for i in kept.indices { current[i] = share * kept[i] + (1 - share) * current[i] }
    }
  }

  func restore(_ parameters: borrowing Parameters) {
    for (handle, kept) in values {
      let current = parameters.values(of: handle)
      for i in kept.indices { current[i] = kept[i] }
    }
  }
}

extension Setup {
  /// Densities may be above 1, so their losses below 0.
  fileprivate var leastLoss: Float? { model == .regression && loss.regression == .gaussian ? nil : 0 }
}

extension WatchSetup {
  fileprivate func settings(chance: Float?, least: Float?) -> FlowSettings {
    var settings = FlowSettings()
    if let interval { settings.interval = interval }
    if saysChance { settings.chanceLoss = chance }
    settings.leastLoss = least
    if let prefix = freezes { settings.freezes = { $0.hasPrefix(prefix) } }
    return settings
  }
}

extension OptimizerSetup {
  fileprivate func make(_ parameters: borrowing Parameters) throws -> Optimizer {
    let made = updateRule
    var groups: [ParameterGroup] = []
    if let group {
      groups.append(
        ParameterGroup("slow", learningRate: rate * group.factor) { $0.name.hasPrefix(group.prefix) })
    }
    if let decay = groupDecay {
      groups.append(
        ParameterGroup("decayed", weightDecay: decay.decay) { $0.name.hasPrefix(decay.prefix) })
    }
    return try Optimizer(made, for: parameters, groups: groups, clipping: clipping, schedule: schedule)
  }

  private var updateRule: any UpdateRule {
    switch rule {
    case .sgd: SGD(learningRate: rate, weightDecay: decay)
    case .momentum: SGD(learningRate: rate, momentum: momentum, weightDecay: decay)
    case .nesterov: SGD(learningRate: rate, momentum: momentum, isNesterov: true, weightDecay: decay)
    case .adam, .adamW, .amsgrad:
      Adam(
        learningRate: rate, beta1: momentum, epsilon: epsilon ?? 1e-8, isAMSGrad: rule == .amsgrad,
        weightDecay: decay, hasDecoupledDecay: rule == .adamW)
    case .rmsprop: RMSprop(learningRate: rate, epsilon: epsilon ?? 1e-8, weightDecay: decay)
    case .adagrad: Adagrad(learningRate: rate, epsilon: epsilon ?? 1e-10, weightDecay: decay)
    case .smorms3: SMORMS3(learningRate: rate, epsilon: epsilon ?? 1e-16, weightDecay: decay)
    }
  }
}
