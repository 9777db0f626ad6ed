import BenchmarkKit
import Sluice

/// Functions of every element of a vector that stays in the second-level cache.
func elementwiseBenchmarks() -> [Benchmark] {
  let count = 1 << 20
  func benchmark(
    _ name: String, scale: Float, _ function: @escaping (Engine, Floats, Floats) -> Void
  ) -> Benchmark {
    Benchmark("math/\(name) 1M", work: Work(bytes: Double(count) * 8)) { setting in
      let sources = (1...3).map { setting.floats(count, seed: $0, scale: scale) }
      let target = setting.floats(count)
      let engine = setting.engine
      return { number in function(engine, sources[number % 3], target) }
    }
  }
  return [
    benchmark("exp", scale: 20) { $0.exp($1, into: $2) },
    benchmark("tanh", scale: 4) { $0.tanh($1, into: $2) },
  ]
}
