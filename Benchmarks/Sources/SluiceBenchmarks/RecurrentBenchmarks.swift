import BenchmarkKit
import Sluice

/// A layer of 128 units over 128 inputs, 32 sequences of 5 to 50 steps: forward, and backward to weights and
/// inputs from a weighted sum of all outputs.
func recurrentBenchmarks() -> [Benchmark] {
  let text = Workload.Sequences(vocabulary: 2, batch: 32, shortest: 5, longest: 50)
  let work = Work(
    flops: text.meanSymbols * Workload.gruFlops(inputs: 128, units: 128), items: text.meanSymbols,
    of: "symbols")
  return [
    Benchmark("gru/128 units, batch 32", work: work) { setting in
      let layer = try RecurrentLayer(text, setting)
      return { layer.step($0) }
    }
  ]
}

private final class RecurrentLayer {
  private var parameters: Parameters
  private var tape: Tape
  private let gru: GRU
  private let batches: [(offsets: [Int32], inputs: Floats, weights: [Float])]
  private static let units = 128

  init(_ text: Workload.Sequences, _ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    gru = try GRU(inputs: Self.units, units: Self.units, named: "gru", in: &parameters)
    tape = Tape(for: parameters)
    self.parameters = parameters
    batches = (0..<Workload.batches).map { number in
      let offsets = text.symbols(number).offsets
      let count = Int(offsets[offsets.count - 1]) * Self.units
      return (
        offsets, setting.floats(count, seed: number), setting.floats(count, seed: 100 + number).array
      )
    }
  }

  func step(_ number: Int) {
    let batch = batches[number % Workload.batches]
    tape.reset()
    let rows = batch.inputs.count / Self.units
    let steps = tape.input(batch.inputs, Shape(rows, Self.units), requiresGradient: true)
    let x = RaggedTensor(steps: steps, sequences: tape.makeSequences(offsets: batch.offsets))
    let outputs = gru(x, &tape).outputs
    tape.backward(from: outputs.steps, weights: batch.weights, into: &parameters)
    parameters.clearGradients()
  }
}
