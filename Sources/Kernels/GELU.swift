// The Gaussian error linear unit x Φ(x), where Φ is the distribution function of the standard normal distribution, and
// its approximation by tanh (Hendrycks and Gimpel 2016, arXiv:1606.08415).

import KernelInterface

func geluKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe forEach(x, y, count, geluLane) }

func geluTanhKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe forEach(x, y, count, geluTanhLane) }

func geluGradientKernel(_ x: Source, _ dy: Source, _ dx: Target, _ count: Int, _ accumulate: Bool) {
  if accumulate {
    unsafe addGELUGradient(x, dy, dx, count)
  } else {
    unsafe forEach(x, dy, dx, count, geluSlope)
  }
}

func geluTanhGradientKernel(_ x: Source, _ dy: Source, _ dx: Target, _ count: Int, _ accumulate: Bool) {
  if accumulate {
    unsafe addGELUTanhGradient(x, dy, dx, count)
  } else {
    unsafe forEach(x, dy, dx, count, geluTanhSlope)
  }
}

// Functions of their own: both loops in one are more than the compiler inlines, and what it leaves is generic.

@inline(never)
private func addGELUGradient(_ x: Source, _ dy: Source, _ dx: Target, _ count: Int) {
  unsafe forEachOnto(x, dy, dx, count, addGELUSlope)
}

@inline(never)
private func addGELUTanhGradient(_ x: Source, _ dy: Source, _ dx: Target, _ count: Int) {
  unsafe forEachOnto(x, dy, dx, count, addGELUTanhSlope)
}

/// Beyond these sizes Φ is 0 or 1 in single precision, and so is what follows from it; infinities would make NaN.
@_transparent
private func limited(_ x: Lane) -> Lane { atMost(atLeast(x, -20), 20) }

/// Φ(x), where `bell` is e^(-x² / 2).
///
/// With a = |x| and u = a / (a + 4), e^(a² / 2) (1 - Φ(a)) = 1/2 + u p(u), whose first term is exact at 0. The
/// polynomial of degree 8 has the least maximal relative error on a <= 14.5: 2^-25. No error function is
/// subtracted from 1 below 0, so that small results keep their digits.
@_transparent
private func normalShare(_ x: Lane, bell: Lane) -> Lane {
  let a = magnitude(x)
  let u = a / (a + Lane(repeating: 4))
  var p = Lane(repeating: -0x1.13e4f6p-5)
  p = horner(p, u, 0x1.bc526ep-4)
  p = horner(p, u, -0x1.7d5896p-5)
  p = horner(p, u, -0x1.af4ffcp-3)
  p = horner(p, u, 0x1.c320c8p-4)
  p = horner(p, u, 0x1.bd68b8p-1)
  p = horner(p, u, -0x1.0d9732p+1)
  p = horner(p, u, 0x1.33bcd8p+1)
  p = horner(p, u, -0x1.988444p+0)
  p = horner(p, u, 0.5)
  let tail = p * bell
  return (Lane(repeating: 1) - tail).replacing(with: tail, where: x .< Lane(repeating: 0))
}

@_transparent
private func bell(_ x: Lane) -> Lane { expLane(x * x * Lane(repeating: -0.5)) }

/// x Φ(x), and -0 instead of the NaN of -inf · 0.
@_transparent
private func geluLane(_ x: Lane) -> Lane {
  let z = limited(x)
  return atLeast(x, -20) * normalShare(z, bell: bell(z))
}

/// dy (Φ(x) + x φ(x)), with the density φ(x) = e^(-x² / 2) / √(2π).
@_transparent
private func geluSlope(_ x: Lane, _ dy: Lane) -> Lane {
  let z = limited(x)
  let b = bell(z)
  return dy * multiplyAdd(z * Lane(repeating: 0.398_942_28), b, normalShare(z, bell: b))
}

@_transparent
private func addGELUSlope(_ x: Lane, _ dy: Lane, _ dx: Lane) -> Lane { dx + geluSlope(x, dy) }

// x/2 (1 + tanh(v)) = x σ(2v) with v = √(2/π) (x + 0.044715 x³).

@_transparent
private func twiceInner(_ x: Lane) -> Lane { x * horner(x * x, Lane(repeating: 0.071_354_814), 1.595_769_2) }

@_transparent
private func geluTanhLane(_ x: Lane) -> Lane { atLeast(x, -20) * sigmoidLane(twiceInner(limited(x))) }

/// dy (s + x s (1 - s) · 2v'), where s = σ(2v).
@_transparent
private func geluTanhSlope(_ x: Lane, _ dy: Lane) -> Lane {
  let z = limited(x)
  let s = sigmoidLane(twiceInner(z))
  let inner = z * horner(z * z, Lane(repeating: 0.214_064_44), 1.595_769_2)
  return dy * multiplyAdd(s * (Lane(repeating: 1) - s), inner, s)
}

@_transparent
private func addGELUTanhSlope(_ x: Lane, _ dy: Lane, _ dx: Lane) -> Lane { dx + geluTanhSlope(x, dy) }
