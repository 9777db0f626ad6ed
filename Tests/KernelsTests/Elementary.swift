// Compiled into the check of the kernels for arm64 too, where there is neither the library nor its tests.
#if canImport(SluiceCore)
  import SluiceCore
#endif
import KernelInterface

/// An elementary function: its kernel, its reference and the error it may have.
enum Elementary: CaseIterable {
  case exp, log, tanh, sigmoid, relu, gelu, geluTanh, softplus, sine, cosine

  /// Arguments that are usual, and those where branches would be.
  static let turningPoints: [Float] = [
    0x1p-126, 0x1p-12, 0.06, 0.17328, 0.34657, 0.5, 0.70711, 1, 1.41421, 2, 9.01, 10, 17.4, 87.33, 88.37,
    88.7,
    88.723, 90, 103.97, 105,
    // Near multiples of π/2, where the quick way of a sine ends, and beyond.
    0.785398, 1.570796, 3.141593, 4.712389, 6.283185, 355, 710, 8191.9, 8192, 103_993, 1e10, 1e30, 3e38,
  ]

  func kernel(_ table: KernelTable) -> MapKernel {
    switch self {
    case .exp: unsafe table.vector.exp
    case .log: unsafe table.vector.log
    case .tanh: unsafe table.vector.tanh
    case .sigmoid: unsafe table.vector.sigmoid
    case .relu: unsafe table.vector.relu
    case .gelu: unsafe table.vector.gelu
    case .geluTanh: unsafe table.vector.geluTanh
    case .softplus: unsafe table.vector.softplus
    case .sine: unsafe table.vector.sine
    case .cosine: unsafe table.vector.cosine
    }
  }

  func reference(_ x: Double) -> Double {
    switch self {
    case .exp: libmExp(x)
    case .log: libmLog(x)
    case .tanh: libmTanh(x)
    case .sigmoid: x >= 0 ? 1 / (1 + libmExp(-x)) : libmExp(x) / (1 + libmExp(x))
    case .relu: x < 0 ? 0 : x
    case .softplus: Swift.max(x, 0) + libmLog1p(libmExp(-abs(x)))
    case .sine: libmSin(x)
    case .cosine: libmCos(x)
    case .gelu: x < -40 ? -0.0 : x * libmErfc(-x / 2.0.squareRoot()) / 2
    case .geluTanh:
      x < -20 ? -0.0 : x / (1 + libmExp(-2 * (2 / Double.pi).squareRoot() * x * (1 + 0.044715 * x * x)))
    }
  }

  /// What the errors are measured in; those of a sigmoid near zero are absolute.
  var unit: StaticString {
    switch self {
    case .geluTanh: "of the argument"
    default: "ulp"
    }
  }

  /// The error of `y` at `x`, and what it may be.
  func error(_ x: Float, _ y: Float) -> (size: Double, bound: Double) {
    let want = reference(Double(x))
    let ulps = ulpError(y, want)
    switch self {
    case .exp: return (ulps, Tolerance.exp)
    case .log: return (ulps, Tolerance.log)
    case .tanh: return (ulps, Tolerance.tanh)
    case .sigmoid:
      if x < -87.33 {
        return (abs(Double(y) - want), Tolerance.sigmoidUnderflow)
      }
      return (ulps, Tolerance.sigmoid)
    case .relu: return (ulps, 0)
    case .softplus: return (ulps, Tolerance.softplus)
    case .sine, .cosine: return (ulps, Tolerance.sine)
    case .gelu: return (ulps, x < 0 ? Tolerance.geluBelow + Double(x * x) : Tolerance.gelu)
    case .geluTanh:
      if !(y.isFinite && want.isFinite) { return (ulps, Tolerance.geluTanh) }
      let beyond = abs(Double(y) - want) - 0x1p-150
      return (beyond <= 0 ? 0 : beyond / abs(Double(x)), Tolerance.geluTanh)
    }
  }

  /// The same as a share of what it may be.
  func share(_ x: Float, _ y: Float) -> Double {
    let (size, bound) = error(x, y)
    return size == 0 ? 0 : size / bound
  }

  /// The largest error over the inputs, as a share of what is allowed, and where it is; one that is not a number counts as
  /// infinite.
  func worst(_ x: Floats, _ y: Floats) -> (share: Double, at: Float) {
    var worst = (share: 0.0, at: Float(0))
    for i in 0..<x.count {
      let share = share(x[i], y[i])
      if !(share <= worst.share) { worst = (share.isNaN ? .infinity : share, x[i]) }
    }
    return worst
  }
}
