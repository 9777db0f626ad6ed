import SluiceCore

import CLibrary

/// The distance between two samples.
public enum NeighborDistance: String, Sendable, Codable, CaseIterable, BitwiseCopyable {
  /// |a − b|².
  case squaredEuclidean
  /// 1 − cos(a, b); 1 where one of them is zero.
  case cosine
}

/// One pass over a batch that finds the soft nearest neighbor loss of every sample and, if asked, the slopes
/// with respect to the samples and to the temperature.
///
/// Samples are in the order of their labels here. Distances are formed for a block of rows at a time and
/// turned into slopes in place, so a batch of n takes memory for n² of them up to `largestWhole`, for
/// `blockRows` · n above. The slope of the mean loss with respect to distance (i, j) is a[i, j] / T, and so
///
///     d loss / d x_i = 2 / T · Σⱼ (a[i, j] + a[j, i]) (x_i − x_j)
///
/// which is summed over the differences as it stands. As products it would take half the arithmetic and lose the
/// slopes of near samples that are far from the origin.
struct NeighborSweep {
  /// The rows of a block, where there are several.
  static let blockRows = 256
  /// Up to this many samples make one block, of 16 MiB at most. Then each pair is measured once instead of twice, and
  /// a + aᵀ takes one pass instead of two.
  static let largestWhole = 2_048

  static func rows(of count: Int) -> Int { count <= largestWhole ? count : blockRows }

  let groups: NeighborGroups
  let distance: NeighborDistance
  let count: Int
  let width: Int
  let temperature: Double
  /// The samples in order, scaled, or their directions.
  private let points: Floats
  /// Where they lie in the memory of the step.
  let pointsRoom: Workspace
  private let inverseNorms: Floats
  /// What the samples were multiplied by, a power of two.
  private(set) var scale: Float = 1
  /// The mean loss over the samples that have a neighbor of their class.
  private(set) var loss = 0.0
  /// The slope of `loss` with respect to the logarithm of the temperature.
  private(set) var temperatureSlope = 0.0

  /// Copies the samples into order.
  init(
    _ x: Tensor, _ labels: [Int32], temperature: Double, _ distance: NeighborDistance, _ tape: inout Tape
  ) {
    let shape = tape.shape(of: x)
    tape.expect(
      shape.rank == 2 && shape[0] == labels.count, "softNearestNeighbors",
      expected: "a matrix with a row for each of \(labels.count) labels", got: "\(shape)")
    groups = NeighborGroups(labels, &tape)
    self.distance = distance
    self.temperature = temperature
    (count, width) = (shape[0], shape[1])
    pointsRoom = tape.makeWorkspace(count * width)
    points = tape.floats(pointsRoom)
    inverseNorms = tape.floats(tape.makeWorkspace(count))
    guard width > 0 else { return }
    let engine = tape.engine
    engine.gatherRows(tape.values(of: x), tape.indices(groups.order), width: width, into: points)
    switch distance {
    case .cosine:
      engine.normalizeRows(points, width: width, inverseNorms: inverseNorms, into: points)
    case .squaredEuclidean: scaleDown(engine)
    }
  }

  /// Scales the samples by a power of two where their squares could overflow.
  private mutating func scaleDown(_ engine: Engine) {
    let largest = engine.statistics(points).largestMagnitude
    guard largest > 0x1p40 else { return }
    scale = Float(sign: .plus, exponent: -largest.exponent, significand: 1)
    engine.scale(points, by: scale, into: points)
  }

  /// Whether every sample is finite.
  func isFinite(_ engine: Engine) -> Bool { engine.statistics(points).nonFinite == 0 }

  /// Runs over all blocks. With `slopes` [count, width], in the order of the batch, writes the slope of
  /// `loss` with respect to each sample into it.
  ///
  /// - Complexity: O(n² · width); allocates nothing.
  mutating func run(slopes: Floats?, _ tape: inout Tape) {
    if let slopes { tape.engine.fill(slopes, with: 0) }
    // Where memory is planned, other labels may come.
    guard groups.counted > 0 && hasSeveralClasses(tape) || tape.isPlanning, width > 0 else { return }
    let engine = tape.engine
    let matrix = Matrix(points, rows: count, columns: width)
    let packed = tape.pack(matrix.transposed)
    let packedRows = slopes == nil ? packed : tape.pack(matrix)
    let rows = Self.rows(of: count)
    let block = tape.floats(tape.makeWorkspace(rows * count))
    let reports = tape.floats(tape.makeWorkspace(rows * 6))
    let sums = tape.floats(tape.makeWorkspace(slopes == nil ? 0 : count * width))
    tape.engine.fill(sums, with: 0)
    let hasZeros = distance == .cosine && !tape.isPlanning && (0..<count).contains { inverseNorms[$0] == 0 }
    var first = 0
    while first < count {
      let size = min(rows, count - first)
      let part = first..<first + size
      let distances = block[0..<size * count]
      let own = points[first * width..<(first + size) * width]
      if rows == count {
        engine.squaredDistances(among: points, points: packed, into: distances)
      } else {
        engine.squaredDistances(own, to: packed, into: distances)
      }
      if hasZeros { raiseZeros(distances) }
      engine.neighborSlopes(
        distances: distances, points: packed, first: first, starts: tape.indices(groups.starts)[part],
        ends: tape.indices(groups.ends)[part], inverseTemperature: Float(min(inverseTemperature, 1e38)),
        reports: reports[0..<size * 6])
      for row in 0..<size { add(reports[row * 6..<(row + 1) * 6]) }
      let a = Matrix(distances, rows: size, columns: count)
      if slopes != nil, rows == count {
        engine.symmetrize(distances, count: count)
        engine.addWeightedDifferences(a, of: points, to: packedRows, scaledBy: 1, onto: sums)
      } else if slopes != nil {
        engine.addWeightedDifferences(
          a, of: own, to: packedRows, scaledBy: 1, onto: sums[first * width..<(first + size) * width])
        engine.addWeightedDifferences(
          a.transposed, of: points, to: packedRows, from: first, scaledBy: 1, onto: sums)
      }
      first += size
    }
    loss = min(loss / Double(groups.counted), Double(Float.greatestFiniteMagnitude))
    temperatureSlope /= Double(groups.counted)
    if let slopes { finish(slopes, sums, &tape) }
  }

  /// 1 / T for the squared distances as they are scaled.
  private var inverseTemperature: Double {
    (distance == .cosine ? 0.5 : 1 / (Double(scale) * Double(scale))) / temperature
  }

  private func hasSeveralClasses(_ tape: borrowing Tape) -> Bool {
    count > 0 && Int(tape.indices(groups.ends)[0]) < count
  }

  /// Half the squared distance of directions is 1 − cos; that of a direction to a zero row would be a half
  /// less.
  private func raiseZeros(_ distances: Floats) {
    for j in 0..<count where inverseNorms[j] == 0 {
      var place = j
      while place < distances.count {
        distances[place] += 1
        place += count
      }
    }
  }

  /// Adds one sample's loss, ln(1 + O / S) with the two sums of the report, and its slope.
  private mutating func add(_ report: Floats) {
    let (same, other) = (Double(report[2]), Double(report[3]))
    guard same > 0, other > 0 else { return }
    let c = inverseTemperature
    let gap = Double(report[0]) - Double(report[1])
    let t = c * gap + log(other / same)
    loss += t > 0 ? t + log1p(exp(-t)) : log1p(exp(t))
    let share = 1 / (1 + exp(-t))
    temperatureSlope += share * c * (Double(report[5]) - Double(report[4]) - gap)
  }

  /// From the sums of weighted differences to the slopes in the batch's order.
  private func finish(_ slopes: Floats, _ sums: Floats, _ tape: inout Tape) {
    let engine = tape.engine
    let factor = (distance == .cosine ? 1 : 2 / Double(scale)) / (temperature * Double(groups.counted))
    let bounded = Float(min(factor, Double(Float.greatestFiniteMagnitude)))
    engine.scale(sums, by: bounded, into: sums)
    if distance == .cosine {
      let result = tape.floats(tape.makeWorkspace(count * width))
      let scratch = tape.floats(tape.makeWorkspace(count))
      engine.normalizeRowsGradient(
        points, sums, inverseNorms: inverseNorms, width: width, scratch: scratch, into: result)
      engine.scatterRows(result, tape.indices(groups.order), width: width, into: slopes)
    } else {
      engine.scatterRows(sums, tape.indices(groups.order), width: width, into: slopes)
    }
  }
}
