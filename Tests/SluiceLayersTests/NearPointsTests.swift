import Foundation
import Sluice
import TestSupport
import Testing

/// Slopes of the distances of points that are near each other and far from the origin.
@Suite("Near points far from the origin")
struct NearPointsTests {
  @Test("The slopes of triplets by distance are exact to the last bits", arguments: [1e-2, 1e-3, 1e-4, 1e-5] as [Float])
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
