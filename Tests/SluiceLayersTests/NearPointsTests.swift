import Foundation
import Sluice
import TestSupport
import Testing

/// Slopes of the distances of points that are near each other and far from the origin.
@Suite("Near points far from the origin")
struct NearPointsTests {
  /// `count` points of which each lies within about `spread` of its centre, which is the same in all dimensions.
  private func points(_ count: Int, _ width: Int, spread: Float, around centre: (Int) -> Float) -> [Float] {
    let random = CounterRandom(seed: 5)
    return (0..<count * width).map { centre($0 / width) + spread * random.normal(UInt64($0)) }
  }

  @Test(
    "The slopes of squared distances are exact to the last bits", arguments: KernelTable.available,
    [(8, 6, 3), (37, 61, 35), (5, 900, 17)])
  func distances(kernels: KernelTable, counts: (rows: Int, points: Int, width: Int)) {
    let (n, m, width) = counts
    let all = points(n + m, width, spread: 0.01) { _ in 100 }
    let (a, b) = (Array(all[..<(n * width)]), Array(all[(n * width)...]))
    let weights = (0..<n * m).map { Float($0 % 7) - 2.5 }
    var expected = (a: [Double](repeating: 0, count: a.count), b: [Double](repeating: 0, count: b.count))
    for i in 0..<n {
      for j in 0..<m {
        for k in 0..<width {
          let difference = Double(a[i * width + k]) - Double(b[j * width + k])
          expected.a[i * width + k] += 2 * Double(weights[i * m + j]) * difference
          expected.b[j * width + k] -= 2 * Double(weights[i * m + j]) * difference
        }
      }
    }
    var first: [Float] = []
    for threads in 1...3 {
      var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: threads))
      var tape = Tape(for: parameters, capacity: 1 << 20)
      let x = tape.input(a, Shape(n, width), requiresGradient: true)
      let y = tape.input(b, Shape(m, width), requiresGradient: true)
      tape.backward(from: squaredDistances(x, y, &tape), weights: weights, into: &parameters)
      expectClose(tape.adjointArray(x), expected.a, tolerance: 2e-6, "a")
      expectClose(tape.adjointArray(y), expected.b, tolerance: 2e-6, "b")
      let gradients = tape.adjointArray(x) + tape.adjointArray(y)
      if threads == 1 { first = gradients }
      #expect(gradients == first)
    }
  }

  @Test(
    "So are those of the soft nearest neighbor loss", arguments: KernelTable.available,
    [(8, 3, -100), (300, 7, 0), (60, 33, 100), (2_100, 5, -100)] as [(Int, Int, Float)])
  func neighbors(kernels: KernelTable, batch: (count: Int, width: Int, second: Float)) {
    let (n, width) = (batch.count, batch.width)
    let x = points(n, width, spread: 0.01) { $0 < n / 2 ? 100 : batch.second }
    let labels = (0..<n).map { Int32($0 % 2) }
    let temperature: Float = 1e-3
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    var tape = Tape(for: parameters)
    let input = tape.input(x, Shape(n, width), requiresGradient: true)
    let loss = softNearestNeighborLoss(input, labels, temperature: temperature, &tape)
    let expected = reference(x.map(Double.init), labels, width, Double(temperature))
    expectClose([tape.scalar(loss)], [expected.loss], "loss")
    tape.backward(from: loss, into: &parameters)
    expectClose(tape.adjointArray(input), expected.slopes, "slopes")
  }

  /// The loss and its slopes as the formula reads, in double precision.
  private func reference(
    _ x: [Double], _ labels: [Int32], _ width: Int, _ temperature: Double
  ) -> (loss: Double, slopes: [Double]) {
    let n = labels.count
    var (loss, slopes) = (0.0, [Double](repeating: 0, count: x.count))
    var near = [Double](repeating: 0, count: n)
    for i in 0..<n {
      var (same, all) = (0.0, 0.0)
      for j in 0..<n {
        var distance = 0.0
        for k in 0..<width {
          let difference = x[i * width + k] - x[j * width + k]
          distance += difference * difference
        }
        near[j] = j == i ? 0 : exp(-distance / temperature)
        all += near[j]
        if labels[j] == labels[i] { same += near[j] }
      }
      loss -= log(same / all) / Double(n)
      for j in 0..<n where near[j] > 0 {
        let weight = (labels[j] == labels[i] ? near[j] / same : 0) - near[j] / all
        for k in 0..<width {
          let slope = 2 * weight * (x[i * width + k] - x[j * width + k]) / (temperature * Double(n))
          slopes[i * width + k] += slope
          slopes[j * width + k] -= slope
        }
      }
    }
    return (loss, slopes)
  }

  @Test("So are those of triplets by distance", arguments: [1e-2, 1e-3, 1e-4, 1e-5] as [Float])
  func triplets(gap: Float) {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let (a, p, n) = ([Float(1), 2], [1 + 0.6 * gap, 2 + 0.8 * gap], [1.3, 1.6] as [Float])
    let x = tape.input(a + p + n, Shape(3, 2), requiresGradient: true)
    let result = tripletLoss(x, tape.copyIndices([0, 1, 2]), margin: 1, score: .euclidean, &tape)
    tape.backward(from: result.loss, into: &parameters)
    func direction(_ end: [Float]) -> [Double] {
      let d = zip(a, end).map { Double($0) - Double($1) }
      let length = (d[0] * d[0] + d[1] * d[1]).squareRoot()
      return d.map { $0 / length }
    }
    let (near, far) = (direction(p), direction(n))
    expectClose(
      tape.adjointArray(x), (0..<2).map { near[$0] - far[$0] } + near.map { -$0 } + far, tolerance: 1e-6,
      "gap \(gap)")
  }
}
