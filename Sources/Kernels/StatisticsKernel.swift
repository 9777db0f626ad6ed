// Mean size, norm, largest, zeros and what is not finite, of one vector in one pass.

import KernelInterface

/// The elements of a block: 64 for each element of four lanes. It divides `ReductionKernels.blockSize`.
private let statisticsBlockSize = 256 * laneWidth

func statisticsKernel(_ x: Source, _ count: Int) -> Statistics {
  var total = Statistics()
  total.count = count
  var start = 0
  while start < count {
    let size = min(count - start, statisticsBlockSize)
    unsafe addBlock(x + start, size, to: &total)
    start += size
  }
  return total
}

func squaresKernel(_ x: Source, _ count: Int) -> SquareSum {
  var total = SquareSum()
  var start = 0
  while start < count {
    let size = min(count - start, statisticsBlockSize)
    let squares = unsafe squaresOfBlock(x + start, size)
    // Between these bounds every element is finite and none so large or so small that the block would be scaled. NaN is beyond both.
    if squares > 0x1p-80, squares < 0x1p99 {
      total.sumOfSquares += Double(squares)
    } else {
      var statistics = Statistics()
      unsafe addBlock(x + start, size, to: &statistics)
      total.sumOfSquares += statistics.sumOfSquares
      total.nonFinite += statistics.nonFinite
    }
    start += size
  }
  return total
}

/// The squares that `sumBlock` adds up, in its order.
private func squaresOfBlock(_ x: Source, _ count: Int) -> Float {
  var a = Lane(repeating: 0)
  var b = a
  var c = a
  var d = a
  var i = 0
  while i <= count - 4 * laneWidth {
    let (p, q) = unsafe (load(x + i), load(x + i + laneWidth))
    let (r, s) = unsafe (load(x + i + 2 * laneWidth), load(x + i + 3 * laneWidth))
    a = multiplyAdd(p, p, a)
    b = multiplyAdd(q, q, b)
    c = multiplyAdd(r, r, c)
    d = multiplyAdd(s, s, d)
    i += 4 * laneWidth
  }
  while i < count {
    let p = unsafe loadNext(x + i, count - i)
    a = multiplyAdd(p, p, a)
    i += laneWidth
  }
  return laneSum((a + b) + (c + d))
}

/// What a pass over a block finds.
private struct BlockSums {
  var magnitudes: Float
  var squares: Float
  /// The largest and the smallest magnitude, NaN left out.
  var largest: Float
  var smallest: Float
}

private func addBlock(_ x: Source, _ count: Int, to total: inout Statistics) {
  var sums = unsafe sumBlock(x, count)
  if sums.smallest == 0 { total.zeros += unsafe zeroCount(x, count) }
  // Not finite: an element is not, or the sum is too large.
  if !(sums.magnitudes < .infinity) {
    total.nonFinite += unsafe nonFiniteCount(x, count)
    sums = unsafe sumFiniteOfBlock(x, count, scale: 1)
  }
  let largest = sums.largest
  var scale: Float = 1
  // Above, sums could become infinite; below, squares of elements that matter would be subnormal.
  if largest != 0, largest > 0x1p50 || largest < 0x1p-50 {
    let exponent = max(254 - (largest.bitPattern >> 23), 1)
    scale = Float(bitPattern: exponent << 23)
    sums = unsafe sumFiniteOfBlock(x, count, scale: scale)
  }
  total.sumOfMagnitudes += Double(sums.magnitudes) / Double(scale)
  total.sumOfSquares += Double(sums.squares) / (Double(scale) * Double(scale))
  if largest > total.largestMagnitude { total.largestMagnitude = largest }
}

/// What one lane of a pass gathers. The comparisons skip NaN, which the sums show.
private struct LaneSums {
  var magnitudes = Lane(repeating: 0)
  var squares = Lane(repeating: 0)
  var largest = Lane(repeating: 0)
  var smallest = Lane(repeating: .infinity)

  @_transparent
  mutating func add(_ x: Lane) {
    let size = magnitude(x)
    magnitudes += size
    squares = multiplyAdd(size, size, squares)
    largest = larger(largest, size)
    smallest = smaller(smallest, size)
  }

  @_transparent
  mutating func add(_ other: LaneSums) {
    magnitudes += other.magnitudes
    squares += other.squares
    largest = larger(largest, other.largest)
    smallest = smaller(smallest, other.smallest)
  }
}

/// The pass for blocks whose elements are finite and of ordinary size.
private func sumBlock(_ x: Source, _ count: Int) -> BlockSums {
  var a = LaneSums()
  var b = LaneSums()
  var c = LaneSums()
  var d = LaneSums()
  var i = 0
  while i <= count - 4 * laneWidth {
    unsafe a.add(load(x + i))
    unsafe b.add(load(x + i + laneWidth))
    unsafe c.add(load(x + i + 2 * laneWidth))
    unsafe d.add(load(x + i + 3 * laneWidth))
    i += 4 * laneWidth
  }
  while i < count {
    unsafe a.add(loadNext(x + i, count - i))
    i += laneWidth
  }
  a.add(b)
  c.add(d)
  a.add(c)
  return BlockSums(
    magnitudes: laneSum(a.magnitudes), squares: laneSum(a.squares), largest: laneMaximum(a.largest),
    smallest: -laneMaximum(-a.smallest))
}

/// The pass for other blocks: leaves out what is not finite and multiplies by `scale` first. `largest` is
/// that of the elements themselves.
private func sumFiniteOfBlock(_ x: Source, _ count: Int, scale: Float) -> BlockSums {
  let zero = Lane(repeating: 0)
  var magnitudes = zero
  var squares = zero
  var largest = zero
  var i = 0
  while i < count {
    let size = unsafe magnitude(loadNext(x + i, count - i))
    let finite = zero.replacing(with: size, where: size .< Lane(repeating: .infinity))
    largest = larger(largest, finite)
    let scaled = finite * Lane(repeating: scale)
    magnitudes += scaled
    squares = multiplyAdd(scaled, scaled, squares)
    i += laneWidth
  }
  return BlockSums(
    magnitudes: laneSum(magnitudes), squares: laneSum(squares), largest: laneMaximum(largest), smallest: 0)
}

private func zeroCount(_ x: Source, _ count: Int) -> Int {
  var found = IntLane(repeating: 0)
  var i = 0
  while i < count {
    let next = unsafe loadNext(x + i, count - i, padding: 1)
    found = counting(found, next .== Lane(repeating: 0))
    i += laneWidth
  }
  return laneSum(found)
}

private func nonFiniteCount(_ x: Source, _ count: Int) -> Int {
  var found = IntLane(repeating: 0)
  var i = 0
  while i < count {
    let size = unsafe magnitude(loadNext(x + i, count - i))
    found = counting(found, .!(size .< Lane(repeating: .infinity)))
    i += laneWidth
  }
  return laneSum(found)
}

/// `counts` with one added where `mask` holds.
@_transparent
private func counting(_ counts: IntLane, _ mask: LaneMask) -> IntLane {
  counts.replacing(with: counts &+ IntLane(repeating: 1), where: mask)
}
