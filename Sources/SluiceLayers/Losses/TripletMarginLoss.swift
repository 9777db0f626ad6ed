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

/// The triplet margin loss of a labelled batch, with triplets formed inside it.
///
///     let triplets = TripletMarginLoss(margin: 0.3, sampling: .semiHard)
///     let result = triplets(embedding, batch.labels, &tape)
///     print(result.report.activeShare)
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
    let shape = tape.shape(of: embedding)
    tape.expect(
      shape.rank == 2 && shape[0] == labels.count, "tripletLoss",
      expected: "a matrix with a row for each of \(labels.count) labels", got: "\(shape)")
    let closeness = sampling == .random ? nil : pairwiseCloseness(embedding, &tape)
    let room = tape.makeIndices(3 * labels.count)
    let ids = tape.indices(room)
    let random = tape.random(stream)
    var found = 0
    for anchor in 0..<labels.count {
      let (same, other) = countNeighbours(of: anchor, labels)
      if same == 0 || other == 0 { continue }
      let counter = UInt64(2 * anchor)
      let positive = nth(random.below(same, counter), of: anchor, labels, same: true)
      let drawn = nth(random.below(other, counter + 1), of: anchor, labels, same: false)
      ids[3 * found] = Int32(anchor)
      ids[3 * found + 1] = Int32(positive)
      ids[3 * found + 2] = Int32(
        closeness.map { choose(anchor, positive, drawn, labels, $0) } ?? drawn)
      found += 1
    }
    let triplets = tape.makeIndices(3 * found)
    tape.indices(triplets).copy(from: ids[0..<3 * found])
    return tripletLoss(embedding, triplets, margin: margin, score: score, &tape)
  }

  /// The most floats the tape needs for a forward and a backward pass.
  public func activationCount(samples: Int, width: Int, engine: Engine) -> Int {
    samples * samples + 6 * samples * width + 6 * samples
      + engine.packedCount(rows: width, columns: samples) + 16 * Arena.alignment
  }

  /// For all pairs a number that is the larger, the closer they are: cosines, or negative distances.
  private func pairwiseCloseness(_ embedding: Tensor, _ tape: inout Tape) -> Floats {
    let points = stopGradient(embedding, &tape)
    if score == .cosine { return tape.values(of: cosines(points, &tape)) }
    // Nobody else reads these distances, and nothing goes back through them.
    let pairs = tape.values(of: squaredDistances(points, points, &tape))
    for i in 0..<pairs.count { pairs[i] = -pairs[i].squareRoot() }
    return pairs
  }

  private func cosines(_ points: Tensor, _ tape: inout Tape) -> Tensor {
    let directions = normalizeRows(points, &tape)
    return matrixProduct(directions, directions, transposingB: true, &tape)
  }

  private func choose(
    _ anchor: Int, _ positive: Int, _ drawn: Int, _ labels: [Int32], _ closeness: Floats
  ) -> Int {
    let count = labels.count
    let toPositive = closeness[anchor * count + positive]
    var best = -1
    let own = labels[anchor]
    for i in 0..<count where labels[i] != own {
      let value = closeness[anchor * count + i]
      if sampling == .semiHard, value >= toPositive || value < toPositive - margin { continue }
      if best < 0 || value > closeness[anchor * count + best] { best = i }
    }
    return best < 0 ? drawn : best
  }

  private func countNeighbours(of anchor: Int, _ labels: [Int32]) -> (same: Int, other: Int) {
    var same = -1
    let own = labels[anchor]
    for i in 0..<labels.count where labels[i] == own { same += 1 }
    return (same, labels.count - 1 - same)
  }

  /// Number `n` of the samples of the anchor's class but itself, or of those of other classes.
  private func nth(_ n: Int, of anchor: Int, _ labels: [Int32], same: Bool) -> Int {
    var left = n
    let own = labels[anchor]
    for i in 0..<labels.count {
      if i == anchor || (labels[i] == own) != same { continue }
      if left == 0 { return i }
      left -= 1
    }
    return anchor
  }
}
