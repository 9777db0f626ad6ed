// One number from the elements of a lane, halving it each time. The halves are taken by bit casts: those
// that `lowHalf` and `highHalf` give are put together from single elements, which wrecks the code around.

/// The larger of each pair of elements; `a` where `b` is NaN.
@_transparent
func larger(_ a: Lane, _ b: Lane) -> Lane { a.replacing(with: b, where: b .> a) }

/// The smaller of each pair of elements; `a` where `b` is NaN.
@_transparent
func smaller(_ a: Lane, _ b: Lane) -> Lane { a.replacing(with: b, where: b .< a) }

@_transparent
private func larger4(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> SIMD4<Float> {
  a.replacing(with: b, where: b .> a)
}

/// The quarters or halves of a lane; what a lane does not have repeats what it has.
@_transparent
private func fours(_ x: Lane) -> (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>) {
  #if AVX512
    return unsafe unsafeBitCast(x, to: (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>).self)
  #elseif AVX2
    let (a, b) = unsafe unsafeBitCast(x, to: (SIMD4<Float>, SIMD4<Float>).self)
    return (a, b, a, b)
  #else
    return (x, x, x, x)
  #endif
}

/// The sum of a lane's elements.
@_transparent
func laneSum(_ x: Lane) -> Float {
  #if AVX512
    let (a, b, c, d) = fours(x)
    let four = (a + c) + (b + d)
  #elseif AVX2
    let (a, b, _, _) = fours(x)
    let four = a + b
  #else
    let four = x
  #endif
  return (four[0] + four[2]) + (four[1] + four[3])
}

/// The largest of a lane's elements; any of them, or NaN, if one is NaN.
@_transparent
func laneMaximum(_ x: Lane) -> Float {
  let (a, b, c, d) = fours(x)
  let four = larger4(larger4(a, b), larger4(c, d))
  let (first, second) = (four[0] > four[2] ? four[0] : four[2], four[1] > four[3] ? four[1] : four[3])
  return first > second ? first : second
}

/// The sum of a lane's integers.
@_transparent
func laneSum(_ x: IntLane) -> Int {
  #if AVX512
    let (a, b, c, d) = unsafe unsafeBitCast(
      x, to: (SIMD4<Int32>, SIMD4<Int32>, SIMD4<Int32>, SIMD4<Int32>).self)
    let four = (a &+ c) &+ (b &+ d)
  #elseif AVX2
    let (a, b) = unsafe unsafeBitCast(x, to: (SIMD4<Int32>, SIMD4<Int32>).self)
    let four = a &+ b
  #else
    let four = x
  #endif
  return Int((four[0] &+ four[2]) &+ (four[1] &+ four[3]))
}
