import SluiceCore

/// How badly each anchor picks out its own positive among those of the whole batch: InfoNCE.
///
/// **Shapes.** anchors and positives [n, width], row i of one belonging to row i of the other; the loss a scalar.
/// **Formula** (van den Oord et al. 2018, arXiv:1807.03748, with cosine scores as in SimCLR): the mean over i of the
/// cross-entropy of the softmax of cos(a_i, p_j) / T over all j with j = i.
/// **Edges.** A zero vector has score 0 to all. 0 for a batch of one. The loss of guessing is ln n.
/// **Backward.** Through products, rows and softmax, to anchors and positives.
///
/// - Precondition: equal shapes, and a positive temperature.
/// - Complexity: O(n² · width); allocates nothing.
public func contrastiveLoss(
  _ anchors: Tensor, _ positives: Tensor, temperature: Float = 0.1, _ tape: inout Tape
) -> Tensor {
  let (left, right) = (tape.shape(of: anchors), tape.shape(of: positives))
  tape.expect(
    left == right && left.rank == 2, "contrastiveLoss",
    expected: "a positive for each anchor, two matrices of one shape",
    got: "\(left) and \(right)")
  tape.expect(
    temperature > 0, "contrastiveLoss", expected: "a temperature above 0", got: "\(temperature)")
  let scores = matrixProduct(
    normalizeRows(anchors, &tape), normalizeRows(positives, &tape), transposingB: true, &tape)
  let count = tape.shape(of: anchors).rows
  let own = tape.makeIndices(count)
  let ids = tape.indices(own)
  for i in 0..<count { ids[i] = Int32(i) }
  return crossEntropy(
    divide(scores, temperature, &tape), own, reduction: .mean, temperature: temperature, &tape)
}
