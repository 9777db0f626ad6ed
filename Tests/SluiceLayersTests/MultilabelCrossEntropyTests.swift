import AllocationCounter
import Sluice
import TestSupport
import Testing

@Suite("Cross-entropy of several labels")
struct MultilabelCrossEntropyTests {
  private static let x: [Float] = [0.5, -1.25, 3, -0.75, 2, -4]
  private static let t: [Float] = [1, 0, 1, 0, 1, 0]
  private static let weights: [Float] = [2, 0.5, 7]
  /// torch.nn.BCEWithLogitsLoss(pos_weight=…) of the same numbers in double precision, PyTorch 2: the loss and its gradient.
  private static let plain = (
    loss: 0.2177570603624839,
    gradient: [
      -0.0629234447996909, 0.03711668980421814, -0.007904312196261106, 0.05347021680410117,
      -0.01986715367035295, 0.0029977016603485933,
    ]
  )
  private static let weighted = (
    loss: 0.3347799083793294,
    gradient: [
      -0.1258468895993818, 0.03711668980421814, -0.0553301853738278, 0.05347021680410117,
      -0.009933576835176474, 0.0029977016603485933,
    ]
  )

  private func run(
    _ x: [Float], _ t: [Float], _ weights: [Float]?, reduction: Reduction = .mean
  ) -> (loss: Float, gradient: [Float]) {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let logits = tape.input(x, Shape(x.count / 3, 3), requiresGradient: true)
    let targets = tape.input(t, Shape(x.count / 3, 3))
    let loss = binaryCrossEntropy(
      logits: logits, targets, positiveWeights: weights, reduction: reduction, &tape)
    tape.backward(from: loss, into: &parameters)
    return (tape.scalar(loss), tape.adjointArray(logits))
  }

  @Test("It agrees with PyTorch's, with weights of positive targets and without")
  func reference() {
    for (weights, wanted) in [(nil, Self.plain), (Self.weights, Self.weighted)] {
      let found = run(Self.x, Self.t, weights)
      expectClose([found.loss], [wanted.loss], "value")
      expectClose(found.gradient, wanted.gradient, "gradient")
      let sum = run(Self.x, Self.t, weights, reduction: .sum)
      expectClose([sum.loss], [6 * wanted.loss], "sum")
    }
  }

  @Test("Rows with targets below 0 count nowhere, and over nothing the mean is 0")
  func ignored() {
    let more = run(Self.x + [9, -9, 1], Self.t + [-1, -1, -1], Self.weights)
    let found = run(Self.x, Self.t, Self.weights)
    #expect(more.loss == found.loss && more.gradient == found.gradient + [0, 0, 0])
    let nothing = run([1, 2, 3], [-1, -1, -1], nil)
    #expect(nothing.loss == 0 && nothing.gradient == [0, 0, 0])
  }

  @Test("Large logits cost nothing where they are right, and their size where they are wrong")
  func extremes() {
    #expect(run([1e30, -1e30, 500], [1, 0, 1], Self.weights).loss == 0)
    #expect(run([-600, 0, 0], [1, -1, -1], Self.weights).loss == 1_200)
    #expect(run([.infinity, -.infinity, 1], [1, 0, -1], nil).loss == 0)
    #expect(run([.nan, 0, 0], [1, 0, 0], nil).loss.isNaN)
  }

  @Test("Its gradient agrees with central differences")
  func differences() {
    var parameters = Parameters(seed: 1)
    let checks = checkGradients(
      inputs: [(Self.x, Shape(2, 3))], of: &parameters, step: 2e-3, tolerance: 2e-2, most: 6,
      capacity: 1 << 12
    ) { tensors, tape in
      binaryCrossEntropy(
        logits: tensors[0], tape.input(Self.t, Shape(2, 3)), positiveWeights: Self.weights, &tape)
    }
    #expect(checks.pass, "\(checks)")
  }
}
