import Sluice
import Testing

@testable import SluiceFlow

@Suite("Losses below zero")
struct LeastLossTests {
  /// What is found of these losses, with that least one.
  private func ailments(_ least: Float?, _ losses: [Float]) throws -> [Ailment] {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let weight = try parameters.add("weight", shape: Shape(4), initializer: .uniform(0.5, 1))
    var settings = FlowSettings()
    settings.leastLoss = least
    settings.interval = 1
    var monitor = FlowMonitor(for: parameters, settings: settings)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    for loss in losses {
      tape.reset()
      let y = sum(tape[weight], &tape)
      monitor.observeForward(tape, loss: loss)
      tape.backward(from: y, into: &parameters)
      monitor.observeBackward(tape, parameters)
      let values = parameters.values(of: weight)
      for i in 0..<4 { values[i] *= 1.001 }
      monitor.observeUpdate(parameters)
    }
    return monitor.diagnosis.findings.map(\.ailment)
  }

  @Test("A loss below its least value is found, and none where a loss has no least value")
  func least() throws {
    let falling = (0..<120).map { 1 - Float($0) * 0.1 }
    #expect(try ailments(0, falling).contains(.belowLeast))
    #expect(try !ailments(nil, falling).contains(.belowLeast))
  }

  @Test("A loss below zero is flat where it does not fall, and not where it does")
  func flat() throws {
    #expect(try ailments(nil, Array(repeating: -5, count: 150)).contains(.lossFlat))
    #expect(try !ailments(nil, (0..<150).map { -5 - Float($0) * 0.1 }).contains(.lossFlat))
  }
}
