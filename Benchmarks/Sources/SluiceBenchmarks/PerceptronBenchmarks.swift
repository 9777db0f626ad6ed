import BenchmarkKit
import Sluice

/// A whole training step so small that only overhead is measured: 32 → 64 → 64 → 10 with tanh, 16 examples,
/// SGD.
func perceptronBenchmarks() -> [Benchmark] {
  [
    Benchmark("mlp/32-64-64-10, batch 16", work: Work(items: 1)) { setting in
      let training = Training(try Perceptron(setting))
      return { training.perceptron.step($0) }
    },
    Benchmark("mlp/32-64-64-10, batch 16, watched", work: Work(items: 1)) { setting in
      let training = Training(try Perceptron(setting))
      // What is looked at in the first steps is not what a training pays.
      for step in 0..<64 { training.perceptron.watchedStep(step) }
      return { training.perceptron.watchedStep($0) }
    },
  ]
}

/// Keeps a training between steps: a step is one access to it, as a loop's own variables need none.
private final class Training {
  var perceptron: Perceptron
  init(_ perceptron: consuming Perceptron) { self.perceptron = perceptron }
}

private struct Perceptron: ~Copyable {
  private var parameters: Parameters
  private var tape: Tape
  private var optimizer: Optimizer
  private var monitor: FlowMonitor
  private let first: Linear
  private let second: Linear
  private let output: Linear
  /// Every loop reads its loss, to show it or to sum it up.
  private var lastLoss: Float = 0
  private let batches: [(inputs: Floats, labels: [Int32])]

  init(_ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    let first = try Linear(inputs: 32, outputs: 64, named: "first", in: &parameters)
    let second = try Linear(inputs: 64, outputs: 64, named: "second", in: &parameters)
    let output = try Linear(inputs: 64, outputs: 10, named: "output", in: &parameters)
    let optimizer = try Optimizer(.sgd(learningRate: 1e-2), for: parameters)
    self.first = first
    self.second = second
    self.output = output
    self.optimizer = optimizer
    tape = Tape(for: parameters)
    monitor = FlowMonitor(for: parameters)
    self.parameters = parameters
    let text = Workload.Sequences(vocabulary: 2, batch: 16, shortest: 1, longest: 1)
    batches = (0..<Workload.batches).map { (setting.floats(16 * 32, seed: $0), text.labels($0)) }
  }

  mutating func step(_ number: Int) {
    let loss = loss(of: batches[number % Workload.batches])
    lastLoss = tape.scalar(loss)
    tape.backward(from: loss, into: &parameters)
    optimizer.step(&parameters)
  }

  /// The same, watched as a program watches that says nothing of how.
  mutating func watchedStep(_ number: Int) {
    let loss = loss(of: batches[number % Workload.batches])
    lastLoss = tape.scalar(loss)
    monitor.observeForward(tape, loss: lastLoss)
    tape.backward(from: loss, into: &parameters)
    monitor.observeBackward(tape, parameters)
    optimizer.step(&parameters, observed: monitor.gradients.summary)
    monitor.observeUpdate(parameters)
  }

  private mutating func loss(of batch: (inputs: Floats, labels: [Int32])) -> Tensor {
    tape.reset()
    let x = tape.input(batch.inputs, Shape(16, 32))
    let hidden = tanh(second(tanh(first(x, &tape), &tape), &tape), &tape)
    return crossEntropy(output(hidden, &tape), batch.labels, &tape)
  }
}
