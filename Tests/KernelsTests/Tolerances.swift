/// How far a kernel may be from the reference in double precision, and why.
enum Tolerance {
  /// exp: 1.96 ulp measured over all floats: r carries half an ulp, the polynomial and each product another.
  static let exp = 2.0
  /// log: 0.86 ulp measured over all floats.
  static let log = 1.0
  /// tanh: 2.61 ulp measured over all floats: expm1, its sum with 1 and the quotient round one after another.
  static let tanh = 2.7
  /// sigmoid: 2.49 ulp measured over all floats from -87.33 upwards.
  static let sigmoid = 2.5
  /// sigmoid below -87.33: the result leaves the normal numbers and is 0 from -88.37 downwards.
  static let sigmoidUnderflow = 4.2e-39
  /// gelu from 0 upwards: e^x to 2 ulp, a quotient, a polynomial, a difference and a product.
  static let gelu = 5.0
  /// gelu below 0, to which x² is added: the rounding of x² / 2 is an absolute error of the exponent.
  static let geluBelow = 6.0
  /// The approximation of gelu by tanh, relative to |x|.
  static let geluTanh = 2.5e-7
  /// softplus: e^x to 2 ulp, a sum and a logarithm.
  static let softplus = 4.0
  /// Sine and cosine: half an ulp each of what is left of the argument, of the polynomial and of the last sum.
  static let sine = 2.0
  /// One or two operations on elements of ordinary size: each rounds by half an ulp.
  static let arithmetic = 3e-7
  /// Sums, relative to the sum of the terms' sizes: a lane adds at most 64 terms of a block, each addition
  /// rounding by 2^-24, and errors of both signs largely cancel.
  static let sum = 1e-6
  /// Softmax and log-sum-exp: e^x to 2 ulp, a sum, one division and one product.
  static let softmax = 1e-6
  /// Trajectories of an optimizer, relative to the largest value, after some dozen steps of a few
  /// roundings each.
  static let update = 5e-6
}

/// The distance of `got` from `want` in units in the last place of a float of the size of `want`; infinite
/// where one is NaN or infinite and the other is not the same, or where the signs of zeros differ.
func ulpError(_ got: Float, _ want: Double) -> Double {
  let rounded = Float(want)
  if rounded.isNaN || got.isNaN { return rounded.isNaN && got.isNaN ? 0 : .infinity }
  if !rounded.isFinite || !got.isFinite { return got == rounded ? 0 : .infinity }
  if want == 0 { return got == 0 && got.sign == rounded.sign ? 0 : .infinity }
  let exponent = max(want.exponent, -126)
  return abs(Double(got) - want) / Double(sign: .plus, exponent: exponent - 23, significand: 1)
}

/// The largest difference over the largest reference value, as a tensor's error is measured everywhere here.
func relativeError(_ got: [Float], _ want: [Double]) -> Double {
  guard got.count == want.count else { return .infinity }
  var largest = 0.0
  var difference = 0.0
  for (g, w) in zip(got, want) {
    if g.isNaN != w.isNaN { return .infinity }
    if g.isNaN || Double(g) == w { continue }
    // The difference of one that is infinite is no measure of anything.
    if !g.isFinite || !w.isFinite { return .infinity }
    largest = max(largest, abs(w))
    difference = max(difference, abs(Double(g) - w))
  }
  for w in want where w.isFinite { largest = max(largest, abs(w)) }
  return difference == 0 ? 0 : difference / largest
}
