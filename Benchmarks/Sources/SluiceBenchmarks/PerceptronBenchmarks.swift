import BenchmarkKit
import Sluice

/// A whole training step so small that only overhead is measured: 32 → 64 → 64 → 10 with tanh, 16 examples,
/// SGD.
func perceptronBenchmarks() -> [Benchmark] {
  [
    Benchmark("mlp/32-64-64-10, batch 16", work: Work(items: 1)) { setting in
      let perceptron = try Perceptron(setting)
      return { perceptron.step($0) }
    },
    Benchmark("mlp/32-64-64-10, batch 16, watched", work: Work(items: 1)) { setting in
      let perceptron = try Perceptron(setting)
      // What is looked at in the first steps is not what a training pays.
      for step in 0..<64 { perceptron.watchedStep(step) }
      return { perceptron.watchedStep($0) }
    },
  ]
}

private final class Perceptron {
  private var parameters: Parameters
  private var tape: Tape
  private var optimizer: Optimizer
  private var monitor: FlowMonitor
  private let first: Linear
  private let second: Linear
  private let output: Linear
  private let batches: [(inputs: Floats, labels: [Int32])]

  init(_ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    first = try Linear(inputs: 32, outputs: 64, named: "first", in: &parameters)
    second = try Linear(inputs: 64, outputs: 64, named: "second", in: &parameters)
    output = try Linear(inputs: 64, outputs: 10, named: "output", in: &parameters)
    tape = Tape(for: parameters)
    optimizer = try Optimizer(.sgd(learningRate: 1e-2), for: parameters)
    monitor = FlowMonitor(for: parameters)
    self.parameters = parameters
    let text = Workload.Sequences(vocabulary: 2, batch: 16, shortest: 1, longest: 1)
    batches = (0..<Workload.batches).map { (setting.floats(16 * 32, seed: $0), text.labels($0)) }
  }

  func step(_ number: Int) {
    let loss = loss(of: batches[number % Workload.batches])
    tape.backward(from: loss, into: &parameters)
    optimizer.step(&parameters)
  }

  /// The same, watched as a program watches that says nothing of how.
  func watchedStep(_ number: Int) {
    let loss = loss(of: batches[number % Workload.batches])
    monitor.observeForward(tape, loss: tape.scalar(loss))
    tape.backward(from: loss, into: &parameters)
    monitor.observeBackward(tape, parameters)
    optimizer.step(&parameters, observed: monitor.gradients.summary)
    monitor.observeUpdate(parameters)
  }

  private func loss(of batch: (inputs: Floats, labels: [Int32])) -> Tensor {
    tape.reset()
    let x = tape.input(batch.inputs, Shape(16, 32))
    let hidden = tanh(second(tanh(first(x, &tape), &tape), &tape), &tape)
    return crossEntropy(output(hidden, &tape), batch.labels, &tape)
  }
}
