// The softplus ln(1 + e^x), a smooth form of max(x, 0).

import KernelInterface

func softplusKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe forEach(x, y, count, softplusLane) }

/// max(x, 0) + ln(1 + u) with u = e^-|x|, which is at most 1.
///
/// ln(1 + u) = ln w + (u - (w - 1)) / w for w the rounded sum: what the rounding lost, so that small results below 0 keep
/// their digits.
@_transparent
private func softplusLane(_ x: Lane) -> Lane {
  let u = expLane(Lane(repeating: 0) - magnitude(x))
  let w = u + Lane(repeating: 1)
  let lost = (u - (w - Lane(repeating: 1))) / w
  return atLeast(x, 0) + (logLane(w) + lost)
}
