import Sluice
import TestSupport
import Testing

/// Rows at which a mean in single precision, or a sum of squares, would go wrong.
@Suite("Layer normalization at the edges")
struct LayerNormalizationTests {
  @Test(
    "Rows of equal elements give exactly the bias, and the gain no gradient",
    arguments: KernelTable.available,
    [100.3, 10_000.3, -1e19, 3e38, 1e-38] as [Float])
  func constantRows(kernels: KernelTable, value: Float) throws {
    var parameters = Parameters(seed: 3, engine: Engine(kernels: kernels, threads: 2))
    let layer = try LayerNorm(width: 128, named: "norm", in: &parameters)
    let bias = parameters.values(of: layer.bias)
    for i in 0..<128 { bias[i] = Float(i) * 0.1 - 3 }
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let x = tape.input([Float](repeating: value, count: 3 * 128), Shape(3, 128), requiresGradient: true)
    let y = layer(x, &tape)
    #expect(tape.array(y) == bias.array + bias.array + bias.array)
    let random = CounterRandom(seed: 1)
    tape.backward(from: y, weights: (0..<3 * 128).map { random.normal(UInt64($0)) }, into: &parameters)
    #expect(parameters.gradient(of: layer.weight).array.allSatisfy { $0 == 0 })
    #expect(tape.adjointArray(x).allSatisfy { $0.isFinite })
  }

  @Test(
    "Rows whose squares overflow are normalized, and have gradients", arguments: KernelTable.available,
    [1e19, 1e25, 1e38] as [Float])
  func largeRows(kernels: KernelTable, size: Float) throws {
    var parameters = Parameters(seed: 3, engine: Engine(kernels: kernels, threads: 1))
    let layer = try LayerNorm(width: 6, named: "norm", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let row: [Float] = [1, -2, 0.5, 3, -1.5, 0.25]
    let large = tape.input(row.map { $0 * size }, Shape(1, 6), requiresGradient: true)
    let y = layer(large, &tape)
    let mean = row.reduce(0.0) { $0 + Double($1) } / 6
    let deviation = (row.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 6).squareRoot()
    let n = row.map { (Double($0) - mean) / deviation }
    expectClose(tape.array(y), n, tolerance: 1e-6, "values")
    let dy: [Double] = [1, 0, -1, 0.5, 0.25, 2]
    tape.backward(from: y, weights: dy.map(Float.init), into: &parameters)
    let (g, slope) = (dy.reduce(0, +) / 6, zip(dy, n).reduce(0) { $0 + $1.0 * $1.1 } / 6)
    let want = zip(dy, n).map { ($0 - g - $1 * slope) / deviation / Double(size) }
    // Below the normal floats a gradient has fewer digits.
    expectClose(tape.adjointArray(large), want, tolerance: size > 1e37 ? 1e-5 : 1e-6, "gradient")
  }

  @Test(
    "Weights with rows of any length have directions and gradients",
    arguments: [1e-30, 1e-20, 1, 1e20, 3e38] as [Float])
  func weightNormalization(size: Float) throws {
    var parameters = Parameters(seed: 3)
    let directions = try parameters.add("v", shape: Shape(1, 3), initializer: .zeros)
    let lengths = try parameters.add("g", shape: Shape(1), initializer: .constant(2))
    let v = parameters.values(of: directions)
    (v[0], v[1], v[2]) = (size, -size, size / 2)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let y = normalizedRows(directions, lengths: lengths, &tape)
    let n = [1 / 1.5, -1 / 1.5, 1 / 3.0]
    expectClose(tape.array(y), n.map { 2 * $0 }, tolerance: 1e-6, "values")
    tape.backward(from: y, weights: [1, 2, 3].map { $0 * 1e-3 }, into: &parameters)
    let slope = (n[0] + 2 * n[1] + 3 * n[2]) * 1e-3
    if slope != 0 { expectClose(parameters.gradient(of: lengths).array, [slope], tolerance: 1e-5, "lengths") }
    let want = zip([1e-3, 2e-3, 3e-3], n).map { 2 / (1.5 * Double(size)) * ($0 - slope * $1) }
    expectClose(
      parameters.gradient(of: directions).array, want, tolerance: size > 1e37 ? 1e-4 : 1e-5, "directions")
  }
}
