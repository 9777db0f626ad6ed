import AllocationCounter
import Sluice
import TestSupport
import Testing

@testable import SluiceFlow

@Suite("Statistics of a training")
struct FlowMonitorTests {
  private struct Net: ~Copyable {
    var parameters: Parameters
    let embedding: Embedding
    let net: RecurrentNet
    let output: Linear
    var tape: Tape
    var optimizer: Optimizer
    var monitor: FlowMonitor
    let symbols: RaggedIndices

    init(interval: Int, sample: Int = 4096) throws {
      var parameters = Parameters(seed: 5, engine: Engine(threads: 1))
      let embedding = try Embedding(rows: 9, width: 4, named: "embedding", in: &parameters)
      let net = try RecurrentNet(.gru(), inputs: 4, units: 6, named: "gru", in: &parameters)
      let output = try Linear(inputs: 6, outputs: 3, named: "output", in: &parameters)
      let optimizer = try Optimizer(.adam(learningRate: 0.01), for: parameters)
      var settings = FlowSettings()
      settings.interval = interval
      settings.sampleCount = sample
      var symbols = RaggedIndices()
      symbols.append([1, 2, 3, 2] as [Int32])
      symbols.append([4, 1] as [Int32])
      self.embedding = embedding
      self.net = net
      self.output = output
      tape = Tape(for: parameters, capacity: 1 << 16)
      monitor = FlowMonitor(for: parameters, settings: settings)
      self.symbols = symbols
      self.optimizer = optimizer
      self.parameters = parameters
    }

    mutating func step(_ labels: [Int32]) {
      tape.reset()
      let loss = crossEntropy(output(net(embedding(symbols, &tape), &tape).final, &tape), labels, &tape)
      monitor.observeForward(tape, loss: tape.scalar(loss))
      tape.backward(from: loss, into: &parameters)
      monitor.observeBackward(tape, parameters)
      optimizer.step(&parameters, observed: monitor.gradients.summary)
      monitor.observeUpdate(parameters)
    }
  }

  @Test("Updates are those of copies from before and after, ratios included")
  func updates() throws {
    var net = try Net(interval: 1)
    net.step([0, 2])
    var before: [[Float]] = []
    for handle in net.parameters.handles { before.append(net.parameters.values(of: handle).array) }
    net.step([0, 2])
    for (i, handle) in net.parameters.handles.enumerated() {
      let figures = net.monitor.parameters[i]
      let after = net.parameters.values(of: handle).array
      var change = zip(after, before[i]).map { Double($0 - $1) }
      var old = before[i].map(Double.init)
      if net.parameters[handle].updates == .touchedRows {
        // Rows 1 to 4 occurred.
        change = Array(change[4..<20])
        old = Array(old[4..<20])
      }
      func size(_ x: [Double]) -> Double { (x.reduce(0) { $0 + $1 * $1 } / Double(x.count)).squareRoot() }
      expectClose([figures.update.rootMeanSquare], [size(change)], tolerance: 1e-6, "update")
      expectClose([figures.updateRatio], [size(change) / size(old)], tolerance: 1e-6, "ratio")
      expectClose(
        [figures.weight.meanAbsolute], [old.reduce(0) { $0 + abs($1) } / Double(old.count)], tolerance: 1e-6,
        "weight")
      #expect(figures.update.maximum == Float(change.map(abs).max() ?? 0))
    }
    #expect(net.monitor.parameters[0].touchedShare == Float(4) / 9)
  }

  @Test("Operations, gates and time steps have their figures")
  func operations() throws {
    var net = try Net(interval: 1)
    net.step([0, 2])
    let names = net.monitor.operations.map(\.name)
    #expect(
      names == ["embedding lookup", "gru recurrent", "output affine", "cross-entropy"] || names.count == 4)
    let gru = try #require(net.monitor.operations.first { $0.name == "gru recurrent" })
    #expect(gru.activations.map(\.name) == ["candidate", "reset", "update"])
    #expect(gru.deviation > 0 && gru.rowDeviation > 0)
    let time = try #require(net.monitor.times.first)
    #expect(time.name == "gru" && time.binCount == 4 && time.stepsPerBin == 1)
    #expect((0..<4).allSatisfy { time.means[$0] > 0 })
  }

  @Test("Saturated values and dead units are counted by their slope")
  func shares() {
    let arena = Arena<Float>(capacity: 64, named: "test")
    let floats = arena[0..<8]
    for (i, x) in ([0.99, 0.5, -0.99, 0.2, 0.97, -0.98, 0, 1] as [Float]).enumerated() { floats[i] = x }
    let matrix = Matrix(floats, rows: 2, columns: 4)
    #expect(OperationTable.shares(ActivationView("", .tanh, matrix)).saturated == 0.5)
    for (i, x) in ([0, 0.5, 0, 0, 0, 0, 0, 2] as [Float]).enumerated() { floats[i] = x }
    #expect(OperationTable.shares(ActivationView("", .relu, matrix)).dead == 0.5)
    for (i, x) in ([0.5, 0.01, 0.99, 0.9, 0.5, 0.5, 0.5, 1] as [Float]).enumerated() { floats[i] = x }
    #expect(OperationTable.shares(ActivationView("", .sigmoid, matrix)).saturated == 0.375)
  }

  @Test(
    "Of a step between, a gradient that is not finite is seen at the biases, and said where it came about")
  func betweenSteps() throws {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let hidden = try Linear(inputs: 4, outputs: 8, named: "hidden", in: &parameters)
    let output = try Linear(inputs: 8, outputs: 2, named: "output", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    var monitor = FlowMonitor(for: parameters)
    let x = (0..<12).map { Float($0 % 5) - 2 }
    for step in 1...20 {
      tape.reset()
      let y = output(tanh(hidden(tape.input(x, Shape(3, 4)), &tape), &tape), &tape)
      var loss = crossEntropy(y, [0, 1, 0], &tape)
      // The root of a square of zero: its value is 0, its slope is not a number.
      if step == 20 {
        loss = add(loss, mean(power(square(subtract(y, y, &tape), &tape), 0.5, &tape), &tape), &tape)
      }
      monitor.observeForward(tape, loss: tape.scalar(loss))
      tape.backward(from: loss, into: &parameters)
      monitor.observeBackward(tape, parameters)
      #expect(monitor.isFinite == (step < 20))
    }
    #expect(!monitor.isObserving && monitor.gradients.summary == nil)
    let finding = try #require(monitor.diagnosis.findings.first { $0.ailment == .nonFinite })
    #expect(finding.reportedStep == 20 && finding.place == "power", "\(finding)")
  }

  @Test("Watched steps allocate nothing", arguments: [1, 3])
  func allocations(interval: Int) throws {
    var net = try Net(interval: interval, sample: 16)
    let labels: [Int32] = [0, 2]
    for _ in 0..<20 { net.step(labels) }
    let before = sluice_thread_allocation_count()
    for _ in 0..<60 { net.step(labels) }
    #expect(sluice_thread_allocation_count() == before)
  }
}
