// Transposition in registers, for operands whose rows lie where the product wants columns. Quarters of four
// rows each are brought into one vector as they are read, so that what is left to do is to transpose 4 x 4
// elements inside each quarter, all quarters at once.

#if AVX512
  private typealias PairLane = SIMD8<Double>
#elseif AVX2
  private typealias PairLane = SIMD4<Double>
#else
  private typealias PairLane = SIMD2<Double>
#endif

/// Reads four elements of each of `laneCount` rows, `stride` apart, and stores them as four rows of
/// `laneCount` columns, `targetStride` apart. Instead of rows from `count` on it reads row `count - 1`.
@inline(__always)
func transposeFour(
  _ source: UnsafePointer<Float>, stride: Int, count: Int,
  _ target: UnsafeMutablePointer<Float>, targetStride: Int
) {
  let columns = transposedFour(source, stride: stride, count: count)
  store(columns.0, target)
  store(columns.1, target + targetStride)
  store(columns.2, target + 2 * targetStride)
  store(columns.3, target + 3 * targetStride)
}

/// The first four columns of `laneCount` rows, `stride` apart, one in each vector. Instead of rows from `count` on
/// it reads row `count - 1`.
@inline(__always)
func transposedFour(_ source: UnsafePointer<Float>, stride: Int, count: Int) -> (Lane, Lane, Lane, Lane) {
  let first = fourFromRows(0, source, stride: stride, count: count)
  let second = fourFromRows(1, source, stride: stride, count: count)
  let third = fourFromRows(2, source, stride: stride, count: count)
  let fourth = fourFromRows(3, source, stride: stride, count: count)
  let lowUpper = interleaveLow(first, second)
  let highUpper = interleaveHigh(first, second)
  let lowLower = interleaveLow(third, fourth)
  let highLower = interleaveHigh(third, fourth)
  return (
    joinFirst(lowUpper, lowLower), joinSecond(lowUpper, lowLower),
    joinFirst(highUpper, highLower), joinSecond(highUpper, highLower)
  )
}

/// Four elements of row `i` in the first quarter, of row `4 + i` in the second, and so on. Pairs are read as
/// one element of twice the size: the compiler does not look through a change of size, and would otherwise
/// merge this step with the interleaving after it into many small insertions.
@inline(__always)
private func fourFromRows(_ i: Int, _ source: UnsafePointer<Float>, stride: Int, count: Int) -> Lane {
  #if AVX512
    let a = loadFour(source + min(i, count - 1) * stride)
    let b = loadFour(source + min(4 + i, count - 1) * stride)
    let c = loadFour(source + min(8 + i, count - 1) * stride)
    let d = loadFour(source + min(12 + i, count - 1) * stride)
    let pairs = PairLane(lowHalf: SIMD4(lowHalf: a, highHalf: b), highHalf: SIMD4(lowHalf: c, highHalf: d))
  #elseif AVX2
    let a = loadFour(source + min(i, count - 1) * stride)
    let b = loadFour(source + min(4 + i, count - 1) * stride)
    let pairs = PairLane(lowHalf: a, highHalf: b)
  #else
    let pairs = loadFour(source + min(i, count - 1) * stride)
  #endif
  return unsafeBitCast(pairs, to: Lane.self)
}

/// Four floats as two pairs.
@inline(__always)
private func loadFour(_ p: UnsafePointer<Float>) -> SIMD2<Double> {
  unsafe UnsafeRawPointer(p).loadUnaligned(as: SIMD2<Double>.self)
}

/// In each quarter: the first two elements of both, in turn.
@inline(__always)
private func interleaveLow(_ a: Lane, _ b: Lane) -> Lane {
  #if AVX512
    Lane(
      a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5],
      a[8], b[8], a[9], b[9], a[12], b[12], a[13], b[13])
  #elseif AVX2
    Lane(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5])
  #else
    Lane(a[0], b[0], a[1], b[1])
  #endif
}

/// In each quarter: the last two elements of both, in turn.
@inline(__always)
private func interleaveHigh(_ a: Lane, _ b: Lane) -> Lane {
  #if AVX512
    Lane(
      a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7],
      a[10], b[10], a[11], b[11], a[14], b[14], a[15], b[15])
  #elseif AVX2
    Lane(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7])
  #else
    Lane(a[2], b[2], a[3], b[3])
  #endif
}

/// In each quarter: the first pair of elements of both. As above, pairs as elements keep this step apart; the
/// choice between two vectors, unlike a list of elements, becomes one instruction here.
@inline(__always)
private func joinFirst(_ x: Lane, _ y: Lane) -> Lane {
  let a = unsafeBitCast(x, to: PairLane.self)
  let b = unsafeBitCast(y, to: PairLane.self)
  #if AVX512
    let doubled = PairLane(b[0], b[0], b[2], b[2], b[4], b[4], b[6], b[6])
    let odd = SIMD8<Int64>(0, 1, 0, 1, 0, 1, 0, 1) .== SIMD8<Int64>(repeating: 1)
  #elseif AVX2
    let doubled = PairLane(b[0], b[0], b[2], b[2])
    let odd = SIMD4<Int64>(0, 1, 0, 1) .== SIMD4<Int64>(repeating: 1)
  #else
    let doubled = PairLane(b[0], b[0])
    let odd = SIMD2<Int64>(0, 1) .== SIMD2<Int64>(repeating: 1)
  #endif
  return unsafeBitCast(a.replacing(with: doubled, where: odd), to: Lane.self)
}

/// In each quarter: the second pair of elements of both.
@inline(__always)
private func joinSecond(_ x: Lane, _ y: Lane) -> Lane {
  let a = unsafeBitCast(x, to: PairLane.self)
  let b = unsafeBitCast(y, to: PairLane.self)
  #if AVX512
    let joined = PairLane(a[1], b[1], a[3], b[3], a[5], b[5], a[7], b[7])
  #elseif AVX2
    let joined = PairLane(a[1], b[1], a[3], b[3])
  #else
    let joined = PairLane(a[1], b[1])
  #endif
  return unsafeBitCast(joined, to: Lane.self)
}
