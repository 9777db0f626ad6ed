// One number from the elements of a lane, halving it each time.

/// The larger of each pair of elements; `a` where `b` is NaN.
@_transparent
func larger(_ a: Lane, _ b: Lane) -> Lane { a.replacing(with: b, where: b .> a) }

/// The larger of each pair of integers.
@_transparent
func larger(_ a: IntLane, _ b: IntLane) -> IntLane { a.replacing(with: b, where: b .> a) }

/// The sum of a lane's elements.
@_transparent
func laneSum(_ x: Lane) -> Float {
  #if AVX512
    let eight = x.lowHalf + x.highHalf
    let four = eight.lowHalf + eight.highHalf
  #elseif AVX2
    let four = x.lowHalf + x.highHalf
  #else
    let four = x
  #endif
  let two = four.lowHalf + four.highHalf
  return two[0] + two[1]
}

/// The sum of a lane's integers.
@_transparent
func laneSum(_ x: IntLane) -> Int {
  #if AVX512
    let eight = x.lowHalf &+ x.highHalf
    let four = eight.lowHalf &+ eight.highHalf
  #elseif AVX2
    let four = x.lowHalf &+ x.highHalf
  #else
    let four = x
  #endif
  let two = four.lowHalf &+ four.highHalf
  return Int(two[0] &+ two[1])
}

/// The largest of a lane's elements, none of which is NaN.
@_transparent
func laneMaximum(_ x: Lane) -> Float {
  #if AVX512
    let eight = x.lowHalf.replacing(with: x.highHalf, where: x.highHalf .> x.lowHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
  #elseif AVX2
    let four = x.lowHalf.replacing(with: x.highHalf, where: x.highHalf .> x.lowHalf)
  #else
    let four = x
  #endif
  let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
  return two[0] > two[1] ? two[0] : two[1]
}

/// The largest of a lane's integers.
@_transparent
func laneMaximum(_ x: IntLane) -> Int32 {
  #if AVX512
    let eight = x.lowHalf.replacing(with: x.highHalf, where: x.highHalf .> x.lowHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
  #elseif AVX2
    let four = x.lowHalf.replacing(with: x.highHalf, where: x.highHalf .> x.lowHalf)
  #else
    let four = x
  #endif
  let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
  return two[0] > two[1] ? two[0] : two[1]
}
