import BenchmarkKit
import Sluice

/// Soft nearest neighbors over 128 dimensions and 10 classes, forward and backward to the samples, and a
/// whole step of an encoder of words trained by triplets: the bare model with given triplets, and the job with the settings that the
/// command trains with, which finds the triplets among about 256 words.
func lossBenchmarks() -> [Benchmark] {
  let batched = [128, 512, 2_048].map { n in
    Benchmark("neighbors/n=\(n)", work: Work(items: Double(n), of: "samples")) { setting in
      let step = NeighborStep(n, setting)
      return { step.run($0, naive: false) }
    }
  }
  let naive = [128, 512].map { n in
    Benchmark("neighbors naive/n=\(n)", work: Work(items: Double(n), of: "samples")) { setting in
      let step = NeighborStep(n, setting)
      return { step.run($0, naive: true) }
    }
  }
  return batched + naive
    + [
      Benchmark("triplets/128", work: Work(items: 128, of: "triplets")) { setting in
        let step = try TripletStep(setting)
        return { step.run($0) }
      },
      .job("triplets/job, \(StemJobSettings().batch) words") { try StemJob() },
    ]
}

private final class NeighborStep {
  private var parameters: Parameters
  private var tape: Tape
  private let samples: [Floats]
  private let labels: [[Int32]]
  private let count: Int

  init(_ count: Int, _ setting: Setting) {
    parameters = Parameters(seed: 1, engine: setting.engine)
    tape = Tape(for: parameters, capacity: 1 << 29)
    samples = (0..<Workload.batches).map { setting.floats(count * 128, seed: $0, scale: 0.1) }
    let text = Workload.Sequences(vocabulary: 2, batch: count, shortest: 1, longest: 1)
    labels = (0..<Workload.batches).map { text.labels($0) }
    self.count = count
  }

  func run(_ number: Int, naive: Bool) {
    let place = number % Workload.batches
    tape.reset()
    let x = tape.input(samples[place], Shape(count, 128), requiresGradient: true)
    let loss = naive ? naiveLoss(x, labels[place]) : softNearestNeighborLoss(x, labels[place], &tape)
    tape.backward(from: loss, into: &parameters)
  }

  /// The formula as it reads, one sample after the other.
  private func naiveLoss(_ x: Tensor, _ labels: [Int32]) -> Tensor {
    var loss = tape.constant(0)
    for i in 0..<count {
      let label = labels[i]
      let distances = sumOfSquares(subtract(row(x, i, &tape), x, &tape), &tape)
      let near = exp(negate(distances, &tape), &tape)
      let same = rows(near, where: mask(count, &tape) { $0 != i && labels[$0] == label }, &tape)
      let rest = rows(near, where: mask(count, &tape) { $0 != i }, &tape)
      let probability = divide(sum(same, &tape), sum(rest, &tape), &tape)
      loss = subtract(loss, log(probability, &tape), &tape)
    }
    return divide(loss, Float(count), &tape)
  }
}

/// Words of 3 to 16 letters → table of 40 rows of 24 → dropout → GRU of 96 units → linear to 64 → cosine
/// triplets, Adam. All three roles go through the model together.
private final class TripletStep {
  private var parameters: Parameters
  private var tape: Tape
  private var optimizer: Optimizer
  private let model: StemEncoder
  private let batches: [RaggedIndices]
  private let triplets: [Int32]

  init(_ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    var settings = StemEncoderSettings()
    (settings.embeddingWidth, settings.units, settings.width) = (24, 96, 64)
    settings.readsRightToLeft = false
    model = try StemEncoder(symbols: 40, settings, in: &parameters)
    tape = Tape(for: parameters)
    optimizer = try Optimizer(.adam(learningRate: 1e-3), for: parameters)
    self.parameters = parameters
    let words = Workload.Sequences(vocabulary: 40, batch: 3 * 128, shortest: 3, longest: 16)
    batches = (0..<Workload.batches).map { words.symbols($0) }
    triplets = (0..<Int32(128)).flatMap { (i: Int32) -> [Int32] in [i, i + 128, i + 256] }
  }

  func run(_ number: Int) {
    tape.reset()
    let words = model.vectors(batches[number % Workload.batches], &tape)
    let loss = tripletLoss(words, tape.copyIndices(triplets), &tape).loss
    tape.backward(from: loss, into: &parameters)
    optimizer.step(&parameters)
  }
}
