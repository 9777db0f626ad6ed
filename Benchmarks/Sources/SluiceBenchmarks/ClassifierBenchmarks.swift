import BenchmarkKit
import Sluice

/// A whole training step of a text classifier: table of 100 rows of 32, GRU of 128 units, linear to 10
/// labels, softmax cross-entropy, Adam; texts of 5 to 60 symbols.
func classifierBenchmarks() -> [Benchmark] {
  [64, 256].map { batch in
    let text = Workload.Sequences(vocabulary: 100, batch: batch, shortest: 5, longest: 60)
    let work = Work(
      flops: text.meanSymbols * Workload.gruFlops(inputs: 32, units: 128), items: Double(batch),
      of: "texts")
    return Benchmark("classifier/batch \(batch)", work: work) { setting in
      let classifier = try Classifier(text, setting)
      return { classifier.step($0) }
    }
  }
}

/// A classifier in training, watched or not.
final class Classifier {
  private var parameters: Parameters
  private var tape: Tape
  private var optimizer: Optimizer
  private var monitor: FlowMonitor
  private let isWatched: Bool
  private let embedding: Embedding
  private let gru: GRU
  private let output: Linear
  private let batches: [(symbols: RaggedIndices, labels: [Int32])]

  /// - Parameter isWatched: whether all statistics are taken at every step.
  init(_ text: Workload.Sequences, _ setting: Setting, isWatched: Bool = false) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    embedding = try Embedding(rows: text.vocabulary, width: 32, named: "embedding", in: &parameters)
    gru = try GRU(inputs: 32, units: 128, named: "gru", in: &parameters)
    output = try Linear(inputs: 128, outputs: 10, named: "output", in: &parameters)
    tape = Tape(for: parameters)
    optimizer = try Optimizer(.adam(learningRate: 1e-3), for: parameters)
    var settings = FlowSettings()
    settings.interval = 1
    monitor = FlowMonitor(for: parameters, settings: settings)
    self.isWatched = isWatched
    self.parameters = parameters
    batches = (0..<Workload.batches).map { (text.symbols($0), text.labels($0)) }
  }

  func step(_ number: Int) {
    let batch = batches[number % Workload.batches]
    tape.reset()
    let letters = embedding(batch.symbols, &tape)
    let loss = crossEntropy(output(gru(letters, &tape).final, &tape), batch.labels, &tape)
    if isWatched { monitor.observeForward(tape, loss: tape.scalar(loss)) }
    tape.backward(from: loss, into: &parameters)
    if isWatched { monitor.observeBackward(tape, parameters) }
    optimizer.step(&parameters)
    if isWatched { monitor.observeUpdate(parameters) }
  }

  /// Takes the statistics of the last step once more.
  func observe() {
    monitor.observeForward(tape, loss: 1)
    monitor.observeBackward(tape, parameters)
    monitor.observeUpdate(parameters)
  }
}
