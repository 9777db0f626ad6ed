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

  @Test("With weights of the classes value and gradient are those of PyTorch, ignored rows included")
  func weights() {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input(
      [0.5, -1, 2, 1.5, 0.25, -0.5, -2, 1, 0, 0.1, 0.2, 0.3], Shape(4, 3), requiresGradient: true)
    let loss = crossEntropy(x, [2, 0, ignoredLabel, 1], weights: [0.5, 2, 1.25], &tape)
    // torch.nn.functional.cross_entropy(x, y, weight=w, ignore_index=-100), in double precision.
    expectClose([tape.scalar(loss)], [0.715066866448356], "loss")
    tape.backward(from: loss, into: &parameters)
    expectClose(
      tape.adjointArray(x),
      [
        0.0584301, 0.0130375, -0.0714677, -0.0395581, 0.026867, 0.0126911, 0, 0, 0, 0.1603251, -0.3561467,
        0.1958215,
      ], "gradient")
    let none = crossEntropy(x, [0, 0, 0, 0], weights: [0, 1, 1], &tape)
    #expect(tape.scalar(none) == 0)
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

  @Test(
    "An offset common to all logits costs no accuracy, nor does a small loss",
    arguments: KernelTable.available)
  func smoothedPrecision(kernels: KernelTable) {
    let engine = Engine(kernels: kernels, threads: 1)
    var tape = Tape(for: Parameters(seed: 1, engine: engine), capacity: 1 << 12)
    for (logits, smoothing, label, want) in [
      ([10_000, 10_001, 10_002], 0, 1, 1.40760596444438),
      ([10_000, 10_001, 10_002], 0.3, 0, 2.10760596444438),
      ([100, 90, 80], 0, 0, 4.5400960277e-5),
      ([7.53, -8.41, -50], 0, 0, 1.19492e-7),
      // All weight lies on the other classes: the first stands for 10,000 of them.
      ([0, -10_000, -10_000], 1, 0, 2 * 10_000 / 3.0),
    ] as [([Float], Float, Int32, Double)] {
      let loss = crossEntropy(tape.input(logits, Shape(1, 3)), [label], smoothing: smoothing, &tape)
      // Below 1e-6 the sum of the exponentials holds the loss to its own last bit alone.
      let tolerance = want < 1e-6 ? 0.01 : want < 1e-3 ? 3e-3 : 1e-6
      expectClose([tape.scalar(loss)], [want], tolerance: tolerance, "\(logits), smoothing \(smoothing)")
    }
  }

  @Test("The smoothed gradient of very many classes adds up to 0")
  func manyClasses() {
    let classes = 100_000
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 20)
    let x = tape.input([Float](repeating: 0, count: classes), Shape(1, classes), requiresGradient: true)
    tape.backward(from: crossEntropy(x, [7], smoothing: 0.9, &tape), into: &parameters)
    let gradient = tape.adjointArray(x)
    // 1 / C − 0.9 / C in all but one.
    expectClose([gradient[0]], [0.1 / Double(classes)], tolerance: 1e-5, "another class")
    expectClose([gradient[7]], [0.1 / Double(classes) - 0.1], "the label")
  }
}
