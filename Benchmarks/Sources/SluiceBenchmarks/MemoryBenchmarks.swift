import BenchmarkKit
import Sluice

/// Sweeps through memory: with a plain loop over views on one thread, which is what a first, readable version of a system reaches, and
/// by the engine.
func memoryBenchmarks() -> [Benchmark] {
  let count = Workload.parameters
  return [
    Benchmark("memory/plain a += s*b", work: Work(bytes: Double(count) * 12)) { setting in
      let a = setting.floats(count, seed: 1)
      let b = setting.floats(count, seed: 2)
      return { number in
        let s = Float(number % 3 - 1) * 1e-3
        for i in 0..<count { a[i] += s * b[i] }
      }
    },
    Benchmark("memory/a += s*b", work: Work(bytes: Double(count) * 12)) { setting in
      let a = setting.floats(count, seed: 1)
      let b = setting.floats(count, seed: 2)
      let engine = setting.engine
      return { number in engine.accumulate(b, scaledBy: Float(number % 3 - 1) * 1e-3, onto: a) }
    },
    Benchmark("memory/copy", work: Work(bytes: Double(count) * 8)) { setting in
      let a = setting.floats(count, seed: 1)
      let b = setting.floats(count, seed: 2)
      let engine = setting.engine
      return { number in number.isMultiple(of: 2) ? engine.copy(b, into: a) : engine.copy(a, into: b) }
    },
  ]
}
