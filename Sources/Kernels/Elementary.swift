// exp, log, tanh, sigmoid and ReLU of contiguous vectors, and the ways back.

import KernelInterface

func expKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe forEach(x, y, count, expLane) }

func logKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe forEach(x, y, count, logLane) }

func tanhKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe forEach(x, y, count, tanhLane) }

func sigmoidKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe forEach(x, y, count, sigmoidLane) }

func reluKernel(_ x: Source, _ y: Target, _ count: Int) { unsafe forEach(x, y, count, reluLane) }

func tanhGradientKernel(_ y: Source, _ dy: Source, _ dx: Target, _ count: Int, _ accumulate: Bool) {
  if accumulate {
    unsafe forEachOnto(y, dy, dx, count, addTanhSlope)
  } else {
    unsafe forEach(y, dy, dx, count, tanhSlope)
  }
}

func sigmoidGradientKernel(_ y: Source, _ dy: Source, _ dx: Target, _ count: Int, _ accumulate: Bool) {
  if accumulate {
    unsafe forEachOnto(y, dy, dx, count, addSigmoidSlope)
  } else {
    unsafe forEach(y, dy, dx, count, sigmoidSlope)
  }
}

func reluGradientKernel(_ y: Source, _ dy: Source, _ dx: Target, _ count: Int, _ accumulate: Bool) {
  if accumulate {
    unsafe forEachOnto(y, dy, dx, count, addReluSlope)
  } else {
    unsafe forEach(y, dy, dx, count, reluSlope)
  }
}

/// max(x, 0); NaN and -0 stay.
@_transparent
func reluLane(_ x: Lane) -> Lane { atLeast(x, 0) }

/// dy (1 - y^2).
@_transparent
func tanhSlope(_ y: Lane, _ dy: Lane) -> Lane { dy * (Lane(repeating: 1) - y * y) }

/// dy y (1 - y).
@_transparent
func sigmoidSlope(_ y: Lane, _ dy: Lane) -> Lane { dy * (y * (Lane(repeating: 1) - y)) }

/// 0 where y <= 0, else dy: what a NaN came from keeps its slope, as in PyTorch.
@_transparent
func reluSlope(_ y: Lane, _ dy: Lane) -> Lane {
  dy.replacing(with: Lane(repeating: 0), where: y .<= Lane(repeating: 0))
}

@_transparent
private func addTanhSlope(_ y: Lane, _ dy: Lane, _ dx: Lane) -> Lane { dx + tanhSlope(y, dy) }

@_transparent
private func addSigmoidSlope(_ y: Lane, _ dy: Lane, _ dx: Lane) -> Lane { dx + sigmoidSlope(y, dy) }

@_transparent
private func addReluSlope(_ y: Lane, _ dy: Lane, _ dx: Lane) -> Lane { dx + reluSlope(y, dy) }
