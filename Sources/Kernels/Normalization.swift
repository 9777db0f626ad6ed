import KernelInterface

var normalizationKernels: NormalizationKernels {
  NormalizationKernels(
    normalize: normalizeRows, scale: scaleRows, backward: normalizeRowsBackward, columnDots: columnDots)
}

func normalizeRows(
  _ x: Target, _ stride: Int, _ inverses: Target, _ rows: Int, _ width: Int, _ epsilon: Float
) {
  let share = 1 / Float(width)
  for row in 0..<rows {
    let p = x + row * stride
    var sum = Lane(repeating: 0)
    var j = 0
    while j < width {
      sum += loadNext(p + j, width - j)
      j += laneWidth
    }
    let average = laneSum(sum) * share
    let mean = Lane(repeating: average)
    // The elements that pad the last lane equal the mean, so that they add nothing to the variance.
    var squares = Lane(repeating: 0)
    j = 0
    while j < width {
      let d = loadNext(p + j, width - j, padding: average) - mean
      squares = multiplyAdd(d, d, squares)
      j += laneWidth
    }
    let inverse = 1 / (laneSum(squares) * share + epsilon).squareRoot()
    inverses[row] = inverse
    let factor = Lane(repeating: inverse)
    j = 0
    while j < width {
      let left = width - j
      storeNext((loadNext(p + j, left) - mean) * factor, p + j, left)
      j += laneWidth
    }
  }
}

func scaleRows(
  _ x: Source, _ stride: Int, _ gain: Source, _ bias: Source?, _ y: Target, _ yStride: Int, _ rows: Int,
  _ width: Int, _ accumulate: Bool
) {
  for row in 0..<rows {
    let p = x + row * stride
    let q = y + row * yStride
    var j = 0
    while j < width {
      let left = width - j
      var start = accumulate ? loadNext(q + j, left) : Lane(repeating: 0)
      if let bias { start += loadNext(bias + j, left) }
      storeNext(multiplyAdd(loadNext(p + j, left), loadNext(gain + j, left), start), q + j, left)
      j += laneWidth
    }
  }
}

func normalizeRowsBackward(
  _ dy: Source, _ dyStride: Int, _ normalized: Source, _ stride: Int, _ gain: Source, _ inverses: Source,
  _ dx: Target, _ dxStride: Int, _ rows: Int, _ width: Int, _ accumulate: Bool
) {
  let share = 1 / Float(width)
  for row in 0..<rows {
    let d = dy + row * dyStride
    let n = normalized + row * stride
    let target = dx + row * dxStride
    var sum = Lane(repeating: 0)
    var dot = Lane(repeating: 0)
    var j = 0
    while j < width {
      let left = width - j
      let g = loadNext(d + j, left) * loadNext(gain + j, left)
      sum += g
      dot = multiplyAdd(g, loadNext(n + j, left), dot)
      j += laneWidth
    }
    let mean = Lane(repeating: laneSum(sum) * share)
    let slope = Lane(repeating: laneSum(dot) * share)
    let factor = Lane(repeating: inverses[row])
    j = 0
    while j < width {
      let left = width - j
      let g = loadNext(d + j, left) * loadNext(gain + j, left)
      let value = (g - mean - loadNext(n + j, left) * slope) * factor
      storeNext(accumulate ? loadNext(target + j, left) + value : value, target + j, left)
      j += laneWidth
    }
  }
}

func columnDots(
  _ a: Source, _ aStride: Int, _ b: Source, _ bStride: Int, _ y: Target, _ rows: Int, _ width: Int,
  _ accumulate: Bool
) {
  var j = 0
  while j < width {
    let left = width - j
    var p = a + j
    var q = b + j
    var sum = accumulate ? loadNext(y + j, left) : Lane(repeating: 0)
    for _ in 0..<rows {
      sum = multiplyAdd(loadNext(p, left), loadNext(q, left), sum)
      p += aStride
      q += bStride
    }
    storeNext(sum, y + j, left)
    j += laneWidth
  }
}
