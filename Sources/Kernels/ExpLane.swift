/// e^x for each element.
///
/// Error below 2 ulp, measured over all floats with and without FMA. exp(±0) = 1, exp(-inf) = 0,
/// exp(inf) = inf, NaN stays NaN. Results below the least normal number are subnormal, rounded once; below
/// 2^-150 they are 0, and for arguments from 88.7229 upwards infinite, as in IEEE arithmetic.
///
/// x = 2h ln 2 + r with h an integer and |r| <= ln 2, so e^x = p(r) * 2^h * 2^h. Halving the exponent lets
/// both powers be normal numbers over the whole range; the polynomial pays for it with one more term.
@_transparent
func expLane(_ x: Lane) -> Lane {
  let x = atMost(atLeast(x, -105), 90)
  let rounded = multiplyAdd(x, Lane(repeating: 0.721_347_5), Lane(repeating: exponentOffset))
  let h = rounded - Lane(repeating: exponentOffset)
  // 2 ln 2 in two parts; h has seven bits, so its product with the first, of 17 bits, is exact.
  var r = multiplyAdd(h, Lane(repeating: -0x1.62e4p+0), x)
  r = multiplyAdd(h, Lane(repeating: -0x1.7f7d1cp-19), r)
  // Least maximal relative error on |r| <= ln 2 for a polynomial of degree 7: 2^-26.
  var p = Lane(repeating: 0x1.9baaaap-13)
  p = horner(p, r, 0x1.71bf96p-10)
  p = horner(p, r, 0x1.1126e4p-7)
  p = horner(p, r, 0x1.5549eep-5)
  p = horner(p, r, 0x1.555514p-3)
  p = horner(p, r, 0x1.00000cp-1)
  p = horner(p, r, 1)
  p = horner(p, r, 1)
  let power = powerOfTwo(rounded)
  return p * power * power
}
