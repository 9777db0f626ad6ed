// What the elementary functions share: bit patterns, clamping, and rounding to an integer without the
// conversions of Swift's vectors, which are calls.

/// 1.5 * 2^23. A float of this size has a unit in the last place of one, so adding it rounds to the
/// nearest integer (ties to even) and leaves that integer in the low bits of the pattern.
let roundingOffset: Float = 12_582_912

/// `roundingOffset` plus the bias of the exponent: the low bits of the sum are an exponent field.
let exponentOffset: Float = 12_582_912 + 127

@_transparent
func bitPattern(_ x: Lane) -> IntLane { unsafe unsafeBitCast(x, to: IntLane.self) }

@_transparent
func lane(bitPattern: IntLane) -> Lane { unsafe unsafeBitCast(bitPattern, to: Lane.self) }

/// 2^n, where `rounded` is `n + exponentOffset` and n is from -127 (which gives 0) to 128 (infinity).
@_transparent
func powerOfTwo(_ rounded: Lane) -> Lane {
  lane(bitPattern: bitPattern(rounded) &<< IntLane(repeating: 23))
}

/// The smaller of `x` and `limit`; NaN stays NaN.
@_transparent
func atMost(_ x: Lane, _ limit: Float) -> Lane {
  x.replacing(with: Lane(repeating: limit), where: x .> Lane(repeating: limit))
}

/// The larger of `x` and `limit`; NaN stays NaN.
@_transparent
func atLeast(_ x: Lane, _ limit: Float) -> Lane {
  x.replacing(with: Lane(repeating: limit), where: x .< Lane(repeating: limit))
}

/// `a * x + b` for a constant of each kind: one step of Horner's rule.
@_transparent
func horner(_ a: Lane, _ x: Lane, _ b: Float) -> Lane {
  multiplyAdd(a, x, Lane(repeating: b))
}

@_transparent
func magnitude(_ x: Lane) -> Lane {
  lane(bitPattern: bitPattern(x) & IntLane(repeating: 0x7fff_ffff))
}
