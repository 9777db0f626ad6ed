// Sum, dot product and maximum. The tree of a block: four lanes take the elements in turn, then are
// added in pairs, then their elements in halves. Blocks are added in order, in double precision.

import KernelInterface

/// The elements of a block: 64 for each element of the four lanes, which bounds the error whatever the width
/// of a lane. It divides `ReductionKernels.blockSize`.
private let sumBlockSize = 256 * laneWidth

func sumKernel(_ x: Source, _ count: Int) -> Double {
  var total = 0.0
  var start = 0
  while start < count {
    let size = min(count - start, sumBlockSize)
    let sum = unsafe blockSum(x + start, size)
    total += unsafe sum - sum == 0 ? Double(sum) : largeSum(x + start, size)
    start += size
  }
  return total
}

/// The sum of a block whose sum in single precision is not finite.
@inline(never)
private func largeSum(_ x: Source, _ count: Int) -> Double {
  var sum = 0.0
  for i in 0..<count { sum += unsafe Double(x[i]) }
  return sum
}

private func blockSum(_ x: Source, _ count: Int) -> Float {
  let zero = Lane(repeating: 0)
  var s0 = zero
  var s1 = zero
  var s2 = zero
  var s3 = zero
  var i = 0
  while i <= count - 4 * laneWidth {
    s0 += unsafe load(x + i)
    s1 += unsafe load(x + i + laneWidth)
    s2 += unsafe load(x + i + 2 * laneWidth)
    s3 += unsafe load(x + i + 3 * laneWidth)
    i += 4 * laneWidth
  }
  while i <= count - laneWidth {
    s0 += unsafe load(x + i)
    i += laneWidth
  }
  if i < count { s1 += unsafe loadPart(x + i, count - i) }
  return laneSum((s0 + s1) + (s2 + s3))
}

func dotKernel(_ a: Source, _ b: Source, _ count: Int) -> Double {
  var total = 0.0
  var start = 0
  while start < count {
    let size = min(count - start, sumBlockSize)
    total += unsafe Double(blockDot(a + start, b + start, size))
    start += size
  }
  return total
}

private func blockDot(_ a: Source, _ b: Source, _ count: Int) -> Float {
  let zero = Lane(repeating: 0)
  var s0 = zero
  var s1 = zero
  var s2 = zero
  var s3 = zero
  var i = 0
  while i <= count - 4 * laneWidth {
    s0 = unsafe multiplyAdd(load(a + i), load(b + i), s0)
    s1 = unsafe multiplyAdd(load(a + i + laneWidth), load(b + i + laneWidth), s1)
    s2 = unsafe multiplyAdd(load(a + i + 2 * laneWidth), load(b + i + 2 * laneWidth), s2)
    s3 = unsafe multiplyAdd(load(a + i + 3 * laneWidth), load(b + i + 3 * laneWidth), s3)
    i += 4 * laneWidth
  }
  while i <= count - laneWidth {
    s0 = unsafe multiplyAdd(load(a + i), load(b + i), s0)
    i += laneWidth
  }
  if i < count {
    s1 = unsafe multiplyAdd(loadPart(a + i, count - i), loadPart(b + i, count - i), s1)
  }
  return laneSum((s0 + s1) + (s2 + s3))
}

func maximumKernel(_ x: Source, _ count: Int) -> Float {
  var m0 = Lane(repeating: -.infinity)
  var m1 = m0
  var i = 0
  while i <= count - 2 * laneWidth {
    m0 = unsafe larger(m0, load(x + i))
    m1 = unsafe larger(m1, load(x + i + laneWidth))
    i += 2 * laneWidth
  }
  if i <= count - laneWidth {
    m0 = unsafe larger(m0, load(x + i))
    i += laneWidth
  }
  if i < count { m1 = unsafe larger(m1, loadPart(x + i, count - i, padding: -.infinity)) }
  return laneMaximum(larger(m0, m1))
}
