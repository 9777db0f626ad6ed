import BenchmarkKit
import Sluice

/// Sweeps through memory with plain loops over views: what a first, readable version of a system reaches.
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
    Benchmark("memory/copy", work: Work(bytes: Double(count) * 8)) { setting in
      let a = setting.floats(count, seed: 1)
      let b = setting.floats(count, seed: 2)
      return { number in number.isMultiple(of: 2) ? a.copy(from: b) : b.copy(from: a) }
    },
  ]
}
