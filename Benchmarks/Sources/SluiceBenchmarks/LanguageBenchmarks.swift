import BenchmarkKit
import Sluice

/// The small character model of arXiv:1508.06615 at its batch of 700 words, and its parts: the convolutions with their
/// maximum over 700 words of 8.4 characters on average, and the softmax over 10,000 words, of
/// dense states and of states half of which dropout has set to zero, each forward and backward.
///
/// The tensors of the softmax are what it is given and gives back. A process that holds them and does next to nothing tells
/// how much of the memory of the other is at work.
func languageBenchmarks() -> [Benchmark] {
  [
    Benchmark("language/characters 700 words", work: Work(items: 700, of: "words")) { setting in
      let step = try CharacterStep(setting)
      return { step.run($0) }
    },
    Benchmark(
      "language/softmax 700x300x10000", work: Work(flops: 3 * 2 * 700 * 300 * 10_000, items: 700, of: "words")
    ) { setting in
      let step = try SoftmaxStep(setting)
      return { step.run($0) }
    },
    Benchmark("language/softmax after dropout", work: Work(items: 700, of: "words")) { setting in
      let step = try SoftmaxStep(setting, isDropped: true)
      return { step.run($0) }
    },
    Benchmark("language/tensors of softmax 700x300x10000", work: Work()) { setting in
      let step = try SoftmaxStep(setting)
      step.touchTensors()
      return { step.start($0) }
    },
  ] + languageModelBenchmarks() + [encodingBenchmark()]
}

private final class CharacterStep {
  private var parameters: Parameters
  private var tape: Tape
  private let encoder: CharacterEncoder
  private let batches: [RaggedIndices]
  private let weights: [Float]

  init(_ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    encoder = try CharacterEncoder(
      characters: 51, embeddingWidth: 15,
      filters: (1...6).map { CharacterFilters(width: $0, maps: 25 * $0) }, initializer: .uniform(-0.05, 0.05),
      named: "characters", in: &parameters)
    tape = Tape(for: parameters)
    self.parameters = parameters
    let words = Workload.Sequences(vocabulary: 51, batch: 700, shortest: 3, longest: 14)
    batches = (0..<Workload.batches).map { words.symbols($0) }
    weights = (0..<700 * encoder.width).map { Float(scattered(UInt32($0)) >> 8) * 0x1p-23 - 1 }
  }

  func run(_ number: Int) {
    tape.reset()
    let y = encoder(batches[number % Workload.batches], &tape)
    tape.backward(from: y, weights: weights, into: &parameters)
  }
}

private final class SoftmaxStep {
  private var parameters: Parameters
  private var tape: Tape
  private let output: LinearCrossEntropy
  private let states: [Floats]
  private let labels: [Int32]

  init(_ setting: Setting, isDropped: Bool = false) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    output = try LinearCrossEntropy(inputs: 300, classes: 10_000, named: "output", in: &parameters)
    tape = Tape(for: parameters)
    self.parameters = parameters
    states = (0..<Workload.batches).map {
      setting.floats(700 * 300, seed: $0, scale: 0.5, areDropped: isDropped)
    }
    labels = (0..<700).map { Int32(scattered(UInt32($0)) % 10_000) }
  }

  func run(_ number: Int) {
    tape.reset()
    let x = tape.input(states[number % Workload.batches], Shape(700, 300), requiresGradient: true)
    tape.backward(from: output(x, labels: labels, &tape), into: &parameters)
  }

  /// Makes all tensors resident that the layer is given and gives back.
  func touchTensors() {
    for handle in parameters.handles { parameters.gradient(of: handle).fill(1) }
    tape.reset()
    _ = tape.input(states[0], Shape(700, 300), requiresGradient: true)
    tape.values(of: tape.makeTensor(Shape(700, 300), requiresGradient: false)).fill(1)
  }

  /// A row of the product, which starts the threads.
  func start(_ number: Int) {
    tape.reset()
    let x = tape.input(states[number % Workload.batches][0..<300], Shape(1, 300))
    _ = output.logits(x, &tape)
  }
}
