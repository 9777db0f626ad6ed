import BenchmarkKit
import Sluice

/// One update of ten million parameters with given gradients, by every rule, and of a large table of which few
/// rows occur.
///
/// The bytes are those that have to cross from and to memory at least: values read and written, gradients
/// read, each accumulator read and written.
func updateBenchmarks() -> [Benchmark] {
  func benchmark<Rule: UpdateRule>(
    _ name: String, _ rule: Rule, clipping: Clipping = .none
  ) -> Benchmark {
    let sweeps = 3 + 2 * rule.accumulatorNames.count + (clipping == .none ? 0 : 1)
    let bytes = Double(4 * sweeps * Workload.parameters)
    return Benchmark("update/\(name) 10M", work: Work(bytes: bytes)) { setting in
      let update = try Update(rule, clipping, setting)
      return { _ in update.step() }
    }
  }
  return [
    Benchmark("update/a += s*b 10M", work: Work(bytes: 12 * Double(Workload.parameters))) { setting in
      let a = setting.floats(Workload.parameters, seed: 1)
      let b = setting.floats(Workload.parameters, seed: 2)
      return { number in
        setting.engine.accumulate(b, scaledBy: Float(number % 3 - 1) * 1e-3, onto: a)
      }
    },
    benchmark("sgd", .sgd(learningRate: 1e-3)),
    benchmark("momentum", .momentum(learningRate: 1e-3)),
    benchmark("nesterov", .nesterov(learningRate: 1e-3)),
    benchmark("adagrad", .adagrad(learningRate: 1e-3)),
    benchmark("rmsprop", .rmsprop(learningRate: 1e-3)),
    benchmark("centered rmsprop", .rmsprop(learningRate: 1e-3, isCentered: true)),
    benchmark("adam", .adam(learningRate: 1e-3)),
    benchmark("amsgrad", .amsgrad(learningRate: 1e-3)),
    benchmark("adamw", .adamW(learningRate: 1e-3)),
    benchmark("smorms3", .smorms3(learningRate: 1e-3)),
    benchmark("adam clipped", .adam(learningRate: 1e-3), clipping: .norm(1)),
    tableBenchmark(rows: 200_000, .lazy), tableBenchmark(rows: 2_000_000, .lazy),
    tableBenchmark(rows: 200_000, .exact),
    tableBenchmark(rows: 200_000, .lazy, isDistinct: true),
    tableBenchmark(rows: 2_000_000, .lazy, isDistinct: true),
  ]
}

private final class Update {
  private var parameters: Parameters
  private var optimizer: Optimizer

  init(_ rule: some UpdateRule, _ clipping: Clipping, _ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    let weights = try parameters.add(
      "weights", shape: Shape(Workload.parameters), initializer: .uniform(-1, 1))
    optimizer = try Optimizer(rule, for: parameters, clipping: clipping)
    let gradient = parameters.gradient(of: weights)
    for i in 0..<gradient.count { gradient[i] = Float(scattered(UInt32(i)) >> 8) * 0x1p-30 - 0.01 }
    self.parameters = parameters
  }

  // The gradients stay as they are: nothing goes backward between two steps.
  func step() { optimizer.step(&parameters) }
}

private func tableBenchmark(rows: Int, _ mode: TouchedRowsMode, isDistinct: Bool = false) -> Benchmark {
  let name = "table/\(rows)x\(Workload.tableWidth) \(mode.rawValue)" + (isDistinct ? ", distinct ids" : "")
  return Benchmark(name, work: Work(items: Double(Workload.tableIDs), of: "ids")) { setting in
    let table = try Table(rows: rows, mode, isDistinct: isDistinct, setting)
    return { number in table.step(number) }
  }
}

/// A table and a linear layer: looked up, multiplied, backward and updated by Adam.
private final class Table {
  private var parameters: Parameters
  private var optimizer: Optimizer
  private var tape: Tape
  private let embedding: Embedding
  private let output: Linear
  private let ids: [[Int32]]
  /// Nil where every id is looked up as often as it occurs.
  private var distinct: DistinctIds?
  private let weights: [Float]

  init(rows: Int, _ mode: TouchedRowsMode, isDistinct: Bool, _ setting: Setting) throws {
    distinct = isDistinct ? DistinctIds(below: rows) : nil
    var parameters = Parameters(seed: 1, engine: setting.engine)
    embedding = try Embedding(rows: rows, width: Workload.tableWidth, named: "table", in: &parameters)
    output = try Linear(
      inputs: Workload.tableWidth, outputs: Workload.tableOutputs, named: "output", in: &parameters)
    optimizer = try Optimizer(.adam(), for: parameters, touchedRows: mode)
    tape = Tape(for: parameters, capacity: 1 << 22)
    ids = (0..<Workload.batches).map { Workload.zipfIDs($0, rows: rows) }
    weights = (0..<Workload.tableIDs * Workload.tableOutputs).map {
      Float(scattered(UInt32($0)) >> 8) * 0x1p-23 - 1
    }
    self.parameters = parameters
  }

  func step(_ number: Int) {
    tape.reset()
    let batch = ids[number % ids.count]
    let y: Tensor
    distinct?.find(in: batch)
    optimizer.settle(distinct?.ids ?? batch, of: embedding.table, in: &parameters)
    if let distinct {
      y = rows(output(embedding(distinct.ids, &tape), &tape), distinct.places, &tape)
    } else {
      y = output(embedding(batch, &tape), &tape)
    }
    tape.backward(from: y, weights: weights, into: &parameters)
    optimizer.step(&parameters)
  }
}
