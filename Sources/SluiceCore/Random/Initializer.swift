import CLibrary

/// How the values of a parameter are first set.
///
/// For a matrix of shape [outputs, inputs] the fan-in is `inputs` and the fan-out `outputs`.
public enum Initializer: Sendable, Equatable {
  /// Every element the same.
  case constant(Float)
  /// Evenly from [low, high).
  case uniform(Float, Float)
  /// Normal with mean 0.
  case normal(deviation: Float)
  /// Uniform within ±√(6 / (fan-in + fan-out)) (Glorot and Bengio 2010).
  case xavierUniform
  /// Normal with deviation √(2 / (fan-in + fan-out)) (Glorot and Bengio 2010).
  case xavierNormal
  /// Uniform within ±√(6 / fan-in), for ReLU (He et al. 2015).
  case kaimingUniform
  /// Normal with deviation √(2 / fan-in), for ReLU (He et al. 2015).
  case kaimingNormal
  /// Blocks of `blockRows` rows, each with orthonormal rows or columns (Saxe et al. 2014), one block of all rows if
  /// nil. The rows have to be a multiple of `blockRows`.
  case orthogonal(blockRows: Int?)

  /// Every element 0.
  public static var zeros: Initializer { .constant(0) }
  /// Uniform within ±1/√units, what PyTorch gives linear and recurrent layers.
  public static func uniform(units: Int) -> Initializer {
    let bound = 1 / Float(max(units, 1)).squareRoot()
    return .uniform(-bound, bound)
  }

  /// Why a parameter of `shape` cannot begin so, or nil.
  func problem(_ shape: Shape) -> String? {
    switch self {
    case .constant(let value) where !value.isFinite: "a constant of \(value)"
    case .uniform(let low, let high) where !(low <= high && (high - low).isFinite):
      "numbers from \(low) to \(high)"
    case .normal(let deviation) where !(deviation >= 0 && deviation.isFinite): "a deviation of \(deviation)"
    case .orthogonal(let rows?) where rows < 1 || shape.rows % rows != 0:
      "orthogonal blocks of \(rows) rows for a shape of \(shape)"
    default: nil
    }
  }

  /// Writes the values of a parameter of `shape`; every element depends on its index and `random` alone.
  func fill(_ values: Floats, shape: Shape, random: CounterRandom, engine: Engine) {
    let inputs = Float(shape.width)
    let outputs = Float(shape.rows)
    switch self {
    case .constant(let value): values.fill(value)
    case .uniform(let low, let high): fillUniform(values, low, high, random)
    case .normal(let deviation): fillNormal(values, deviation, random)
    case .xavierUniform:
      let bound = (6 / (inputs + outputs)).squareRoot()
      fillUniform(values, -bound, bound, random)
    case .xavierNormal: fillNormal(values, (2 / (inputs + outputs)).squareRoot(), random)
    case .kaimingUniform:
      let bound = (6 / inputs).squareRoot()
      fillUniform(values, -bound, bound, random)
    case .kaimingNormal: fillNormal(values, (2 / inputs).squareRoot(), random)
    case .orthogonal(let blockRows):
      let rows = blockRows ?? shape.rows
      for block in 0..<shape.rows / rows {
        let count = rows * shape.width
        OrthogonalValues(rows: rows, columns: shape.width).fill(
          values[block * count..<(block + 1) * count], random: random.stream(UInt64(block)), engine: engine)
      }
    }
  }

  private func fillUniform(_ values: Floats, _ low: Float, _ high: Float, _ random: CounterRandom) {
    for i in 0..<values.count { values[i] = random.uniform(UInt64(i), from: low, to: high) }
  }

  private func fillNormal(_ values: Floats, _ deviation: Float, _ random: CounterRandom) {
    for i in 0..<values.count { values[i] = deviation * random.normal(UInt64(i)) }
  }
}
