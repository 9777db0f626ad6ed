// The formula of each optimizer for one vector of elements. What they compute is said at `UpdateStep`.

import KernelInterface

/// `x`, with 0 in place of subnormal numbers; NaN stays.
@_transparent
private func withoutSubnormals(_ x: Lane) -> Lane {
  x.replacing(with: Lane(repeating: 0), where: magnitude(x) .< Lane(repeating: .leastNormalMagnitude))
}

/// A gradient as the rule sees it: scaled, limited, and with the decay that goes through the rule.
@_transparent
private func prepared(_ gradient: Lane, _ value: Lane, _ step: UpdateStep) -> Lane {
  let scaled = gradient * Lane(repeating: step.gradientScale)
  let limited = atLeast(atMost(scaled, step.gradientLimit), -step.gradientLimit)
  return multiplyAdd(Lane(repeating: step.coupledDecay), value, limited)
}

/// The largest float whose square is finite: √(largest float), less an ulp.
private let largestSquarable: Float = 0x1.fffffep+63

/// A gradient as a rule sees it that adds up squares: finite ones are limited to where these are finite. Such rules divide
/// by the root of the squares, so what is beyond moves a value as far as the limit does. An infinity stays one.
@_transparent
private func preparedToSquare(_ gradient: Lane, _ value: Lane, _ step: UpdateStep) -> Lane {
  let g = prepared(gradient, value, step)
  let size = magnitude(g)
  let limited = atLeast(atMost(g, largestSquarable), -largestSquarable)
  return limited.replacing(with: g, where: size .== Lane(repeating: .infinity))
}

/// A buffer that a finite gradient g has made too large stops at the largest float; what is not finite in g stays so.
@_transparent
private func bounded(_ buffer: Lane, _ g: Lane) -> Lane {
  let limit = Float.greatestFiniteMagnitude
  let inside = atLeast(atMost(buffer, limit), -limit)
  return inside.replacing(with: buffer, where: magnitude(g) .== Lane(repeating: .infinity))
}

/// m + rate (x - m).
@_transparent
private func moved(_ m: Lane, towards x: Lane, _ rate: Float) -> Lane {
  withoutSubnormals(multiplyAdd(Lane(repeating: rate), x - m, m))
}

/// 1/x for positive normal x within 1.5 units in the last place. SMORMS3 keeps the divider busy with what cannot do
/// without; where that is so narrow that it is what the rule waits for, this goes without it: a guess from the exponent,
/// then two steps of third order, each of which cubes the relative error of the one before: 0.12, 2e-3, 5e-9.
///
/// The steps are written without a product of a lane with itself and its sum, which the compiler takes apart.
@_transparent
private func reciprocal(_ x: Lane) -> Lane {
  let one = Lane(repeating: 1)
  #if AVX512
    let guess = lane(bitPattern: IntLane(repeating: 0x7ef3_11c7) &- bitPattern(x))
    let e = multiplyAdd(-x, guess, one)
    let better = multiplyAdd(guess * e, one + e, guess)
    let rest = multiplyAdd(-x, better, one)
    return multiplyAdd(better * rest, one + rest, better)
  #else
    return one / x
  #endif
}

@_transparent
private func minusQuotient(_ value: Lane, _ rate: Float, _ g: Lane, _ root: Lane, _ epsilon: Float) -> Lane {
  multiplyAdd(Lane(repeating: -rate), g / (root + Lane(repeating: epsilon)), value)
}

@_transparent
func sgdRule(_ value: inout Lane, _ gradient: Lane, _ step: UpdateStep) {
  value = multiplyAdd(Lane(repeating: -step.learningRate), prepared(gradient, value, step), value)
}

/// Polyak 1964, without dampening.
@_transparent
func momentumRule(_ value: inout Lane, _ gradient: Lane, _ buffer: inout Lane, _ step: UpdateStep) {
  let g = prepared(gradient, value, step)
  buffer = bounded(withoutSubnormals(multiplyAdd(Lane(repeating: step.momentum), buffer, g)), g)
  value = multiplyAdd(Lane(repeating: -step.learningRate), buffer, value)
}

/// Sutskever et al. 2013, in the form that evaluates the gradient where the values are.
@_transparent
func nesterovRule(_ value: inout Lane, _ gradient: Lane, _ buffer: inout Lane, _ step: UpdateStep) {
  let g = prepared(gradient, value, step)
  buffer = bounded(withoutSubnormals(multiplyAdd(Lane(repeating: step.momentum), buffer, g)), g)
  let ahead = bounded(multiplyAdd(Lane(repeating: step.momentum), buffer, g), g)
  value = multiplyAdd(Lane(repeating: -step.learningRate), ahead, value)
}

/// Duchi, Hazan and Singer 2011. The sum stops at the largest float.
@_transparent
func adagradRule(_ value: inout Lane, _ gradient: Lane, _ sum: inout Lane, _ step: UpdateStep) {
  let g = preparedToSquare(gradient, value, step)
  sum = atMost(multiplyAdd(g, g, sum), .greatestFiniteMagnitude)
  value = minusQuotient(value, step.learningRate, g, sum.squareRoot(), step.epsilon)
}

/// Tieleman and Hinton 2012.
@_transparent
func rmspropRule(_ value: inout Lane, _ gradient: Lane, _ square: inout Lane, _ step: UpdateStep) {
  let g = preparedToSquare(gradient, value, step)
  square = moved(square, towards: g * g, step.secondRate)
  value = minusQuotient(value, step.learningRate, g, square.squareRoot(), step.epsilon)
}

/// Graves 2013. A variance that rounding has made negative counts as zero.
@_transparent
func centeredRMSpropRule(
  _ value: inout Lane, _ gradient: Lane, _ square: inout Lane, _ mean: inout Lane, _ step: UpdateStep
) {
  let g = preparedToSquare(gradient, value, step)
  square = moved(square, towards: g * g, step.secondRate)
  mean = moved(mean, towards: g, step.secondRate)
  let variance = atLeast(multiplyAdd(-mean, mean, square), 0)
  value = minusQuotient(value, step.learningRate, g, variance.squareRoot(), step.epsilon)
}

/// Kingma and Ba 2015, Algorithm 1; with `keep` below 1 Loshchilov and Hutter 2019.
@_transparent
func adamRule(
  _ value: inout Lane, _ gradient: Lane, _ first: inout Lane, _ second: inout Lane, _ step: UpdateStep
) {
  let g = preparedToSquare(gradient, value, step)
  first = moved(first, towards: g, step.firstRate)
  second = moved(second, towards: g * g, step.secondRate)
  let root = second.squareRoot() * Lane(repeating: step.rootScale)
  value = minusQuotient(
    value * Lane(repeating: step.keep), step.learningRate, first, root, step.epsilon)
}

/// Reddi, Kale and Kumar 2018.
@_transparent
func amsgradRule(
  _ value: inout Lane, _ gradient: Lane, _ first: inout Lane, _ second: inout Lane, _ largest: inout Lane,
  _ step: UpdateStep
) {
  let g = preparedToSquare(gradient, value, step)
  first = moved(first, towards: g, step.firstRate)
  second = moved(second, towards: g * g, step.secondRate)
  largest = second.replacing(with: largest, where: largest .> second)
  let root = largest.squareRoot() * Lane(repeating: step.rootScale)
  value = minusQuotient(
    value * Lane(repeating: step.keep), step.learningRate, first, root, step.epsilon)
}

/// Funk 2015. The memory is used before it is updated, the means after. `excess` is the memory less one.
@_transparent
func smorms3Rule(
  _ value: inout Lane, _ gradient: Lane, _ excess: inout Lane, _ mean: inout Lane,
  _ meanSquare: inout Lane, _ step: UpdateStep
) {
  let one = Lane(repeating: 1)
  let epsilon = Lane(repeating: step.epsilon)
  let g = preparedToSquare(gradient, value, step)
  let memory = excess + one
  let rate = reciprocal(memory + one)
  mean = withoutSubnormals(multiplyAdd(rate, g - mean, mean))
  meanSquare = withoutSubnormals(multiplyAdd(rate, g * g - meanSquare, meanSquare))
  let x = mean * mean / (meanSquare + epsilon)
  let capped = atMost(x, step.learningRate)
  value = value * Lane(repeating: step.keep) - g * capped / (meanSquare.squareRoot() + epsilon)
  excess = multiplyAdd(-memory, x, memory)
}

/// What SMORMS3 does to its accumulators when the gradient is zero.
@_transparent
private func idleSMORMS3Rule(
  _ excess: inout Lane, _ mean: inout Lane, _ meanSquare: inout Lane, _ step: UpdateStep
) {
  let one = Lane(repeating: 1)
  let memory = excess + one
  let rate = reciprocal(memory + one)
  mean = withoutSubnormals(multiplyAdd(-rate, mean, mean))
  meanSquare = withoutSubnormals(multiplyAdd(-rate, meanSquare, meanSquare))
  let x = mean * mean / (meanSquare + Lane(repeating: step.epsilon))
  excess = multiplyAdd(-memory, x, memory)
}

func idleSMORMS3Kernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep, _ times: Int) {
  var i = 0
  while i < count {
    let left = count - i
    var excess = unsafe loadNext(p.first + i, left)
    var mean = unsafe loadNext(p.second + i, left)
    var meanSquare = unsafe loadNext(p.third + i, left)
    var done = 0
    // Where the mean is zero, as in a row that has never occurred, only the memory grows, by one a step.
    while done < times, laneMaximum(magnitude(mean)) != 0 {
      idleSMORMS3Rule(&excess, &mean, &meanSquare, step)
      done += 1
    }
    if done < times {
      let rest = Lane(repeating: Float(times - done))
      let memory = excess + Lane(repeating: 1)
      meanSquare = withoutSubnormals(meanSquare * memory / (memory + rest))
      excess += rest
    }
    unsafe storeNext(excess, p.first + i, left)
    unsafe storeNext(mean, p.second + i, left)
    unsafe storeNext(meanSquare, p.third + i, left)
    i += laneWidth
  }
}

func mixKernel(_ values: Target, _ buffers: Target, _ count: Int, _ matrix: SIMD4<Float>) {
  var i = 0
  while i < count {
    let left = count - i
    let value = unsafe loadNext(values + i, left)
    let buffer = unsafe loadNext(buffers + i, left)
    let newValue = multiplyAdd(
      Lane(repeating: matrix[0]), value, Lane(repeating: matrix[1]) * buffer)
    let newBuffer = multiplyAdd(
      Lane(repeating: matrix[2]), value, Lane(repeating: matrix[3]) * buffer)
    unsafe storeNext(newValue, values + i, left)
    unsafe storeNext(withoutSubnormals(newBuffer), buffers + i, left)
    i += laneWidth
  }
}
