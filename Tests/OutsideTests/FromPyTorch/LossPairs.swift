import Sluice

extension Pair {
  /// Losses.
  static let losses = [
    Pair("Cross-entropy, smoothed and weighted", smoothed),
    Pair("Losses of other targets", targets),
    Pair("Triplets and cosines", triplets),
  ]
}

@Sendable private func smoothed() throws -> [String: [Float]] {
  var tape = Tape(for: Parameters(seed: 7))
  let logits = tape.input(spread(12), Shape(4, 3))
  let labels: [Int32] = [0, 2, ignoredLabel, 1]
  // BEGIN Cross-entropy, smoothed and weighted
  let loss = crossEntropy(
    logits, labels,
    smoothing: 0.1,
    weights: tape.input([1, 2, 0.5], Shape(3)), &tape)
  // END Cross-entropy, smoothed and weighted
  return ["loss": [tape.scalar(loss)]]
}

@Sendable private func targets() throws -> [String: [Float]] {
  var tape = Tape(for: Parameters(seed: 7))
  let x = tape.input(spread(6).map { 4 * $0 }, Shape(6))
  let target = tape.input([1, 0, 0, 1, 1, 0], Shape(6))
  // BEGIN Losses of other targets
  let binary = binaryCrossEntropy(logits: x, target, &tape)
  let square = meanSquaredError(x, target, &tape)
  let robust = huber(x, target, delta: 0.5, &tape)
  // END Losses of other targets
  return [
    "binary": [tape.scalar(binary)], "square": [tape.scalar(square)], "robust": [tape.scalar(robust)],
  ]
}

@Sendable private func triplets() throws -> [String: [Float]] {
  var tape = Tape(for: Parameters(seed: 7))
  let anchor = tape.input(spread(12), Shape(3, 4))
  let positive = tape.input(spread(12, from: 12), Shape(3, 4))
  let negative = tape.input(spread(12, from: 24), Shape(3, 4))
  // BEGIN Triplets and cosines
  let loss = tripletLoss(
    anchor: anchor, positive: positive, negative: negative,
    margin: 1, score: .euclidean, &tape
  ).loss
  let near = cosine(anchor, positive, &tape)
  // END Triplets and cosines
  return ["loss": [tape.scalar(loss)], "near": tape.array(near)]
}
