import BenchmarkKit
import Sluice

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Every group of benchmarks, in the order in which they run. A new group is one file with a function and one
/// line here.
let groups: [@Sendable () -> [Benchmark]] = [
  productBenchmarks, elementwiseBenchmarks, memoryBenchmarks, recurrentBenchmarks, classifierBenchmarks,
  perceptronBenchmarks, updateBenchmarks, lossBenchmarks, languageBenchmarks, flowBenchmarks,
]

@main
enum Program {
  static func main() {
    exit(run(groups.flatMap { $0() }, arguments: Array(CommandLine.arguments.dropFirst())))
  }
}
