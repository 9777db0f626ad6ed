// Mean size, norm, largest, zeros and what is not finite, of one vector in one pass.

import KernelInterface

/// The elements of a block: 64 for each element of two lanes. It divides `ReductionKernels.blockSize`.
private let statisticsBlockSize = 128 * laneWidth

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

/// What a pass over a block finds.
private struct BlockSums {
  var magnitudes: Float
  var squares: Float
  /// The pattern of the largest magnitude.
  var largest: Int32
  var zeros: Int
}

private let infinityPattern: Int32 = 0x7f80_0000

private func addBlock(_ x: Source, _ count: Int, to total: inout Statistics) {
  var sums = unsafe sumBlock(x, count)
  if sums.largest >= infinityPattern {
    total.nonFinite += unsafe nonFiniteCount(x, count)
    sums = unsafe sumFiniteOfBlock(x, count, scale: 1)
  }
  let largest = Float(bitPattern: UInt32(truncatingIfNeeded: sums.largest))
  var scale: Float = 1
  // Above, sums could become infinite; below, squares of elements that matter would be subnormal.
  if largest != 0, largest > 0x1p50 || largest < 0x1p-50 {
    let exponent = max(254 - (sums.largest >> 23), 1)
    scale = Float(bitPattern: UInt32(truncatingIfNeeded: exponent << 23))
    sums = unsafe sumFiniteOfBlock(x, count, scale: scale)
  }
  total.sumOfMagnitudes += Double(sums.magnitudes) / Double(scale)
  total.sumOfSquares += Double(sums.squares) / (Double(scale) * Double(scale))
  if largest > total.largestMagnitude { total.largestMagnitude = largest }
  total.zeros += sums.zeros
}

/// What one lane of a pass adds up.
private struct LaneSums {
  var magnitudes = Lane(repeating: 0)
  var squares = Lane(repeating: 0)
  var largest = IntLane(repeating: 0)
  var zeros = IntLane(repeating: 0)

  /// Patterns of magnitudes are ordered as integers, and those of infinity and NaN lie above all others: one
  /// comparison for each element finds the largest and whether the pass may stand.
  @_transparent
  mutating func add(_ x: Lane) {
    let size = magnitude(x)
    magnitudes += size
    squares = multiplyAdd(size, size, squares)
    largest = larger(largest, bitPattern(size))
    zeros = counting(zeros, size .== Lane(repeating: 0))
  }
}

/// The pass for blocks whose elements are finite and of ordinary size.
private func sumBlock(_ x: Source, _ count: Int) -> BlockSums {
  var a = LaneSums()
  var b = LaneSums()
  var i = 0
  while i <= count - 2 * laneWidth {
    unsafe a.add(load(x + i))
    unsafe b.add(load(x + i + laneWidth))
    i += 2 * laneWidth
  }
  while i < count {
    unsafe a.add(loadNext(x + i, count - i))
    i += laneWidth
  }
  return BlockSums(
    magnitudes: laneSum(a.magnitudes + b.magnitudes), squares: laneSum(a.squares + b.squares),
    largest: laneMaximum(larger(a.largest, b.largest)),
    // The last lane was filled with zeros.
    zeros: laneSum(a.zeros &+ b.zeros) - (i - count))
}

/// The pass for other blocks: leaves out what is not finite and multiplies by `scale` first. `largest` is
/// that of the elements themselves.
private func sumFiniteOfBlock(_ x: Source, _ count: Int, scale: Float) -> BlockSums {
  let zero = Lane(repeating: 0)
  var magnitudes = zero
  var squares = zero
  var largest = IntLane(repeating: 0)
  var zeros = largest
  var i = 0
  while i < count {
    let p = unsafe magnitude(loadNext(x + i, count - i))
    zeros = counting(zeros, p .== zero)
    let finite = zero.replacing(with: p, where: p .< Lane(repeating: .infinity))
    largest = larger(largest, bitPattern(finite))
    let scaled = finite * Lane(repeating: scale)
    magnitudes += scaled
    squares = multiplyAdd(scaled, scaled, squares)
    i += laneWidth
  }
  return BlockSums(
    magnitudes: laneSum(magnitudes), squares: laneSum(squares), largest: laneMaximum(largest),
    zeros: laneSum(zeros) - (i - count))
}

private func nonFiniteCount(_ x: Source, _ count: Int) -> Int {
  var found = IntLane(repeating: 0)
  var i = 0
  while i < count {
    let p = unsafe bitPattern(magnitude(loadNext(x + i, count - i)))
    found = counting(found, p .>= IntLane(repeating: infinityPattern))
    i += laneWidth
  }
  return laneSum(found)
}

/// `counts` with one added where `mask` holds.
@_transparent
private func counting(_ counts: IntLane, _ mask: LaneMask) -> IntLane {
  counts.replacing(with: counts &+ IntLane(repeating: 1), where: mask)
}
