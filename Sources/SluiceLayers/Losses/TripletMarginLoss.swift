import SluiceCore

/// Which negative an anchor and its positive get inside a batch.
public enum TripletSampling: String, Sendable, Codable, CaseIterable, BitwiseCopyable {
  /// Any sample of another class.
  case random
  /// The closest of those farther than the positive but within the margin (Schroff et al. 2015); where there is
  /// none, any.
  case semiHard
  /// The closest of all.
  case hard
}

/// The triplet margin loss of a labeled batch, with triplets formed inside it.
///
///     let triplets = TripletMarginLoss(margin: 0.3, sampling: .semiHard)
///     let result = triplets(embedding, batch.labels, &tape)
///     print(result.report.activeShare)
///
/// A sample may have several labels: it is then of one class with every sample that shares one of them.
///
/// Every sample with another of its class is an anchor: its positive is one of those at random, its negative by
/// `sampling`. Random choices derive from the tape's step and `stream`, so a resumed run makes the same.
/// See `tripletLoss` for formula and edges.
public struct TripletMarginLoss: Sendable, BitwiseCopyable {
  /// By how much an anchor's score with its positive has to beat that with its negative for the triplet to
  /// cost nothing; not negative.
  public let margin: Float
  /// How two embeddings are compared.
  public let score: TripletScore
  /// Which negative an anchor and its positive get; only `random` does without comparing all
  /// pairs of the batch.
  public let sampling: TripletSampling
  /// Tells the choices of different losses apart.
  public let stream: UInt64

  /// - Precondition: the margin is not negative.
  public init(
    margin: Float = 0.3, score: TripletScore = .cosine, sampling: TripletSampling = .semiHard,
    stream: UInt64 = 0x7_121B
  ) {
    expect(margin >= 0, "TripletMarginLoss", expected: "a margin of 0 or more", got: "\(margin)")
    self.margin = margin
    self.score = score
    self.sampling = sampling
    self.stream = stream
  }

  /// **Shapes.** `embedding` [n, width], `labels` [n].
  /// **Edges.** One class, or all classes distinct: no triplets, loss 0 with gradient 0, and a report that says so.
  ///
  /// - Precondition: there is one label for each row.
  /// - Complexity: O(n² · width); allocates nothing.
  public func callAsFunction(_ embedding: Tensor, _ labels: [Int32], _ tape: inout Tape) -> TripletResult {
    form(embedding, SampleLabels(single: labels), &tape)
  }

  /// The same for samples of several labels each: a positive shares at least one with its anchor, a negative none.
  ///
  /// **Shapes.** `embedding` [n, width], `labels` n sequences; a sample without labels is a negative of all others and no
  /// anchor.
  ///
  /// - Precondition: there is one sequence of labels for each row.
  /// - Complexity: O(n² · (width + squared labels of a sample)); allocates nothing.
  public func callAsFunction(
    _ embedding: Tensor, _ labels: RaggedIndices, _ tape: inout Tape
  ) -> TripletResult {
    form(embedding, SampleLabels(several: labels), &tape)
  }

  private func form(_ embedding: Tensor, _ labels: SampleLabels, _ tape: inout Tape) -> TripletResult {
    let shape = tape.shape(of: embedding)
    tape.expect(
      shape.rank == 2 && shape[0] == labels.count, "tripletLoss",
      expected: "a matrix with a row for each of \(labels.count) labels", got: "\(shape)")
    var scale: Float = 1
    let closeness = sampling == .random ? nil : pairwiseCloseness(embedding, scale: &scale, &tape)
    let room = tape.makeIndices(3 * labels.count)
    let ids = tape.indices(room)
    if tape.isPlanning {
      // Whatever the labels and scores will be, there is at most one triplet for each sample.
      let most = tape.makeIndices(3 * labels.count)
      tape.indices(most).fill(0)
      return tripletLoss(embedding, most, margin: margin, score: score, &tape)
    }
    let random = tape.random(stream)
    var found = 0
    for anchor in 0..<labels.count {
      let (same, other) = countNeighbors(of: anchor, labels)
      if same == 0 || other == 0 { continue }
      let counter = UInt64(2 * anchor)
      let positive = nth(random.below(same, counter), of: anchor, labels, same: true)
      let drawn = nth(random.below(other, counter + 1), of: anchor, labels, same: false)
      ids[3 * found] = Int32(anchor)
      ids[3 * found + 1] = Int32(positive)
      ids[3 * found + 2] = Int32(
        closeness.map { choose(anchor, positive, drawn, labels, $0, margin * scale) } ?? drawn)
      found += 1
    }
    let triplets = tape.makeIndices(3 * found)
    tape.indices(triplets).copy(from: ids[0..<3 * found])
    return tripletLoss(embedding, triplets, margin: margin, score: score, &tape)
  }

  /// For all pairs a number that is the larger, the closer they are: cosines, or negative distances, times `scale`. That
  /// is 1 but where the squares of the coordinates would overflow or vanish.
  private func pairwiseCloseness(_ embedding: Tensor, scale: inout Float, _ tape: inout Tape) -> Floats {
    var points = stopGradient(embedding, &tape)
    if score == .cosine { return tape.values(of: cosines(points, &tape)) }
    let largest = tape.engine.statistics(tape.values(of: points)).largestMagnitude
    if tape.isPlanning {
      points = multiply(points, 1, &tape)
    } else if largest > 0, largest > 0x1p40 || largest < 0x1p-40 {
      scale = Float(sign: .plus, exponent: min(-largest.exponent, 126), significand: 1)
      points = multiply(points, scale, &tape)
    }
    // Nobody else reads these distances, and nothing goes back through them.
    let pairs = tape.values(of: squaredDistances(points, points, &tape))
    if tape.isPlanning { return pairs }
    for i in 0..<pairs.count { pairs[i] = -pairs[i].squareRoot() }
    return pairs
  }

  private func cosines(_ points: Tensor, _ tape: inout Tape) -> Tensor {
    let directions = normalizeRows(points, &tape)
    return matrixProduct(directions, directions, transposingB: true, &tape)
  }

  private func choose(
    _ anchor: Int, _ positive: Int, _ drawn: Int, _ labels: SampleLabels, _ closeness: Floats, _ margin: Float
  ) -> Int {
    let count = labels.count
    let toPositive = closeness[anchor * count + positive]
    var best = -1
    for i in 0..<count where i != anchor && !labels.areRelated(anchor, i) {
      let value = closeness[anchor * count + i]
      if sampling == .semiHard, value >= toPositive || value < toPositive - margin { continue }
      if best < 0 || value > closeness[anchor * count + best] { best = i }
    }
    return best < 0 ? drawn : best
  }

  private func countNeighbors(of anchor: Int, _ labels: SampleLabels) -> (same: Int, other: Int) {
    var same = 0
    for i in 0..<labels.count where i != anchor && labels.areRelated(anchor, i) { same += 1 }
    return (same, labels.count - 1 - same)
  }

  /// Number `n` of the samples of the anchor's class but itself, or of those of other classes.
  private func nth(_ n: Int, of anchor: Int, _ labels: SampleLabels, same: Bool) -> Int {
    var left = n
    for i in 0..<labels.count {
      if i == anchor || labels.areRelated(anchor, i) != same { continue }
      if left == 0 { return i }
      left -= 1
    }
    return anchor
  }
}

/// The labels of a batch, one or several for each sample.
private struct SampleLabels {
  private let single: [Int32]
  private let several: RaggedIndices?
  let count: Int

  init(single: [Int32]) {
    (self.single, several, count) = (single, nil, single.count)
  }

  init(several: RaggedIndices) {
    (single, self.several, count) = ([], several, several.count)
  }

  /// Whether two samples share a label.
  func areRelated(_ i: Int, _ j: Int) -> Bool {
    if let several { return several.sharesValue(i, j) }
    return single[i] == single[j]
  }
}
