import Foundation
import Sluice
import Testing

@testable import SluiceFlow

/// A small net on five columns, two of which say the class, and what is done to it while it trains.
private struct Scene {
  var depth = 2
  var usesTanh = false
  /// What the hidden weights are multiplied by before the first step.
  var scale: Float = 1
  /// Descent by this rate; else Adam.
  var descent: Float?
  /// Backward passes for each update.
  var passes = 1
  var steps = 160
  /// Every third label is another one.
  var hasWrongLabels = false
  var changesInputs: (_ step: Int, _ x: inout [Float], _ labels: [Int32]) -> Void = { _, _, _ in }
  /// What is done to a value after the update.
  var changesValues: (_ step: Int, _ value: Float) -> Float = { $1 }
  /// At this step the values are those of the start again.
  var restart: Int?

  static let (rows, columns) = (32, 5)

  func run() throws -> Diagnosis {
    var parameters = Parameters(seed: 7, engine: Engine(threads: 1))
    var layers: [Linear] = []
    for i in 0..<depth {
      layers.append(
        try Linear(
          inputs: i == 0 ? Self.columns : 24, outputs: 24, named: "hidden_\(i)", in: &parameters))
    }
    let output = try Linear(inputs: 24, outputs: 3, named: "output", in: &parameters)
    for handle in parameters.handles where parameters[handle].name.hasSuffix("weight") {
      let values = parameters.values(of: handle)
      if parameters[handle].name.contains("hidden") {
        for i in 0..<values.count { values[i] *= scale }
      }
    }
    let begun = parameters.handles.map { parameters.values(of: $0).array }
    var optimizer =
      if let descent { try Optimizer(.sgd(learningRate: descent), for: parameters) } else {
        try Optimizer(.adam(learningRate: 0.01), for: parameters)
      }
    var tape = Tape(for: parameters)
    var settings = FlowSettings()
    settings.interval = 1
    var monitor = FlowMonitor(for: parameters, settings: settings)
    for step in 1...steps {
      for pass in 0..<passes {
        var x = (0..<Self.rows * Self.columns).map {
          Float(($0 * 7919 + (step * passes + pass) * 104_729) % 2001) / 600 - 1.667
        }
        let labels = (0..<Self.rows).map { row -> Int32 in
          let sum = x[row * Self.columns] + x[row * Self.columns + 1]
          let label: Int32 = sum > 0.7 ? 2 : sum > -0.7 ? 1 : 0
          return hasWrongLabels && row % 3 == 0 ? (label + 1) % 3 : label
        }
        changesInputs(step, &x, labels)
        tape.reset()
        var h = tape.input(x, Shape(Self.rows, Self.columns))
        for layer in layers { h = usesTanh ? tanh(layer(h, &tape), &tape) : relu(layer(h, &tape), &tape) }
        let loss = crossEntropy(output(h, &tape), labels, &tape)
        monitor.observeForward(tape, loss: tape.scalar(loss))
        tape.backward(from: loss, into: &parameters)
        monitor.observeBackward(tape, parameters)
      }
      optimizer.step(&parameters, observed: passes == 1 ? monitor.gradients.summary : nil)
      for (k, handle) in parameters.handles.enumerated() {
        let values = parameters.values(of: handle)
        for i in 0..<values.count {
          values[i] = step == restart ? begun[k][i] : changesValues(step, values[i])
        }
      }
      monitor.observeUpdate(parameters)
    }
    return monitor.diagnosis
  }
}

@Suite("What shows only together, or only in time")
struct TogetherTests {
  private func findings(_ change: (inout Scene) -> Void) throws -> [Finding] {
    var scene = Scene()
    change(&scene)
    return try scene.run().verdict
  }

  @Test(
    "Layers that each are a little too small are told together, and first",
    arguments: [(0.25, true), (1, false)])
  func narrow(scale: Float, isTold: Bool) throws {
    let verdict = try findings {
      ($0.depth, $0.scale, $0.usesTanh, $0.steps) = (6, scale, true, 16)
    }
    #expect((verdict.first?.ailment == .weightsSmall) == isTold, "\(verdict)")
    if isTold { #expect(verdict.first?.evidence.contains("together they multiply it by") == true) }
  }

  @Test("Layers that each are a little too large, too", arguments: [(5, true), (1, false)])
  func wide(scale: Float, isTold: Bool) throws {
    let verdict = try findings {
      ($0.depth, $0.scale, $0.usesTanh, $0.steps) = (4, scale, true, 16)
    }
    #expect((verdict.first?.ailment == .weightsLarge) == isTold, "\(verdict)")
  }

  @Test("Weights that are cut off at one limit after each update are told", arguments: [true, false])
  func limits(isCut: Bool) throws {
    let verdict = try findings {
      $0.steps = 32
      if isCut { $0.changesValues = { min(max($1, -0.01), 0.01) } }
    }
    #expect(verdict.contains { $0.evidence.contains("something cuts them off") } == isCut, "\(verdict)")
  }

  @Test(
    "A column that was made from the label is leakage, one that goes with it is not",
    arguments: [0.01, 0.5] as [Float])
  func telling(noise: Float) throws {
    let verdict = try findings {
      $0.steps = 32
      $0.changesInputs = { step, x, labels in
        for row in 0..<Scene.rows {
          let rest = Float((row * 31 + step * 17) % 101) / 50 - 1
          x[row * Scene.columns + 3] = Float(labels[row]) - 1 + noise * 2 * rest
        }
      }
    }
    let leak = verdict.first { $0.ailment == .leakage }
    #expect((leak != nil) == (noise < 0.1), "\(verdict)")
    #expect(leak.map { $0.place == "hidden_0 input column 3" } ?? true)
  }

  @Test("A column that stands still from some step on has shifted; one that often does has not")
  func stuck() throws {
    let broken = try findings {
      $0.changesInputs = { step, x, _ in
        if step > 40 { for row in 0..<Scene.rows { x[row * Scene.columns + 2] = 0.3 } }
      }
    }
    let shift = try #require(broken.first { $0.ailment == .inputShifted })
    #expect(shift.place == "hidden_0 input column 2" && (41...48).contains(shift.firstStep), "\(shift)")
    // A column that is one in a row of every fourth batch, and else zero.
    let rare = try findings {
      $0.changesInputs = { step, x, _ in
        for row in 0..<Scene.rows { x[row * Scene.columns + 2] = step % 4 == 0 && row == 5 ? 1 : 0 }
      }
    }
    #expect(!rare.contains { $0.ailment == .inputShifted }, "\(rare)")
  }

  @Test("All columns five times as wide from some step on are a shift")
  func wider() throws {
    let verdict = try findings {
      $0.changesInputs = { step, x, _ in if step > 60 { for i in x.indices { x[i] *= 5 } } }
    }
    let shift = verdict.first { $0.ailment == .inputShifted }
    #expect(shift.map { (61...64).contains($0.firstStep) } == true, "\(verdict)")
  }

  @Test("A model made anew while it trains loses what it learned, and that is told with the step")
  func restart() throws {
    let verdict = try findings { $0.restart = 80 }
    let rising = try #require(verdict.first { $0.ailment == .lossRising }, "\(verdict)")
    #expect((81...83).contains(rising.firstStep) && rising.evidence.contains("leapt"))
    #expect(try findings { $0.restart = nil }.isEmpty)
  }

  @Test("Updates that leave most values as they are and move the others far are those of a coarse format")
  func coarse() throws {
    var scene = Scene()
    (scene.steps, scene.changesValues) = (48, { ($1 * 56).rounded() / 56 })
    let findings = try scene.run().findings
    #expect(findings.contains { $0.ailment == .frozen && $0.evidence.contains("leaves") }, "\(findings)")
    scene.changesValues = { $1 }
    #expect(try scene.run().findings.isEmpty)
  }

  @Test(
    "Gradients of several passes whose losses nobody divides are a note, for rules that do not adapt",
    arguments: [true, false])
  func passes(isPlain: Bool) throws {
    let verdict = try findings {
      ($0.passes, $0.steps) = (4, 32)
      $0.descent = isPlain ? 0.02 : nil
    }
    let told = verdict.first { $0.ailment == .notAveraged }
    #expect((told != nil) == isPlain, "\(verdict)")
    #expect(told.map { $0.severity == .note && $0.hint.contains("4") } ?? true)
  }

  @Test("What wrong labels cost decides between a note and a warning")
  func noise() {
    var diagnosis = Diagnosis(parameters: [], settings: FlowSettings())
    diagnosis.memory.ignorance = 1.1
    #expect(diagnosis.severity(ofNoise: 0.1) == .note && diagnosis.severity(ofNoise: 0.5) == .warning)
    // A model that knew much already began low: what counts is what one costs that knows nothing.
    diagnosis.memory.ignorance = 2.3
    #expect(diagnosis.severity(ofNoise: 0.5) == .note)
  }

  @Test(
    "A column that is the target is told; the last values of a series, which all go with the next, are not")
  func series() throws {
    func leak(_ value: (_ step: Int, _ row: Int, _ column: Int) -> Float) throws -> Finding? {
      var parameters = Parameters(seed: 7, engine: Engine(threads: 1))
      let hidden = try Linear(inputs: 5, outputs: 16, named: "hidden", in: &parameters)
      let output = try Linear(inputs: 16, outputs: 1, named: "output", in: &parameters)
      var optimizer = try Optimizer(.adam(learningRate: 0.01), for: parameters)
      var tape = Tape(for: parameters)
      var monitor = FlowMonitor(for: parameters)
      for step in 1...24 {
        let x = (0..<32 * 5).map { value(step, $0 / 5, $0 % 5) }
        let targets = (0..<32).map { value(step, $0, 5) }
        tape.reset()
        let y = output(tanh(hidden(tape.input(x, Shape(32, 5)), &tape), &tape), &tape)
        let loss = meanSquaredError(y, tape.input(targets, Shape(32, 1)), &tape)
        monitor.observeForward(tape, loss: tape.scalar(loss))
        tape.backward(from: loss, into: &parameters)
        monitor.observeBackward(tape, parameters)
        optimizer.step(&parameters, observed: monitor.gradients.summary)
        monitor.observeUpdate(parameters)
      }
      return monitor.diagnosis.verdict.first { $0.ailment == .leakage }
    }
    // Values of a slow wave, one after the other, of which the sixth is asked for.
    let wave = try leak { step, row, column in sinf(Float(step * 37 + row * 11) + 0.04 * Float(column)) }
    #expect(wave == nil, "\(String(describing: wave))")
    let copy = try leak { step, row, column in
      let own = column == 5 ? 3 : column
      return Float((step * 57 + row * 131 + 7) * (own * own + 3) * 7919 % 2003) / 600 - 1.667
    }
    #expect(copy?.place == "hidden input column 3" && copy?.severity == .warning)
  }
}
