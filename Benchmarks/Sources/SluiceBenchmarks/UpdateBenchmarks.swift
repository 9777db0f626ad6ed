import BenchmarkKit
import Sluice

/// One update of ten million parameters with given gradients.
///
/// The bytes are those that have to cross from and to memory at least: values read and written, gradients
/// read, each accumulator read and written.
func updateBenchmarks() -> [Benchmark] {
  func benchmark<Rule: UpdateRule>(_ name: String, _ rule: Rule, sweeps: Int) -> Benchmark {
    let bytes = Double(4 * sweeps * Workload.parameters)
    return Benchmark("update/\(name) 10M", work: Work(bytes: bytes)) { setting in
      let update = try Update(rule, setting)
      return { _ in update.step() }
    }
  }
  return [
    benchmark("sgd", .sgd(learningRate: 1e-3), sweeps: 3),
    benchmark("adam", .adam(learningRate: 1e-3), sweeps: 7),
    benchmark("smorms3", .smorms3(learningRate: 1e-3), sweeps: 9),
  ]
}

private final class Update {
  private var parameters: Parameters
  private var optimizer: Optimizer

  init(_ rule: some UpdateRule, _ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    let weights = try parameters.add(
      "weights", shape: Shape(Workload.parameters), initializer: .uniform(-1, 1))
    optimizer = try Optimizer(rule, for: parameters)
    let gradient = parameters.gradient(of: weights)
    for i in 0..<gradient.count { gradient[i] = Float(scattered(UInt32(i)) >> 8) * 0x1p-30 - 0.01 }
    self.parameters = parameters
  }

  // The gradients stay as they are: nothing goes backward between two steps.
  func step() { optimizer.step(&parameters) }
}
