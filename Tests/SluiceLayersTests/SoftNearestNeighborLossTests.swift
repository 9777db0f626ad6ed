import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Soft nearest neighbor loss")
struct SoftNearestNeighborLossTests {
  @Test(
    "Value and gradients agree with PyTorch", arguments: KernelTable.available,
    ["neighbors", "neighbors cosine", "neighbors cold", "neighbors large", "neighbors two"])
  func reference(kernels: KernelTable, name: String) throws {
    let fixture = try #require(try Fixture.cases("losses", in: .module)[name])
    let labels = try #require(fixture.integers["labels"]).map(Int32.init)
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    let neighbors = try SoftNearestNeighborLoss(
      learnsTemperature: true, distance: name.contains("cosine") ? .cosine : .squaredEuclidean,
      named: "neighbors", in: &parameters)
    parameters.set("neighbors.log_temperature", to: fixture["log_t"])
    var tape = Tape(for: parameters, capacity: 1 << 20)
    let x = tape.input(fixture["x"].floats, Shape(fixture["x"].shape), requiresGradient: true)
    let loss = neighbors(x, labels, &tape)
    expectClose([tape.scalar(loss)], fixture["loss"].values, "loss")
    let seen = entanglement(
      x, labels, temperature: neighbors.temperature(in: tape), distance: neighbors.distance, &tape)
    #expect(seen.singletons == 1 && seen.counted == labels.count - 1)
    expectClose([seen.loss], fixture["loss"].values, "monitor")
    tape.backward(from: loss, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d_x"].values, "gradient")
    expectClose(
      parameters.gradient(of: neighbors.logTemperature).array, fixture["d_log_t"].values, "temperature")
  }

  /// A sample at the origin and five others, each on an axis of its own, at the distance with this similarity.
  private func worked(_ similarities: [Double]) -> [Float] {
    var x = [Float](repeating: 0, count: 6 * 5)
    for (j, s) in similarities.enumerated() { x[(j + 1) * 5 + j] = Float((-log(s)).squareRoot()) }
    return x
  }

  @Test("The worked cases come out: 0.015 among friends, 0.70 with an impostor nearby")
  func workedCases() {
    for (similarities, expected, digits) in [
      ([0.99, 0.99, 0.01, 0.01, 0.01], 0.015, 0.0005), ([0.01, 0.99, 0.99, 0.01, 0.01], 0.70, 0.005),
    ] {
      var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 14)
      let x = worked(similarities)
      let labels: [Int32] = [0, 0, 0, 1, 2, 3]
      let loss = softNearestNeighborLoss(tape.input(x, Shape(6, 5)), labels, &tape)
      // The mean is over the three samples of class 0; the first is the worked one.
      let own = 3 * Double(tape.scalar(loss)) - sampleLoss(1, x, labels) - sampleLoss(2, x, labels)
      #expect(abs(own - expected) < digits, "\(own) for \(expected)")
      expectClose(
        [tape.scalar(loss)], [plainNeighborLoss(x, width: 5, labels, temperature: 1).loss], "whole batch")
    }
  }

  /// What one of the six samples gives to the sum, by the formula.
  private func sampleLoss(_ i: Int, _ x: [Float], _ labels: [Int32]) -> Double {
    let near = (0..<6).map { j in
      exp(
        -(0..<5).reduce(0.0) { total, k in
          let difference = Double(x[i * 5 + k]) - Double(x[j * 5 + k])
          return total + difference * difference
        })
    }
    let others = (0..<6).filter { $0 != i }
    let same = others.filter { labels[$0] == labels[i] }
    return -log(same.reduce(0) { $0 + near[$1] } / others.reduce(0) { $0 + near[$1] })
  }

  /// A batch with classes of any size, duplicates and points far away.
  private func batch(_ seed: Int) -> (x: [Float], width: Int, labels: [Int32], isFar: Bool) {
    let random = CounterRandom(seed: UInt64(seed))
    let n = 1 + random.below(40, 0)
    let width = 1 + random.below(20, 1)
    let classes = 1 + random.below(8, 2)
    let labels = (0..<n).map { Int32(random.below(classes, UInt64(100 + $0))) }
    var x = (0..<n * width).map { random.normal(UInt64(1_000 + $0)) }
    if seed % 4 == 1 { for k in 0..<width { x[(n - 1) * width + k] = x[k] } }
    if seed % 5 == 2 { for k in 0..<width { x[k] = x[k] * 300 } }
    if seed % 5 == 3 { for k in 0..<width * n { x[k] += 1_000 } }
    return (x, width, labels, seed % 5 == 2)
  }

  private func largestDistance(_ x: [Float], _ width: Int) -> Double {
    let largest = Double(x.map { abs($0) }.max() ?? 0)
    return 4 * largest * largest * Double(width)
  }

  @Test("Batched and naive agree on 200 random batches with singletons, duplicates and far points")
  func naive() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 20)
    for seed in 0..<200 {
      let (x, width, labels, isFar) = batch(seed)
      let shape = Shape(labels.count, width)
      let temperature: Float = 0.5 + Float(seed % 7)
      tape.reset()
      let a = tape.input(x, shape, requiresGradient: true)
      let batched = softNearestNeighborLoss(a, labels, temperature: temperature, &tape)
      let plain = plainNeighborLoss(x, width: width, labels, temperature: Double(temperature))
      // Single precision holds a distance to about a millionth of itself, and with it the exponent.
      let rounding = isFar ? 0x1p-20 * largestDistance(x, width) / Double(temperature) : 0
      let value = Double(tape.scalar(batched))
      #expect(abs(value - plain.loss) <= 1e-5 * plain.loss + rounding + 1e-7, "loss of batch \(seed)")
      tape.backward(from: batched, into: &parameters)
      let scale = max(plain.gradient.map { abs($0) }.max() ?? 0, 1e-3)
      let gradient = tape.adjointArray(a)
      let worst = largestDifference(gradient, plain.gradient)
      #expect(worst <= (1e-5 + 10 * rounding) * scale, "gradient of batch \(seed)")
      // Without a shift the naive loop's sums vanish where points are far.
      if isFar || seed % 3 != 0 { continue }
      let b = tape.input(x, shape, requiresGradient: true)
      let naive = naiveNeighborLoss(b, labels, temperature: temperature, &tape)
      guard tape.scalar(naive).isFinite else { continue }
      expectClose([tape.scalar(naive)], [plain.loss], tolerance: 1e-2, "naive loss of batch \(seed)")
    }
  }

  @Test("Hard inputs have a defined loss and finite gradients")
  func edges() throws {
    let far: [Float] = [0, 0, 1e20, 0, 0, -1e20, 1e20, 1e20]
    for (name, x, labels, temperature, expected) in [
      ("one class", far, [1, 1, 1, 1], 1, 0), ("all distinct", far, [1, 2, 3, 4], 1, 0),
      ("identical", [1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 1, 1], 1, Float(log(3.0))),
      ("far, right", [0, 0, 1, 0, 1e20, 0, 1e20, 1], [0, 0, 1, 1], 1, 0),
      ("far, wrong", [0, 0, 1, 0, 1e20, 0, 1e20, 1], [0, 1, 0, 1], 1, Float.greatestFiniteMagnitude),
      ("far, undecided", far, [0, 1, 0, 1], 1, Float(log(2.0) / 2)),
      ("cold", [0, 0, 1, 0, 0, 2, 0, 3], [0, 0, 1, 1], 1e-38, 0),
      ("zeros under cosine", [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 1, 1], 1, Float(log(3.0))),
    ] as [(String, [Float], [Int32], Float, Float)] {
      for distance in NeighborDistance.allCases
      where (distance == .cosine) == name.contains("cosine") || name.contains("class") {
        var parameters = Parameters(seed: 1)
        var tape = Tape(for: parameters, capacity: 1 << 14)
        let a = tape.input(x, Shape(4, 2), requiresGradient: true)
        let loss = softNearestNeighborLoss(a, labels, temperature: temperature, distance: distance, &tape)
        let value = tape.scalar(loss)
        #expect(abs(value - expected) <= 1e-6 * max(expected, 1), "\(name): \(value)")
        tape.backward(from: loss, into: &parameters)
        let gradient = tape.adjointArray(a)
        #expect(gradient.allSatisfy { $0.isFinite }, "\(name): \(gradient)")
      }
    }
  }

  @Test("A sample that is not finite gives NaN, named by the tape; no samples give 0")
  func notFinite() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 14)
    let x = tape.input([1, .infinity, 2, 3], Shape(4, 1))
    let loss = softNearestNeighborLoss(x, [0, 0, 1, 1], &tape)
    #expect(tape.scalar(loss).isNaN)
    let origin = tape.firstNonFinite()?.source
    #expect(origin == "softNearestNeighborLoss")
    let none = softNearestNeighborLoss(tape.input([], Shape(0, 3)), [], &tape)
    #expect(tape.scalar(none) == 0)
  }

  @Test("Several layers add up, each with its own temperature, and the factor has its sign")
  func layers() throws {
    var parameters = Parameters(seed: 1)
    let loss = try SoftNearestNeighborLoss(
      factor: -2.5, layers: 2, temperature: 3, learnsTemperature: true, named: "neighbors", in: &parameters)
    parameters.values(of: loss.logTemperature)[1] = 0.5
    let (x, width, labels, _) = batch(5)
    let checks = checkGradients(
      inputs: [(x, Shape(labels.count, width)), (x.map { $0 * 0.5 + 1 }, Shape(labels.count, width))],
      of: &parameters, most: 15, capacity: 1 << 18
    ) { loss(TensorList($0[0], $0[1]), labels, &$1) }
    #expect(checks.count == 3 && checks.pass, "\(checks)")
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let first = tape.input(x, Shape(labels.count, width))
    let second = tape.input(x.map { $0 * 0.5 + 1 }, Shape(labels.count, width))
    let both = tape.scalar(loss(TensorList(first, second), labels, &tape))
    let a = entanglement(first, labels, temperature: 3, &tape).loss
    let b = entanglement(second, labels, temperature: Float(exp(0.5)), &tape).loss
    expectClose([both], [Double(-2.5 * (a + b))], tolerance: 1e-5, "both layers")
  }

  @Test("A batch too large to be taken whole gives what its samples give without those that are far away")
  func blocks() {
    // The far ones are a class of their own, all in one place: their loss is 0, and nobody's neighbors are among them.
    let (near, far, width) = (120, 2_100, 3)
    let random = CounterRandom(seed: 4)
    let x = (0..<near * width).map { random.normal(UInt64($0)) }
    // Some classes come before the far one and some behind, so that near samples are in the first and the last block.
    let labels = (0..<near).map { Int32($0 % 2 * 10 + random.below(3, UInt64($0))) }
    let farX = [Float](repeating: 30, count: far * width)
    let farLabels = [Int32](repeating: 5, count: far)
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 22)
    func lossAndSlopes(_ x: [Float], _ labels: [Int32]) -> (loss: Double, slopes: [Float]) {
      tape.reset()
      let a = tape.input(x, Shape(labels.count, width), requiresGradient: true)
      let loss = softNearestNeighborLoss(a, labels, temperature: 1, &tape)
      tape.backward(from: loss, into: &parameters)
      return (Double(tape.scalar(loss)), tape.adjointArray(a))
    }
    let alone = lossAndSlopes(x, labels)
    let among = lossAndSlopes(x + farX, labels + farLabels)
    let share = Double(near) / Double(near + far)
    expectClose([Float(among.loss)], [alone.loss * share], tolerance: 1e-4, "loss")
    let expected = alone.slopes.map { Double($0) * share } + [Double](repeating: 0, count: far * width)
    let worst = largestDifference(among.slopes, expected)
    #expect(worst <= 1e-4 * (expected.map { abs($0) }.max() ?? 0))
  }

  @Test("Loss and gradient have the same bits for 1, 2 and 3 threads", arguments: [600, 2_100])
  func threads(count: Int) {
    let random = CounterRandom(seed: 3)
    let x = (0..<count * 24).map { random.normal(UInt64($0)) }
    let labels = (0..<count).map { Int32(random.below(7, UInt64($0))) }
    let results = [1, 2, 3].map { threads in
      var parameters = Parameters(seed: 1, engine: Engine(threads: threads))
      var tape = Tape(for: parameters, capacity: 1 << 22)
      let a = tape.input(x, Shape(count, 24), requiresGradient: true)
      let loss = softNearestNeighborLoss(a, labels, temperature: 20, &tape)
      tape.backward(from: loss, into: &parameters)
      return [tape.scalar(loss)] + tape.adjointArray(a)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test("Neither the batched loss nor the naive loop allocates in a steady step")
  func allocations() throws {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let loss = try SoftNearestNeighborLoss(
      factor: 2, learnsTemperature: true, named: "neighbors", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 20)
    let (x, width, labels, _) = batch(6)
    func step() {
      tape.reset()
      let a = tape.input(x, Shape(labels.count, width), requiresGradient: true)
      let fast = loss(a, labels, &tape)
      let naive = naiveNeighborLoss(a, labels, temperature: 2, &tape)
      tape.backward(from: add(fast, naive, &tape), into: &parameters)
    }
    for _ in 0..<2 { step() }
    let before = sluice_thread_allocation_count()
    for _ in 0..<10 { step() }
    #expect(sluice_thread_allocation_count() - before == 0)
  }
}
