import Sluice
import TestSupport
import Testing

@Suite("Initial values")
struct InitializerTests {
  private func values(_ initializer: Initializer, _ rows: Int, _ columns: Int) throws -> [Double] {
    var parameters = Parameters(seed: 9)
    let handle = try parameters.add("w", shape: Shape(rows, columns), initializer: initializer)
    return parameters.values(of: handle).array.map(Double.init)
  }

  private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot())
  }

  @Test("Mean, deviation and bounds are those of the distribution")
  func distributions() throws {
    let cases: [(Initializer, deviation: Double, bound: Double)] = [
      (.uniform(-0.5, 0.5), 0.28868, 0.5), (.normal(deviation: 0.3), 0.3, .infinity),
      (.xavierUniform, (2.0 / 500).squareRoot(), (6.0 / 500).squareRoot()),
      (.xavierNormal, (2.0 / 500).squareRoot(), .infinity),
      (.kaimingUniform, (2.0 / 200).squareRoot(), (6.0 / 200).squareRoot()),
      (.kaimingNormal, (2.0 / 200).squareRoot(), .infinity),
    ]
    for (initializer, deviation, bound) in cases {
      let values = try values(initializer, 300, 200)
      let (mean, found) = moments(values)
      #expect(abs(mean) < 0.02 * deviation, "\(initializer): mean \(mean)")
      #expect(abs(found - deviation) < 0.02 * deviation, "\(initializer): deviation \(found)")
      #expect(values.allSatisfy { abs($0) <= bound * 1.000001 })
    }
  }

  @Test(
    "A uniform range does not contain its upper end, however few floats it holds",
    arguments: [
      (100, 100.0001), (-100.0001, -100), (1, Float(1).nextUp), (1e8, 1e8 + 16), (-1, 1), (0, 0x1p-149),
      (-0x1p-149, 0), (-1.7e38, 1.7e38),
    ] as [(Float, Float)])
  func halfOpen(low: Float, high: Float) throws {
    var parameters = Parameters(seed: 9)
    let handle = try parameters.add("w", shape: Shape(2_000), initializer: .uniform(low, high))
    let values = parameters.values(of: handle).array
    #expect(values.allSatisfy { $0 >= low && $0 < high })
    // A range without a number between its ends is the lower one.
    #expect(CounterRandom(seed: 9).uniform(0, from: low, to: low) == low)
  }

  @Test("The largest numbers of a uniform range are not rounded up to its end")
  func largestNumbers() {
    let random = CounterRandom(seed: 9)
    // Numbers of this stream that are within 39 · 2⁻²⁴ of 1.
    for counter in [932_340, 972_881, 1_106_039] as [UInt64] {
      #expect(random.uniform(counter) > 1 - 40 * 0x1p-24)
      #expect(Float(100) + random.uniform(counter) == 101)
      #expect(random.uniform(counter, from: 100, to: 101) == Float(101).nextDown)
    }
  }

  @Test(
    "Orthogonal rows, or columns where there are fewer, are orthonormal",
    arguments: [(6, 10), (10, 6), (5, 5)])
  func orthogonal(rows: Int, columns: Int) throws {
    let w = try values(.orthogonal(blockRows: nil), rows, columns)
    let short = min(rows, columns)
    for i in 0..<short {
      for j in 0..<short {
        var dot = 0.0
        for k in 0..<max(rows, columns) {
          dot +=
            rows <= columns
            ? w[i * columns + k] * w[j * columns + k] : w[k * columns + i] * w[k * columns + j]
        }
        #expect(abs(dot - (i == j ? 1 : 0)) < 1e-6)
      }
    }
  }

  @Test("Blocks of rows are orthogonal each, and differ")
  func blocks() throws {
    let w = try values(.orthogonal(blockRows: 4), 12, 4)
    #expect(Array(w[0..<16]) != Array(w[16..<32]))
    for block in 0..<3 {
      let row = Array(w[block * 16..<block * 16 + 4])
      #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
    }
  }
}
