/// The natural logarithm of each element.
///
/// Error below 1 ulp, measured over all floats with and without FMA. log(±0) = -inf, log(inf) = inf, NaN
/// for NaN and below zero.
///
/// x = 2^n m with m from sqrt(1/2) to sqrt(2) and f = m - 1, which is exact; then
/// log x = n ln 2 + f - f^2 / 2 + f^3 p(f).
@_transparent
func logLane(_ x: Lane) -> Lane {
  let subnormal = x .< Lane(repeating: Float.leastNormalMagnitude)
  let scaled = x.replacing(with: x * Lane(repeating: 0x1p23), where: subnormal)
  let offset = Lane(repeating: roundingOffset)
    .replacing(with: Lane(repeating: roundingOffset + 23), where: subnormal)

  let leastFraction = IntLane(repeating: 0x3f35_04f3)  // the pattern of sqrt(1/2)
  let pattern = bitPattern(scaled) &- leastFraction
  let exponent = pattern &>> IntLane(repeating: 23)
  let fraction = (pattern & IntLane(repeating: 0x007f_ffff)) &+ leastFraction
  let f = lane(bitPattern: fraction) - Lane(repeating: 1)
  // The pattern of `roundingOffset` plus an integer is the sum as a float: a conversion without one.
  let n = lane(bitPattern: exponent &+ IntLane(repeating: 0x4b40_0000)) - offset

  // Least maximal relative error of the logarithm on the range of f for degree 7: 2^-27. In pairs and not by
  // Horner's rule: the compiler takes so long a chain of separate products and sums apart into single
  // elements.
  let square = f * f
  let p01 = horner(Lane(repeating: -0x1.000226p-2), f, 0x1.555554p-2)
  let p23 = horner(Lane(repeating: -0x1.54725ap-3), f, 0x1.99a008p-3)
  let p45 = horner(Lane(repeating: -0x1.0d87b6p-3), f, 0x1.22db82p-3)
  let p67 = horner(Lane(repeating: -0x1.387b14p-4), f, 0x1.054e48p-3)
  let p = multiplyAdd(square * square, multiplyAdd(p67, square, p45), multiplyAdd(p23, square, p01))
  // From the smallest term to the largest; n times the first part of ln 2, of 16 bits, is exact.
  var y = square * (f * p)
  y = multiplyAdd(n, Lane(repeating: 0x1.7f7d1cp-20), y)
  y = multiplyAdd(square, Lane(repeating: -0.5), y)
  y = multiplyAdd(n, Lane(repeating: 0x1.62e4p-1), f + y)

  y = y.replacing(with: x, where: .!(x .< Lane(repeating: .infinity)))
  y = y.replacing(with: Lane(repeating: .nan), where: x .< Lane(repeating: 0))
  return y.replacing(with: Lane(repeating: -.infinity), where: x .== Lane(repeating: 0))
}
