// Softmax, log-sum-exp and softmax cross-entropy of the rows of a dense matrix.

import KernelInterface

func softmaxKernel(_ x: Source, _ y: Target, _ rows: Int, _ width: Int) {
  if width <= laneWidth { return unsafe narrowSoftmax(x, y, rows, width) }
  var row = 0
  while row < rows {
    let source = unsafe x + row * width
    let target = unsafe y + row * width
    let sum = unsafe exponentials(source, target, width, shift: maximumKernel(source, width))
    unsafe scaleKernel(Source(target), 1 / sum, target, width)
    row += 1
  }
}

/// The softmax of rows that one lane holds: the same bits, without three loops over each.
private func narrowSoftmax(_ x: Source, _ y: Target, _ rows: Int, _ width: Int) {
  var row = 0
  while row < rows {
    let logits = unsafe loadNext(x + row * width, width, padding: -.infinity)
    // Whatever this is for a row with NaN, NaN reaches every element through the sum.
    let e = expLane(logits - Lane(repeating: laneMaximum(logits)))
    unsafe storeNext(e * Lane(repeating: 1 / laneSum(e)), y + row * width, width)
    row += 1
  }
}

func softmaxGradientKernel(
  _ y: Source, _ dy: Source, _ dx: Target, _ rows: Int, _ width: Int, _ accumulate: Bool
) {
  var row = 0
  while row < rows {
    let start = row * width
    let mean = unsafe Float(dotKernel(y + start, dy + start, width))
    if accumulate {
      unsafe addSoftmaxSlope(y + start, dy + start, mean, dx + start, width)
    } else {
      unsafe forEach(dy + start, y + start, scalar: mean, dx + start, width, centeredProduct)
    }
    row += 1
  }
}

/// y (dy - mean).
@_transparent
private func centeredProduct(_ dy: Lane, _ y: Lane, _ mean: Lane) -> Lane { (dy - mean) * y }

/// dx += y (dy - mean).
private func addSoftmaxSlope(_ y: Source, _ dy: Source, _ mean: Float, _ dx: Target, _ width: Int) {
  let m = Lane(repeating: mean)
  var i = 0
  while i < width {
    let left = width - i
    let slope = unsafe loadNext(dy + i, left) - m
    let new = unsafe multiplyAdd(loadNext(y + i, left), slope, loadNext(dx + i, left))
    unsafe storeNext(new, dx + i, left)
    i += laneWidth
  }
}

func logSumExpKernel(_ x: Source, _ y: Target, _ rows: Int, _ width: Int) {
  var row = 0
  while row < rows {
    let source = unsafe x + row * width
    let largest = unsafe maximumKernel(source, width)
    // An infinite shift would make NaN of inf - inf; without one the sum is 0 or infinite, as it should be.
    let shift = largest.magnitude < .infinity ? largest : 0
    unsafe y[row] = shift + logarithm(sumOfExponentials(source, width, shift: shift))
    row += 1
  }
}

func crossEntropyKernel(
  _ x: Source, _ labels: LabelSource, _ ignored: Int32, _ p: Target, _ losses: Target, _ rows: Int,
  _ width: Int
) {
  if width <= laneWidth {
    return unsafe narrowCrossEntropy(x, labels, ignored, p, losses, rows, width)
  }
  var row = 0
  while row < rows {
    let source = unsafe x + row * width
    let target = unsafe p + row * width
    let label = unsafe labels[row]
    let largest = unsafe maximumKernel(source, width)
    // Read before the softmax, which may be written over it.
    let logit = label == ignored ? 0 : unsafe source[Int(label)]
    let sum = unsafe exponentials(source, target, width, shift: largest)
    unsafe scaleKernel(Source(target), 1 / sum, target, width)
    unsafe losses[row] = label == ignored ? 0 : logarithm(sum) - (logit - largest)
    row += 1
  }
}

/// The same for rows that one lane holds.
private func narrowCrossEntropy(
  _ x: Source, _ labels: LabelSource, _ ignored: Int32, _ p: Target, _ losses: Target, _ rows: Int,
  _ width: Int
) {
  var row = 0
  while row < rows {
    let source = unsafe x + row * width
    let logits = unsafe loadNext(source, width, padding: -.infinity)
    let label = unsafe labels[row]
    let largest = laneMaximum(logits)
    let logit = label == ignored ? 0 : unsafe source[Int(label)]
    let e = expLane(logits - Lane(repeating: largest))
    let sum = laneSum(e)
    unsafe storeNext(e * Lane(repeating: 1 / sum), p + row * width, width)
    unsafe losses[row] = label == ignored ? 0 : logLane(Lane(repeating: sum))[0] - (logit - largest)
    row += 1
  }
}

func crossEntropyGradientKernel(
  _ p: Source, _ labels: LabelSource, _ ignored: Int32, _ scale: Float, _ dx: Target, _ rows: Int,
  _ width: Int, _ accumulate: Bool
) {
  var row = 0
  while row < rows {
    let source = unsafe p + row * width
    let target = unsafe dx + row * width
    let label = unsafe labels[row]
    if label == ignored {
      if !accumulate { unsafe target.update(repeating: 0, count: width) }
    } else if unsafe scale == 1 && !accumulate && Source(target) == source {
      // All but one element stay what they are.
      unsafe target[Int(label)] -= 1
    } else {
      // Not (p - 1) scale at the label after the loop: p may be the memory written.
      let column = Int(label)
      let correct = unsafe (source[column] - 1) * scale
      let old = accumulate ? unsafe target[column] : 0
      if accumulate {
        unsafe addScaledKernel(Source(target), source, scale, target, width)
      } else {
        unsafe scaleKernel(source, scale, target, width)
      }
      unsafe target[column] = old + correct
    }
    row += 1
  }
}

/// The logarithm of one number, with the bits it would have in a vector.
private func logarithm(_ x: Float) -> Float { logLane(Lane(repeating: x))[0] }

/// y = e^(x - shift); returns the sum of y. Four lanes add in turn, which quarters the error of a long row.
private func exponentials(_ x: Source, _ y: Target, _ count: Int, shift: Float) -> Float {
  let m = Lane(repeating: shift)
  var s0 = Lane(repeating: 0)
  var s1 = s0
  var s2 = s0
  var s3 = s0
  var i = 0
  while i < count {
    // With an infinite shift the padding becomes NaN, but so does the row.
    let e = unsafe expLane(loadNext(x + i, count - i, padding: -.infinity) - m)
    unsafe storeNext(e, y + i, count - i)
    (s0, s1, s2, s3) = (s1, s2, s3, s0 + e)
    i += laneWidth
  }
  return laneSum((s0 + s1) + (s2 + s3))
}

/// The sum of e^(x - shift), added in the same order.
private func sumOfExponentials(_ x: Source, _ count: Int, shift: Float) -> Float {
  let m = Lane(repeating: shift)
  var s0 = Lane(repeating: 0)
  var s1 = s0
  var s2 = s0
  var s3 = s0
  var i = 0
  while i < count {
    let e = unsafe expLane(loadNext(x + i, count - i, padding: -.infinity) - m)
    (s0, s1, s2, s3) = (s1, s2, s3, s0 + e)
    i += laneWidth
  }
  return laneSum((s0 + s1) + (s2 + s3))
}
