import SluiceCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The distance between two samples.
public enum NeighborDistance: String, Sendable, Codable, CaseIterable, BitwiseCopyable {
  /// |a − b|².
  case squaredEuclidean
  /// 1 − cos(a, b); 1 where one of them is zero.
  case cosine
}

/// One pass over a batch that finds the soft nearest neighbour loss of every sample and, if asked, the slopes
/// with respect to the samples and to the temperature.
///
/// Samples are in the order of their labels here. Distances are formed for a block of rows at a time and
/// turned into slopes in place, so a batch of n takes memory for n² of them up to `largestWhole`, for
/// `blockRows` · n above. The slope of the mean loss with respect to distance (i, j) is a[i, j] / T, the rows
/// of a add up to 0, and so
///
///     d loss / d x_i = 2 / T · (x_i Σⱼ a[j, i] − Σⱼ a[i, j] x_j − Σⱼ a[j, i] x_j)
struct NeighborSweep {
  /// The rows of a block, where there are several.
  static let blockRows = 256
  /// Up to this many samples make one block, of 16 MiB at most. Then each pair is measured once instead of twice, and
  /// a + aᵀ takes one product instead of two.
  static let largestWhole = 2_048

  static func rows(of count: Int) -> Int { count <= largestWhole ? count : blockRows }

  let groups: NeighborGroups
  let distance: NeighborDistance
  let count: Int
  let width: Int
  let temperature: Double
  /// The samples in order, moved and scaled, or their directions.
  private let points: Floats
  private let inverseNorms: Floats
  /// What the samples were multiplied by, a power of two.
  private var scale: Float = 1
  /// The mean loss over the samples that have a neighbour of their class.
  private(set) var loss = 0.0
  /// The slope of `loss` with respect to the logarithm of the temperature.
  private(set) var temperatureSlope = 0.0

  /// Copies the samples into order.
  init(
    _ x: Tensor, _ labels: [Int32], temperature: Double, _ distance: NeighborDistance, _ tape: inout Tape
  ) {
    let shape = tape.shape(of: x)
    precondition(shape.rank == 2 && shape[0] == labels.count, "There is one label for each row of samples.")
    groups = NeighborGroups(labels, &tape)
    self.distance = distance
    self.temperature = temperature
    (count, width) = (shape[0], shape[1])
    points = tape.floats(tape.makeWorkspace(count * width))
    inverseNorms = tape.floats(tape.makeWorkspace(count))
    guard width > 0 else { return }
    let engine = tape.engine
    engine.gatherRows(tape.values(of: x), tape.indices(groups.order), width: width, into: points)
    switch distance {
    case .cosine:
      engine.normalizeRows(points, width: width, inverseNorms: inverseNorms, into: points)
    case .squaredEuclidean: moveAndScale(&tape)
    }
  }

  /// Moves the samples to their mean where that makes them smaller, and scales them by a power of two where
  /// their squares could overflow. Neither changes which samples are neighbours.
  private mutating func moveAndScale(_ tape: inout Tape) {
    let engine = tape.engine
    var largest = engine.statistics(points).largestMagnitude
    if largest > 0x1p40 {
      scale = Float(sign: .plus, exponent: -largest.exponent, significand: 1)
      engine.scale(points, by: scale, into: points)
      largest *= scale
    }
    let mean = tape.floats(tape.makeWorkspace(width))
    engine.columnSums(points, into: mean, accumulate: false)
    engine.scale(mean, by: -1 / Float(count), into: mean)
    // A single far sample would drag the mean, and with it all others, away from the origin.
    let moved = engine.statistics(mean).largestMagnitude
    if moved > largest / 2 { engine.addBias(mean, to: points, into: points) }
  }

  /// Whether every sample is finite.
  func isFinite(_ engine: Engine) -> Bool { engine.statistics(points).nonFinite == 0 }

  /// Runs over all blocks. With `slopes` [count, width], in the order of the batch, writes the slope of
  /// `loss` with respect to each sample into it.
  ///
  /// - Complexity: O(n² · width); allocates nothing.
  mutating func run(slopes: Floats?, _ tape: inout Tape) {
    if let slopes { slopes.fill(0) }
    guard groups.counted > 0, hasSeveralClasses(tape), width > 0 else { return }
    let engine = tape.engine
    let matrix = Matrix(points, rows: count, columns: width)
    let packed = tape.pack(matrix.transposed)
    let packedRows = slopes == nil ? packed : tape.pack(matrix)
    let rows = Self.rows(of: count)
    let block = tape.floats(tape.makeWorkspace(rows * count))
    let reports = tape.floats(tape.makeWorkspace(rows * 6))
    let sums = tape.floats(tape.makeWorkspace(slopes == nil ? 0 : count))
    let products = tape.floats(tape.makeWorkspace(slopes == nil ? 0 : count * width))
    sums.fill(0)
    products.fill(0)
    let hasZeros = distance == .cosine && (0..<count).contains { inverseNorms[$0] == 0 }
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
      if slopes != nil, rows == count {
        engine.symmetrize(distances, count: count)
        engine.rowSums(distances, width: count, into: sums)
        engine.multiply(
          Matrix(distances, rows: count, columns: count), packedRows,
          into: Matrix(products, rows: count, columns: width))
      } else if slopes != nil {
        let a = Matrix(distances, rows: size, columns: count)
        engine.multiply(
          a, packedRows, into: Matrix(products, rows: count, columns: width)[rows: part], accumulate: true)
        engine.multiply(
          a.transposed, Matrix(own, rows: size, columns: width),
          into: Matrix(products, rows: count, columns: width), accumulate: true)
        engine.columnSums(distances, into: sums, accumulate: true)
      }
      first += size
    }
    loss = min(loss / Double(groups.counted), Double(Float.greatestFiniteMagnitude))
    temperatureSlope /= Double(groups.counted)
    if let slopes { finish(slopes, sums, products, &tape) }
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

  /// From the sums over the columns of a, and a·x + aᵀ·x, to the slopes in the batch's order.
  private func finish(_ slopes: Floats, _ sums: Floats, _ products: Floats, _ tape: inout Tape) {
    let engine = tape.engine
    let result = tape.floats(tape.makeWorkspace(count * width))
    engine.broadcast(
      .multiply, BroadcastOperand(points, rowStride: width, columnStep: 1),
      BroadcastOperand(sums, rowStride: 1, columnStep: 0), rows: count, width: width, into: result)
    engine.subtract(result, products, into: result)
    let factor = (distance == .cosine ? 1 : 2 / Double(scale)) / (temperature * Double(groups.counted))
    let bounded = Float(min(factor, Double(Float.greatestFiniteMagnitude)))
    engine.scale(result, by: bounded, into: result)
    if distance == .cosine {
      let scratch = tape.floats(tape.makeWorkspace(count))
      engine.normalizeRowsGradient(
        points, result, inverseNorms: inverseNorms, width: width, scratch: scratch, into: products)
      engine.scatterRows(products, tape.indices(groups.order), width: width, into: slopes)
    } else {
      engine.scatterRows(result, tape.indices(groups.order), width: width, into: slopes)
    }
  }

  /// The most floats of the tape's memory a sweep over `count` samples takes.
  static func activationCount(samples count: Int, width: Int, engine: Engine) -> Int {
    let rows = rows(of: count)
    return 4 * count * width + rows * (count + 6) + 4 * count + 2 * width
      + engine.packedCount(rows: width, columns: count) + engine.packedCount(rows: count, columns: width)
      + 16 * Arena.alignment
  }
}
