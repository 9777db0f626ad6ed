// Arithmetic of two matrices, either of which may repeat one row, one column or one number.

import KernelInterface

@_transparent
private func sum(_ a: Lane, _ b: Lane) -> Lane { a + b }

@_transparent
private func difference(_ a: Lane, _ b: Lane) -> Lane { a - b }

@_transparent
private func product(_ a: Lane, _ b: Lane) -> Lane { a * b }

@_transparent
private func quotient(_ a: Lane, _ b: Lane) -> Lane { a / b }

func broadcastKernel(
  _ arithmetic: BroadcastArithmetic, _ a: Source, _ aRow: Int, _ aStep: Int, _ b: Source, _ bRow: Int,
  _ bStep: Int, _ y: Target, _ rows: Int, _ width: Int
) {
  var row = 0
  while row < rows {
    let p = unsafe a + row * aRow
    let q = unsafe b + row * bRow
    let target = unsafe y + row * width
    switch arithmetic {
    case .add: unsafe combine(p, aStep, q, bStep, target, width, sum)
    case .subtract: unsafe combine(p, aStep, q, bStep, target, width, difference)
    case .multiply: unsafe combine(p, aStep, q, bStep, target, width, product)
    case .divide: unsafe combine(p, aStep, q, bStep, target, width, quotient)
    }
    row += 1
  }
}

/// y = f(a, b), where a vector with step 0 is one number.
@_transparent
private func combine(
  _ a: Source, _ aStep: Int, _ b: Source, _ bStep: Int, _ y: Target, _ count: Int, _ f: (Lane, Lane) -> Lane
) {
  if aStep != 0, bStep != 0 {
    unsafe forEach(a, b, y, count, f)
  } else if aStep != 0 {
    if count > 0 { unsafe forEach(a, scalar: b[0], y, count, f) }
  } else {
    guard count > 0 else { return }
    let number = unsafe Lane(repeating: a[0])
    let other = unsafe Lane(repeating: b[0])
    var i = 0
    while i < count {
      let left = count - i
      let right = bStep == 0 ? other : unsafe loadNext(b + i, left)
      unsafe storeNext(f(number, right), y + i, left)
      i += laneWidth
    }
  }
}

func rowSumsKernel(_ x: Source, _ y: Target, _ rows: Int, _ width: Int) {
  var row = 0
  while row < rows {
    unsafe y[row] = Float(sumKernel(x + row * width, width))
    row += 1
  }
}

func rowDotsKernel(_ a: Source, _ b: Source, _ y: Target, _ rows: Int, _ width: Int) {
  var row = 0
  while row < rows {
    unsafe y[row] = Float(dotKernel(a + row * width, b + row * width, width))
    row += 1
  }
}
