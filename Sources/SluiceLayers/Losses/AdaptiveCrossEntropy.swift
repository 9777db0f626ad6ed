import SluiceCore

/// The output layer of a classifier of very many classes together with its loss, in clusters of falling frequency (Grave, Joulin,
/// Cissé, Grangier and Jégou 2016, arXiv:1609.04309): the frequent classes and one class for each cluster of rarer ones make
/// the head; a cluster's own classes are told apart only for the rows whose label lies in it, and from fewer columns.
///
/// `log p(c) = log softmax(head(x))[c]` for the classes below the first cutoff, and `log softmax(head(x))[cluster] + log
/// softmax(cluster(projection(x)))[c]` for those of a cluster. The function is that of PyTorch's `AdaptiveLogSoftmaxWithLoss`.
///
/// **Shapes.** x [n, inputs]. Parameters: `head` [first cutoff + clusters, inputs], and for cluster i `projection_i` [inputs /
/// divisor^(i + 1), inputs] and `cluster_i` [its classes, inputs / divisor^(i + 1)]; none but the head may have a bias.
///
/// It is an approximation of neither softmax nor loss but another model: a distribution over all classes that costs less to
/// train, since most rows have a frequent label. No matrix of all logits exists; see `LinearCrossEntropy`, of which
/// the head and each cluster are one.
///
/// - Important: the classes have to be numbered by falling frequency.
public struct AdaptiveCrossEntropy: Sendable {
  /// Tells apart the classes below the first cutoff and, as one class each, the clusters.
  public let head: LinearCrossEntropy
  /// The maps from x to what a cluster tells its classes apart by.
  public let projections: [Linear]
  /// Tells apart the classes of each cluster, from its projection of x; one for each of `cutoffs`.
  public let clusters: [LinearCrossEntropy]
  /// Marks what the layer records outside of its parts, so that reports can name it.
  public let layer: LayerHandle
  /// The columns of x.
  public let inputs: Int
  /// The number of all classes, those of the clusters included.
  public let classes: Int
  /// Where the head's classes end and each cluster begins.
  public let cutoffs: [Int]

  /// - Parameters:
  ///   - cutoffs: where the head's own classes end, and each cluster but the last: rising, between 0 and `classes`.
  ///   - divisor: how many times fewer columns each cluster has than the one before; the first than x. No cluster has fewer than 1.
  ///   - initializer: of all weights and the bias; uniform within ±1/√(columns) by default, as in PyTorch.
  /// - Throws: `ModelError` if the name is taken, an extent is not positive, the cutoffs do not rise, or the divisor is below 1.
  public init(
    inputs: Int, classes: Int, cutoffs: [Int], divisor: Float = 4, headBias: Bool = false,
    initializer: Initializer? = nil, named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    let bounds = [0] + cutoffs + [classes]
    guard !cutoffs.isEmpty, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw ModelError(
        "AdaptiveCrossEntropy '\(name)'", expected: "rising cutoffs between 0 and the \(classes) classes",
        got: cutoffs.map(String.init).joined(separator: ", "))
    }
    guard divisor >= 1 else {
      throw ModelError(
        "AdaptiveCrossEntropy '\(name)'", expected: "a divisor of at least 1", got: "\(divisor)")
    }
    layer = try parameters.addLayer(named: name)
    head = try LinearCrossEntropy(
      inputs: inputs, classes: cutoffs[0] + cutoffs.count, bias: headBias, initializer: initializer,
      biasInitializer: initializer, named: "\(name).head", in: &parameters)
    var projections: [Linear] = []
    var clusters: [LinearCrossEntropy] = []
    var columns = Float(inputs)
    for i in cutoffs.indices {
      columns /= divisor
      let width = max(1, Int(columns))
      projections.append(
        try Linear(
          inputs: inputs, outputs: width, bias: false, initializer: initializer,
          named: "\(name).projection_\(i)", in: &parameters))
      clusters.append(
        try LinearCrossEntropy(
          inputs: width, classes: bounds[i + 2] - bounds[i + 1], bias: false, initializer: initializer,
          named: "\(name).cluster_\(i)", in: &parameters))
    }
    self.projections = projections
    self.clusters = clusters
    self.inputs = inputs
    self.classes = classes
    self.cutoffs = cutoffs
  }

  /// The loss of predicting `labels` from the rows of `x`: a scalar.
  ///
  /// **Edges.** Rows labeled `ignoredLabel` count neither in the sum nor in the mean. The mean over no rows is 0. A cluster that no
  /// label falls into costs nothing and gets gradient 0.
  ///
  /// - Precondition: one label for each row, from 0 up to, not including, `classes`, or `ignoredLabel`.
  /// - Complexity: O(n · inputs · head's classes), and for each cluster O(its rows · its columns · (inputs + its classes)); allocates
  ///   nothing.
  public func callAsFunction(
    _ x: Tensor, labels: [Int32], reduction: Reduction = .mean, _ tape: inout Tape
  ) -> Tensor {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    let shape = tape.shape(of: x)
    tape.expect(
      labels.count == shape.rows, "adaptiveCrossEntropy", expected: "one label for each row of \(shape)",
      got: "\(labels.count)")
    let all = tape.copyIndices(labels)
    let counted = countedLabels(tape.indices(all), classes: classes)
    let headLabels = tape.makeIndices(labels.count)
    for i in 0..<labels.count { tape.indices(headLabels)[i] = headLabel(labels[i]) }
    let isMean = reduction == .mean
    var total = head(x, labels: headLabels, reduction: .sum, isPartOfMean: isMean, &tape)
    for i in 0..<clusters.count {
      let found = members(of: i, all, &tape)
      if found.rows.count == 0 { continue }
      let projected = projections[i](rows(x, found.rows, &tape), &tape)
      total = add(
        total, clusters[i](projected, labels: found.labels, reduction: .sum, isPartOfMean: isMean, &tape),
        &tape)
    }
    return isMean ? multiply(total, 1 / Float(max(counted, 1)), &tape) : total
  }

  /// The logarithms of the probabilities of all classes for every row, for sampling and for looking at few rows: [n, classes],
  /// without gradient.
  public func logProbabilities(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    let rowCount = tape.shape(of: x).rows
    let x = tape.detached(x)
    let y = tape.makeTensor(Shape(rowCount, classes), requiresGradient: false)
    let headShares = logSoftmax(head.logits(x, &tape), &tape)
    let headWidth = head.classes
    let target = tape.values(of: y)
    for row in 0..<rowCount {
      let source = headShares[row * headWidth..<row * headWidth + cutoffs[0]]
      target[row * classes..<row * classes + cutoffs[0]].copy(from: source)
    }
    for i in 0..<clusters.count {
      let width = clusters[i].classes
      let logits = clusters[i].logits(projections[i](x, &tape), &tape)
      let shares = logSoftmax(logits, &tape)
      for row in 0..<rowCount {
        let start = row * classes + cutoffs[i]
        let cluster = headShares[row * headWidth + cutoffs[0] + i]
        for c in 0..<width { target[start + c] = shares[row * width + c] + cluster }
      }
    }
    return y
  }

  /// The largest logit of a row is taken off first: a rounded sum as large as the logits would leave an error of
  /// their last bits.
  private func logSoftmax(_ logits: Tensor, _ tape: inout Tape) -> Floats {
    let (rows, width) = (tape.shape(of: logits).rows, tape.shape(of: logits).width)
    let values = tape.values(of: logits)
    let shares = tape.floats(tape.makeWorkspace(values.count))
    let sums = tape.floats(tape.makeWorkspace(rows))
    for row in 0..<rows {
      let logits = values[row * width..<(row + 1) * width]
      sums[row] = logits[placeOfLargest(logits)]
    }
    let all = BroadcastOperand(shares, rowStride: width, columnStep: 1)
    let one = BroadcastOperand(sums, rowStride: 1, columnStep: 0)
    tape.engine.broadcast(
      .subtract, BroadcastOperand(values, rowStride: width, columnStep: 1), one, rows: rows, width: width,
      into: shares)
    tape.engine.logSumExp(shares, width: width, into: sums)
    tape.engine.broadcast(.subtract, all, one, rows: rows, width: width, into: shares)
    return shares
  }

  /// What the head is to predict: the label itself or its cluster.
  private func headLabel(_ label: Int32) -> Int32 {
    if label == ignoredLabel || label < cutoffs[0] { return label }
    return Int32(cutoffs[0] + cluster(of: label))
  }

  private func cluster(of label: Int32) -> Int {
    var i = 0
    while i + 1 < cutoffs.count, label >= cutoffs[i + 1] { i += 1 }
    return i
  }

  /// The rows whose label lies in a cluster, and their labels within it.
  private func members(
    of i: Int, _ labels: IndexRange, _ tape: inout Tape
  ) -> (rows: IndexRange, labels: IndexRange) {
    let all = tape.indices(labels)
    if tape.isPlanning {
      // Any label may come, so every cluster gets room for all rows.
      let most = (rows: tape.makeIndices(all.count), labels: tape.makeIndices(all.count))
      for row in 0..<all.count {
        tape.indices(most.rows)[row] = Int32(row)
        tape.indices(most.labels)[row] = 0
      }
      return most
    }
    func isMember(_ label: Int32) -> Bool { label >= cutoffs[0] && cluster(of: label) == i }
    var count = 0
    for row in 0..<all.count where isMember(all[row]) { count += 1 }
    let found = (rows: tape.makeIndices(count), labels: tape.makeIndices(count))
    var next = 0
    for row in 0..<all.count where isMember(all[row]) {
      tape.indices(found.rows)[next] = Int32(row)
      tape.indices(found.labels)[next] = all[row] - Int32(cutoffs[i])
      next += 1
    }
    return found
  }
}
