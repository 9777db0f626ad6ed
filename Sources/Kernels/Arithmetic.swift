// Sums and products of contiguous vectors.

import KernelInterface

@_transparent
private func sum(_ a: Lane, _ b: Lane) -> Lane { a + b }

@_transparent
private func difference(_ a: Lane, _ b: Lane) -> Lane { a - b }

@_transparent
private func product(_ a: Lane, _ b: Lane) -> Lane { a * b }

/// a + s b.
@_transparent
private func addMultiple(_ a: Lane, _ b: Lane, _ s: Lane) -> Lane { multiplyAdd(b, s, a) }

func addKernel(_ a: Source, _ b: Source, _ y: Target, _ count: Int) {
  unsafe forEach(a, b, y, count, sum)
}

func subtractKernel(_ a: Source, _ b: Source, _ y: Target, _ count: Int) {
  unsafe forEach(a, b, y, count, difference)
}

func multiplyKernel(_ a: Source, _ b: Source, _ y: Target, _ count: Int) {
  unsafe forEach(a, b, y, count, product)
}

func multiplyAccumulateKernel(_ a: Source, _ b: Source, _ y: Target, _ count: Int) {
  unsafe forEachOnto(a, b, y, count, multiplyAdd)
}

func scaleKernel(_ x: Source, _ s: Float, _ y: Target, _ count: Int) {
  unsafe forEach(x, scalar: s, y, count, product)
}

func addScaledKernel(_ a: Source, _ b: Source, _ s: Float, _ y: Target, _ count: Int) {
  unsafe forEach(a, b, scalar: s, y, count, addMultiple)
}

func addBiasKernel(_ x: Source, _ bias: Source, _ y: Target, _ rows: Int, _ width: Int) {
  var row = 0
  while row < rows {
    unsafe forEach(x + row * width, bias, y + row * width, width, sum)
    row += 1
  }
}

/// Walks the rows in their order in memory; the sums, one row, stay in the cache.
func columnSumsKernel(
  _ x: Source, _ y: Target, _ rows: Int, _ width: Int, _ stride: Int, _ accumulate: Bool
) {
  if !accumulate { unsafe y.update(repeating: 0, count: width) }
  var row = 0
  while row <= rows - 8 {
    unsafe addEightRows(x + row * stride, y, width, stride)
    row += 8
  }
  while row < rows {
    unsafe forEach(x + row * stride, Source(y), y, width, sum)
    row += 1
  }
}

private func addEightRows(_ x: Source, _ y: Target, _ width: Int, _ stride: Int) {
  var i = 0
  while i <= width - laneWidth {
    let p = unsafe x + i
    let first = unsafe (load(p) + load(p + stride)) + (load(p + 2 * stride) + load(p + 3 * stride))
    let q = unsafe p + 4 * stride
    let second = unsafe (load(q) + load(q + stride)) + (load(q + 2 * stride) + load(q + 3 * stride))
    unsafe store(load(y + i) + (first + second), y + i)
    i += laneWidth
  }
  while i < width {
    let p = unsafe x + i
    let first = unsafe (p[0] + p[stride]) + (p[2 * stride] + p[3 * stride])
    let q = unsafe p + 4 * stride
    let second = unsafe (q[0] + q[stride]) + (q[2 * stride] + q[3 * stride])
    unsafe y[i] += first + second
    i += 1
  }
}
