/// The hyperbolic tangent of each element.
///
/// Error below 2.7 ulp, measured over all floats with and without FMA; odd to the bit. tanh(±0) = ±0,
/// tanh(±inf) = ±1, NaN stays NaN; the result is ±1 from |x| = 9.02 upwards and never larger.
///
/// With a = |x| = n ln 2 / 2 + r, p(r) = (e^2r - 1) / 2 and h = (e^2a - 1) / 2 = 2^n p + (2^n - 1) / 2,
/// tanh a = h / (h + 1). Nothing cancels: for n = 0, h is p itself, which is accurate relative to its size.
/// One division; a quotient of two polynomials would need fewer steps but errs by 5 ulp near 1.
@_transparent
func tanhLane(_ x: Lane) -> Lane {
  let size = atMost(magnitude(x), 10)
  let rounded = multiplyAdd(size, Lane(repeating: 2.885_39), Lane(repeating: exponentOffset))
  let n = rounded - Lane(repeating: exponentOffset)
  #if AVX512 || AVX2 || arch(arm64)
    // The float nearest to ln 2 / 2 is off by 1e-9; n is at most 29 and matters less the larger it is.
    let r = multiplyAdd(n, Lane(repeating: -0x1.62e43p-2), size)
  #else
    // Two parts; n has five bits, so its product with the first, of 19 bits, is exact.
    let r = size - n * Lane(repeating: 0x1.62e44p-2) + n * Lane(repeating: 0x1.0105c6p-22)
  #endif
  // (e^2r - 1) / 2 = r + r^2 q(r), least maximal relative error on |r| <= ln 2 / 4: 2^-26.
  var q = Lane(repeating: 0x1.6b9ce4p-5)
  q = horner(q, r, 0x1.12256cp-3)
  q = horner(q, r, 0x1.5556f2p-2)
  q = horner(q, r, 0x1.5554b4p-1)
  q = horner(q, r, 0x1.fffffep-1)
  let p = multiplyAdd(r * r, q, r)
  let power = powerOfTwo(rounded)
  let h = multiplyAdd(power, p, horner(power, Lane(repeating: 0.5), -0.5))
  let y = h / (h + Lane(repeating: 1))
  let sign = bitPattern(x) & IntLane(repeating: Int32.min)
  return lane(bitPattern: bitPattern(y) | sign)
}
