// The formula of each optimizer for one vector of elements, and the sweeps that run it over a range.

import KernelInterface

/// `x`, with 0 in place of subnormal numbers; NaN stays.
@_transparent
private func withoutSubnormals(_ x: Lane) -> Lane {
  x.replacing(with: Lane(repeating: 0), where: magnitude(x) .< Lane(repeating: .leastNormalMagnitude))
}

@_transparent
private func sgdRule(_ value: Lane, _ gradient: Lane, _ step: SGDStep) -> Lane {
  multiplyAdd(gradient, Lane(repeating: -(step.learningRate * step.gradientScale)), value)
}

/// Kingma and Ba, Algorithm 1. The means are formed as m + (1 - beta)(g - m).
@_transparent
private func adamRule(
  _ value: inout Lane, _ gradient: Lane, _ first: inout Lane, _ second: inout Lane, _ step: AdamStep
) {
  let g = gradient * Lane(repeating: step.gradientScale)
  first = withoutSubnormals(multiplyAdd(Lane(repeating: step.firstRate), g - first, first))
  second = withoutSubnormals(multiplyAdd(Lane(repeating: step.secondRate), g * g - second, second))
  let root = second.squareRoot()
  let divisor = multiplyAdd(root, Lane(repeating: step.rootScale), Lane(repeating: step.epsilon))
  value = multiplyAdd(Lane(repeating: -step.stepSize), first / divisor, value)
}

/// Funk 2015. `memory` is used before it is updated, the means after.
@_transparent
private func smorms3Rule(
  _ value: inout Lane, _ gradient: Lane, _ memory: inout Lane, _ mean: inout Lane,
  _ meanSquare: inout Lane, _ step: SMORMS3Step
) {
  let one = Lane(repeating: 1)
  let epsilon = Lane(repeating: step.epsilon)
  let g = gradient * Lane(repeating: step.gradientScale)
  let rate = one / (memory + one)
  mean = withoutSubnormals(multiplyAdd(rate, g - mean, mean))
  meanSquare = withoutSubnormals(multiplyAdd(rate, g * g - meanSquare, meanSquare))
  let x = mean * mean / (meanSquare + epsilon)
  let capped = atMost(x, step.learningRate)
  value -= g * capped / (meanSquare.squareRoot() + epsilon)
  memory = multiplyAdd(memory, one - x, one)
}

func sgdKernel(_ values: Target, _ gradients: Source, _ count: Int, _ step: SGDStep) {
  var i = 0
  while i < count {
    let left = count - i
    let value = unsafe sgdRule(loadNext(values + i, left), loadNext(gradients + i, left), step)
    unsafe storeNext(value, values + i, left)
    i += laneWidth
  }
}

func adamKernel(
  _ values: Target, _ gradients: Source, _ firsts: Target, _ seconds: Target, _ count: Int,
  _ step: AdamStep
) {
  var i = 0
  while i < count {
    let left = count - i
    var value = unsafe loadNext(values + i, left)
    var first = unsafe loadNext(firsts + i, left)
    var second = unsafe loadNext(seconds + i, left)
    unsafe adamRule(&value, loadNext(gradients + i, left), &first, &second, step)
    unsafe storeNext(value, values + i, left)
    unsafe storeNext(first, firsts + i, left)
    unsafe storeNext(second, seconds + i, left)
    i += laneWidth
  }
}

func smorms3Kernel(
  _ values: Target, _ gradients: Source, _ memories: Target, _ means: Target, _ meanSquares: Target,
  _ count: Int, _ step: SMORMS3Step
) {
  var i = 0
  while i < count {
    let left = count - i
    var value = unsafe loadNext(values + i, left)
    var memory = unsafe loadNext(memories + i, left)
    var mean = unsafe loadNext(means + i, left)
    var meanSquare = unsafe loadNext(meanSquares + i, left)
    unsafe smorms3Rule(&value, loadNext(gradients + i, left), &memory, &mean, &meanSquare, step)
    unsafe storeNext(value, values + i, left)
    unsafe storeNext(memory, memories + i, left)
    unsafe storeNext(mean, means + i, left)
    unsafe storeNext(meanSquare, meanSquares + i, left)
    i += laneWidth
  }
}
