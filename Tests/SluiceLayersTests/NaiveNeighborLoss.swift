import Foundation
import Sluice

// BEGIN naive
/// The soft nearest neighbor loss as its formula reads: one sample at a time, with masks.
///
/// A sample alone in its class has no neighbor and is left out.
func naiveNeighborLoss(
  _ x: Tensor, _ labels: [Int32], temperature: Float, _ tape: inout Tape
) -> Tensor {
  let n = labels.count
  var loss = tape.constant(0)
  var counted: Float = 0
  for i in 0..<n {
    let label = labels[i]
    let isSame = mask(n, &tape) { labels[$0] == label && $0 != i }
    let isOther = mask(n, &tape) { $0 != i }
    if tape.count(isSame) == 0 { continue }
    let sample = row(x, i, &tape)
    let same = rows(x, where: isSame, &tape)
    let rest = rows(x, where: isOther, &tape)
    let toSame = sumOfSquares(subtract(sample, same, &tape), &tape)
    let toRest = sumOfSquares(subtract(sample, rest, &tape), &tape)
    let nearSame = sum(exp(divide(toSame, -temperature, &tape), &tape), &tape)
    let nearRest = sum(exp(divide(toRest, -temperature, &tape), &tape), &tape)
    let probability = divide(nearSame, nearRest, &tape)
    precondition(tape.scalar(probability) <= 1.00001)
    loss = subtract(loss, log(probability, &tape), &tape)
    counted += 1
  }
  return divide(loss, max(counted, 1), &tape)
}

// END naive

/// The same in double precision, by plain loops: loss, and gradient of the samples.
///
/// Sums of exponentials are shifted by their largest term; else they would be 0 for samples far apart.
func plainNeighborLoss(
  _ x: [Float], width: Int, _ labels: [Int32], temperature: Double
) -> (loss: Double, gradient: [Double]) {
  let n = labels.count
  func distance(_ i: Int, _ j: Int) -> Double {
    (0..<width).reduce(0) { total, k in
      let difference = Double(x[i * width + k]) - Double(x[j * width + k])
      return total + difference * difference
    }
  }
  var loss = 0.0
  var counted = 0.0
  var gradient = [Double](repeating: 0, count: x.count)
  for i in 0..<n {
    let others = (0..<n).filter { $0 != i }
    let same = others.filter { labels[$0] == labels[i] }
    if same.isEmpty { continue }
    counted += 1
    let logits = (0..<n).map { -distance(i, $0) / temperature }
    func sum(_ places: [Int]) -> (log: Double, shares: [Double]) {
      let largest = places.map { logits[$0] }.max()!
      let terms = places.map { exp(logits[$0] - largest) }
      let total = terms.reduce(0, +)
      return (largest + log(total), terms.map { $0 / total })
    }
    let (every, everyShares) = sum(others)
    let (own, ownShares) = sum(same)
    loss += every - own
    var slopes = [Double](repeating: 0, count: n)
    for (j, share) in zip(others, everyShares) { slopes[j] -= share / temperature }
    for (j, share) in zip(same, ownShares) { slopes[j] += share / temperature }
    for j in others {
      for k in 0..<width {
        let step = 2 * slopes[j] * (Double(x[i * width + k]) - Double(x[j * width + k]))
        gradient[i * width + k] += step
        gradient[j * width + k] -= step
      }
    }
  }
  let scale = 1 / max(counted, 1)
  return (loss * scale, gradient.map { $0 * scale })
}
