import Foundation
import Sluice
import TestSupport
import Testing

/// Losses at infinite numbers, and at numbers whose squares, sums or differences leave the floats.
@Suite("Losses at the limits of floats")
struct LossLimitsTests {
  /// The loss of one number with its target, and the slope.
  private func of(
    _ x: Float, _ t: Float, _ loss: (Tensor, Tensor, inout Tape) -> Tensor
  ) -> (loss: Float, slope: Float) {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let input = tape.input([x], Shape(1), requiresGradient: true)
    let result = loss(input, tape.input([t], Shape(1)), &tape)
    tape.backward(from: result, into: &parameters)
    return (tape.scalar(result), tape.adjointArray(input)[0])
  }

  @Test(
    "The binary cross-entropy of an infinite logit is its limit",
    arguments: [
      (Float.infinity, 1, 0, 0), (.infinity, 0, Float.infinity, 1), (.infinity, 0.5, .infinity, 0.5),
      (-.infinity, 0, 0, 0), (-.infinity, 1, .infinity, -1), (-.infinity, 0.25, .infinity, -0.25),
      (3e38, 1, 0, 0), (-3e38, 0, 0, 0), (3e38, 0.5, 1.5e38, 0.5), (-3e38, 1, 3e38, -1),
    ] as [(Float, Float, Float, Float)])
  func binaryCrossEntropyLimits(x: Float, target: Float, loss: Float, slope: Float) {
    let got = of(x, target) { binaryCrossEntropy(logits: $0, $1, &$2) }
    #expect(got.loss == loss && got.slope == slope)
  }

  @Test("A logit or target that is no number makes the binary cross-entropy none")
  func binaryCrossEntropyOfNaN() {
    for (x, t) in [(Float.nan, 0), (.nan, 1), (0, .nan), (.infinity, .nan), (-.infinity, .nan)]
      as [(Float, Float)]
    {
      let got = of(x, t) { binaryCrossEntropy(logits: $0, $1, &$2) }
      #expect(got.loss.isNaN && got.slope.isNaN)
    }
  }

  @Test("Squares, Huber's loss and the hinge of infinite numbers are infinite, and NaN where it has no limit")
  func infinite() {
    let square = of(.infinity, 1) { meanSquaredError($0, $1, &$2) }
    #expect(square.loss == .infinity && square.slope == .infinity)
    #expect(of(-.infinity, 1) { meanSquaredError($0, $1, &$2) }.slope == -.infinity)
    #expect(of(.infinity, .infinity) { meanSquaredError($0, $1, &$2) }.loss.isNaN)
    let bent = of(-.infinity, 1) { huber($0, $1, delta: 0.5, &$2) }
    #expect(bent.loss == .infinity && bent.slope == -0.5)
    #expect(of(.infinity, .infinity) { huber($0, $1, &$2) }.loss.isNaN)
    #expect(of(.infinity, 1) { hinge($0, $1, &$2) } == (0, 0))
    #expect(of(.infinity, -1) { hinge($0, $1, &$2) } == (.infinity, 1))
  }

  @Test("A mean that is a float is finite where the sum, or a number of it, is not")
  func means() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let large: [Float] = [3e38, -3e38, 3e38, 3e38]
    let x = tape.input(large, Shape(2, 2), requiresGradient: true)
    expectClose(
      [tape.scalar(mean(tape.input(Array(repeating: 3e38, count: 100), Shape(100)), &tape))], [3e38], "mean")
    expectClose(tape.array(mean(x, axis: 1, &tape)), [0, 3e38], "mean of rows")
    expectClose(tape.array(mean(x, axis: 0, &tape)), [3e38, 0], "mean of columns")
    #expect(tape.scalar(sum(x, &tape)) == .infinity)
    expectClose([tape.scalar(sum(tape.input([3e38, 3e38, -3e38], Shape(3)), &tape))], [3e38], "sum")
    // (2e19)² is no float, a quarter of it is.
    let wide = tape.input([2e19, 0, 0, 0], Shape(4), requiresGradient: true)
    let zeros = tape.input([0, 0, 0, 0], Shape(4))
    let squares = meanSquaredError(wide, zeros, &tape)
    expectClose([tape.scalar(squares)], [1e38], "squares")
    expectClose(
      [tape.scalar(huber(x, tape.input(large.map { -$0 }, Shape(2, 2)), delta: 0.1, &tape))], [6e37], "Huber")
    expectClose(
      [tape.scalar(binaryCrossEntropy(logits: x, tape.input([0, 1, 0, 0], Shape(2, 2)), &tape))], [3e38],
      "binary")
    let far = tape.input([3e38, 1, 1, 1], Shape(4), requiresGradient: true)
    tape.backward(from: meanSquaredError(far, zeros, &tape), into: &parameters)
    expectClose([tape.adjointArray(far)[0]], [1.5e38], "slope")
  }

  @Test(
    "A cross-entropy is finite where the label is at most the largest float below the largest logit",
    arguments: KernelTable.available, [2, 40])
  func crossEntropies(kernels: KernelTable, classes: Int) {
    func logits(_ first: Float, _ second: Float) -> [Float] {
      [first, second] + [Float](repeating: second, count: classes - 2)
    }
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 1))
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let shape = Shape(1, classes)
    let half = Float.greatestFiniteMagnitude / 2
    let widest = tape.input(logits(half, -half), shape, requiresGradient: true)
    for smoothed in [false, true] {
      func loss(_ x: Tensor, _ label: Int32) -> Float {
        tape.scalar(
          smoothed ? crossEntropy(x, [label], smoothing: 0, &tape) : crossEntropy(x, [label], &tape))
      }
      #expect(loss(widest, 1) == .greatestFiniteMagnitude && loss(widest, 0) == 0)
      let wider = tape.input(logits(3e38, -3e38), shape)
      #expect(loss(wider, 1) == .infinity && loss(wider, 0) == 0)
      let without = tape.input(logits(2, -.infinity), shape)
      #expect(loss(without, 0) == 0 && loss(without, 1) == .infinity)
      #expect(loss(tape.input(logits(.infinity, 1), shape), 0).isNaN)
      #expect(loss(tape.input(logits(-.infinity, -.infinity), shape), 0).isNaN)
      #expect(loss(tape.input(logits(.nan, 1), shape), 1).isNaN)
    }
    let three = tape.input(logits(half, -half) + logits(half, -half) + logits(half, -half), Shape(3, classes))
    expectClose(
      [tape.scalar(crossEntropy(three, [1, 1, 1], &tape))], [Double(Float.greatestFiniteMagnitude)],
      "mean of three")
    let loss = crossEntropy(widest, [1], &tape)
    tape.backward(from: loss, into: &parameters)
    #expect(Array(tape.adjointArray(widest).prefix(2)) == [1, -1])
  }

  @Test(
    "Triplets of rows however far apart or near have the slopes of their directions",
    arguments: [0x1p-133, 1e-37, 1e-25, 1, 1e25, 3e38] as [Float])
  func triplets(size: Float) {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input(
      [size, size, -size, -size, size, size / 2], Shape(3, 2), requiresGradient: true)
    let result = tripletLoss(x, tape.copyIndices([0, 1, 2]), margin: 0, score: .euclidean, &tape)
    tape.backward(from: result.loss, into: &parameters)
    let root = 0.5.squareRoot()
    expectClose(
      tape.adjointArray(x), [root, root - 1, -root, -root, 0, 1], tolerance: 1e-4, "size \(size)")
    let expected = Double(size) * (8.0.squareRoot() - 0.5)
    if expected < 3.4e38 { expectClose([tape.scalar(result.loss)], [expected], tolerance: 1e-4, "loss") }
    #expect(result.report.active == 1 && !tape.scalar(result.loss).isNaN)
  }

  @Test(
    "The hardest negative is the closest however large or small all numbers are",
    arguments: [1e-25, 1, 1e25] as [Float])
  func hardest(size: Float) {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    // Two of class 0, then negatives of which the last is the closest to both.
    let x = tape.input([0, 1, 9, -8, 2].map { $0 * size }, Shape(5, 1), requiresGradient: true)
    let loss = TripletMarginLoss(margin: 100 * min(size, 1e30), score: .euclidean, sampling: .hard)
    let result = loss(x, [0, 0, 1, 2, 3], &tape)
    tape.backward(from: result.loss, into: &parameters)
    #expect(result.report.triplets == 2 && result.report.active == 2)
    let gradients = tape.adjointArray(x)
    #expect(gradients[2] == 0 && gradients[3] == 0 && gradients[4] != 0)
  }

  @Test(
    "Embeddings in one place have collapsed, wherever it is",
    arguments: [0, 100.3, 10_000.3, 1e19, 3e38] as [Float])
  func collapsed(place: Float) {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 14)
    let x = tape.input([Float](repeating: place, count: 30 * 7), Shape(30, 7))
    let result = tripletLoss(x, tape.copyIndices([0, 1, 2]), margin: 0.3, score: .euclidean, &tape)
    #expect(result.report.spread == 0 && result.report.isCollapsed)
  }
}
