import Sluice
import TestSupport
import Testing

/// What the operations' bounds say of a chain, and what they cannot say.
@Suite("Errors of chains of operations")
struct ConditioningTests {
  /// Numbers around `offset` whose deviation is about 0.58.
  private func numbers(around offset: Float) -> [Float] {
    (0..<1_000).map { Float(Double(offset) + Double($0 * 7_919 % 1_009) / 504.5 - 1) }
  }

  private func variance(_ x: [Float]) -> Double {
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
    return x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
  }

  @Test(
    "A difference of large numbers errs by a share of them, as in any single precision",
    arguments: KernelTable.available, [0, 10, 100, 1_000, 10_000] as [Float])
  func cancellation(kernels: KernelTable, offset: Float) {
    let parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 1))
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let x = numbers(around: offset)
    let input = tape.input(x, Shape(x.count))
    let difference = subtract(
      mean(square(input, &tape), &tape), square(mean(input, &tape), &tape), &tape)
    let size = x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(x.count)
    let error = abs(Double(tape.scalar(difference)) - variance(x))
    #expect(error <= 4e-7 * size)
    // At 1,000 the two squares are a million with steps of a sixteenth between floats: no result can be near.
    if offset >= 1_000 { #expect(error > 1e-2 * variance(x)) }
  }

  @Test(
    "The same number from the differences keeps its digits", arguments: KernelTable.available,
    [0, 10, 100, 1_000, 10_000] as [Float])
  func differencesFirst(kernels: KernelTable, offset: Float) {
    let parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 1))
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let x = numbers(around: offset)
    let input = tape.input(x, Shape(x.count))
    let centered = subtract(input, mean(input, &tape), &tape)
    expectClose([tape.scalar(mean(square(centered, &tape), &tape))], [variance(x)], "around \(offset)")
  }
}
