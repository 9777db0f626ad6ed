import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Cross-entropy")
struct CrossEntropyTests {
  @Test(
    "Value and gradient agree with PyTorch", arguments: KernelTable.available,
    ["mean", "sum", "ignored, mean", "ignored, sum", "large logits"])
  func reference(kernels: KernelTable, name: String) throws {
    let fixture = try #require(try Fixture.cases("cross_entropy", in: .module)[name])
    let labels = try #require(fixture.integers["labels"]).map(Int32.init)
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input(fixture["x"].floats, Shape(5, 7), requiresGradient: true)
    let loss = crossEntropy(x, labels, reduction: name.hasSuffix("sum") ? .sum : .mean, &tape)
    expectClose([tape.scalar(loss)], fixture["loss"].values, "loss")
    tape.backward(from: loss, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d_x"].values, "gradient")
  }

  @Test("The loss of equal logits is the logarithm of the number of classes")
  func uniform() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
    let loss = crossEntropy(tape.input([Float](repeating: 0.3, count: 30), Shape(3, 10)), [0, 5, 9], &tape)
    expectClose([tape.scalar(loss)], [2.302585092994046], "ln 10")
  }

  @Test("The mean over no rows is zero, with zero gradient", arguments: [Reduction.mean, .sum])
  func allIgnored(reduction: Reduction) throws {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([1, 2, 3, 4], Shape(2, 2), requiresGradient: true)
    let loss = crossEntropy(x, [ignoredLabel, ignoredLabel], reduction: reduction, &tape)
    #expect(tape.scalar(loss) == 0)
    tape.backward(from: loss, into: &parameters)
    #expect(tape.adjointArray(x) == [0, 0, 0, 0])
  }

  @Test("Logits far apart give a finite loss, logits that are not finite a loss that is not")
  func extremes() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
    let far = crossEntropy(tape.input([1e30, -1e30], Shape(1, 2)), [0], &tape)
    #expect(tape.scalar(far) == 0)
    let nan = crossEntropy(tape.input([.nan, 0], Shape(1, 2)), [1], &tape)
    #expect(!tape.scalar(nan).isFinite)
  }
}
