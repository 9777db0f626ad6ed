// The soft nearest neighbor loss of a point: -ln of the share that its own class has in the sum over all other
// points of e^(-c · distance).
//
// With S and O the sums within the class and outside, the loss is ln(1 + O / S) and the share of the others
// sigma = O / (S + O). Its slope with respect to a distance is c · sigma times the point's share of S within
// the class, and the negative of its share of O outside. Both sums are shifted by their own least distance, so
// neither is 0, and no small difference of large numbers is formed.

import KernelInterface

/// In place of the distance of a point to itself: so far that it has no weight, and finite, so that weight
/// times distance is 0.
private let outOfReach: Float = 1e37

func neighborsKernel(
  _ distances: Target, _ rows: Int, _ count: Int, _ first: Int, _ starts: LabelSource, _ ends: LabelSource,
  _ inverseTemperature: Float, _ reports: Target
) {
  var row = 0
  while row < rows {
    let start = unsafe Int(starts[row])
    let end = unsafe Int(ends[row])
    unsafe neighborRow(
      distances + row * count, count, first + row, start, end, inverseTemperature, reports + 6 * row)
    row += 1
  }
}

private func neighborRow(
  _ d: Target, _ count: Int, _ own: Int, _ start: Int, _ end: Int, _ c: Float, _ report: Target
) {
  unsafe d[own] = outOfReach
  let same = end - start
  unsafe report.update(repeating: 0, count: 6)
  if same < 2 || same == count {
    // Nothing to be near to, or nothing to be kept apart from: the loss is constant.
    unsafe d.update(repeating: 0, count: count)
    if same >= 2 { unsafe report[2] = 1 }
    return
  }
  let before = unsafe minimum(d, start)
  let after = unsafe minimum(d + end, count - end)
  let leastOther = before < after ? before : after
  let leastSame = unsafe minimum(d + start, same)
  var sameSum: Float = 0
  var sameMean: Float = 0
  var otherSum: Float = 0
  var otherMean: Float = 0
  unsafe weigh(d + start, same, leastSame, c, &sameSum, &sameMean)
  unsafe weigh(d, start, leastOther, c, &otherSum, &otherMean)
  unsafe weigh(d + end, count - end, leastOther, c, &otherSum, &otherMean)

  // O / S = (otherSum / sameSum) e^gap; the exponential of the negative one of both cannot overflow.
  let gap = c * (leastSame - leastOther)
  let sigma: Float
  if gap <= 0 {
    let ratio = otherSum / sameSum * exponential(gap)
    sigma = ratio / (1 + ratio)
  } else {
    sigma = 1 / (1 + sameSum / otherSum * exponential(-gap))
  }
  unsafe scaleKernel(Source(d + start), sigma / sameSum, d + start, same)
  unsafe scaleKernel(Source(d), -sigma / otherSum, d, start)
  unsafe scaleKernel(Source(d + end), -sigma / otherSum, d + end, count - end)
  unsafe report[0] = leastSame
  unsafe report[1] = leastOther
  unsafe report[2] = sameSum
  unsafe report[3] = otherSum
  unsafe report[4] = sameMean / sameSum
  unsafe report[5] = otherMean / otherSum
}

/// e^x of one number, with the bits it would have in a vector.
private func exponential(_ x: Float) -> Float { expLane(Lane(repeating: x))[0] }

/// The least of `count` numbers, none of them NaN; +inf if there is none.
private func minimum(_ x: Target, _ count: Int) -> Float {
  var least0 = Lane(repeating: -.infinity)
  var least1 = least0
  var i = 0
  while i <= count - 2 * laneWidth {
    least0 = unsafe larger(least0, Lane(repeating: 0) - load(x + i))
    least1 = unsafe larger(least1, Lane(repeating: 0) - load(x + i + laneWidth))
    i += 2 * laneWidth
  }
  while i < count {
    least0 = unsafe larger(least0, Lane(repeating: 0) - loadNext(x + i, count - i, padding: .infinity))
    i += laneWidth
  }
  return -laneMaximum(larger(least0, least1))
}

/// x becomes w = e^(-c (x - least)); adds the sum of w and that of w (x - least).
private func weigh(
  _ x: Target, _ count: Int, _ least: Float, _ c: Float, _ total: inout Float, _ moment: inout Float
) {
  let factor = Lane(repeating: -c)
  let shift = Lane(repeating: least)
  let zero = Lane(repeating: 0)
  var s0 = zero
  var s1 = zero
  var m0 = zero
  var m1 = zero
  var i = 0
  while i < count {
    let excess = unsafe loadNext(x + i, count - i, padding: outOfReach) - shift
    let weight = expLane(excess * factor)
    unsafe storeNext(weight, x + i, count - i)
    (s0, s1) = (s1, s0 + weight)
    (m0, m1) = (m1, multiplyAdd(weight, excess, m0))
    i += laneWidth
  }
  total += laneSum(s0 + s1)
  moment += laneSum(m0 + m1)
}
