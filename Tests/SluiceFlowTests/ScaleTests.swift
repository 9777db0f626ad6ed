import Sluice
import Testing

@testable import SluiceFlow

/// A perceptron of four layers on two classes, and what is done to it.
private struct Stack {
  var dropout: Float = 0
  var scaled: (name: String, factor: Float) = ("", 1)
  var logitFactor: Float = 1
  var gradientFactor: Float = 1
  var evaluationFactor: Float = 1
  var steps = 16
  /// The steps before anybody watches.
  var earlierSteps = 0
  var rate: Float = 0.005

  private static let rows = 64

  private static func batch(_ step: Int) -> (x: [Float], labels: [Int32]) {
    let x = (0..<rows * 6).map { Float(($0 * 7919 + step * 104_729) % 2001) / 600 - 1.667 }
    return (x, (0..<rows).map { x[$0 * 6] + x[$0 * 6 + 1] > 0 ? 1 : 0 })
  }

  func run() throws -> [Finding] {
    var parameters = Parameters(seed: 3, engine: Engine(threads: 1))
    var layers: [Linear] = []
    for i in 0..<4 {
      layers.append(
        try Linear(inputs: i == 0 ? 6 : 16, outputs: 16, named: "hidden_\(i)", in: &parameters))
    }
    let drop = try Dropout(probability: dropout, named: "dropout", in: &parameters)
    let output = try Linear(inputs: 16, outputs: 2, named: "output", in: &parameters)
    for handle in parameters.handles
    where !scaled.name.isEmpty && parameters[handle].name.contains(scaled.name) {
      let values = parameters.values(of: handle)
      for i in 0..<values.count { values[i] *= scaled.factor }
    }
    var optimizer = try Optimizer(.adam(learningRate: rate), for: parameters)
    var tape = Tape(for: parameters)
    var evaluation = Tape(for: parameters, mode: .evaluation)
    var monitor = FlowMonitor(for: parameters)
    func loss(_ x: [Float], _ labels: [Int32], _ tape: inout Tape) -> Tensor {
      var h = tape.input(x, Shape(Self.rows, 6))
      for layer in layers { h = drop(relu(layer(h, &tape), &tape), &tape) }
      let logits = output(h, &tape)
      return crossEntropy(logitFactor == 1 ? logits : multiply(logits, logitFactor, &tape), labels, &tape)
    }
    for step in 0..<earlierSteps {
      let (x, labels) = Self.batch(step)
      tape.reset()
      tape.backward(from: loss(x, labels, &tape), into: &parameters)
      try optimizer.setLearningRate(0.005, ofGroup: "default")
      optimizer.step(&parameters)
    }
    try optimizer.setLearningRate(rate, ofGroup: "default")
    for step in 1...steps {
      let (x, labels) = Self.batch(step)
      tape.reset()
      let made = loss(x, labels, &tape)
      monitor.observeForward(tape, loss: tape.scalar(made))
      tape.backward(from: made, into: &parameters)
      if gradientFactor != 1 {
        for handle in parameters.handles {
          let gradient = parameters.gradient(of: handle)
          for i in 0..<gradient.count { gradient[i] *= gradientFactor }
        }
      }
      monitor.observeBackward(tape, parameters)
      optimizer.step(&parameters, observed: monitor.gradients.summary)
      monitor.observeUpdate(parameters)
      guard step % 8 == 0 else { continue }
      evaluation.reset()
      let held = Self.batch(1_000 + step)
      _ = loss(held.x.map { $0 * evaluationFactor }, held.labels, &evaluation)
      monitor.observeEvaluation(evaluation)
    }
    return monitor.diagnosis.verdict
  }
}

@Suite("What is out of scale only as a whole")
struct ScaleTests {
  @Test("Dropouts one after the other are told by what all of them leave")
  func dropouts() throws {
    var stack = Stack()
    stack.dropout = 0.65
    let first = try #require(try stack.run().first)
    #expect(first.ailment == .tooMuchDropout && first.place == "output")
    guard case .setDropout(let share) = first.remedy else { return #expect(Bool(false), "\(first)") }
    // Half is left by four of them.
    #expect(abs(share - 0.159) < 0.001)
    stack.dropout = 0.2
    #expect(try stack.run() == [])
  }

  @Test("Biases out of scale are told, but not those of the last layer, which may be what is usual")
  func biases() throws {
    var stack = Stack()
    stack.scaled = ("hidden_0.bias", 100)
    let first = try #require(try stack.run().first)
    #expect(first.ailment == .weightsLarge && first.place == "hidden_0.bias")
    stack.scaled = ("output.bias", 100)
    #expect(try stack.run().contains { $0.place == "output.bias" } == false)
  }

  @Test("Logits that are made next to nothing before the loss are told at once")
  func logits() throws {
    var stack = Stack()
    stack.logitFactor = 0.001
    let first = try #require(try stack.run().first)
    #expect(first.ailment == .weightsSmall && first.place == "output" && first.reportedStep <= 3)
    stack.logitFactor = 0.5
    #expect(try stack.run() == [])
  }

  @Test("A loss that rises from the first step on along gradients that agree goes uphill")
  func uphill() throws {
    var stack = Stack()
    (stack.gradientFactor, stack.steps) = (-1, 40)
    let first = try #require(try stack.run().first)
    #expect(first.ailment == .uphill && first.remedy == .flipLoss)
    stack.gradientFactor = 1
    #expect(try stack.run() == [])
  }

  @Test("A model that knows its task already may stand, and take small steps")
  func finished() throws {
    var stack = Stack()
    (stack.earlierSteps, stack.steps, stack.rate) = (600, 200, 2e-4)
    #expect(try stack.run() == [])
  }

  @Test("Columns that an evaluation reads in another unit are told", arguments: [25, 0.04, 1] as [Float])
  func evaluation(factor: Float) throws {
    var stack = Stack()
    stack.evaluationFactor = factor
    let found = try stack.run()
    #expect(found.map(\.ailment) == (factor == 1 ? [] : [.inputShifted]))
    #expect(factor == 1 || found[0].place == "hidden_0 input column 0")
  }
}

@Suite("The rows of both parts")
struct RowSplitTests {
  private func rows(_ count: Int, from start: Int) -> [Float] {
    var values: [Float] = []
    for row in start..<start + count {
      for column in 0..<5 {
        var mixed = UInt64(row * 5 + column + 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 29)) &* 0xBF58_476D_1CE4_E5B9
        values.append(Float((mixed ^ (mixed >> 32)) % 10_007) / 2_890 - 1.73)
      }
    }
    return values
  }

  private func findings(_ training: [Float], _ validation: [Float]) throws -> [Finding] {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    _ = try Linear(inputs: 5, outputs: 1, named: "output", in: &parameters)
    var monitor = FlowMonitor(for: parameters)
    monitor.observeSplit(trainingRows: training, validationRows: validation, width: 5)
    return monitor.diagnosis.findings
  }

  @Test(
    "Near copies are leakage, other rows of the same kind are not, nor where the training part repeats itself"
  )
  func copies() throws {
    let training = rows(400, from: 0)
    #expect(try findings(training, rows(100, from: 5_000)) == [])
    var near = Array(training[..<500])
    for i in near.indices { near[i] += Float(i % 7) * 0.002 }
    #expect(try findings(training, near).map(\.ailment) == [.leakage])
    #expect(try findings(training + training.map { $0 + 0.001 }, near) == [])
  }

  @Test("A column of rare ones is as it should be, whichever part has none of them")
  func rareOnes() throws {
    var (training, validation) = (rows(400, from: 0), rows(100, from: 5_000))
    for i in stride(from: 2, to: training.count, by: 5) { training[i] = i % 1_000 == 2 ? 1 : 0 }
    for i in stride(from: 2, to: validation.count, by: 5) { validation[i] = 0 }
    #expect(try findings(training, validation) == [])
    for i in stride(from: 2, to: validation.count, by: 5) { validation[i] = i % 125 == 2 ? 1 : 0 }
    #expect(try findings(training, validation) == [])
  }

  @Test(
    "A column in another unit or at another place is told", arguments: [(10, 0), (1, 20)] as [(Float, Float)])
  func units(factor: Float, shift: Float) throws {
    var validation = rows(100, from: 5_000)
    for i in stride(from: 2, to: validation.count, by: 5) { validation[i] = validation[i] * factor + shift }
    let found = try findings(rows(400, from: 0), validation)
    #expect(found.map(\.ailment) == [.inputShifted] && found[0].place == "validation column 2")
  }
}
