import SluiceCore

/// What an observation says of one parameter.
public struct ParameterFigures: Sendable, Equatable {
  /// The whole gradient; of a table that of the rows that occurred.
  public var gradient = ParameterFlow()
  /// The values before the update: all of a dense parameter, of a table those sampled.
  public var weight = ParameterFlow()
  /// The change of the sampled values by the update; exact for parameters no larger than the sample.
  public var update = ParameterFlow()
  /// The root mean square of the change by that of the values, both over the sample. About 10⁻³ is usual for SGD; the
  /// first steps of adaptive rules are larger.
  public var updateRatio: Float = 0
  /// The cosine of the angle between this sampled gradient and the one observed before; 0 for tables.
  public var direction: Float = 0
  /// The share of a table's rows that ever occurred; 1 for a dense parameter.
  public var touchedShare: Float = 1
  /// Whether it was trained at this observation.
  public var isTrained = true
}

/// A few elements of every parameter, followed through an update in fixed memory.
struct ParameterSamples: Sendable {
  let size: Int
  private var positions: [Int32]
  private var before: [Float]
  private var gradients: [Float]
  private var counts: [Int]

  init(parameters: Int, size: Int) {
    self.size = max(size, 1)
    positions = Array(repeating: 0, count: parameters * self.size)
    before = Array(repeating: 0, count: positions.count)
    gradients = before
    counts = Array(repeating: 0, count: parameters)
  }

  /// Notes values and gradients of dense parameter `i`; returns the cosine to the gradients noted before.
  mutating func takeDense(_ i: Int, _ values: Floats, _ gradient: Floats) -> Float {
    let count = min(size, values.count)
    let first = i * size
    var (dot, old, new) = (0.0, 0.0, 0.0)
    for k in 0..<count {
      let place = k * values.count / count
      let g = gradient[place]
      dot += Double(g) * Double(gradients[first + k])
      old += Double(gradients[first + k]) * Double(gradients[first + k])
      new += Double(g) * Double(g)
      positions[first + k] = Int32(truncatingIfNeeded: place)
      before[first + k] = values[place]
      gradients[first + k] = g
    }
    counts[i] = count
    let norms = (old * new).squareRoot()
    return norms > 0 && norms.isFinite ? Float(dot / norms) : 0
  }

  /// Notes values of the rows of table `i` that occurred.
  mutating func takeRows(_ i: Int, _ values: Floats, _ touched: TouchedRows) {
    let elements = touched.count * touched.width
    let count = min(size, elements)
    let ids = touched.rowIDs
    for k in 0..<count {
      let place = k * elements / count
      let element = Int(ids[place / touched.width]) * touched.width + place % touched.width
      positions[i * size + k] = Int32(truncatingIfNeeded: element)
      before[i * size + k] = values[element]
    }
    counts[i] = count
  }

  /// Statistics of the sampled values as they were noted.
  func weight(_ i: Int) -> ParameterFlow {
    var tally = Tally()
    for k in 0..<counts[i] { tally.add(before[i * size + k]) }
    return tally.flow
  }

  /// Statistics of the change since, and its size by that of the values.
  func update(_ i: Int, _ values: Floats) -> (flow: ParameterFlow, ratio: Float) {
    var change = Tally()
    var weight = Tally()
    for k in 0..<counts[i] {
      let old = before[i * size + k]
      change.add(values[Int(positions[i * size + k])] - old)
      weight.add(old)
    }
    let size = weight.flow.rootMeanSquare
    return (change.flow, size > 0 ? change.flow.rootMeanSquare / size : 0)
  }
}

/// Statistics added up one by one.
struct Tally {
  private var magnitudes = 0.0
  private var squares = 0.0
  private var maximum: Float = 0
  private var zeros = 0
  private var nonFinite = 0
  private var count = 0

  mutating func add(_ x: Float) {
    count += 1
    guard x.isFinite else {
      nonFinite += 1
      return
    }
    if x == 0 { zeros += 1 }
    magnitudes += Double(x.magnitude)
    squares += Double(x) * Double(x)
    maximum = max(maximum, x.magnitude)
  }

  var flow: ParameterFlow {
    let finite = Double(max(count - nonFinite, 1))
    return ParameterFlow(
      meanAbsolute: Float(magnitudes / finite), rootMeanSquare: Float((squares / finite).squareRoot()),
      maximum: maximum, zeroShare: Float(zeros) / Float(max(count, 1)), nonFiniteCount: Int32(nonFinite),
      elementCount: Int32(count))
  }
}

/// Which rows of a table ever occurred: one bit each.
struct EverTouched: Sendable {
  let rows: Int
  private var bits: [UInt64]
  private(set) var count = 0

  init(rows: Int) {
    self.rows = rows
    bits = Array(repeating: 0, count: (rows + 63) / 64)
  }

  mutating func add(_ ids: Indices) {
    for k in 0..<ids.count {
      let id = Int(ids[k])
      let bit = UInt64(1) << UInt64(id & 63)
      if bits[id >> 6] & bit == 0 {
        bits[id >> 6] |= bit
        count += 1
      }
    }
  }

  var share: Float { Float(count) / Float(max(rows, 1)) }
}
