import BenchmarkKit
import Sluice

/// What it costs to watch: the figures of the gradient alone and all statistics, over parameters of the sizes of the small
/// character language model, and all statistics beside a step of the classifier.
///
/// The share of a step is the median of `statistics alone` by that of `step`: both are steadier than the difference of
/// two steps.
func flowBenchmarks() -> [Benchmark] {
  let text = Workload.Sequences(vocabulary: 100, batch: 64, shortest: 5, longest: 60)
  func classifier(
    _ name: String, isWatched: Bool, _ step: @escaping (Classifier, Int) -> Void
  ) -> Benchmark {
    Benchmark("flow/classifier \(name)", work: Work(items: 64, of: "texts")) { setting in
      let classifier = try Classifier(text, setting, isWatched: isWatched)
      classifier.step(0)
      return { step(classifier, $0) }
    }
  }
  let bytes = Double(4 * Watched.shapes.reduce(0) { $0 + $1.count })
  return [
    classifier("step", isWatched: false) { $0.step($1) },
    classifier("step, statistics every step", isWatched: true) { $0.step($1) },
    classifier("statistics alone", isWatched: true) { classifier, _ in classifier.observe() },
    Benchmark("flow/5.3M parameters", work: Work(bytes: bytes)) { setting in
      let watched = try Watched(setting)
      return { _ in watched.observeGradient() }
    },
    Benchmark("flow/5.3M parameters, all statistics", work: Work(bytes: 2 * bytes)) { setting in
      let watched = try Watched(setting)
      return { _ in watched.observe() }
    },
  ]
}

/// Parameters with given gradients, watched.
private final class Watched {
  /// Characters, convolutions, highway, two LSTM layers and the softmax over 10,000 words.
  static let shapes: [Shape] = {
    var extents: [[Int]] = [[51, 15]]
    for width in 1...6 { extents += [[25 * width, 15 * width], [25 * width]] }
    for _ in 0..<2 { extents += [[525, 525], [525]] }
    for inputs in [525, 300] { extents += [[1200, inputs], [1200, 300], [1200], [1200]] }
    extents += [[10_000, 300], [10_000]]
    return extents.map { Shape($0) }
  }()

  private var parameters: Parameters
  private var tape: Tape
  private var gradients: GradientFlow
  private var monitor: FlowMonitor

  init(_ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    for (i, shape) in Self.shapes.enumerated() {
      let handle = try parameters.add(
        "parameter \(i)", shape: shape, role: shape.rank == 1 ? .bias : .weight, initializer: .uniform(-1, 1))
      parameters.gradient(of: handle).copy(from: setting.floats(shape.count, seed: i, scale: 1e-2))
    }
    tape = Tape(for: parameters, capacity: 1 << 10)
    gradients = GradientFlow(for: parameters)
    var settings = FlowSettings()
    settings.interval = 1
    monitor = FlowMonitor(for: parameters, settings: settings)
    self.parameters = parameters
  }

  func observeGradient() { gradients.observe(parameters) }

  func observe() {
    monitor.observeForward(tape, loss: 1)
    monitor.observeBackward(tape, parameters)
    monitor.observeUpdate(parameters)
  }
}
