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
  require(tape.shape(of: anchors) == tape.shape(of: positives), "There is one positive for each anchor.")
  require(temperature > 0, "A temperature is positive.")
  let scores = matrixProduct(
    normalizeRows(anchors, &tape), normalizeRows(positives, &tape), transposingB: true, &tape)
  let count = tape.shape(of: anchors).rows
  let own = tape.makeIndices(count)
  let ids = tape.indices(own)
  for i in 0..<count { ids[i] = Int32(i) }
  return crossEntropy(divide(scores, temperature, &tape), own, reduction: .mean, &tape)
}
