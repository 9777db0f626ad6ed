import Sluice
import Testing

@testable import SluiceFlow

/// What a small net is made and trained like.
private struct Form {
  enum Ending { case none, tanh, sigmoid, relu }

  var ending = Ending.none
  var isRegression = false
  var interval: Int? = 1
  var summarizes = false
  var steps = 24
  var change: (_ step: Int, _ rows: inout [Float], _ optimizer: inout Optimizer) throws -> Void = { _, _, _ in
  }
}

@Suite("What is seen of a training beside its loss")
struct SenseTests {
  private static let rows = 300

  /// Trains a layer of five columns, and says what was found, and the summaries of its gradients.
  private func run(_ form: Form) throws -> (findings: [Finding], summaries: [GradientSummary?]) {
    var parameters = Parameters(seed: 5, engine: Engine(threads: 1))
    let hidden = try Linear(inputs: 5, outputs: 8, named: "hidden", in: &parameters)
    let output = try Linear(inputs: 8, outputs: form.isRegression ? 1 : 3, named: "output", in: &parameters)
    var optimizer = try Optimizer(.sgd(learningRate: 0.1), for: parameters)
    var tape = Tape(for: parameters)
    var settings = FlowSettings()
    settings.interval = form.interval
    settings.summarizesEveryStep = form.summarizes
    var monitor = FlowMonitor(for: parameters, settings: settings)
    var summaries: [GradientSummary?] = []
    for step in 1...form.steps {
      var x = (0..<Self.rows * 5).map { Float(($0 * 7919 + step * 104_729) % 2001) / 600 - 1.667 }
      try form.change(step, &x, &optimizer)
      tape.reset()
      var y = output(tanh(hidden(tape.input(x, Shape(Self.rows, 5)), &tape), &tape), &tape)
      switch form.ending {
      case .none: break
      case .tanh: y = tanh(y, &tape)
      case .sigmoid: y = sigmoid(y, &tape)
      case .relu: y = relu(y, &tape)
      }
      let loss: Tensor
      if form.isRegression {
        let targets = (0..<Self.rows).map { x[$0 * 5].isFinite ? 0.7 * (x[$0 * 5] + x[$0 * 5 + 1]) : 0 }
        loss = meanSquaredError(y, tape.input(targets, Shape(Self.rows, 1)), &tape)
      } else {
        loss = crossEntropy(y, (0..<Self.rows).map { x[$0 * 5] > 0.5 ? 2 : x[$0 * 5] > -0.5 ? 1 : 0 }, &tape)
      }
      monitor.observeForward(tape, loss: tape.scalar(loss))
      tape.backward(from: loss, into: &parameters)
      monitor.observeBackward(tape, parameters)
      summaries.append(monitor.gradients.summary)
      optimizer.step(&parameters, observed: monitor.gradients.summary)
      monitor.observeUpdate(parameters)
    }
    return (monitor.diagnosis.findings, summaries)
  }

  @Test(
    "A function between the last layer and the loss that keeps it from where it has to go is named",
    arguments: [
      (Form.Ending.sigmoid, false, Ailment.softmaxTwice), (.tanh, false, .saturated),
      (.sigmoid, true, .saturated),
      (.tanh, true, .saturated), (.relu, true, .deadUnits),
    ])
  private func endings(ending: Form.Ending, isRegression: Bool, ailment: Ailment) throws {
    var form = Form()
    (form.ending, form.isRegression) = (ending, isRegression)
    let findings = try run(form).findings
    #expect(findings.contains { $0.ailment == ailment && $0.place == "output \(ending)" }, "\(findings)")
  }

  @Test("Of nets without such a function nothing is said", arguments: [false, true])
  func plain(isRegression: Bool) throws {
    var form = Form()
    form.isRegression = isRegression
    #expect(try run(form).findings == [])
  }

  @Test("A single number of many that is not finite is found, at a step of which nothing else is looked at")
  func single() throws {
    var form = Form()
    (form.interval, form.steps) = (1_000, 30)
    form.change = { step, rows, _ in if step == 30 { rows[5 * 211 + 3] = .infinity } }
    let verdict = Verdict(of: try run(form).findings).causes.map(\.finding)
    #expect(verdict.first?.ailment == .inputNotFinite && verdict.first?.place == "hidden input column 3")
    #expect(verdict.first?.firstStep == 30)
  }

  @Test(
    "A rate that a program itself takes to nothing is one that died, and what it was is the remedy",
    arguments: [1e-6, 0] as [Float])
  func rate(last: Float) throws {
    var form = Form()
    form.steps = 60
    form.change = { step, _, optimizer in
      if step == 20 { try optimizer.setLearningRate(last, ofGroup: "default") }
    }
    let died = try #require(try run(form).findings.first { $0.ailment == .scheduleDied })
    #expect(died.remedy == .holdRate(0.1) && (20...32).contains(died.firstStep))
  }

  @Test(
    "A rate that is next to nothing for the last ninth of a training ends it, for the last fifth it died",
    arguments: [(360, false), (300, true)])
  func ending(begin: Int, died: Bool) throws {
    var form = Form()
    (form.interval, form.steps) = (8, 400)
    form.change = { step, _, optimizer in
      if step == begin { try optimizer.setLearningRate(1e-6, ofGroup: "default") }
    }
    #expect(try run(form).findings.contains { $0.ailment == .scheduleDied } == died)
  }

  @Test(
    "What a clamp cuts off is told, and not that values are at its limits by themselves", arguments: [0.2, 1])
  func clamps(limit: Float) throws {
    var parameters = Parameters(seed: 5, engine: Engine(threads: 1))
    let output = try Linear(inputs: 2, outputs: 3, named: "output", in: &parameters)
    var optimizer = try Optimizer(.sgd(learningRate: 0.1), for: parameters)
    var tape = Tape(for: parameters)
    var settings = FlowSettings()
    settings.interval = 1
    var monitor = FlowMonitor(for: parameters, settings: settings)
    for _ in 1...24 {
      tape.reset()
      // A mask: all its values are the least or the largest.
      let mask = tape.input((0..<64).map { Float($0 % 3 == 0 ? 1 : -1) }, Shape(32, 2))
      let loss = crossEntropy(
        output(clamp(mask, from: -limit, to: limit, &tape), &tape), (0..<32).map { Int32($0 % 3) }, &tape)
      monitor.observeForward(tape, loss: tape.scalar(loss))
      tape.backward(from: loss, into: &parameters)
      monitor.observeBackward(tape, parameters)
      optimizer.step(&parameters)
      monitor.observeUpdate(parameters)
    }
    let isTold = monitor.diagnosis.findings.contains { $0.ailment == .saturated }
    #expect(isTold == (limit < 1))
  }

  @Test("The gradient's summary has the same bits whether a step is looked at or not")
  func summaries() throws {
    var seldom = Form()
    seldom.interval = 1_000
    seldom.summarizes = true
    let (all, few) = (try run(Form()).summaries, try run(seldom).summaries)
    #expect(all == few && all.count == 24 && !all.contains(nil))
    // Where nobody asks for it, it is not taken between.
    seldom.summarizes = false
    let none = try run(seldom).summaries
    #expect(none[..<16] == all[..<16] && none[16...].allSatisfy { $0 == nil })
  }

  @Test("A remedy is put together again from its name, number and place")
  func remedies() {
    let remedies: [Remedy] = [
      .multiplyRate(2), .multiplyGroupRate("a", 3), .holdRate(0.1), .scaleWeights("a", 0.5), .initialize,
      .scaleInputs,
      .scaleTargets, .clipNorm(1), .setDecay(0.1), .setGroupDecay("b", 0.2), .setMomentum(0.9),
      .setEpsilon(1e-8),
      .setTemperature(1), .setMargin(1), .setDropout(0.1), .clearGradients, .shuffle, .unfreeze(""),
      .averageLoss,
      .flipLoss, .constantSchedule, .gate(3), .addNonlinearity("c"), .carryState, .stopAt(7),
    ]
    for remedy in remedies {
      #expect(Remedy(name: remedy.name, number: remedy.number ?? 0, place: remedy.place) == remedy)
    }
    #expect(Remedy(name: "pray", number: 0, place: "") == nil)
  }
}
