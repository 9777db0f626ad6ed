/// Reads `count` elements, writes as many: `(x, y, count)`.
public typealias MapKernel = @Sendable (Source, Target, Int) -> Void
/// Reads two vectors, writes one: `(a, b, y, count)`.
public typealias CombineKernel = @Sendable (Source, Source, Target, Int) -> Void
/// Goes back through a map by its output: `(y, dy, dx, count, accumulate)`.
public typealias GradientKernel = @Sendable (Source, Source, Target, Int, Bool) -> Void

/// Element by element functions of contiguous vectors.
///
/// Counts may be anything from zero and addresses need no alignment; the last elements of a vector get the
/// same bits as they would in the middle of one. Every result may be written over one of the arguments: the
/// two addresses are then equal. Ranges that overlap in part are not allowed.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct VectorKernels: Sendable {
  /// y = e^x, error below 2 ulp.
  public let exp: MapKernel
  /// y = ln x, error below 1 ulp; NaN below zero.
  public let log: MapKernel
  /// y = tanh x, error below 2.7 ulp.
  public let tanh: MapKernel
  /// y = 1 / (1 + e^-x), error below 2.5 ulp for x >= -87.33, 0 below -88.37.
  public let sigmoid: MapKernel
  /// y = max(x, 0); NaN stays NaN.
  public let relu: MapKernel
  /// y = x Φ(x) with the normal distribution's Φ, error below 5 ulp for x >= 0 and 6 + x² ulp below.
  public let gelu: MapKernel
  /// y = x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), an approximation of x Φ(x).
  public let geluTanh: MapKernel
  /// y = ln(1 + e^x), error below 4 ulp.
  public let softplus: MapKernel
  /// y = sin x, error below 2 ulp; NaN for infinities.
  public let sine: MapKernel
  /// y = cos x, error below 2 ulp; NaN for infinities.
  public let cosine: MapKernel
  /// dx (+)= dy (1 - y^2), where y = tanh x.
  public let tanhGradient: GradientKernel
  /// dx (+)= dy y (1 - y), where y = sigmoid x.
  public let sigmoidGradient: GradientKernel
  /// dx (+)= dy where y > 0 or is NaN, else 0, where y = relu x.
  public let reluGradient: GradientKernel
  /// dx (+)= dy (Φ(x) + x φ(x)), by the argument: `(x, dy, dx, count, accumulate)`.
  public let geluGradient: GradientKernel
  /// The same of the approximation, by the argument.
  public let geluTanhGradient: GradientKernel
  /// y = a + b.
  public let add: CombineKernel
  /// y = a - b.
  public let subtract: CombineKernel
  /// y = a b.
  public let multiply: CombineKernel
  /// y += a b.
  public let multiplyAccumulate: CombineKernel
  /// y = s x: `(x, s, y, count)`.
  public let scale: @Sendable (Source, Float, Target, Int) -> Void
  /// y = a + s b: `(a, b, s, y, count)`.
  public let addScaled: @Sendable (Source, Source, Float, Target, Int) -> Void
  /// y[r, c] = x[r, c] + bias[c]: `(x, bias, y, rows, width)`, all rows dense.
  public let addBias: @Sendable (Source, Source, Target, Int, Int) -> Void
  /// y[c] (+)= the sum over r of x[r, c]: `(x, y, rows, width, stride, accumulate)`, where rows start
  /// `stride` elements apart. Eight rows are added as a tree and the trees in order, whatever the width.
  public let columnSums: @Sendable (Source, Target, Int, Int, Int, Bool) -> Void

  /// Groups the kernels.
  public init(
    exp: @escaping MapKernel, log: @escaping MapKernel, tanh: @escaping MapKernel,
    sigmoid: @escaping MapKernel, relu: @escaping MapKernel, gelu: @escaping MapKernel,
    geluTanh: @escaping MapKernel, softplus: @escaping MapKernel, sine: @escaping MapKernel,
    cosine: @escaping MapKernel, tanhGradient: @escaping GradientKernel,
    sigmoidGradient: @escaping GradientKernel, reluGradient: @escaping GradientKernel,
    geluGradient: @escaping GradientKernel, geluTanhGradient: @escaping GradientKernel,
    add: @escaping CombineKernel, subtract: @escaping CombineKernel, multiply: @escaping CombineKernel,
    multiplyAccumulate: @escaping CombineKernel,
    scale: @escaping @Sendable (Source, Float, Target, Int) -> Void,
    addScaled: @escaping @Sendable (Source, Source, Float, Target, Int) -> Void,
    addBias: @escaping @Sendable (Source, Source, Target, Int, Int) -> Void,
    columnSums: @escaping @Sendable (Source, Target, Int, Int, Int, Bool) -> Void
  ) {
    unsafe self.exp = exp
    unsafe self.log = log
    unsafe self.tanh = tanh
    unsafe self.sigmoid = sigmoid
    unsafe self.relu = relu
    unsafe self.gelu = gelu
    unsafe self.geluTanh = geluTanh
    unsafe self.softplus = softplus
    unsafe self.sine = sine
    unsafe self.cosine = cosine
    unsafe self.tanhGradient = tanhGradient
    unsafe self.sigmoidGradient = sigmoidGradient
    unsafe self.reluGradient = reluGradient
    unsafe self.geluGradient = geluGradient
    unsafe self.geluTanhGradient = geluTanhGradient
    unsafe self.add = add
    unsafe self.subtract = subtract
    unsafe self.multiply = multiply
    unsafe self.multiplyAccumulate = multiplyAccumulate
    unsafe self.scale = scale
    unsafe self.addScaled = addScaled
    unsafe self.addBias = addBias
    unsafe self.columnSums = columnSums
  }
}
