import Sluice
import Testing

@testable import SluiceFlow

@Suite("Losses that take their time")
struct SlowStartTests {
  /// A weight whose every step is by these shares of its size, with these losses, said of a text of 100 words.
  private func ailments(_ losses: [Float], baseline: Float?, steps: (Int) -> Float) throws -> [Ailment] {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let weight = try parameters.add("weight", shape: Shape(8, 100), initializer: .uniform(0.5, 1))
    var settings = FlowSettings()
    settings.baselineLoss = baseline
    var monitor = FlowMonitor(for: parameters, settings: settings)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    for (i, loss) in losses.enumerated() {
      tape.reset()
      let y = crossEntropy(tape[weight], (0..<8).map { Int32(($0 * 7 + i) % 100) }, &tape)
      monitor.observeForward(tape, loss: loss)
      tape.backward(from: y, into: &parameters)
      monitor.observeBackward(tape, parameters)
      let values = parameters.values(of: weight)
      let factor = 1 + steps(i + 1)
      for k in 0..<values.count { values[k] *= factor }
      monitor.observeUpdate(parameters)
    }
    return monitor.diagnosis.findings.map(\.ailment)
  }

  /// Comes down to `level` as by a half-life of 40 steps and goes on by `slope` a step, with some scatter.
  private func losses(_ count: Int, to level: Float, slope: Float) -> [Float] {
    var left: Float = 2.5
    return (0..<count).map { i in
      left *= 0.983
      return level + left - slope * Float(i) + 0.1 * Float((i * 37) % 11 - 5) / 5
    }
  }

  @Test(
    "A text's loss at the level of the frequencies of words is a fault where it stands there, and none where it goes on"
  )
  func frequencies() throws {
    let small: (Int) -> Float = { $0 % 2 == 0 ? 0.003 : -0.003 }
    #expect(
      try ailments(losses(800, to: 6.52, slope: 0), baseline: 6.52, steps: small).contains(.notFromInputs))
    #expect(
      try !ailments(losses(800, to: 6.6, slope: 0.0005), baseline: 6.52, steps: small).contains(
        .notFromInputs))
  }

  @Test(
    "A first step larger than its weight is a rate too high unless the loss falls after it; a far larger one always is"
  )
  func largeStep() throws {
    let falling: [Float] = (0..<60).map { 4 - 0.05 * Float($0) }
    let standing: [Float] = (0..<60).map { 4 + 0.02 * Float($0 % 3) }
    let by: (Float) -> (Int) -> Float = { first in { $0 == 1 ? first : 0.001 } }
    #expect(try !ailments(falling, baseline: nil, steps: by(2.5)).contains(.rateTooHigh))
    #expect(try ailments(standing, baseline: nil, steps: by(2.5)).contains(.rateTooHigh))
    #expect(try ailments(falling, baseline: nil, steps: by(40)).contains(.rateTooHigh))
  }

  @Test(
    "A loss stands once it has had no clear low for a third of all steps, also where it was saved in between")
  func stands() throws {
    var loss = LossHistory()
    for step in 1...300 { loss.add(5 - 0.01 * Float(step)) }
    #expect(!loss.stands)
    var state = StateWriter()
    state.write(part: "loss", loss)
    var reader = StateReader(state.bytes)
    var other = LossHistory()
    try reader.read(part: "loss", into: &other)
    for step in 1...300 {
      loss.add(2 + 0.02 * Float(step % 2))
      other.add(2 + 0.02 * Float(step % 2))
    }
    #expect(loss.stands && other.stands && loss.lowCount == other.lowCount && loss.low == other.low)
  }
}
