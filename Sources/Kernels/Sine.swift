// Sine and cosine of contiguous vectors.

import KernelInterface

func sineKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe turn(x, y, count, quarters: 0) }

func cosineKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe turn(x, y, count, quarters: 1) }

/// Up to here a lane takes off the quarter turns exactly enough by itself.
private let largestQuick: Float = 8192

/// The sine of x after some quarter turns: of one it is the cosine.
@inline(never)
private func turn(_ x: Source, _ y: Target, _ count: Int, quarters: Int32) {
  var i = 0
  while i < count {
    let left = count - i
    let angle = unsafe loadNext(x + i, left)
    unsafe storeNext(turnLane(angle, quarters), y + i, left)
    // NaN and infinities are done.
    let size = magnitude(angle)
    let finite = size.replacing(with: Lane(repeating: 0), where: .!(size .< Lane(repeating: .infinity)))
    if laneMaximum(finite) > largestQuick {
      for j in 0..<(left < laneWidth ? left : laneWidth) where finite[j] > largestQuick {
        unsafe y[i + j] = turnLarge(angle[j], quarters)
      }
    }
    i += laneWidth
  }
}

/// For |x| <= 8192; NaN for infinities.
///
/// x = k π/2 + r with k an integer and |r| <= π/4: then the sine or cosine of r, by k, with the sign that k has. Error below
/// 2 ulp, measured over all floats with and without FMA.
@_transparent
private func turnLane(_ x: Lane, _ quarters: Int32) -> Lane {
  let rounded = multiplyAdd(x, Lane(repeating: 0x1.45f306p-1), Lane(repeating: roundingOffset))
  let k = rounded - Lane(repeating: roundingOffset)
  // π/2 in four parts, of which three have 11 bits: their products with k, of 13 bits, are exact, and so are the first
  // differences. What is left of a multiple of π/2 keeps its digits.
  var r = multiplyAdd(k, Lane(repeating: -0x1.92p+0), x)
  r = multiplyAdd(k, Lane(repeating: -0x1.fb4p-12), r)
  r = multiplyAdd(k, Lane(repeating: -0x1.444p-24), r)
  r = multiplyAdd(k, Lane(repeating: -0x1.68c234p-39), r)
  let z = r * r
  // Least maximal errors on |r| <= π/4.
  let s = horner(horner(Lane(repeating: -1.951_529_6e-4), z, 8.332_161e-3), z, -1.666_665_5e-1)
  let sine = multiplyAdd(r * z, s, r)
  let c = horner(horner(Lane(repeating: 2.443_315_7e-5), z, -1.388_731_6e-3), z, 4.166_664_6e-2)
  let cosine = multiplyAdd(z * z, c, horner(z, Lane(repeating: -0.5), 1))
  let turns = bitPattern(rounded) &+ IntLane(repeating: quarters)
  let isCosine = (turns & IntLane(repeating: 1)) .== IntLane(repeating: 1)
  var y = sine.replacing(with: cosine, where: isCosine)
  // Beyond half a turn the sign changes: bit 1 of the turns becomes the sign's.
  y = lane(bitPattern: bitPattern(y) ^ ((turns & IntLane(repeating: 2)) &<< IntLane(repeating: 30)))
  // Below 2^-12 a sine is its argument, zeros with their signs and subnormal numbers included.
  if quarters != 0 { return y }
  return y.replacing(with: x, where: magnitude(x) .< Lane(repeating: 0x1p-12))
}

/// The same for a single large number, in double precision.
@inline(never)
private func turnLarge(_ x: Float, _ quarters: Int32) -> Float {
  let pattern = x.bitPattern
  let (fraction, quarter) = fractionOfQuarter(pattern & 0x7fff_ffff)
  // 2^-62 π/2.
  var r = Double(fraction) * 0x1.921fb54442d18p-62
  var k = quarter
  if pattern &>> 31 != 0 {
    r = -r
    k = 0 &- k
  }
  k = k &+ quarters
  let z = r * r
  // The Taylor series: what is left out is below 2^-30 of the result.
  let s =
    r + r * z * (-1 / 6.0 + z * (1 / 120.0 + z * (-1 / 5040.0 + z * (1 / 362_880.0 - z / 39_916_800.0))))
  let c = 1 + z * (-0.5 + z * (1 / 24.0 + z * (-1 / 720.0 + z * (1 / 40_320.0 - z / 3_628_800.0))))
  let y = k & 1 == 0 ? s : c
  return Float(k & 2 == 0 ? y : -y)
}

/// x 2/π of a positive float of 1 or more, as the nearest integer modulo 4 and the rest times 2^62 (Payne and Hanek 1983).
///
/// The significand, 24 bits, is multiplied by the 96 bits of 2/π that matter for its exponent: higher ones give whole turns,
/// lower ones no digit of a float.
private func fractionOfQuarter(_ pattern: UInt32) -> (fraction: Int64, quarter: Int32) {
  let exponent = (pattern &>> 23) &- 126
  let word = Int32(truncatingIfNeeded: exponent &>> 5)
  let shift = exponent & 31
  var high: UInt32 = word == 0 ? 0 : quarterTurns(word &- 1)
  var middle = quarterTurns(word)
  var low = quarterTurns(word &+ 1)
  if shift != 0 {
    let back = 32 &- shift
    high = (high &<< shift) | (middle &>> back)
    middle = (middle &<< shift) | (low &>> back)
    low = (low &<< shift) | (quarterTurns(word &+ 2) &>> back)
  }
  let significand = UInt64((pattern &<< 8) | 0x8000_0000)
  var product = (significand &* UInt64(low)) &>> 32
  product = product &+ significand &* UInt64(middle)
  product = product &+ ((significand &* UInt64(high)) &<< 32)
  var quarter = Int32(truncatingIfNeeded: product &>> 62)
  var fraction = Int64(bitPattern: product & 0x3fff_ffff_ffff_ffff)
  if fraction &>> 61 != 0 {
    fraction = fraction &- 0x4000_0000_0000_0000
    quarter = quarter &+ 1
  }
  return (fraction, quarter)
}

/// Word i of the binary digits of 1 / (2π): 2/π a quarter as large.
private func quarterTurns(_ i: Int32) -> UInt32 {
  switch i {
  case 0: 0x28be_60db
  case 1: 0x9391_054a
  case 2: 0x7f09_d5f4
  case 3: 0x7d4d_3770
  case 4: 0x36d8_a566
  default: 0x4f10_e410
  }
}
