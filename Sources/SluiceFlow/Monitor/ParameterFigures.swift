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
  /// The cosine of the angle between the sampled update and the gradient it was made of: below 0 where it goes downhill; 0 for tables.
  public var alignment: Float = 0
  /// The share of a table's rows that ever occurred; 1 for a dense parameter.
  public var touchedShare: Float = 1
  /// Whether it was trained at this observation.
  public var isTrained = true
  /// How its optimizer updates it; nil if none was made.
  public var settings: RuleSettings?
  /// How many inputs an element of an affine map's output has; 0 where no such map told.
  var inputs = 0
  /// Whether its rows began as one and the same.
  var hasEqualRows = false
  /// Whether an update was seen.
  var hasUpdate = false
}

/// A few elements of every parameter, followed through an update in fixed memory.
///
/// Of n elements every d-th is taken, from the first on: d = 1 if there is room for all, else the least odd number that
/// leaves few enough. Odd, so that of a matrix whose width is a power of two all columns occur.
struct ParameterSamples: Sendable {
  let size: Int
  var positions: [Int32]
  var before: [Float]
  var gradients: [Float]
  private var changes: [Float]
  var counts: [Int]
  /// The sum of the squares of the gradients noted.
  var gradientSquares: [Double]

  init(parameters: Int, size: Int) {
    self.size = max(size, 1)
    positions = Array(repeating: 0, count: parameters * self.size)
    before = Array(repeating: 0, count: positions.count)
    gradients = before
    changes = Array(repeating: 0, count: self.size)
    counts = Array(repeating: 0, count: parameters)
    gradientSquares = Array(repeating: 0, count: parameters)
  }

  /// The distance of the elements taken of `count`.
  static func stride(_ count: Int, size: Int) -> Int {
    count <= size ? 1 : ((count + size - 1) / size) | 1
  }

  /// Notes values and gradients of dense parameter `i`; returns the cosine to the gradients noted before.
  mutating func takeDense(_ i: Int, _ values: Floats, _ gradient: Floats, _ engine: Engine) -> Float {
    let stride = Self.stride(values.count, size: size)
    let count = (values.count + stride - 1) / stride
    let first = i * size
    var dot = 0.0
    var place = 0
    for k in first..<first + count {
      let g = gradient[place]
      dot += Double(g) * Double(gradients[k])
      positions[k] = Int32(truncatingIfNeeded: place)
      before[k] = values[place]
      gradients[k] = g
      place += stride
    }
    let old = gradientSquares[i]
    let new = engine.statistics(gradients.span.extracting(first..<first + count)).sumOfSquares
    gradientSquares[i] = new
    counts[i] = count
    let norms = (old * new).squareRoot()
    return norms > 0 && norms.isFinite ? Float(dot / norms) : 0
  }

  /// Notes values of the rows of table `i` that occurred.
  mutating func takeRows(_ i: Int, _ values: Floats, _ touched: TouchedRows) {
    let (elements, width) = (touched.count * touched.width, touched.width)
    let stride = Self.stride(elements, size: size)
    let count = (elements + stride - 1) / stride
    let ids = touched.rowIDs
    let first = i * size
    var (row, column) = (0, 0)
    for k in first..<first + count {
      let element = Int(ids[row]) * width + column
      positions[k] = Int32(truncatingIfNeeded: element)
      before[k] = values[element]
      row += stride / width
      column += stride % width
      if column >= width {
        column -= width
        row += 1
      }
    }
    counts[i] = count
  }

  /// Statistics of the sampled values as they were noted.
  func weight(_ i: Int, _ engine: Engine) -> ParameterFlow {
    ParameterFlow(engine.statistics(before.span.extracting(i * size..<i * size + counts[i])))
  }

  /// Statistics of the change since, and its size by that of the values.
  mutating func update(
    _ i: Int, _ values: Floats, _ engine: Engine
  ) -> (flow: ParameterFlow, ratio: Float, alignment: Float) {
    let (first, count) = (i * size, counts[i])
    var (along, squares) = (0.0, 0.0)
    for k in 0..<count {
      let change = values[Int(positions[first + k])] - before[first + k]
      changes[k] = change
      along += Double(change) * Double(gradients[first + k])
      squares += Double(change) * Double(change)
    }
    let norms = (squares * gradientSquares[i]).squareRoot()
    let flow = ParameterFlow(engine.statistics(changes.span.extracting(0..<count)))
    let size = weight(i, engine).rootMeanSquare
    return (
      flow, size > 0 ? flow.rootMeanSquare / size : 0, norms > 0 && norms.isFinite ? Float(along / norms) : 0
    )
  }
}

/// Which rows of a table ever occurred: one bit each.
struct EverTouched: Sendable {
  let rows: Int
  var bits: [UInt64]
  var count = 0

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
