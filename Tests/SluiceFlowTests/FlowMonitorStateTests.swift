import Sluice
import TestSupport
import Testing

@testable import SluiceFlow

@Suite("The state of a monitor")
struct FlowMonitorStateTests {
  /// A small training, whose gradients vanish and whose rate is too high now and then.
  private struct Net: ~Copyable {
    var parameters: Parameters
    let embedding: Embedding
    let net: RecurrentNet
    let output: Linear
    var tape: Tape
    var optimizer: Optimizer
    var monitor: FlowMonitor

    init() throws {
      var parameters = Parameters(seed: 5, engine: Engine(threads: 1))
      let embedding = try Embedding(rows: 9, width: 4, named: "embedding", in: &parameters)
      let net = try RecurrentNet(.elman(), inputs: 4, units: 6, named: "elman", in: &parameters)
      let output = try Linear(inputs: 6, outputs: 3, named: "output", in: &parameters)
      let optimizer = try Optimizer(.sgd(learningRate: 0.5), for: parameters)
      var settings = FlowSettings()
      settings.interval = 3
      settings.sampleCount = 16
      settings.patience = 2
      settings.chanceLoss = 0.2
      self.embedding = embedding
      self.net = net
      self.output = output
      tape = Tape(for: parameters, capacity: 1 << 16)
      monitor = FlowMonitor(for: parameters, settings: settings)
      self.optimizer = optimizer
      self.parameters = parameters
    }

    mutating func step(_ number: Int) throws {
      var symbols = RaggedIndices()
      symbols.append([Int32(number % 9), 2, 3, 2])
      symbols.append([4, Int32(number % 5)] + Array(repeating: 1, count: 20))
      if number == 20 { try optimizer.setLearningRate(60) }
      if number == 32 { try optimizer.setLearningRate(0.01) }
      if number % 10 == 9 { monitor.requestHistograms() }
      tape.reset()
      let loss = crossEntropy(
        output(net(embedding(symbols, &tape), &tape).final, &tape), [Int32(number % 3), 2], &tape)
      // A loss that is no number is looked at only.
      monitor.observeForward(tape, loss: number == 25 ? .nan : tape.scalar(loss))
      if number == 25 { return }
      tape.backward(from: loss, into: &parameters)
      monitor.observeBackward(tape, parameters)
      optimizer.step(&parameters, observed: monitor.gradients.summary)
      monitor.observeUpdate(parameters)
    }
  }

  /// All that a monitor says.
  private static func text(_ monitor: borrowing FlowMonitor) -> String {
    var lines = monitor.diagnosis.findings.map { "\($0)" }
    lines.append("\(monitor.stepCount) \(monitor.loss) \(monitor.parameters)")
    for operation in monitor.operations {
      lines.append(
        "\(operation.name) \(operation.mean) \(operation.deviation) \(operation.rowDeviation) \(operation.activations)"
      )
    }
    for time in monitor.times {
      lines.append("\(time.name) \(time.means) \(time.binCount) \(time.stepsPerBin)")
    }
    lines.append(monitor.gradients.chart().svg())
    lines += monitor.gradients.warnings
    lines.append("\(String(describing: monitor.gradients.summary))")
    return lines.joined(separator: "\n")
  }

  @Test("A monitor put back at any step says of every later one what it would have said without")
  func continues() throws {
    var net = try Net()
    var states: [[UInt8]] = []
    var texts: [String] = []
    for number in 1...60 {
      try net.step(number)
      var state = StateWriter()
      state.write(part: "monitor", net.monitor)
      states.append(state.bytes)
      texts.append(Self.text(net.monitor))
    }
    #expect(net.monitor.diagnosis.findings.contains { $0.endStep != nil })
    for stop in [1, 2, 9, 19, 24, 25, 33, 58] {
      var other = try Net()
      for number in 1...60 {
        if number == stop + 1 {
          other.monitor = FlowMonitor(for: other.parameters, settings: other.monitor.settings)
          var reader = StateReader(states[stop - 1])
          try reader.read(part: "monitor", into: &other.monitor)
        }
        try other.step(number)
        if number > stop {
          #expect(Self.text(other.monitor) == texts[number - 1], "step \(number) after one saved at \(stop)")
          let histograms = (other.monitor.histograms?.step == number, net.monitor.histograms != nil)
          #expect(!histograms.0 || histograms.1)
        }
      }
    }
  }

  @Test("Updates are counted on, though those of the parameters are counted anew where a training goes on")
  func updates() throws {
    var net = try Net()
    for number in 1...5 { try net.step(number) }
    var state = StateWriter()
    net.monitor.write(to: &state)
    var other = try Net()
    var reader = StateReader(state.bytes)
    try other.monitor.restore(from: &reader)
    try other.step(6)
    #expect(net.monitor.update.count == 5 && other.monitor.update.count == 6)
  }

  @Test("Histograms that were asked for are taken though the monitor was saved before")
  func histograms() throws {
    var net = try Net()
    net.monitor.requestHistograms()
    var state = StateWriter()
    net.monitor.write(to: &state)
    var other = try Net()
    var reader = StateReader(state.bytes)
    try other.monitor.restore(from: &reader)
    try other.step(1)
    #expect(other.monitor.histograms?.step == 1)
  }

  @Test("A state that is cut, at any of its first thousand bytes and many later, is an error")
  func cut() throws {
    var net = try Net()
    for number in 1...40 { try net.step(number) }
    var state = StateWriter()
    net.monitor.write(to: &state)
    let bytes = state.bytes
    for count in Array(0..<1000) + Array(stride(from: 1000, to: bytes.count, by: 97)) + [bytes.count - 1] {
      var reader = StateReader(Array(bytes.prefix(count)))
      var isError = false
      do { try net.monitor.restore(from: &reader) } catch { isError = true }
      #expect(isError, "\(count) bytes")
    }
  }
}
