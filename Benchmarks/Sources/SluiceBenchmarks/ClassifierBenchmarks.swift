import BenchmarkKit
import Sluice

/// A whole training step of a text classifier: table of 100 rows of 32, GRU of 128 units, linear to 10
/// labels, softmax cross-entropy, Adam; texts of 5 to 60 symbols.
///
/// The bare model is the library's without dropout, and goes on from the last state, as its peers do. The job has the settings that the
/// command trains with.
func classifierBenchmarks() -> [Benchmark] {
  func text(_ batch: Int) -> Workload.Sequences {
    Workload.Sequences(vocabulary: 100, batch: batch, shortest: 5, longest: 60)
  }
  func work(_ text: Workload.Sequences) -> Work {
    Work(
      flops: text.meanSymbols * Workload.gruFlops(inputs: 32, units: 128), items: Double(text.batch),
      of: "texts")
  }
  let bare = [64, 256].map { batch in
    Benchmark("classifier/batch \(batch)", work: work(text(batch))) { setting in
      let classifier = try Classifier(text(batch), setting)
      return { classifier.step($0) }
    }
  }
  let settings = ClassifierJobSettings()
  let usual = text(settings.batch)
  return bare + [
    .bareJob("classifier/bare job, batch \(settings.batch)", work: work(usual)) {
      ClassifierJob(usual.texts(validationShare: settings.validationShare), settings: settings)
    },
    .job("classifier/job, batch \(settings.batch)", work: work(usual)) {
      ClassifierJob(usual.texts(validationShare: settings.validationShare), settings: settings)
    },
  ]
}

/// A bare classifier in training, watched or not.
final class Classifier {
  private var parameters: Parameters
  private var tape: Tape
  private var optimizer: Optimizer
  private var monitor: FlowMonitor
  private let isWatched: Bool
  private let model: TextClassifier
  private let batches: [(symbols: RaggedIndices, labels: [Int32])]

  /// - Parameter isWatched: whether all statistics are taken at every step.
  init(_ text: Workload.Sequences, _ setting: Setting, isWatched: Bool = false) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    var model = ClassifierSettings()
    model.dropout = 0
    model.pooling = .last
    self.model = try TextClassifier(
      symbols: text.vocabulary, labels: Workload.labels, model, in: &parameters)
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
    let loss = crossEntropy(model.logits(batch.symbols, &tape), batch.labels, &tape)
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
