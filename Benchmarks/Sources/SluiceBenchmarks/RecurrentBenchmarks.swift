import BenchmarkKit
import Sluice

/// A layer of 128 units over 128 inputs: forward, and backward to weights and inputs from a weighted sum of all
/// outputs. Sequences of 5 to 50 steps, in batches of 32, 64 and 256; and one sequence of 200 steps.
func recurrentBenchmarks() -> [Benchmark] {
  let cells: [(name: String, cell: CellKind, gates: Double)] = [
    ("elman", .elman(), 1), ("gru", .gru(), 3), ("lstm", .lstm(), 4), ("ln-elman", .layerNormElman(), 1),
    ("ln-gru", .layerNormGRU(), 3), ("ln-lstm", .layerNormLSTM(), 4),
  ]
  let texts = [32, 64, 256].map { Workload.Sequences(vocabulary: 2, batch: $0, shortest: 5, longest: 50) }
  let long = Workload.Sequences(vocabulary: 2, batch: 1, shortest: 200, longest: 200)
  return cells.flatMap { name, cell, gates in
    (texts + [long]).map { text in
      let work = Work(
        flops: text.meanSymbols * Workload.recurrentFlops(inputs: 128, units: 128, gates: gates),
        items: text.meanSymbols, of: "symbols")
      return Benchmark("\(name)/128 units, batch \(text.batch)", work: work) { setting in
        let layer = try RecurrentLoad(cell, text, setting)
        return { layer.step($0) }
      }
    }
  }
}

private final class RecurrentLoad {
  private var parameters: Parameters
  private var tape: Tape
  private let net: RecurrentNet
  private let batches: [(offsets: [Int32], inputs: Floats, weights: [Float])]
  private static let units = 128

  init(_ cell: CellKind, _ text: Workload.Sequences, _ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    net = try RecurrentNet(cell, inputs: Self.units, units: Self.units, named: "net", in: &parameters)
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
    let outputs = net(x, &tape).outputs
    tape.backward(from: outputs.steps, weights: batch.weights, into: &parameters)
    parameters.clearGradients()
  }
}
