import KernelInterface

// Element by element functions. The result may be one of the arguments; views that overlap in part are not
// allowed. Each function traps unless all counts are equal, takes O(count) and allocates nothing.

extension Engine {
  /// y = e^x, error below 2 ulp.
  public func exp(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.exp), x, x, into: y)
  }

  /// y = ln x, error below 1 ulp. -inf at 0, NaN below.
  public func log(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.log), x, x, into: y)
  }

  /// y = tanh x, error below 2.7 ulp.
  public func tanh(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.tanh), x, x, into: y)
  }

  /// y = 1 / (1 + e^-x), error below 2.5 ulp for x >= -87.33; 0 below -88.37.
  public func sigmoid(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.sigmoid), x, x, into: y)
  }

  /// y = max(x, 0); NaN stays NaN.
  public func relu(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.relu), x, x, into: y)
  }

  /// y = x Φ(x), with the distribution function Φ of the standard normal distribution: error below 5 ulp for
  /// x >= 0 and below 6 + x² ulp for x < 0. -0 for -inf.
  public func gelu(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.gelu), x, x, into: y)
  }

  /// y = x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))).
  public func geluTanh(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.geluTanh), x, x, into: y)
  }

  /// y = ln(1 + e^x), error below 4 ulp.
  public func softplus(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.softplus), x, x, into: y)
  }

  /// y = sin x, error below 2 ulp for every finite x; NaN for infinities.
  public func sin(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.sine), x, x, into: y)
  }

  /// y = cos x, error below 2 ulp for every finite x; NaN for infinities.
  public func cos(_ x: Floats, into y: Floats) {
    unsafe run(.map(kernels.vector.cosine), x, x, into: y)
  }

  /// dx = dy (1 - y^2) where y = tanh x; added to what dx holds if `accumulate`.
  public func tanhGradient(_ y: Floats, _ dy: Floats, into dx: Floats, accumulate: Bool) {
    unsafe run(.gradient(kernels.vector.tanhGradient, accumulate: accumulate), y, dy, into: dx)
  }

  /// dx = dy y (1 - y) where y = sigmoid x; added to what dx holds if `accumulate`.
  public func sigmoidGradient(_ y: Floats, _ dy: Floats, into dx: Floats, accumulate: Bool) {
    unsafe run(.gradient(kernels.vector.sigmoidGradient, accumulate: accumulate), y, dy, into: dx)
  }

  /// dx = dy where y > 0 or is NaN and 0 elsewhere, where y = relu x; added to what dx holds if `accumulate`.
  public func reluGradient(_ y: Floats, _ dy: Floats, into dx: Floats, accumulate: Bool) {
    unsafe run(.gradient(kernels.vector.reluGradient, accumulate: accumulate), y, dy, into: dx)
  }

  /// dx = dy (Φ(x) + x φ(x)), by the argument x; added to what dx holds if `accumulate`.
  public func geluGradient(_ x: Floats, _ dy: Floats, into dx: Floats, accumulate: Bool) {
    unsafe run(.gradient(kernels.vector.geluGradient, accumulate: accumulate), x, dy, into: dx)
  }

  /// The way back through `geluTanh`, by the argument x; added to what dx holds if `accumulate`.
  public func geluTanhGradient(_ x: Floats, _ dy: Floats, into dx: Floats, accumulate: Bool) {
    unsafe run(.gradient(kernels.vector.geluTanhGradient, accumulate: accumulate), x, dy, into: dx)
  }

  /// y = a + b.
  public func add(_ a: Floats, _ b: Floats, into y: Floats) {
    unsafe run(.combine(kernels.vector.add), a, b, into: y)
  }

  /// y += x.
  public func accumulate(_ x: Floats, onto y: Floats) { add(y, x, into: y) }

  /// y = a - b.
  public func subtract(_ a: Floats, _ b: Floats, into y: Floats) {
    unsafe run(.combine(kernels.vector.subtract), a, b, into: y)
  }

  /// y = a b.
  public func multiply(_ a: Floats, _ b: Floats, into y: Floats) {
    unsafe run(.combine(kernels.vector.multiply), a, b, into: y)
  }

  /// y += a b.
  public func multiplyAccumulate(_ a: Floats, _ b: Floats, onto y: Floats) {
    unsafe run(.combine(kernels.vector.multiplyAccumulate), a, b, into: y)
  }

  /// y = s x.
  public func scale(_ x: Floats, by s: Float, into y: Floats) {
    unsafe run(.scale(kernels.vector.scale, s), x, x, into: y)
  }

  /// y = a + s b.
  public func addScaled(_ a: Floats, _ b: Floats, by s: Float, into y: Floats) {
    unsafe run(.addScaled(kernels.vector.addScaled, s), a, b, into: y)
  }

  /// y += s x.
  public func accumulate(_ x: Floats, scaledBy s: Float, onto y: Floats) {
    addScaled(y, x, by: s, into: y)
  }
}
