import SluiceCore

/// How two embeddings are compared by a triplet loss.
public enum TripletScore: String, Sendable, Codable, CaseIterable, BitwiseCopyable {
  /// The cosine: the larger, the closer. The loss is max(0, margin + cos(a, n) − cos(a, p)).
  case cosine
  /// The Euclidean distance. The loss is max(0, margin + d(a, p) − d(a, n)).
  case euclidean
}

/// The triplet margin loss of rows that are anchors, positives and negatives already.
///
/// **Shapes.** All three [n, width], a triplet in the same row of each. The loss a scalar.
/// **Formula** (Weinberger and Saul 2009; Schroff et al. 2015): the mean of `TripletScore`'s loss.
/// **Edges.** A zero vector has cosine 0 to all, and gradient 0; the distance of equal rows has gradient 0. A triplet
/// whose loss is NaN has gradients of NaN.
/// **Backward.** The slope of a distance is the difference of the rows over it: near rows keep theirs wherever they lie.
///
/// - Precondition: equal shapes; the margin is not negative.
/// - Complexity: O(elements); allocates nothing.
public func tripletLoss(
  anchor: Tensor, positive: Tensor, negative: Tensor, margin: Float = 0.3, score: TripletScore = .cosine,
  _ tape: inout Tape
) -> TripletResult {
  let count = tape.shape(of: anchor).rows
  let shapes = (tape.shape(of: anchor), tape.shape(of: positive), tape.shape(of: negative))
  tape.expect(
    shapes.0 == shapes.1 && shapes.0 == shapes.2, "tripletLoss",
    expected: "a positive and a negative for each anchor, of one shape",
    got: "\(shapes.0), \(shapes.1) and \(shapes.2)")
  let all = concatenate(TensorList(anchor, positive, negative), &tape)
  let triplets = tape.makeIndices(3 * count)
  let ids = tape.indices(triplets)
  for i in 0..<count {
    for role in 0..<3 { ids[3 * i + role] = Int32(role * count + i) }
  }
  return tripletLoss(all, triplets, margin: margin, score: score, &tape)
}

/// The triplet margin loss of triplets of rows of one tensor.
///
/// - Parameter triplets: the rows of anchor, positive and negative of each triplet, one after the other.
/// - Precondition: `embedding` is [n, width], the rows exist and the margin is not negative.
public func tripletLoss(
  _ embedding: Tensor, _ triplets: IndexRange, margin: Float = 0.3, score: TripletScore = .cosine,
  _ tape: inout Tape
) -> TripletResult {
  tape.expect(margin >= 0, "tripletLoss", expected: "a margin of 0 or more", got: "\(margin)")
  tape.expect(
    triplets.count % 3 == 0, "tripletLoss", expected: "three indices for each triplet",
    got: "\(triplets.count)")
  let points = score == .cosine ? normalizeRows(embedding, &tape) : embedding
  let count = triplets.count / 3
  let shape = tape.shape(of: points)
  let (values, ids) = (tape.values(of: points), tape.indices(triplets))
  let slopes = tape.makeWorkspace(2 * count)
  let factors = tape.floats(slopes)
  let loss = tape.makeTensor(Shape(), requiresGradient: tape.requiresGradient(points))
  var sums = (loss: 0.0, positive: 0.0, negative: 0.0)
  var active = 0
  for i in 0..<count {
    let anchor = values.row(ids[3 * i], shape.width)
    let near = score.of(anchor, values.row(ids[3 * i + 1], shape.width), tape.engine)
    let far = score.of(anchor, values.row(ids[3 * i + 2], shape.width), tape.engine)
    let (positive, negative) = (Float(near), Float(far))
    sums.positive += positive.isFinite ? Double(positive) : near
    sums.negative += negative.isFinite ? Double(negative) : far
    let single = margin + (score == .cosine ? negative - positive : positive - negative)
    // The distances of finite rows may be above the largest float, and their difference is not.
    let term = single.isFinite ? Double(single) : Double(margin) + near - far
    factors[2 * i] = 0
    factors[2 * i + 1] = 0
    // Written so that a score that is not a number reaches the loss, and the gradients of its three rows.
    if !(term <= 0) {
      active += 1
      sums.loss += term
      factors[2 * i] = term.isNaN ? .nan : score.slopeFactor(near)
      factors[2 * i + 1] = term.isNaN ? .nan : score.slopeFactor(far)
    }
  }
  let share = 1 / Double(max(count, 1))
  tape.values(of: loss)[0] = Float(sums.loss * share)
  tape.record(
    TripletOperation(
      points: points, loss: loss, triplets: triplets, factors: slopes, score: score, width: shape.width,
      scale: Float(share), margin: margin, active: active, meanPositive: Float(sums.positive * share),
      meanNegative: Float(sums.negative * share)))
  let spread = score.spread(values, rows: shape.rows, width: shape.width, &tape)
  let report = TripletReport(
    triplets: count, active: active, meanPositive: Float(sums.positive * share),
    meanNegative: Float(sums.negative * share), spread: spread,
    isCollapsed: shape.rows > 1 && spread <= (score == .cosine ? 1e-3 : 1e-3 * max(margin, 1e-6)))
  return TripletResult(loss: loss, report: report)
}

extension Floats {
  /// Row `i` of a matrix of the given width.
  fileprivate func row(_ i: Int32, _ width: Int) -> Floats { self[Int(i) * width..<(Int(i) + 1) * width] }
}

extension TripletScore {
  /// The score of two rows; for cosines both are directions.
  func of(_ a: Floats, _ b: Floats, _ engine: Engine) -> Double {
    if self == .cosine { return Double(engine.dot(a, b)) }
    var sum = 0.0
    for i in 0..<a.count {
      let difference = Double(a[i]) - Double(b[i])
      sum += difference * difference
    }
    return sum.squareRoot()
  }

  /// What the rows' difference, or the other row, is multiplied by in the slope of a score.
  fileprivate func slopeFactor(_ value: Double) -> Float {
    if self == .cosine { return 1 }
    if value == 0 { return 0 }
    let single = Float(value)
    return single.isFinite ? 1 / single : Float(1 / value)
  }

  fileprivate func spread(_ values: Floats, rows: Int, width: Int, _ tape: inout Tape) -> Float {
    if rows == 0 || width == 0 { return 0 }
    let engine = tape.engine
    let mean = tape.floats(tape.makeWorkspace(width))
    if self == .cosine {
      engine.columnSums(values, into: mean, accumulate: false)
      engine.scale(mean, by: 1 / Float(rows), into: mean)
      // With 0 second NaN stays.
      return max(1 - engine.dot(mean, mean), 0)
    }
    // From the first row, then from the mean: so rows in one place have no spread, wherever it is.
    let moved = tape.floats(tape.makeWorkspace(values.count))
    engine.scale(values[0..<width], by: -1, into: mean)
    engine.addBias(mean, to: values, into: moved)
    engine.columnSums(moved, into: mean, accumulate: false)
    engine.scale(mean, by: -1 / Float(rows), into: mean)
    engine.addBias(mean, to: moved, into: moved)
    let statistics = engine.statistics(moved)
    return statistics.nonFinite > 0 ? .nan : Float((statistics.sumOfSquares / Double(rows)).squareRoot())
  }
}

private struct TripletOperation: TapeOperation {
  static let name: StaticString = "tripletLoss"
  let points: Tensor
  let loss: Tensor
  let triplets: IndexRange
  let factors: Workspace
  let score: TripletScore
  let width: Int
  let scale: Float
  let margin: Float
  let active: Int
  let meanPositive: Float
  let meanNegative: Float

  var inputs: TensorList { TensorList(points) }
  var outputs: TensorList { TensorList(loss) }

  /// The distance of a cosine is what it lacks to 1.
  func senses(_ tape: borrowing Tape) -> OperationSenses {
    let isCosine = score == .cosine
    // Directions are at most 2 apart; and so are cosines, from −1 to 1.
    let reach: Float = isCosine || hasUnitRows(tape) ? 2 : .infinity
    return OperationSenses(
      .triplets(
        margin: margin, activeShare: Float(active) * scale,
        positive: isCosine ? 1 - meanPositive : meanPositive,
        negative: isCosine ? 1 - meanNegative : meanNegative, reach: reach))
  }

  /// Whether every row has the length 1, but for rounding.
  private func hasUnitRows(_ tape: borrowing Tape) -> Bool {
    let values = tape.values(of: points)
    for row in 0..<(width == 0 ? 0 : values.count / width) {
      let part = values[row * width..<(row + 1) * width]
      let square = tape.engine.dot(part, part)
      if !(square > 0.999 && square < 1.001) { return false }
    }
    return values.count > 0
  }

  func backward(_ tape: inout Tape) {
    guard let dLoss = tape.adjoint(of: loss), let dx = tape.contribution(to: points)?.zeroed() else { return }
    let (values, ids, factors) = (tape.values(of: points), tape.indices(triplets), tape.floats(factors))
    let engine = tape.engine
    let difference = tape.floats(tape.makeWorkspace(score == .euclidean ? width : 0))
    let upstream = dLoss[0] * scale
    for i in 0..<ids.count / 3 {
      if factors[2 * i] == 0, factors[2 * i + 1] == 0 { continue }
      let near = factors[2 * i] * upstream
      let far = factors[2 * i + 1] * upstream
      let (a, p, n) = (
        values.row(ids[3 * i], width), values.row(ids[3 * i + 1], width), values.row(ids[3 * i + 2], width)
      )
      let (da, dp, dn) = (
        dx.row(ids[3 * i], width), dx.row(ids[3 * i + 1], width), dx.row(ids[3 * i + 2], width)
      )
      switch score {
      case .cosine:
        engine.accumulate(p, scaledBy: -near, onto: da)
        engine.accumulate(n, scaledBy: far, onto: da)
        engine.accumulate(a, scaledBy: -near, onto: dp)
        engine.accumulate(a, scaledBy: far, onto: dn)
      case .euclidean:
        addDirection(a, p, factors[2 * i], upstream, onto: da, dp, difference, engine)
        addDirection(a, n, factors[2 * i + 1], -upstream, onto: da, dn, difference, engine)
      }
    }
  }

  /// Adds `scale` times the direction from b to a to da, and takes it from db.
  ///
  /// - Parameter inverse: of their distance, or 0.
  private func addDirection(
    _ a: Floats, _ b: Floats, _ inverse: Float, _ scale: Float, onto da: Floats, _ db: Floats,
    _ difference: Floats, _ engine: Engine
  ) {
    if inverse != 0, inverse < 1e-30 || inverse > 1e30 {
      // So far or so near that the difference, or the inverse, leaves the normal floats, and their product does not.
      let distance = score.of(a, b, engine)
      for k in 0..<a.count {
        let slope = Float((Double(a[k]) - Double(b[k])) / distance * Double(scale))
        da[k] += slope
        db[k] -= slope
      }
      return
    }
    let factor = inverse * scale
    engine.subtract(a, b, into: difference)
    engine.accumulate(difference, scaledBy: factor, onto: da)
    engine.accumulate(difference, scaledBy: -factor, onto: db)
  }
}
